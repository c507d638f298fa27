"""One opportunity explained, ready to be shown: reasons, what moved it, levers, look-alikes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from insights.months import month_label
from insights.ranking.explain import MOVE_LABELS, Move
from insights.ranking.levers import Lever
from insights.ranking.lookalikes import Lookalike
from insights.ranking.model import probability
from insights.ranking.reasons import Reason
from insights.ranking.verdicts import Verdict
from insights.views.chances import chance_text
from insights.views.table import Column

FOR, AGAINST = "▲ for", "▼ against"
STRONG, NOTICEABLE = 0.7, 0.25
"""Log-odds from which a part weighs much or somewhat (0.7 doubles the odds)."""

NO_LOOKALIKE = (
    "No comparable customer: nobody of this size stood within 5 points of this usage "
    "6, 9 or 12 months ago without having reached the milestone."
)


def weight_words(amount: float) -> str:
    """Return how much a part of the log-odds weighs, in a word."""
    size = abs(amount)
    return "much" if size >= STRONG else "somewhat" if size >= NOTICEABLE else "a little"


def reason_rows(reasons: Sequence[Reason], verdict: Verdict) -> pd.DataFrame:
    """Return the strongest reasons, one per row: group, side, weight, text, contribution."""
    only = "; only the distance counts, because the gap rule ranks"
    told = [
        {
            "group": reason.group,
            "side": FOR if reason.is_for else AGAINST,
            "weight": weight_words(reason.contribution),
            "text": reason.text + (only if verdict.ranks == "gap" else ""),
            "contribution": reason.contribution,
        }
        for reason in reasons
    ]
    return pd.DataFrame(told, columns=["group", "side", "weight", "text", "contribution"])


REASON_COLUMNS = (
    Column("group", "What counts", is_pinned=True),
    Column("side", "Speaks"),
    Column("weight", "How much"),
    Column("text", "In numbers", width=420),
    Column("contribution", "Log-odds", "score", help="Exact part of the score's log-odds."),
)


def move_rows(moved: Sequence[Move]) -> pd.DataFrame:
    """Return what moved a score since the month before, one part per row; parts add up."""
    told = [
        {
            "part": MOVE_LABELS[move.code],
            "side": "▲ up" if move.change > 0 else "▼ down",
            "weight": weight_words(move.change),
            "change": move.change,
        }
        for move in moved
    ]
    return pd.DataFrame(told, columns=["part", "side", "weight", "change"])


MOVE_COLUMNS = (
    Column("part", "What moved it", is_pinned=True, width=300),
    Column("side", "Direction"),
    Column("weight", "How much"),
    Column("change", "Log-odds", "score", help="All parts add up to the change of the score."),
)


def moved_words(moved: Sequence[Move]) -> str:
    """Return in a sentence what moved a score most; why there is nothing to tell otherwise."""
    if not moved:
        return "Nothing was said of it the month before, so nothing can be compared."
    total = sum(move.change for move in moved)
    side = "rose" if total > 0 else "fell" if total < 0 else "did not move"
    return f"Its score {side} since the month before, mostly by: {MOVE_LABELS[moved[0].code]}."


def lever_rows(levers: Sequence[Lever], verdict: Verdict) -> pd.DataFrame:
    """Return levers as shown: text, before and after (chances as exact as the record allows)."""
    shows = verdict.shows
    told = [
        {
            "text": lever.text,
            "before": chance_text(lever.chance, shows),
            "after": "reached" if lever.is_reached else chance_text(lever.chance_after, shows),
        }
        for lever in levers
    ]
    return pd.DataFrame(told, columns=["text", "before", "after"])


LEVER_COLUMNS = (
    Column("text", "What could be done", is_pinned=True, width=420),
    Column("before", "Chance, 90 days"),
    Column("after", "Then", help="The same model asked again, as if it were so already."),
)


def chances_said(said: pd.DataFrame) -> pd.DataFrame:
    """Return what was said at each month as shares 0-1: as_of, milestone, chance, gap, log_odds.

    `said` has as_of, milestone (percent), log_odds_90, gap_log_odds_90 as the store keeps them.
    """
    odds = {name: said[name].to_numpy(np.float64) for name in ("log_odds_90", "gap_log_odds_90")}
    return said[["as_of", "milestone"]].assign(
        chance=probability(odds["log_odds_90"]),
        gap=probability(odds["gap_log_odds_90"]),
        log_odds=odds["log_odds_90"],
    )


def history_rows(chances: pd.DataFrame, verdict: Verdict) -> pd.DataFrame:
    """Return `chances_said` as shown, newest first, as exactly as the record allows today."""
    rows = chances.iloc[::-1]
    texts = {
        name: [chance_text(chance, verdict.shows) for chance in rows[name]]
        for name in ("chance", "gap")
    }
    return rows.assign(
        month=[month_label(int(month)) for month in rows["as_of"]],
        milestone=[f"{int(percent)}%" for percent in rows["milestone"]],
        **texts,
    ).reset_index(drop=True)


HISTORY_COLUMNS = (
    Column("month", "As of", is_pinned=True),
    Column("milestone", "Milestone"),
    Column("chance", "Chance, 90 days"),
    Column("gap", "By the plain rule", help="What the distance to the milestone alone says."),
    Column("log_odds", "Score", "score", help="Log-odds of the chance, as it was stored then."),
)


def history_words(chances: pd.DataFrame) -> str:
    """Return in a sentence how a score moved from the first month that is kept to the newest."""
    if len(chances) < 2:
        return "It was ranked once so far; every further ranking adds a point here."
    first, last = chances.iloc[0], chances.iloc[-1]
    moved = float(last["log_odds"]) - float(first["log_odds"])
    side = "higher than" if moved > 0 else "lower than" if moved < 0 else "the same as"
    return (
        f"Its score is {side} in {month_label(int(first['as_of']))}, over {len(chances)} rankings."
    )


def lookalike_rows(alike: Sequence[Lookalike], percent: int) -> pd.DataFrame:
    """Return look-alikes as shown: tenant_id, name, since, now, months, apart, path."""
    told = [
        {
            "tenant_id": one.tenant_id,
            "name": one.name,
            "since": f"{one.start_percent:.1f}% in {month_label(one.start)}",
            "outcome": f"{percent}% not reached yet"
            if one.months is None
            else f"{percent}% after {one.months} month{'s' if one.months != 1 else ''}",
            "apart": one.apart,
            "path": [value for value in one.path if not math.isnan(value)],
        }
        for one in alike
    ]
    names = ["tenant_id", "name", "since", "outcome", "apart", "path"]
    return pd.DataFrame(told, columns=names)


LOOKALIKE_COLUMNS = (
    Column("name", "Customer", is_pinned=True),
    Column("since", "Stood here at"),
    Column("outcome", "Since then"),
    Column("path", "Usage by month", "trend"),
    Column("apart", "Apart, points", "decimal", help="Of the paths over the 6 months before."),
)


def lookalike_words(alike: Sequence[Lookalike], percent: int) -> str:
    """Return in a sentence what became of the look-alikes."""
    if not alike:
        return NO_LOOKALIKE
    there = sum(one.months is not None for one in alike)
    return f"{there} of {len(alike)} comparable customers have reached {percent}% since."
