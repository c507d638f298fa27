"""What a scope may not see is not in its statements, wherever the column stands."""

import pytest
from sqlalchemy import func, select

from data_access.hiding import hidden
from data_access.schema import action, claim, opportunity, tenant
from data_access.types import Scope

MONEY = frozenset({"money"})


def text(statement, lacks=MONEY):
    return " ".join(str(hidden(statement, lacks)).split())


def test_a_selected_amount_keeps_its_name_and_loses_its_value():
    told = text(select(opportunity.c.tenant_key, opportunity.c.value_usd_e4))
    assert told == (
        "SELECT opportunity.tenant_key, CAST(:param_1 AS BIGINT) AS value_usd_e4 FROM opportunity"
    )


def test_an_amount_becomes_a_number_that_sums_to_nothing():
    told = text(select(func.sum(opportunity.c.expected_usd_e4).label("expected_usd_e4")))
    assert told.startswith("SELECT sum(CAST(:param_1 AS BIGINT)) AS expected_usd_e4")
    assert hidden(select(opportunity.c.expected_usd_e4), MONEY).compile().params == {"param_1": 0}


def test_amounts_are_gone_from_conditions_order_and_subqueries():
    sums = (
        select(opportunity.c.tenant_key, func.sum(opportunity.c.value_usd_e4).label("value_usd_e4"))
        .where(opportunity.c.expected_usd_e4 > 3)
        .group_by(opportunity.c.tenant_key)
        .subquery("sums")
    )
    statement = (
        select(tenant.c.name, sums.c.value_usd_e4)
        .join_from(tenant, sums, sums.c.tenant_key == tenant.c.tenant_key)
        .order_by(sums.c.value_usd_e4.desc())
    )
    told = text(statement)
    assert "opportunity.value_usd_e4" not in told
    assert "opportunity.expected_usd_e4" not in told
    assert "sums.value_usd_e4" not in told
    assert "tenant.name" in told


@pytest.mark.parametrize(("lacks", "is_there"), [(MONEY, True), (frozenset({"contacts"}), False)])
def test_contacts_need_their_own_right(lacks, is_there):
    told = text(select(claim.c.claim_id, claim.c.contact_email), lacks)
    assert ("claim.contact_email" in told) is is_there
    assert "claim.claim_id" in told


def test_a_whole_table_is_selected_without_its_amounts():
    told = text(select(action))
    assert "action.value_usd_e4" not in told
    assert "action.tenant_id" in told
    assert told.endswith("FROM action")


def test_a_statement_that_names_an_amount_after_all_is_refused(store):
    whole = select(action).subquery("whole")
    seller = Scope("Sam", "sales")
    with (
        store.app_read(seller) as connection,
        pytest.raises(LookupError, match=r"action\.value_usd_e4"),
    ):
        connection.execute(select(whole.c.action_id))


def test_who_may_see_money_reads_it(store):
    statement = select(action.c.value_usd_e4)
    for scope in (None, Scope("Leo", "leadership")):
        with store.app_read(scope) as connection:
            assert connection.execute(statement).all() == []
