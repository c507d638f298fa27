"""What files say about who holds a pair, and the associations that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd
from sqlalchemy import Column, Integer, Select, Table, delete, func, insert, literal, select

from data_access import schema
from data_access.importing.records import plain
from data_access.importing.work import LISTED, Effects, Keys, Work
from data_access.mart_statements import among, same
from data_access.types import OPEN_END, AssociationChange
from insights.associations import HOLDER, PAIR, SPAN_COLUMNS, association_spans
from insights.months import month_code

CLAIMS_KIND = "claims"
"""Kind of file that says who holds a pair without reporting usage."""

NO_DATE = date(1, 1, 1)
"""Stands for "no DateAssociated" in the key of association_evidence."""

EVIDENCE_KEY = [*HOLDER, "attribution_type", "associated_on"]
REPORTED_AS = ["partner_key", "attribution_type"]
SAID = ["first_month", "last_month", "is_duplicate", "claim_id", "ended_on"]


def merge_evidence(
    work: Work, evidence: pd.DataFrame, keys: Keys, kind: str, effects: Effects
) -> None:
    """Add a file's evidence to the stored one and bring the associations up to date."""
    if evidence.empty:
        return
    incoming = _by_key(_told(keys.keyed(evidence), reports_usage=kind != CLAIMS_KIND))
    columns = (Column(name, Integer, primary_key=True, autoincrement=False) for name in PAIR)
    with work.scratch("pairs", *columns) as pairs:
        _fill_pairs(work, pairs, incoming)
        stored = _evidence_of(work, pairs)
        combined = _by_key(pd.concat([stored, incoming], ignore_index=True))
        changed = _differing(combined, stored, EVIDENCE_KEY, SAID)
        if changed.empty:
            return
        effects.is_changed = True
        _keep_replaced(work, changed)
        _replace(work, schema.association_evidence, changed.assign(batch_id=work.batch_id))
        before = _spans_of(work, pairs)
    _write_spans(work, before, _spans_told(work, combined), keys, effects)


def _keep_replaced(work: Work, changed: pd.DataFrame) -> None:
    """Store the evidence that these rows are about to replace."""
    evidence, revision = schema.association_evidence, schema.evidence_revision
    columns = (Column(name, evidence.c[name].type) for name in EVIDENCE_KEY)
    with work.scratch("replaced", *columns) as replaced:
        work.backend.bulk_load(work.connection, replaced, changed[EVIDENCE_KEY])
        names = [column.name for column in evidence.c]
        old = select(*(evidence.c[name] for name in names), literal(work.batch_id)).join_from(
            replaced, evidence, same(replaced, evidence, *EVIDENCE_KEY)
        )
        work.connection.execute(insert(revision).from_select([*names, "replaced_by_batch_id"], old))


def _told(rows: pd.DataFrame, *, reports_usage: bool) -> pd.DataFrame:
    """Return the rows with the columns of the stored evidence."""
    months = rows["month"].astype("Int64")
    return rows[[*HOLDER, "attribution_type", "is_duplicate", "claim_id", "ended_on"]].assign(
        associated_on=rows["associated_on"].where(rows["associated_on"].notna(), NO_DATE),
        first_month=months,
        last_month=months if reports_usage else months.mask(months.notna()),
    )


def _by_key(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per key of evidence; what is told last stands, months span all rows."""
    codes = [pd.factorize(rows[name].astype(object))[0] for name in EVIDENCE_KEY[len(HOLDER) :]]
    grouped = rows.groupby([*(rows[name] for name in HOLDER), *codes], sort=False)
    joined = grouped.agg(
        **{name: (name, "first") for name in EVIDENCE_KEY},
        first_month=("first_month", "min"),
        last_month=("last_month", "max"),
        is_duplicate=("is_duplicate", "min"),
        claim_id=("claim_id", "last"),
        ended_on=("ended_on", "last"),
    )
    return joined.reset_index(drop=True)


def _fill_pairs(work: Work, pairs: Table, incoming: pd.DataFrame) -> None:
    """Fill in the pairs that the file names and all other pairs of the partners that it names.

    A partner's newer report may show that it no longer holds a pair that it does not name.
    """
    evidence = schema.association_evidence
    work.backend.bulk_load(work.connection, pairs, incoming[PAIR].drop_duplicates())
    with work.keys(partner_key=incoming["partner_key"]) as partners:
        others = (
            select(evidence.c.tenant_key, evidence.c.workload_key)
            .join_from(evidence, partners, evidence.c.partner_key == partners.c.partner_key)
            .outerjoin(pairs, same(evidence, pairs, *PAIR))
            .where(pairs.c.tenant_key.is_(None))
            .distinct()
        )
        work.connection.execute(insert(pairs).from_select(list(PAIR), others))
    work.backend.analyze_scratch(work.connection, pairs)


def spans_of_all(work: Work) -> pd.DataFrame:
    """Return the associations that all stored evidence tells of, columns SPAN_COLUMNS."""
    evidence = schema.association_evidence
    return _spans_told(work, _evidence(work, select(evidence)))


def _evidence_of(work: Work, pairs: Table) -> pd.DataFrame:
    """Return all stored evidence of these pairs."""
    evidence = schema.association_evidence
    rows: Select[tuple[object, ...]] = select(
        *(evidence.c[name] for name in (*EVIDENCE_KEY, *SAID))
    ).join_from(pairs, evidence, same(evidence, pairs, *PAIR))
    return _evidence(work, rows)


def _evidence(work: Work, rows: Select[tuple[object, ...]]) -> pd.DataFrame:
    """Return selected rows of evidence, typed as those of a file."""
    found = pd.read_sql(rows, work.connection)[[*EVIDENCE_KEY, *SAID]]
    objects = plain(found[["associated_on", "claim_id", "ended_on"]])
    return found.assign(**objects).astype(
        {
            **dict.fromkeys(HOLDER, "int64"),
            "attribution_type": "str",
            "is_duplicate": "bool",
            "first_month": "Int64",
            "last_month": "Int64",
        }
    )


def _spans_told(work: Work, evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the associations that follow from whole evidence of some pairs."""
    dated = evidence.assign(
        associated_on=evidence["associated_on"].where(evidence["associated_on"] != NO_DATE, None)
    )
    known = dated.merge(_partner_last_months(work), on=REPORTED_AS, how="left")
    return plain(association_spans(known))


def _differing(
    rows: pd.DataFrame, stored: pd.DataFrame, key: list[str], values: list[str]
) -> pd.DataFrame:
    """Return the rows that are not stored with just these values."""
    old = plain(stored[[*key, *values]]).rename(columns={name: f"{name}_old" for name in values})
    both = plain(rows).merge(old, on=key, how="left", indicator="side")
    differs = both["side"] == "left_only"
    for name in values:
        now, before = both[name], both[f"{name}_old"]
        differs |= (now != before) & ~(now.isna() & before.isna())
    return rows[differs.to_numpy()]


def _partner_last_months(work: Work) -> pd.DataFrame:
    """Return the last month in which usage reports named each partner, by attribution type.

    Each report names its own types: a newer CPOR file says nothing about the pairs that only the
    Microsoft 365 usage report names.
    """
    evidence = schema.association_evidence
    reported_as = [evidence.c[name] for name in REPORTED_AS]
    newest = func.max(evidence.c.last_month).label("partner_last_month")
    last = select(*reported_as, newest).group_by(*reported_as)
    return pd.read_sql(last, work.connection).astype({"partner_last_month": "float64"})


def _spans_of(work: Work, pairs: Table) -> pd.DataFrame:
    """Return the stored associations of these pairs."""
    held = schema.association
    rows = select(*(held.c[name] for name in SPAN_COLUMNS)).join_from(
        pairs, held, same(held, pairs, *PAIR)
    )
    return plain(pd.read_sql(rows, work.connection))


def _write_spans(
    work: Work, before: pd.DataFrame, after: pd.DataFrame, keys: Keys, effects: Effects
) -> None:
    """Replace associations that changed, and take note of what was gained and lost."""
    span = [*HOLDER, "start_month"]
    values = [name for name in SPAN_COLUMNS if name not in span]
    added = _differing(after, before, span, values)
    dropped = _differing(before, after, span, [])
    if added.empty and dropped.empty:
        return
    _remove(work, schema.association, pd.concat([dropped[span], added[span]]))
    work.backend.bulk_load(work.connection, schema.association, added)
    _touch_months(work, pd.concat([_moved_ends(added, before), dropped]), effects)
    effects.tenants.update(map(int, pd.concat([added["tenant_key"], dropped["tenant_key"]])))
    changes = association_changes(before, after)
    work.backend.bulk_load(
        work.connection, schema.association_event, changes.assign(batch_id=work.batch_id)
    )
    effects.associations.extend(_listed(changes.head(LISTED), keys))


def _moved_ends(added: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return start and end of the months in which an added or changed span changes who holds."""
    span = [*HOLDER, "start_month"]
    both = added[[*span, "end_month"]].merge(
        before[[*span, "end_month"]], on=span, how="left", suffixes=("", "_old")
    )
    is_stored = both["end_month_old"].notna()
    ends = both[["end_month", "end_month_old"]].fillna(0)
    return both.assign(
        start_month=both["start_month"].mask(is_stored, ends.min(axis=1) + 1),
        end_month=both["end_month"].mask(is_stored, ends.max(axis=1)),
    )


def _touch_months(work: Work, spans: pd.DataFrame, effects: Effects) -> None:
    """Take note of the months with figures that these spans cover."""
    ranges = spans[["start_month", "end_month"]].drop_duplicates().astype("int64")
    ranges = ranges[ranges["start_month"] <= ranges["end_month"]]
    mart = schema.scope_month
    known = work.connection.scalars(select(mart.c.month).distinct())
    for month in set(known) - effects.months:
        if ((ranges["start_month"] <= month) & (ranges["end_month"] >= month)).any():
            effects.months.add(month)


def association_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return what was gained and lost from one state of associations to another.

    Grain: one row per change, columns HOLDER, change, month (first held, or no longer held) and
    reason. A span that merely got another start is no change.
    """
    columns = [*HOLDER, "start_month", "end_month"]
    now = after[[*columns, "end_reason"]].reset_index(names="span")
    both = now.merge(before[columns], on=HOLDER, suffixes=("", "_old"))
    both = both[
        (both["start_month"] <= both["end_month_old"])
        & (both["start_month_old"] <= both["end_month"])
    ]
    old_end = both.groupby("span")["end_month_old"].max().reindex(now["span"]).to_numpy()
    now = now.assign(old_end=old_end)
    is_open, was_there = now["end_month"] == OPEN_END, now["old_end"].notna()
    was_open = now["old_end"] == OPEN_END
    now = now.assign(
        first_held=now["start_month"].where(~was_there, now["old_end"] + 1),
        first_not_held=now["end_month"] + 1,
    )
    gained = now[~was_there | (is_open & ~was_open)].rename(columns={"first_held": "month"})
    lost = now[~is_open & (was_open | ~was_there)].rename(columns={"first_not_held": "month"})
    parts = [gained.assign(change="gained", end_reason=None), lost.assign(change="lost")]
    found = pd.concat([*parts, _withdrawn(before, after)], ignore_index=True)
    found = found.rename(columns={"end_reason": "reason"})
    found = found[[*HOLDER, "change", "month", "reason"]]
    return plain(found.sort_values([*HOLDER, "month"], ignore_index=True))


def _withdrawn(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return spans that nothing speaks for any more, as lost from their start on."""
    columns = [*HOLDER, "start_month", "end_month"]
    old = before[columns].reset_index(names="span")
    both = old.merge(after[columns], on=HOLDER, suffixes=("", "_new"))
    kept = both[
        (both["start_month"] <= both["end_month_new"])
        & (both["start_month_new"] <= both["end_month"])
    ]
    gone = old[~old["span"].isin(kept["span"])]
    return gone.assign(change="lost", month=gone["start_month"], end_reason="withdrawn")


def _listed(changes: pd.DataFrame, keys: Keys) -> Iterable[AssociationChange]:
    """Return changes with business ids, for the report."""
    names = {
        "tenant_key": keys.tenants,
        "workload_key": keys.workloads,
        "partner_key": keys.partners,
    }
    ids = [
        pd.Series(known.index, index=known.to_numpy()).loc[changes[name].to_list()].to_list()
        for name, known in names.items()
    ]
    months = [month_code(month) for month in changes["month"]]
    for change, tenant, workload, partner, month in zip(
        changes["change"], *ids, months, strict=True
    ):
        yield AssociationChange(change, tenant, workload, partner, month)


def _replace(work: Work, table: Table, rows: pd.DataFrame) -> None:
    """Put rows in the place of those with the same primary key, or add them."""
    _remove(work, table, rows)
    names = [column.name for column in table.c]
    work.backend.bulk_load(work.connection, table, rows[names])


def _remove(work: Work, table: Table, rows: pd.DataFrame) -> None:
    """Delete the table's rows that have the primary keys of these rows."""
    key = [column.name for column in table.primary_key]
    columns = (Column(name, table.c[name].type) for name in key)
    with work.scratch("removed", *columns) as removed:
        work.backend.bulk_load(work.connection, removed, rows[key])
        chosen = select(*(removed.c[name] for name in key))
        work.connection.execute(delete(table).where(among(table, key, chosen)))
