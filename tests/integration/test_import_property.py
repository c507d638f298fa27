"""Random small files in random order: the marts equal a plain recomputation from what stands."""

import shutil
from datetime import date

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data_access import schema
from data_access.locations import file_store_url
from data_access.store import Store
from insights.associations import association_spans
from insights.months import month_code, month_index
from tests.builders import bring_in
from tests.integration.mart_oracle import Oracle, stored_marts

FIRST = month_index(2026, 1)
HEADER = (
    "tenant_id,workload,month,pau,mau,partner_id,account_id,attribution_type,associated_on,"
    "is_duplicate,market"
)
MONTHS = st.integers(FIRST, FIRST + 6).map(month_code)
COUNTS = st.sampled_from(["", "0", "15", "40", "100", "149", "150", "300", "301", "1000", "6000"])
PARTNERS = st.sampled_from(["", "north,group", "south,group", "west,other", "free,"])

rows = st.tuples(
    st.sampled_from(["contoso", "fabrikam", "tailspin"]),
    st.sampled_from(["EXO", "Teams", "Holo"]),
    MONTHS,
    COUNTS,
    COUNTS,
    PARTNERS,
    st.sampled_from(["CPOR", "CSP"]),
    st.none() | MONTHS,
    st.booleans(),
    st.sampled_from(["", "DE", "US"]),
)
files = st.lists(rows, min_size=1, max_size=12, unique_by=lambda row: row[:3])


def as_csv(file):
    lines = [HEADER]
    for tenant, workload, month, seats, users, partner, kind, since, duplicate, market in file:
        held = partner or ","
        day = f"{since}-05" if since and partner else ""
        lines.append(
            f"{tenant},{workload},{month},{seats},{users},{held},{kind},{day},{int(duplicate)},{market}"
        )
    return "\n".join(lines)


def final_usage(imported):
    """Return {(tenant, workload, month): [seats, users]} after all files, later ones winning."""
    stand = {}
    for file in imported:
        for tenant, workload, month, seats, users, *_rest in file:
            values = stand.setdefault((tenant, workload, month), [None, None])
            for place, told in enumerate((seats, users)):
                if told:
                    values[place] = int(told)
    return stand


def held_spans(connection):
    """Return all stored associations: holder, start, end."""
    names = "tenant_key, workload_key, partner_key, start_month, end_month"
    return set(map(tuple, connection.exec_driver_sql(f"SELECT {names} FROM association")))


def spans_of_all_evidence(connection):
    """Return the associations derived at once from all that files ever said."""
    evidence = pd.read_sql(select(schema.association_evidence), connection)
    dates = evidence["associated_on"]
    reported_as = evidence.groupby(["partner_key", "attribution_type"])
    last = reported_as["last_month"].transform("max")
    known = evidence.assign(
        associated_on=dates.where(dates != date(1, 1, 1), None), partner_last_month=last
    )
    names = ["tenant_key", "workload_key", "partner_key", "start_month", "end_month"]
    return set(association_spans(known)[names].itertuples(index=False, name=None))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(imported=st.lists(files, min_size=1, max_size=4))
def test_marts_and_usage_after_any_files_in_any_order(imported, empty_sqlite, tmp_path):
    folder = tmp_path / "store"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty_sqlite, folder)
    with Store.open(file_store_url(folder / "store.db")) as store:
        for file in imported:
            bring_in(store, as_csv(file))
        with store.read() as connection:
            oracle = Oracle(connection)
            assert stored_marts(connection) == oracle.marts()
            assert held_spans(connection) == spans_of_all_evidence(connection)
            names = connection.exec_driver_sql(
                "SELECT t.tenant_id, w.imported_name, u.month, u.paid_available_units,"
                " u.monthly_active_users FROM usage u"
                " JOIN tenant t ON t.tenant_key = u.tenant_key"
                " JOIN workload w ON w.workload_key = u.workload_key"
            )
            stored = {(t, w, month_code(m)): [seats, users] for t, w, m, seats, users in names}
    assert stored == final_usage(imported)
