"""What imports changed about associations: gained, lost and moved ones, and contested workloads."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.claim_life import status_words
from insights.money import EXAMPLE_HELP
from insights.views.table import Column

REASONS: dict[str, str] = {
    "": "",
    "moved": "Moved: another partner's association began",
    "disassociated": "Disassociated: a claims file tells the end",
    "not reported": "Not named for three months, while the partner's others are",
}
"""Why an association ended, by code of the store."""

CHANGES: dict[str, str] = {"lost": "✕ Lost", "gained": "● Gained"}

IMPORT_COLUMNS: tuple[Column, ...] = (
    Column("imported_at", "Imported", "moment", is_pinned=True),
    Column("file_name", "File"),
    Column("gained", "● Gained", "count"),
    Column("lost", "✕ Lost", "count"),
    Column("moved", "of these moved", "count", help=REASONS["moved"]),
    Column("disassociated", "disassociated", "count", help=REASONS["disassociated"]),
    Column("not_reported", "not reported", "count", help=REASONS["not reported"]),
)
COLUMNS: tuple[Column, ...] = (
    Column("change_words", "Change", is_pinned=True),
    Column("tenant_name", "Customer"),
    Column("workload_name", "Workload"),
    Column("partner_name", "Partner"),
    Column("month", "Since", "month", help="First month held, or no longer held."),
    Column("reason_words", "Why"),
    Column("other_partner", "Held now by"),
    Column(
        "value_usd_e4",
        "Not earned yet",
        "money",
        help="Estimate of the workload's milestones that nobody has reached: lost with it.",
    ),
    Column("is_example_value", "Example rate", "flag", help=EXAMPLE_HELP),
    Column("tenant_id", "Tenant id"),
)
CONTESTED_COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("partner_name", "Held by"),
    Column("rival_words", "Claimed by"),
    Column("status_words", "Status of that claim"),
    Column("status_on", "Since", "date"),
    Column("value_usd_e4", "At stake", "money", help="Estimate of the milestones not reached."),
    Column("is_example_value", "Example rate", "flag", help=EXAMPLE_HELP),
    Column("claim_id", "Claim"),
    Column("tenant_id", "Tenant id"),
)


@dataclass(frozen=True, slots=True)
class ImportsView:
    """Imports that changed associations, the newest first, their labels, and a sentence."""

    table: pd.DataFrame
    labels: dict[str, str]
    takeaway: str


def imports_view(changes: pd.DataFrame) -> ImportsView | None:
    """Return changes_by_import with one row per import, None without any change."""
    if changes.empty:
        return None
    kind = changes["reason"].where(changes["change"] == "lost", "gained").str.replace(" ", "_")
    wide = changes.assign(kind=kind.mask(kind == "", "untold")).pivot_table(
        index="batch_id", columns="kind", values="changes", aggfunc="sum", fill_value=0
    )
    kinds = ["gained", "moved", "disassociated", "not_reported", "untold"]
    wide = wide.reindex(columns=kinds, fill_value=0).astype("int64").rename_axis(columns=None)
    facts = changes.drop_duplicates("batch_id")[["batch_id", "file_name", "imported_at"]]
    table = facts.merge(wide.reset_index(), on="batch_id")
    table = table.assign(lost=table[kinds[1:]].sum(axis="columns"))
    table = table.sort_values("batch_id", ascending=False, ignore_index=True)
    labels = {
        str(row["batch_id"]): (
            f"{row['imported_at']:%Y-%m-%d} · {row['file_name']}: "
            f"{row['gained']:,} gained, {row['lost']:,} lost"
        )
        for row in table.to_dict("records")
    }
    newest = table.iloc[0]
    takeaway = (
        f"{len(table)} imports changed associations; the newest, {newest['file_name']}: "
        f"{newest['gained']:,} gained, {newest['lost']:,} lost ({newest['moved']:,} moved)."
    )
    return ImportsView(table, labels, takeaway)


def change_rows(changes: pd.DataFrame) -> pd.DataFrame:
    """Return changes_of_import with change and reason in words."""
    return changes.assign(
        change_words=changes["change"].map(CHANGES),
        reason_words=changes["reason"].map(lambda code: REASONS.get(code, code)),
        is_example_value=_is_example(changes),
    )


def contested_rows(contested: pd.DataFrame) -> pd.DataFrame:
    """Return contested_workloads with status and rival in words."""
    return contested.assign(
        status_words=contested["status"].map(status_words),
        rival_words=contested["rival_name"].fillna("another partner"),
        is_example_value=_is_example(contested),
    )


def _is_example(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return whether there is an amount that rests on an example rate."""
    return rows["is_example"] & rows["value_usd_e4"].notna()


def contested_words(contested: pd.DataFrame) -> str:
    """Return how many open claims contest how many held workloads."""
    wanted = len(contested.drop_duplicates(["tenant_id", "workload"]))
    claims = contested["claim_id"].nunique()
    return f"Held workloads that another partner claims: {wanted:,}, by {claims:,} open claims."
