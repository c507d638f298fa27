"""The chain claim → eligible → milestone → earned → paid of one customer, with the broken link."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insights.money import marked, usd
from insights.months import month_label
from insights.reconciliation import LINKS_BY_CODE
from insights.views.table import Column

DONE, AHEAD, BROKEN, NOTHING = "✓", "…", "✕", "–"
"""What a link of the chain begins with: done, still to come, broken, or not asked yet."""

LINKS: dict[str, str] = {
    "claim": "Claim",
    "eligible": "Eligible",
    "reached": "Threshold",
    "earned": "Earned",
    "paid": "Paid",
}
"""The links in their order: column and label."""

WIDTHS = {"eligible": 200, "earned": 220, "paid": 220}
"""Pixels of the links whose longest text is not in the first rows."""

CHAIN_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("goal", "Milestone"),
    Column("broken", "Broken at", help="The first link that fails; empty: none does so far."),
    *(Column(name, label, width=WIDTHS.get(name)) for name, label in LINKS.items()),
)

_PAID: dict[str, str] = {
    "agrees": DONE,
    "example_rate": DONE,
    "amount_not_told": DONE,
    "paid_not_reached": DONE,
    "amount_differs": BROKEN,
    "overdue": BROKEN,
    "not_due": AHEAD,
}
"""How the last link begins by the outcome of the reconciliation; others are broken before."""

_SHORT = {
    "no_programme": "no programme in force",
    "workload_not_paid": "workload not paid for",
    "no_such_milestone": "no such milestone",
    "passed_before_claim": "passed before claim",
    "passed_before_first_report": "passed before our data",
    "usage_at_claim": "too much usage at claim",
    "reason_code": "Microsoft's reason",
}
"""Reasons in the room of a cell; the milestones' table has them in full."""

Row = dict[Any, Any]


def chain_rows(
    milestones: pd.DataFrame, growth: pd.DataFrame, *, is_growth: pd.Series[bool]
) -> pd.DataFrame:
    """Return the chain of every milestone: workload_name, goal, broken and one text per link.

    `milestones` has the columns of customer_milestones, `growth` those of customer_growth;
    `is_growth`: whether the programme year of each milestone pays by units.
    """
    links = dict(zip(growth["workload"], growth["link"], strict=True))
    of_growth = [links.get(code) for code in milestones["workload"]]
    told = milestones.assign(
        is_growth=is_growth,
        growth_link=pd.Series(of_growth, index=milestones.index, dtype="object"),
    )
    rows = [_chain(row) for row in told.astype(object).where(told.notna(), None).to_dict("records")]
    columns = ["workload", "workload_name", "goal", "broken", *LINKS]
    return pd.DataFrame(rows, columns=columns)


def _chain(row: Row) -> Row:
    """Return the texts of one milestone and the first link that is broken."""
    links = {
        "claim": _claim(row),
        "eligible": _eligible(row),
        "reached": _threshold(row),
        "earned": _earned(row),
        "paid": _paid(row),
    }
    broken = (LINKS[name] for name, text in links.items() if text.startswith(BROKEN))
    return {
        "workload": row["workload"],
        "workload_name": row["workload_name"],
        "goal": f"{row['milestone']}%",
        "broken": next(broken, ""),
        **links,
    }


def _is_earned(row: Row) -> bool:
    return row["state"] in ("paid", "reached")


def _claim(row: Row) -> str:
    if row["is_held"]:
        return f"{DONE} {row['holder_name'] or 'another partner'}"
    if _is_earned(row):
        return f"{DONE} {row['partner_name'] or 'another partner'} when reached"
    if row["is_claiming"]:
        return f"{AHEAD} in claim"
    return f"{BROKEN} not claimed{', too late now' if row['is_too_late_to_claim'] else ''}"


def _eligible(row: Row) -> str:
    if row["state"] == "not_earnable":
        return f"{BROKEN} {row['reason_code'] or _SHORT[row['reason']]}"
    if row["state"] == "below_minimum":
        return f"{BROKEN} below minimum seats"
    if row["is_held"] or _is_earned(row):
        return f"{DONE} eligible"
    return NOTHING


def _threshold(row: Row) -> str:
    crossed = row["earned_month"] or row["crossed_month"]
    if crossed is not None:
        return f"{DONE} {month_label(int(crossed))}"
    if row["state"] == "no_data":
        return f"{BROKEN} no data"
    if row["users_needed"] is None:
        return NOTHING
    missing = int(row["users_needed"])
    if not missing:
        return f"{DONE} at or above it now"
    return f"{AHEAD} {missing:,} {'user' if missing == 1 else 'users'} missing"


def _earned(row: Row) -> str:
    worth = marked(usd(row["value_usd_e4"]), is_example=bool(row["is_example"]))
    if _is_earned(row):
        if _pays_by_units(row):
            return f"{DONE} by its units"
        return f"{DONE} {worth if row['value_usd_e4'] else 'earned'}"
    if row["state"] in ("missed", "not_earnable"):
        return f"{BROKEN} {'missed' if row['state'] == 'missed' else 'not earnable'}"
    return f"{AHEAD} worth {worth}" if row["value_usd_e4"] else NOTHING


def _pays_by_units(row: Row) -> bool:
    return bool(row["is_growth"]) and row["state"] == "reached"


def _paid(row: Row) -> str:
    if not _is_earned(row):
        return NOTHING
    link = row["growth_link" if _pays_by_units(row) else "link"]
    if link not in _PAID:
        return _not_compared(row)
    text = f"{_PAID[link]} {LINKS_BY_CODE[link].label}"
    if link == "amount_differs" and row["difference_usd_e4"]:
        return f"{text} by {usd(row['difference_usd_e4'])}"
    is_dated = link in ("overdue", "not_due") and row["due_month"] is not None
    return f"{text}, {month_label(int(row['due_month']))}" if is_dated else text


def _not_compared(row: Row) -> str:
    """Return when it is due, where no file of earnings can tell."""
    if row["state"] == "paid":
        return f"{DONE} paid"
    if _pays_by_units(row):
        return f"{AHEAD} paid by its units"
    due = row["payment_due_month"]
    return f"{AHEAD} due {month_label(int(due))}" if due is not None else NOTHING
