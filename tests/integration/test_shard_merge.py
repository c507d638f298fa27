"""Shards of customers that are merged apart become what an import of their files makes of them."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data_access.estate.columns import rows_as_arrow
from data_access.estate.shard_merge import DONE, IDS, MERGED, TOLD, columns_told, merge_shard
from data_access.files import read_tables
from data_access.importer import import_files
from data_access.importing.usage_merge import GRAPH_KIND
from data_access.sources import recognise
from data_access.store import Store
from data_access.types import LOCAL_USER
from data_access.validate import ImportOptions, validate
from insights.months import month_code, month_index
from tests.builders import NOW

TENANTS = tuple(f"{number:08}-0000-4000-8000-000000000000" for number in (1, 2, 3))
OPTIONS = ImportOptions(today=NOW.date())
FIRST = month_index(2026, 3)
USAGE = "tenant_id,workload,month,pau,mau,partner_id,attribution_type,associated_on"
GRAPH = "Report Refresh Date,Teams Active,Teams Inactive,Report Period,Tenant Id"
CLAIMS = "claim_id,tenant_id,workload,partner_id,status,ended_on"

tenants = st.sampled_from(TENANTS)
months = st.sampled_from([month_code(FIRST + later) for later in (0, 1, 4, 5)])
counts = st.sampled_from(("", "0", "4", "7"))
partners = st.sampled_from(("", "north", "south"))
days = st.sampled_from(("", "2026-01-05", "2026-04-20"))
types = st.sampled_from(("CPOR", "CSP"))
usage_rows = st.tuples(
    tenants, st.sampled_from(("TEAMS", "EXO")), months, counts, counts, partners, types, days
)
graph_rows = st.tuples(months.map("{}-28".format), counts, counts, st.just("28"), tenants)
claim_rows = st.tuples(
    st.sampled_from(("C1", "C2")),
    tenants,
    st.just("TEAMS"),
    st.sampled_from(("north", "south")),
    st.just("Approved"),
    days,
)


def file_of(header, rows):
    lines = st.lists(rows, min_size=1, max_size=6).map(lambda told: [",".join(r) for r in told])
    return lines.map(lambda told: "\n".join([header, *told]))


files = st.lists(
    st.one_of(file_of(USAGE, usage_rows), file_of(GRAPH, graph_rows), file_of(CLAIMS, claim_rows)),
    min_size=1,
    max_size=5,
).flatmap(lambda told: st.sampled_from((told, [*told, told[0]])))


def tables_of(named):
    """Return the checked tables of all files, in the order of import."""
    raws = [raw for name, content in named for raw in read_tables(name, content)]
    return [validate(raw, recognise(raw.header, file=raw.file), options=OPTIONS) for raw in raws]


def rows_told(tables, target):
    """Return the rows of all tables with their numbers and places."""
    rows = [
        getattr(table, target).assign(number=number, place=range(len(getattr(table, target))))
        for number, table in enumerate(tables)
    ]
    return pd.concat(rows, ignore_index=True)


def named_by(evidence):
    by = evidence.groupby(["number", "partner_id", "attribution_type"])["month"]
    return by.agg(first_month="min", last_month="max").reset_index()


def shards_merged(tables):
    """Return what two shards of customers are merged to, both together."""
    told = {target: rows_told(tables, target) for target in TOLD}
    kinds, named = [table.kind for table in tables], named_by(told["evidence"])
    made = [
        merge_shard(
            {
                target: rows_as_arrow(rows[rows["tenant_id"].isin(shard)], TOLD[target])
                for target, rows in told.items()
            },
            kinds,
            named,
        )
        for shard in (TENANTS[:2], TENANTS[2:])
    ]
    return {name: [row for shard in made for row in shard[name].to_pylist()] for name in made[0]}


def stored(store, table):
    """Return a table's rows with ids in the columns of keys."""
    rows = select(*columns_told(table))
    for name in (name for name in IDS if name in table.c):
        rows = rows.where(table.c[name] == IDS[name][0].c[name])
    with store.read() as connection:
        return [dict(row) for row in connection.execute(rows).mappings()]


def comparable(rows, table, numbers):
    """Return rows without their own number, those of their tables as batches, in any order."""
    own = getattr(table.autoincrement_column, "name", None)
    return Counter(
        tuple(
            (name, numbers.get(value) if name.endswith("batch_id") else value)
            for name, value in row.items()
            if name != own
        )
        for row in rows
    )


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=files)
def test_shards_merged_apart_are_what_an_import_makes(told, tmp_path_factory):
    named = [(f"{number}.csv", content.encode()) for number, content in enumerate(told)]
    url = f"sqlite:///{tmp_path_factory.mktemp('whole') / 'store.db'}"
    with Store.open(url) as store:
        reports = import_files(store, named, scope=LOCAL_USER, now=NOW, options=OPTIONS)
        tables = tables_of(named)
        merged = shards_merged(tables)
        batches = {number: report.batch_id for number, report in enumerate(reports)}
        as_stored = {batch: batch for batch in batches.values()}
        for table in MERGED:
            whole = comparable(stored(store, table), table, as_stored)
            assert comparable(merged[table.name], table, batches) == whole, table.name
    done = pd.DataFrame(merged["done"]).groupby("number").sum()
    for number, (report, table) in enumerate(zip(reports, tables, strict=True)):
        told_by = done.loc[number]
        if len(table.usage):
            assert (told_by["new"], told_by["restated"]) == (report.new, report.restated)
        if report.batch_id is None:
            assert not told_by["is_changed"]
        kept = f"{told_by['kept_counts']:,} counts differ from those of a partner report"
        assert any(note.startswith(kept) for note in report.notes) == bool(told_by["kept_counts"])
        assert table.kind == GRAPH_KIND or not told_by["kept_counts"]


def test_partner_that_goes_on_to_others_only_no_longer_holds_the_pair():
    first = f"{USAGE}\n{TENANTS[0]},TEAMS,2026-03,7,4,north,CPOR,"
    later = f"{USAGE}\n{TENANTS[2]},TEAMS,2026-06,7,4,north,CPOR,"
    merged = shards_merged(tables_of([("1.csv", first.encode()), ("2.csv", later.encode())]))
    ends = {row["tenant_key"]: row["end_reason"] for row in merged["association"]}
    assert ends == {TENANTS[0]: "not reported", TENANTS[2]: None}
    lost = [row for row in merged["association_event"] if row["change"] == "lost"]
    assert [(row["tenant_key"], row["batch_id"]) for row in lost] == [(TENANTS[0], 1)]


@pytest.mark.parametrize("name", [*(table.name for table in MERGED), "done"])
def test_shard_without_rows_gives_tables_without_rows(name):
    told = {target: given.empty_table() for target, given in TOLD.items()}
    named = named_by(rows_told(tables_of([("1.csv", f"{USAGE}\n".encode())]), "evidence"))
    made = merge_shard(told, ["usage"], named)[name].to_pylist()
    assert made == (
        [dict.fromkeys(DONE.names, 0) | {"is_changed": False}] if name == "done" else []
    )
