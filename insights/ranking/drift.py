"""Whether today still looks like the months that were learned from, and whether groups fare alike.

None of it changes an answer; it tells people when to look. Old answers against what then happened
remain the check that counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insights.panel import Ints
from insights.ranking.features import GROUP_OF, NAMES
from insights.ranking.grid import Floats
from insights.ranking.labels import CENSORED
from insights.ranking.questions import Portfolio

LOOK, WARN = 0.1, 0.25
"""Population stability index from which a feature is worth a look, and from which it is warned of
(the usual thresholds of credit scoring, Siddiqi 2006)."""

PSI_BINS = 10
FEWEST_ROWS = 300
"""Rows below which a population stability index says more about chance than about change."""

UNFAIR_POINTS = 0.05
FEWEST_EVENTS = 30
"""A group is warned of when said and happened differ by more than this with so many events."""

QUARTER = 3

DRIFT_COLUMNS = ("feature", "group", "psi", "missing_before", "missing_now", "level")


def drift(before: Floats, now: Floats) -> pd.DataFrame:
    """Return how far each feature moved between two matrices of NAMES, columns DRIFT_COLUMNS.

    `psi` is missing and `level` "few" with under FEWEST_ROWS rows on either side; else level is
    "steady", "look" or "warn". Bins are tenths of the earlier rows; missing values are one more.
    """
    told = min(len(before), len(now)) >= FEWEST_ROWS
    moved = [_psi(before[:, at], now[:, at]) if told else np.nan for at in range(len(NAMES))]
    return pd.DataFrame(
        {
            "feature": NAMES,
            "group": [GROUP_OF[name] for name in NAMES],
            "psi": np.array(moved, dtype=np.float64),
            "missing_before": _missing(before),
            "missing_now": _missing(now),
            "level": [_level(each) for each in moved],
        }
    )


def _missing(features: Floats) -> Floats:
    """Return the share of missing values by feature, missing where there are no rows."""
    count = max(len(features), 1)
    share: Floats = np.isnan(features).sum(axis=0) / count
    return share if len(features) else np.full(len(NAMES), np.nan)


def _psi(before: Floats, now: Floats) -> float:
    """Return the population stability index of one feature; half a row is added to every bin."""
    known = before[~np.isnan(before)]
    inner = np.linspace(0, 1, PSI_BINS + 1)[1:-1]
    edges = np.unique(np.quantile(known, inner)) if len(known) else np.zeros(0)
    shares = []
    for values in (before, now):
        is_missing = np.isnan(values)
        bins = np.searchsorted(edges, values[~is_missing], side="left")
        counts = np.append(np.bincount(bins, minlength=len(edges) + 1), is_missing.sum()) + 0.5
        shares.append(counts / counts.sum())
    old, new = shares
    return float(((new - old) * np.log(new / old)).sum())


def _level(psi: float) -> str:
    if np.isnan(psi):
        return "few"
    return "warn" if psi > WARN else "look" if psi > LOOK else "steady"


def events_by_quarter(portfolio: Portfolio) -> pd.DataFrame:
    """Return by closed calendar quarter how many pairs with a milestone ahead reached it in it.

    Columns first_month (of the quarter), rows, events, rate. Asked at the month before.
    """
    first = portfolio.grid.panel.first_month
    starts = range((-first) % QUARTER, portfolio.last - QUARTER + 2, QUARTER)
    rows = []
    for start in (each for each in starts if each > 0):
        asked = portfolio.milestones.ahead(start - 1)
        labels = portfolio.milestones.labels(asked, QUARTER, last=portfolio.last)
        known = int((labels != CENSORED).sum())
        reached = int((labels == 1).sum())
        rows.append((first + start, known, reached, reached / known if known else np.nan))
    return pd.DataFrame(rows, columns=["first_month", "rows", "events", "rate"])


def fairness(chance: Floats, labels: Ints, group: Ints) -> pd.DataFrame:
    """Return by group what was said and what happened: group, rows, events, said, happened, warns.

    `warns` where the two shares differ by more than UNFAIR_POINTS with FEWEST_EVENTS or more.
    """
    each = pd.DataFrame({"group": group, "said": chance, "happened": labels.astype(np.float64)})
    told = each.groupby("group", sort=True).agg(
        rows=("said", "size"),
        events=("happened", "sum"),
        said=("said", "mean"),
        happened=("happened", "mean"),
    )
    apart = (told["said"] - told["happened"]).abs() > UNFAIR_POINTS
    told = told.assign(
        events=told["events"].astype("int64"), warns=apart & (told["events"] >= FEWEST_EVENTS)
    )
    return told.reset_index()
