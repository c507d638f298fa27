"""What a change of programme rules changes: values, states and money, and who changed them when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from insights.milestone_states import STATES
from insights.money import MONEY_GROUPS
from insights.program import Program, RuleChange, RuleLine, compare, rule_lines
from insights.views.program_rules import EXAMPLE
from insights.views.table import Column

CHANGE_COLUMNS = (
    Column("subject", "What", is_pinned=True),
    Column("before", "Before", width=420),
    Column("after", "After", width=420),
    Column("reference", "Reference", is_wide=True, help="Of the value after, else before."),
)

STATE_COLUMNS = (
    Column("state", "State", is_pinned=True),
    Column("before", "Milestones before", "count"),
    Column("after", "Milestones after", "count"),
    Column("change", "Change", "count"),
)

MONEY_COLUMNS = (
    Column("group", "Money, estimate", is_pinned=True),
    Column("before", "Before", "money"),
    Column("after", "After", "money"),
    Column("change", "Change", "money"),
)

ACTIVATION_COLUMNS = (
    Column("activated_at", "When (UTC)", "moment", is_pinned=True),
    Column("title", "Year"),
    Column("what", "What"),
    Column("activated_by", "By"),
    Column("file_name", "File"),
    Column("standing", "Standing", help="The newest row of a year is the one in force."),
    Column("rules_id", "Number", "count"),
)


@dataclass(frozen=True, slots=True)
class FigureChanges:
    """Which figures a change of rules moves: in words, states and money before and after."""

    words: str
    states: pd.DataFrame
    money: pd.DataFrame


def program_changes(before: Program, after: Program) -> list[tuple[str, list[RuleChange]]]:
    """Return what differs between two programmes, year by year; years without change left out.

    A year that only one programme has differs in every value.
    """
    titles = dict.fromkeys(rules.title for program in (before, after) for rules in program.years)
    changed = []
    for title in titles:
        old, new = before.year(title), after.year(title)
        if old is not None and new is not None:
            changes = [*_dates(old.starts, new.starts, "Starts", new.reference)]
            changes += [*_dates(old.ends, new.ends, "Ends", new.reference), *compare(old, new)]
        else:
            only = rule_lines(new or old)  # type: ignore[arg-type] # one of the two has the title
            changes = [
                RuleChange(line.subject, line if old else None, line if new else None)
                for line in only
            ]
        if changes:
            changed.append((title, changes))
    return changed


def _dates(before: object, after: object, subject: str, reference: str) -> Iterable[RuleChange]:
    """Yield the change of a year's first or last day."""
    if before != after:
        lines = [
            RuleLine(subject, str(day) if day else "open-ended", reference, False)
            for day in (before, after)
        ]
        yield RuleChange(subject, *lines)


def neighbours(program: Program, title: str) -> tuple[str, str]:
    """Return the titles of the year before this one and of this one, for a first comparison.

    The first year has none before it and is compared with the next.
    """
    titles = [rules.title for rules in program.years]
    at = max(titles.index(title), min(1, len(titles) - 1))
    return titles[max(at - 1, 0)], titles[at]


def compared(program: Program, before: str, after: str) -> pd.DataFrame:
    """Return what two years of the programme do not share, as `change_rows`."""
    years = [rules for title in (before, after) if (rules := program.year(title)) is not None]
    return change_rows(compare(years[0], years[-1]))


def differing(values: int) -> str:
    """Return how many values differ, as the end of a sentence."""
    if not values:
        return "no value differs"
    return "1 value differs" if values == 1 else f"{values:,} values differ"


def change_rows(changes: Sequence[RuleChange]) -> pd.DataFrame:
    """Return one row per changed value, old beside new; "—" where a year does not have it."""
    return pd.DataFrame(
        [
            {
                "subject": change.subject,
                "before": _value(change.before),
                "after": _value(change.after),
                "reference": next(
                    line.reference for line in (change.after, change.before) if line is not None
                ),
            }
            for change in changes
        ],
        columns=[column.name for column in CHANGE_COLUMNS],
    )


def _value(line: RuleLine | None) -> str:
    if line is None:
        return "—"
    return f"{line.value} ({EXAMPLE})" if line.is_example else line.value


def figure_changes(before: pd.DataFrame, after: pd.DataFrame) -> FigureChanges:
    """Return states and money before and after a change of rules.

    Both frames have kind ("state" or "money"), code, milestones (how many) and amount_usd_e4.
    """
    states = _side_by_side(before, after, "state", "milestones")
    money = _side_by_side(before, after, "money", "amount_usd_e4")
    labels = {state.code: f"{state.symbol} {state.label}" for state in STATES}
    moved = int(states["change"].clip(lower=0).sum())
    return FigureChanges(
        words=_moved_words(moved, money["change"]),
        states=_ordered(states, labels).rename(columns={"label": "state"}),
        money=_ordered(money, {group.code: group.label for group in MONEY_GROUPS}).rename(
            columns={"label": "group"}
        ),
    )


def _side_by_side(
    before: pd.DataFrame, after: pd.DataFrame, kind: str, measure: str
) -> pd.DataFrame:
    """Return code, before, after and change of one kind of figure, 0 where a side has none."""
    sides = [
        side.loc[side["kind"] == kind].set_index("code")[measure].rename(name)
        for name, side in (("before", before), ("after", after))
    ]
    both = pd.concat(sides, axis=1).fillna(0).astype("int64")
    return both.assign(change=both["after"] - both["before"])


def _ordered(rows: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """Return the rows in the order of the labels; codes that neither side has are left out."""
    known = [code for code in labels if code in rows.index]
    return rows.loc[known].assign(label=[labels[code] for code in known]).reset_index(drop=True)


def _moved_words(moved: int, amounts: pd.Series[int]) -> str:
    """Return whether any figure moves; two moves that cancel out in the counts are not seen."""
    if not moved and not amounts.any():
        return "No count of a state and no amount changes."
    counted = "one milestone changes its" if moved == 1 else f"{moved:,} milestones change their"
    states = f"At least {counted} state." if moved else "No count of a state changes."
    money = "Amounts change as shown." if amounts.any() else "No amount changes."
    return f"{states} {money}"


def activation_rows(activations: pd.DataFrame) -> pd.DataFrame:
    """Return the history of activations for the page, newest first.

    `activations` has rules_id, title, content (missing: back to the shipped rules), file_name,
    activated_at, activated_by.
    """
    newest_first = activations.sort_values("rules_id", ascending=False, ignore_index=True)
    is_newest = ~newest_first["title"].duplicated()
    is_reset = newest_first["content"].isna()
    return newest_first.assign(
        what=is_reset.map({True: "back to the shipped rules", False: "activated"}),
        standing=is_newest.map({True: "in force", False: "replaced"}),
    )
