"""Whatever a file holds: nothing is lost, nothing is counted twice, nothing breaks."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.sources import SOURCES
from data_access.targets import TARGETS
from tests.reading import CONTOSO, FABRIKAM, valid_table

CELLS = st.one_of(
    st.sampled_from(
        [
            CONTOSO,
            CONTOSO.upper(),
            FABRIKAM,
            "2024-05-01",
            "2024-06",
            "01/02/2024",
            "13/02/2024",
            "Exchange Online",
            "Teams;Intune",
            "Mars",
            "Approved",
            "rejected final",
            "30",
            "0",
            "1",
            "12",
            "1,234",
            "1.234",
            "12,5",
            "-3",
            "Yes",
            "Global ID",
            "NULL",
            "",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
)


@st.composite
def files(draw):
    """Return a source and the text of a file with its key and some of its columns."""
    source = draw(st.sampled_from(SOURCES))
    anyway = draw(st.sampled_from(source.any_of)) if source.any_of else source.key[0]
    optional = draw(st.lists(st.sampled_from(sorted(source.columns)), unique=True, max_size=6))
    names = list(dict.fromkeys([*source.key, anyway, *optional]))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=8))
    repeats = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    text = io.StringIO()
    written = csv.writer(text, quoting=csv.QUOTE_ALL)
    written.writerow([source.columns[name][0] for name in names])
    written.writerows([*rows, *repeats])
    return text.getvalue()


@settings(max_examples=50)
@given(files())
def test_every_row_is_accepted_or_quarantined_with_a_reason(content):
    table = valid_table(content, tenant=CONTOSO)
    problems = table.problems
    quarantined = problems[problems["severity"] == "quarantined"]
    flagged = problems[problems["severity"] == "flagged"]
    assert quarantined["row"].nunique() == table.quarantined_rows <= table.rows_read
    assert flagged["row"].nunique() == table.flagged_rows
    assert not set(quarantined["row"]) & set(flagged["row"])
    assert quarantined["raw_row"].str.startswith("{").all()
    assert (flagged["raw_row"] == "").all()
    assert problems["message"].str.len().gt(0).all()
    accepted = table.rows_read - table.quarantined_rows
    assert table.repaired_rows <= accepted
    assert 0 <= table.merged_rows <= max(accepted - 1, 0)


@settings(max_examples=50)
@given(files())
def test_frames_are_typed_unique_by_key_and_of_accepted_rows(content):
    table = valid_table(content, tenant=CONTOSO)
    for target, types in TARGETS.items():
        frame = getattr(table, target)
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == types
    assert not table.usage.duplicated(["tenant_id", "workload", "month"]).any()
    assert not table.claims.duplicated(["claim_id", "tenant_id", "workload"]).any()
    for target, key in (
        ("tenants", "tenant_id"),
        ("workloads", "workload"),
        ("partners", "partner_id"),
        ("subscriptions", "subscription_id"),
        ("earnings", "earning_id"),
    ):
        assert getattr(table, target)[key].is_unique, target
    bad = set(table.problems.loc[table.problems["severity"] == "quarantined", "row"])
    for target in ("usage", "evidence", "claims", "subscriptions", "earnings"):
        assert not bad & set(getattr(table, target)["row"])


@settings(max_examples=50)
@given(files())
def test_every_name_that_a_fact_uses_is_described(content):
    table = valid_table(content, tenant=CONTOSO)
    tenants, workloads = set(table.tenants["tenant_id"]), set(table.workloads["workload"])
    partners = set(table.partners["partner_id"])
    for frame in (table.usage, table.evidence, table.claims, table.subscriptions, table.earnings):
        assert set(frame["tenant_id"].dropna()) <= tenants
        if "workload" in frame:
            assert set(frame["workload"].dropna()) <= workloads
        if "partner_id" in frame:
            assert set(frame["partner_id"].dropna()) <= partners


@settings(max_examples=50)
@given(files())
def test_same_content_gives_the_same_table(content):
    first, second = valid_table(content, tenant=CONTOSO), valid_table(content, tenant=CONTOSO)
    assert first.problems.equals(second.problems)
    assert first.usage.equals(second.usage)
