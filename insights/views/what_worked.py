"""What worked, as people read it: groups of actions against similar customers, and each action."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from insights.actions.kinds import KINDS_BY_CODE
from insights.actions.lift import (
    CONFIDENCE,
    LEAST_ACTIONS,
    LEAST_CUSTOMERS,
    TOO_FEW,
    VERDICTS,
)
from insights.actions.outcomes import (
    MATCHED,
    NO_REPORT,
    NO_SIMILAR,
    SAMPLED_PER_SIZE,
    STATES,
)
from insights.metrics.metric import UNDEFINED
from insights.views.table import Column
from insights.views.workload_columns import short_name

GROUPINGS: dict[str, str] = {
    "playbook": "By playbook",
    "kind": "By kind",
    "workload": "By workload",
    "owner": "By owner",
}
"""How actions are grouped, by code in links."""

WITHIN_MONTHS = (1, 3, 6, 12)
"""Spans in which an action's milestone was reached or not."""

LISTED = 200

_PERCENT = f"{CONFIDENCE:.0%}"
_LIFT_HELP = (
    "Change of active usage over the 90 days after, minus that of similar customers without an "
    "action, in points; the mean over compared actions."
)
_RANGE_HELP = f"{_PERCENT} interval of the difference; where it holds 0, nothing clear is seen."
_CROSSED_HELP = "Of compared actions whose milestone was ahead, how many reached it in 3 months."

LEAGUE_COLUMNS: tuple[Column, ...] = (
    Column("label", "Group", is_pinned=True, width=220),
    Column("verdict_label", "Compared with similar customers", width=260),
    Column("lift", "Difference", "points", help=_LIFT_HELP),
    Column("low", "From", "points", help=_RANGE_HELP),
    Column("high", "To", "points", help=_RANGE_HELP),
    Column("compared", "Compared", "count", help="Actions with at least one similar customer."),
    Column("actions", "Actions", "count", help="Begun at least 90 days ago."),
    Column("customers", "Customers", "count"),
    Column("users", "Users more", "decimal", help="Active users per action, against similar ones."),
    Column("crossed", "Crossed", "share", help=_CROSSED_HELP),
    Column("similar_crossed", "Similar crossed", "share", help=_CROSSED_HELP),
    Column("crossing_lift", "Difference of crossing", "points"),
    Column("crossing_low", "Crossing from", "points", help=_RANGE_HELP),
    Column("crossing_high", "Crossing to", "points", help=_RANGE_HELP),
)
TIME_COLUMNS: tuple[Column, ...] = (
    Column("within", "Within", is_pinned=True),
    Column("reached", "Reached", "count"),
    Column("watched", "Of", "count", help="Actions with a milestone ahead, watched so long."),
    Column("share", "Share", "share_bar"),
)
ACTION_COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True, width=180),
    Column("workload_short", "Workload"),
    Column("kind_label", "Kind", width=170),
    Column("playbook_title", "Playbook", width=220),
    Column("owner_name", "Owner"),
    Column("begun_at", "Begun", "moment", help="In UTC."),
    Column("start_usage", "Usage before", "share"),
    Column("change", "Change", "points", help="Of active usage to the third month after."),
    Column("similar_change", "Similar customers", "points", help="Mean change of the matches."),
    Column("effect", "Difference", "points"),
    Column("matches", "Matches", "count"),
    Column("users_change", "Users", "decimal", help="Change of active users."),
    Column("crossing_label", "Milestone", width=170),
    Column("state_label", "Comparison", width=300),
)

NOT_MEASURED = "about claims, proofs, data or own ideas not measured by usage."
CAUTION = (
    "These are comparisons with similar customers, not proof of a cause: people choose whom they "
    f"turn to. An interval is for {_PERCENT}: of ten groups where nothing differs, about one would "
    "show a difference by chance. Similar customers are looked for among at most "
    f"{SAMPLED_PER_SIZE:,} of each size before the oldest of these actions and as many before the "
    "newest, chosen without a look at their usage."
)


def league(told: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return groups as LEAGUE_COLUMNS show them: those that can be told first, best first."""
    rows = told.assign(
        label=told["group"].map(lambda code: names.get(code, code)).astype("str"),
        verdict_label=told["verdict"].map(VERDICTS).astype("str"),
        is_told=told["verdict"] != TOO_FEW,
    )
    by = ["is_told", "lift", "compared", "label"]
    return rows.sort_values(by, ascending=[False, False, False, True], ignore_index=True)


def group_names(grouping: str, begun: pd.DataFrame, playbooks: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of the groups by code; `playbooks` are titles by code."""
    codes = [str(code) for code in begun[grouping].unique()]
    if grouping == "kind":
        return {code: f"{KINDS_BY_CODE[code].symbol} {KINDS_BY_CODE[code].label}" for code in codes}
    if grouping == "workload":
        return {code: short_name(code) for code in codes}
    if grouping == "owner":
        named = dict(zip(begun["owner"], begun["owner_name"], strict=True))
        return {**named, "": "Nobody"}
    return {**{code: playbooks.get(code, code) for code in codes}, "": "No playbook"}


def takeaway(every: pd.Series) -> str:
    """Return what all actions together say, in one sentence; `every` is a row of lifts."""
    if every["verdict"] == TOO_FEW:
        return (
            f"Too few to tell: {_counted(int(every['compared']))} of "
            f"{_customers(int(every['customers']))} can be compared; {LEAST_ACTIONS} of "
            f"{LEAST_CUSTOMERS} customers are needed."
        )
    more = "more" if every["lift"] >= 0 else "less"
    return (
        f"Usage moved {abs(every['lift']) * 100:.1f} points {more} than at similar customers "
        f"({_PERCENT} interval {_points(every['low'])} to {_points(every['high'])}), over "
        f"{_counted(int(every['compared']))} of {_customers(int(every['customers']))}: "
        f"{_plain_verdict(str(every['verdict']))}."
    )


def crossing_words(every: pd.Series) -> str:
    """Return how often milestones were reached against similar customers, "" where unknown."""
    if pd.isna(every["crossing_lift"]):
        return ""
    return (
        f"{every['crossed']:.0%} reached their milestone within 3 months, similar customers "
        f"{every['similar_crossed']:.0%} ({int(every['crossing_actions']):,} actions; difference "
        f"{_points(every['crossing_lift'])}, {_PERCENT} interval {_points(every['crossing_low'])} "
        f"to {_points(every['crossing_high'])})."
    )


def coverage_words(begun: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Return how many actions there are, and how many cannot be compared and why."""
    usage = begun[begun["is_usage_kind"]]
    young = len(usage) - len(effects)
    states = effects["state"].value_counts()
    parts = [f"{_counted(len(usage))} about usage begun"]
    parts += [f"{young:,} too young (the third month after is not over)"] if young else []
    parts += [
        f"{int(states.get(state, 0)):,} without comparison: {STATES[state]}"
        for state in (NO_SIMILAR, NO_REPORT)
        if states.get(state, 0)
    ]
    others = len(begun) - len(usage)
    words = "; ".join([*parts, f"{int(states.get(MATCHED, 0)):,} compared"]) + "."
    return f"{words} {_counted(others)} {NOT_MEASURED}" if others else words


def action_rows(
    begun: pd.DataFrame, effects: pd.DataFrame, playbooks: Mapping[str, str]
) -> pd.DataFrame:
    """Return the actions that are old enough as ACTION_COLUMNS show them, the newest first."""
    rows = effects.merge(begun, on="action_id", how="inner")
    labels = {code: f"{kind.symbol} {kind.label}" for code, kind in KINDS_BY_CODE.items()}
    told = rows.assign(
        workload_short=rows["workload"].map(short_name),
        kind_label=rows["kind"].map(labels),
        playbook_title=rows["playbook"].map(lambda code: playbooks.get(code, code)),
        state_label=rows["state"].map(STATES),
        crossing_label=_crossing_labels(rows),
    )
    return told.sort_values(["begun_at", "action_id"], ascending=[False, True], ignore_index=True)


def crossing_times(effects: pd.DataFrame) -> pd.DataFrame:
    """Return how many milestones were reached within so many months: TIME_COLUMNS.

    Only actions that were watched for the whole span count in it.
    """
    rows = []
    for span in WITHIN_MONTHS:
        watched = effects[effects["months_seen"] >= span]
        reached = int((watched["months_to_cross"] <= span).sum())
        share = reached / len(watched) if len(watched) else np.nan
        label = "the first month" if span == 1 else f"{span} months"
        rows.append((label, reached, len(watched), share))
    return pd.DataFrame(rows, columns=[column.name for column in TIME_COLUMNS])


def times_takeaway(times: pd.DataFrame) -> str:
    """Return the last span with anything watched, in one line."""
    known = times[times["watched"] > 0]
    if known.empty:
        return "No action with a milestone ahead was watched long enough."
    row = known.iloc[-1]
    return f"Within {row['within']}, {row['reached']:,} of {row['watched']:,} reached theirs."


def league_takeaway(rows: pd.DataFrame) -> str:
    """Return what the groups say in one line: the best, or that none can be told."""
    told = rows[rows["is_told"]]
    if told.empty:
        return f"{len(rows):,} groups, all too small to tell."
    best = told.iloc[0]
    return (
        f"{len(told):,} of {len(rows):,} groups can be told; highest: {best['label']}, "
        f"{_points(best['lift'])} ({_points(best['low'])} to {_points(best['high'])})."
    )


def path_takeaway(action: pd.Series) -> str:
    """Return what became of one action against its matches."""
    if action["state"] != MATCHED:
        return f"{action['tenant_name']}: {action['state_label']}."
    return (
        f"{action['tenant_name']}, {action['workload_short']}: usage moved "
        f"{_points(action['change'])}; at {_customers(int(action['matches']))} like it, "
        f"{_points(action['similar_change'])}."
    )


def _crossing_labels(rows: pd.DataFrame) -> pd.Series[str]:
    percent = rows["milestone"].astype("Int64").astype("str") + "%"
    reached = np.where(rows["is_crossed"] == 1.0, "● reached ", "○ not yet ")
    words = pd.Series(reached, index=rows.index, dtype="str") + percent
    return words.where(rows["is_crossed"].notna(), "")


def _points(share: float) -> str:
    return UNDEFINED if pd.isna(share) else f"{share * 100:+.1f} points"


def _plain_verdict(verdict: str) -> str:
    return VERDICTS[verdict].partition(" ")[2]


def _counted(actions: int) -> str:
    return f"{actions:,} {'action' if actions == 1 else 'actions'}"


def _customers(number: int) -> str:
    return f"{number:,} {'customer' if number == 1 else 'customers'}"
