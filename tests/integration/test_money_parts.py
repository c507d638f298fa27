"""The sums of money equal what they sum up, made anew or renewed after a small change."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, text

from data_access import schema
from data_access.money_parts import EVERYBODY, HOLDER, rebuild_parts
from data_access.types import OPEN_END
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
NOV = OCT + 1


@pytest.fixture
def filled(store):
    """Two partners and workloads with a little of everything; amounts are told apart by digits."""
    usage = [("t1", "TEAMS", OCT, 100, 40), ("t1", "EXO", OCT, 100, 40)]
    held = [("p1", "t1", "TEAMS", OCT, OPEN_END), ("p2", "t1", "EXO", OCT, OPEN_END)]
    fill_store(store, usage, held)
    with store.write() as connection:
        connection.execute(
            insert(schema.milestone_sum),
            [state(1, 1, "in_flight", 5), state(1, 2, "in_flight", 70), state(2, 2, "missed", 900)],
        )
        connection.execute(
            insert(schema.money_month),
            [
                money(OCT, 1, 1, "earned", 10),
                money(OCT + 1, 1, 1, "earned", 2),
                money(OCT - 1, 1, 1, "earned", 300),
                money(OCT, 2, 2, "missed", 4000),
            ],
        )
        connection.execute(
            insert(schema.reconciliation),
            [
                compared(1, 15, 1, "not_due", 6, NOV),
                compared(2, 15, 2, "overdue", 80, OCT),
                compared(2, 0, 2, "overdue", 500, OCT),
                compared(2, 40, 2, "agrees", 1000, OCT),
            ],
        )
        connection.execute(
            insert(schema.growth_earning),
            [grown(OCT, 1, 7, NOV + 1), grown(OCT - 1, 1, 20, NOV), grown(OCT - 2, 1, 300, OCT)],
        )
        rebuild_parts(connection, touched=None)
    return store


def state(partner, workload, code, value):
    flags = "slipping stalled seats_moved data_late too_late_to_claim users_needed example_pairs"
    keys = {"partner_key": partner, "workload_key": workload, "milestone": 15, "state": code}
    slices = {"reason": "", "market": "", "segment": "", "size_band": 1}
    return keys | slices | {"pairs": 1, "value_usd_e4": value} | dict.fromkeys(flags.split(), 0)


def money(month, partner, workload, outcome, amount):
    keys = {"month": month, "partner_key": partner, "workload_key": workload, "outcome": outcome}
    return keys | {"model": "growth", "pairs": 1, "amount_usd_e4": amount, "example_pairs": 1}


def compared(workload, milestone, partner, link, earned, due):
    keys = {"tenant_key": 1, "workload_key": workload, "milestone": milestone}
    told = {"partner_key": partner, "state": "", "link": link, "reason": "", "due_month": due}
    amounts = {"earned_usd_e4": earned, "paid_usd_e4": None, "difference_usd_e4": None}
    return keys | told | amounts | {"is_example": True, "is_sent": False}


def grown(month, workload, amount, due):
    keys = {"tenant_key": 1, "workload_key": workload, "month": month, "partner_key": 1}
    units = {"prior_high_water_mark": 1, "opportunity_units": amount * 2, "earned_units": amount}
    about = {"is_example": True, "program_year": "FY27", "reason_code": "CAP"}
    return keys | units | about | {"amount_usd_e4": amount, "payment_due_month": due}


def parts(store, partner, workload):
    statement = text(
        "SELECT code, month, amount_usd_e4 FROM money_part"
        " WHERE partner_key = :p AND workload_key = :w ORDER BY 1, 2"
    )
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(statement, {"p": partner, "w": workload})]


def test_one_partner_and_workload(filled):
    assert parts(filled, 1, 1) == [
        ("due", NOV, 6),
        ("earned", OCT - 3, 300),
        ("earned", OCT, 12),  # October and November are in one fiscal quarter
        ("growth ahead", NOV, 20),  # what is due by the as-of month is not ahead any more
        ("growth ahead", NOV + 1, 7),
        ("in_flight", 0, 5),
    ]


def test_all_partners_of_a_workload_and_all_workloads_of_a_partner(filled):
    assert parts(filled, EVERYBODY, 2) == [
        ("due", OCT, 80),
        ("due growth", OCT, 500),
        ("in_flight", 0, 70),
        ("missed", 0, 900),
        ("missed", OCT, 4000),
    ]
    assert ("in_flight", 0, 75) in parts(filled, 1, 0)


def test_reconciliation_keeps_the_due_month_of_what_is_pending_only(filled):
    rows = text(
        "SELECT link, due_month, pairs, earned_usd_e4 FROM reconciliation_sum"
        " WHERE partner_key = -1 AND workload_key = 2 ORDER BY 1, 2"
    )
    with filled.read() as connection:
        found = [tuple(row) for row in connection.execute(rows)]
    assert found == [("agrees", 0, 1, 1000), ("overdue", OCT, 2, 580)]


def test_growth_is_that_of_the_as_of_month(filled):
    rows = text("SELECT pairs, opportunity_units, earned_units FROM growth_sum WHERE partner_key=1")
    with filled.read() as connection:
        found = [tuple(row) for row in connection.execute(rows)]
    assert found == [(1, 14, 7), (1, 14, 7)]  # the workload and all workloads


def test_renewed_sums_equal_those_made_anew(filled):
    with filled.write() as connection:
        connection.execute(delete(schema.money_month).where(schema.money_month.c.month == OCT))
        connection.execute(insert(schema.money_month), [money(OCT, 2, 1, "missed", 60_000)])
        connection.execute(text("CREATE TEMPORARY TABLE t (partner_key INT, workload_key INT)"))
        connection.execute(text("INSERT INTO t VALUES (1, 1), (2, 1), (2, 2)"))
        touched = _scratch()
        rebuild_parts(connection, touched=touched)
        renewed = _all_rows(connection)
        rebuild_parts(connection, touched=None)
        assert renewed == _all_rows(connection)
        assert len(renewed) > 20


def _scratch():
    return Table("t", MetaData(), *(Column(name, Integer) for name in HOLDER))


def _all_rows(connection):
    marts = (schema.money_part, schema.reconciliation_sum, schema.growth_sum)
    return sorted(
        (mart.name, *row) for mart in marts for row in connection.execute(mart.select()).all()
    )
