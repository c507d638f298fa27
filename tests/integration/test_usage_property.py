"""Random small portfolios: marts, facts and a plain recomputation always agree."""

import shutil
from dataclasses import replace

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data_access.locations import file_store_url
from data_access.queries.usage import tenants_by_month, usage_by_month, usage_by_partner
from data_access.store import Store
from data_access.types import LOCAL_USER, OPEN_END, Filters
from tests.builders import fill_store

FIRST, LAST = 24_300, 24_303
TENANTS = ("t1", "t2", "t3")
WORKLOADS = ("TEAMS", "EXO")
PARTNERS = ("p1", "p1b", "p2")
ACCOUNTS = {"p1": "a1", "p1b": "a1", "p2": "a2"}

months = st.integers(FIRST, LAST)
counts = st.one_of(st.none(), st.integers(0, 2000))
pairs = st.tuples(st.sampled_from(TENANTS), st.sampled_from(WORKLOADS))
usage_rows = st.lists(
    st.tuples(pairs, months, counts, counts), min_size=1, max_size=20, unique_by=lambda row: row[:2]
)
ends = st.one_of(st.just(OPEN_END), months)
held_rows = st.lists(
    st.tuples(st.sampled_from(PARTNERS), pairs, months, ends),
    max_size=8,
    unique_by=lambda row: row[:2],  # spans of one partner and pair never overlap
)
filters = st.builds(
    Filters,
    as_of=st.just(LAST),
    since=st.just(FIRST),
    before=st.just(FIRST),
    account_id=st.sampled_from([None, "a1", "a2"]),
    partner_id=st.sampled_from([None, "p1", "p2"]),
    workloads=st.sampled_from([(), ("TEAMS",), WORKLOADS]),
    segments=st.sampled_from([(), ("SMB",)]),
    size_bands=st.sampled_from([(), (0, 1, 2)]),
)


def expected_sums(usage, held, chosen):
    """Return pairs, seats and users by month and workload, recomputed without any of our code."""
    rows = pd.DataFrame(
        [(*pair, month, units, users) for pair, month, units, users in usage],
        columns=["tenant", "workload", "month", "units", "users"],
    ).dropna()
    largest = rows.groupby(["tenant", "month"])["units"].transform("max")
    is_small = largest <= 300

    def is_held(row):
        if chosen.account_id is None and chosen.partner_id is None:
            return True
        return any(
            (row.tenant, row.workload) == pair
            and start <= row.month <= end
            and chosen.partner_id in (None, partner)
            and chosen.account_id in (None, ACCOUNTS[partner])
            for partner, pair, start, end in held
        )

    kept = [
        is_held(row)
        and (not chosen.workloads or row.workload in chosen.workloads)
        and (not chosen.segments or row.tenant == "t1")
        for row in rows.itertuples()
    ]
    is_kept = pd.Series(kept, index=rows.index, dtype="bool")
    kept_rows = rows[is_kept & (is_small | (not chosen.size_bands))]
    sums = kept_rows.groupby(["month", "workload"]).agg(
        pairs=("units", "size"), units=("units", "sum"), users=("users", "sum")
    )
    return [
        tuple(int(n) if not isinstance(n, str) else n for n in r)
        for r in sums.reset_index().to_numpy()
    ]


@settings(
    max_examples=15,
    deadline=None,
    # A store per example is too slow for shrinking; examples are small as they come.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(usage=usage_rows, held=held_rows, chosen=filters)
def test_marts_and_facts_agree_with_a_plain_recomputation(
    empty_sqlite, tmp_path_factory, usage, held, chosen
):
    held = [row for row in held if row[2] <= row[3]]
    folder = shutil.copytree(empty_sqlite, tmp_path_factory.mktemp("random") / "store")
    with Store.open(file_store_url(folder / "store.db")) as store:
        fill_store(
            store,
            [(*pair, month, units, users) for pair, month, units, users in usage],
            [(partner, *pair, start, end) for partner, pair, start, end in held],
            tenants={"t1": {"segment": "SMB"}, "t2": {}, "t3": {}},
            accounts=ACCOUNTS,
        )
        from_facts = replace(LOCAL_USER, tenant_ids=TENANTS)
        span = {"first": FIRST, "last": LAST}
        with store.read() as connection:
            marts = usage_by_month(connection, LOCAL_USER, chosen, **span)
            columns = ["month", "workload", "pairs", "paid_available_units", "monthly_active_users"]
            found = list(marts[columns].itertuples(index=False, name=None))
            assert found == expected_sums(usage, held, chosen)
            for query in (usage_by_month, usage_by_partner):
                by_marts = query(connection, LOCAL_USER, chosen, **span)
                by_facts = query(connection, from_facts, chosen, **span)
                shared = [name for name in by_marts.columns if name != "associated_pairs"]
                assert by_facts[shared].to_dict("records") == by_marts[shared].to_dict("records")
            tenants = tenants_by_month(connection, LOCAL_USER, chosen, **span)
            by_facts = tenants_by_month(connection, from_facts, chosen, **span)
            ends_only = tenants[tenants["month"].isin([FIRST, LAST])]
            assert by_facts.to_dict("records") == ends_only.to_dict("records")
