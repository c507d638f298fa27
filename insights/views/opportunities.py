"""Opportunities ready to be shown: quadrants, the ranked list, customers and workloads ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from insights.metrics.metric import UNDEFINED
from insights.milestone_states import STATES
from insights.money import EXAMPLE_HELP, EXAMPLE_MARK, marked, usd, usd_short, worth_words
from insights.months import month_label
from insights.opportunities import LIKELY, QUADRANTS
from insights.ranking.verdicts import Verdict
from insights.views.card import Card
from insights.views.chances import chance_text, of_hundred, stepped
from insights.views.table import Column

HORIZON = 90
"""Days of the horizon that lists, values and quadrants use."""

SYMBOLS = {"act": "▲", "evaluate": "◆", "nurture": "●", "educate": "○"}
"""Beside each quadrant's colour."""

EVIDENCE = {"strong": "●●● strong", "fair": "●●○ fair", "thin": "●○○ thin"}

_STATES = {state.code: f"{state.symbol} {state.label}" for state in STATES}


def quadrant_label(code: str) -> str:
    """Return a quadrant's symbol and name."""
    return f"{SYMBOLS[code]} {QUADRANTS[code].label}"


def quadrant_cards(cells: pd.DataFrame) -> tuple[Card, ...]:
    """Return a card per quadrant from rows of queries.opportunities.opportunity_cells."""
    sums = cells.groupby("quadrant")[["pairs", "expected_usd_e4", "value_usd_e4", "example_pairs"]]
    added = sums.sum().reindex(list(QUADRANTS), fill_value=0)
    return tuple(
        Card(
            label=quadrant_label(str(code)),
            value=f"{int(row['pairs']):,}",
            help=f"Workloads {QUADRANTS[str(code)].meaning}. Likely: a chance of {LIKELY:.0%} or "
            "more within 90 days. Valuable: at least the median of all values.",
            note=_quadrant_note(row),
        )
        for code, row in added.iterrows()
    )


def _quadrant_note(row: pd.Series[Any]) -> str:
    if not row["value_usd_e4"]:
        return ""
    words = f"{usd_short(row['expected_usd_e4'])} expected of {usd_short(row['value_usd_e4'])}"
    return marked(words, is_example=bool(row["example_pairs"]))


def eta_text(low: Any, median: Any, high: Any, shows: str) -> str:  # noqa: ANN401 - may be missing
    """Return when a milestone is expected, with its 80 % interval, from month indexes."""
    if shows == "order":
        return "too little history"
    if pd.isna(median):
        return "not within a year" if pd.isna(low) else f"{_short(low)} at the earliest"
    last = "later" if pd.isna(high) else _short(high)
    return f"{month_label(int(median))} ({_short(low)} – {last})"


def _short(month: Any) -> str:  # noqa: ANN401 - an integer of a nullable column
    return month_label(int(month))


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of a list depend on: the record's verdict, and the last visit's end."""

    verdict: Verdict
    seen_until: datetime | None

    @property
    def basis(self) -> str:
        """Return who ranks, in a word."""
        return "model" if self.verdict.ranks == "model" else "plain rule"


def table(rows: pd.DataFrame, told: Told, marks: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return rows of queries.opportunities.opportunity_list as the table shows them.

    `marks` are words about the action or dismissal of a pair, by tenant and workload. Adds place,
    link, milestone_text, chance, eta, news, quadrant_text, evidence_text, state_text, basis, work.
    """
    shows = told.verdict.shows
    records = rows.to_dict("records")
    return rows.assign(
        place=range(1, len(rows) + 1),
        link=[f"{row['tenant_id']}\t{row['workload']}" for row in records],
        milestone_text=_text([f"{row['milestone']}%" for row in records], rows),
        chance=_text([chance_text(row["probability_90"], shows) for row in records], rows),
        gap_chance=_text([chance_text(row["gap_probability_90"], shows) for row in records], rows),
        eta=_text(
            [
                eta_text(row["eta_low"], row["eta_median"], row["eta_high"], shows)
                for row in records
            ],
            rows,
        ),
        news=_text([_news(row, told) for row in records], rows),
        quadrant_text=_text([quadrant_label(row["quadrant"]) for row in records], rows),
        evidence_text=_text([EVIDENCE[row["evidence"]] for row in records], rows),
        state_text=_text([_STATES.get(row["state"], row["state"]) for row in records], rows),
        basis=told.basis,
        work=_text([marks.get((row["tenant_id"], row["workload"]), "") for row in records], rows),
        rate=_text([EXAMPLE_MARK if row["is_example"] else "" for row in records], rows),
    )


def _text(values: list[str], rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(values, index=rows.index, dtype="str")


def _news(row: Mapping[Any, Any], told: Told) -> str:
    """Return what is new about an opportunity since the last visit, '' for nothing."""
    since = told.seen_until
    if since is None:
        return ""
    if row["new_at"] > since:
        return "✦ new"
    if pd.isna(row["moved_at"]) or row["moved_at"] <= since:
        return ""
    before = row["before_probability_90"]
    if told.verdict.shows != "percent" or pd.isna(before):
        return "↕ moved"
    points = stepped(row["probability_90"]) - stepped(before)
    return f"↕ {points:+d} points" if points else "↕ moved"


COLUMNS = (
    Column("place", "#", "count", width=50),
    Column("name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("milestone_text", "Milestone"),
    Column(
        "chance",
        "Chance, 90 days",
        help="That the next milestone is reached within 90 days, as exact as the record allows.",
    ),
    Column("eta", "Expected", help="Most likely month, with the months of an 80% interval."),
    Column("users_needed", "Users needed", "count"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("expected_usd_e4", "Expected value", "money", help="Chance within 90 days x value."),
    Column("quadrant_text", "Quadrant"),
    Column("news", "Since last visit", help="New on the list, or its chance moved by 5 points."),
    Column("work", "Work", help="An action that is under way, or why the workload is left alone."),
    Column("evidence_text", "Evidence", help="Strong from 12 months of history, fair from 6."),
    Column("basis", "Basis", help="Who ranks: the learned model, or the plain gap rule."),
    Column("gap_chance", "Plain rule", help="What the distance to the milestone alone says."),
    Column("state_text", "State"),
    Column("partner_name", "Partner"),
    Column("rate", "Rate", help=EXAMPLE_HELP),
)


def takeaway(rows: pd.DataFrame, total: int) -> str:
    """Return what a list of opportunities says first."""
    if rows.empty:
        return "No opportunity matches."
    first = rows.iloc[0]
    listed = f" The {len(rows):,} listed are worth {{}} by chance x value."
    return (
        f"{total:,} milestones ahead. First: {first['name']}, {first['workload_name']} to "
        f"{first['milestone']}%, {int(first['users_needed']):,} users needed."
        f"{worth_words(listed, int(rows['expected_usd_e4'].sum()))}"
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an opportunity's detail."""

    label: str
    value: str


def facts(row: Mapping[str, Any], told: Told) -> tuple[Fact, ...]:
    """Return what is known of one opportunity (a row of `table`), line by line."""
    chance = row["chance"]
    if told.verdict.shows == "percent":
        chance = f"{chance} ({of_hundred(row['probability_90'])} get there within 90 days)"
    if chance == UNDEFINED:
        chance = "only its place in the order is known"
    pace = row["monthly_pace"]
    usage = 100 * row["monthly_active_users"] / max(row["paid_available_units"], 1)
    return (
        Fact("Chance", chance),
        Fact("Expected", row["eta"]),
        Fact(
            "Users needed",
            f"{int(row['users_needed']):,} of {int(row['paid_available_units']):,} seats to "
            f"{row['milestone']}% ({usage:.1f}% now)",
        ),
        Fact("Pace", "no history" if pd.isna(pace) else f"{pace:+,.1f} users a month"),
        *_worth(row),
        Fact("Quadrant", f"{row['quadrant_text']}: {QUADRANTS[row['quadrant']].meaning}"),
        Fact("State", row["state_text"]),
        Fact("Evidence", f"{row['evidence_text']}, {int(row['history_months'])} months of history"),
        Fact("Basis", f"{told.basis}; the plain rule alone says {row['gap_chance']}"),
    )


def _worth(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what it is worth, nothing where that is not known or may not be seen."""
    if pd.isna(row["value_usd_e4"]) or not row["value_usd_e4"]:
        return ()
    words = f"{usd(int(row['value_usd_e4']))}, expected {usd(int(row['expected_usd_e4']))}"
    return (Fact("Worth", marked(words, is_example=bool(row["is_example"]))),)


def customer_table(rows: pd.DataFrame, shows: str) -> pd.DataFrame:
    """Return rows of queries.customer_ranking as the table shows them."""
    return rows.assign(
        place=range(1, len(rows) + 1),
        chance=_text([chance_text(value, shows) for value in rows["chance_90"]], rows),
        best=_text(
            [
                f"{row['best_workload_name']} to {row['best_milestone']}%"
                for row in rows.to_dict("records")
            ],
            rows,
        ),
    )


CUSTOMER_COLUMNS = (
    Column("place", "#", "count", width=50),
    Column("name", "Customer", is_pinned=True),
    Column(
        "chance",
        "Chance of any, 90 days",
        help="Approximate: 1 - product of (1 - chance) over the workloads, as if independent.",
    ),
    Column("pairs", "Milestones ahead", "count"),
    Column("best", "Nearest"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("expected_usd_e4", "Expected value", "money"),
)

WORKLOAD_COLUMNS = (
    Column("workload_name", "Workload", is_pinned=True),
    Column("pairs", "Milestones ahead", "count"),
    Column("expected_pairs", "Expected, 90 days", "decimal", help="Sum of the chances."),
    Column("users_needed", "Users needed", "count"),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP),
    Column("expected_usd_e4", "Expected value", "money"),
)
