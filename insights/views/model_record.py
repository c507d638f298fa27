"""What the page Model record shows: how good the ranking was, where it abstains, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from insights.bands import SIZE_BAND_LABELS
from insights.months import month_label
from insights.ranking.model import probability
from insights.ranking.verdicts import Verdict
from insights.views.chances import verdict_line
from insights.views.table import Column

FORECASTERS = {
    "model": "Learned model",
    "gap": "Gap rule, calibrated",
    "points": "Nearest in points",
    "pace": "Fewest months at this pace",
    "line": "Straight line of six months",
    "curve": "Growth curve",
    "base": "Base rate",
}
SCORE_COLUMNS = (
    Column("name", "Forecaster", is_pinned=True),
    Column("average_precision", "Average precision", "score", help="Higher ranks better."),
    Column("brier", "Brier score", "score", help="Lower is better."),
    Column("log_loss", "Log-loss", "score", help="Lower is better."),
    Column("calibration_error", "Calibration error", "score", help="Mean |said − happened|."),
    Column("slope", "Calibration slope", "score", help="1: neither over- nor understated."),
)
BIN_COLUMNS = (
    Column("part", "Part", is_pinned=True),
    Column("said", "Said", "share"),
    Column("happened", "Happened", "share"),
    Column("rows", "Questions", "count"),
)
HIT_COLUMNS = (
    Column("place", "Place", "count", is_pinned=True),
    Column("tenant_name", "Customer"),
    Column("workload_name", "Workload"),
    Column("milestone", "Milestone, %", "count"),
    Column("happened", "What happened"),
)
LIFT_COLUMNS = (
    Column("name", "Ranked by", is_pinned=True),
    Column("top", "First", "share"),
    Column("reached", "Of them reached", "share"),
    Column("times", "Times the usual share", "decimal"),
)
DRIFT_COLUMNS = (
    Column("feature", "Input", is_pinned=True),
    Column("group", "Group"),
    Column("psi", "Stability index", "score", help="Look from 0.1, warn from 0.25."),
    Column("missing_before", "Missing then", "share"),
    Column("missing_now", "Missing now", "share"),
    Column("state", "State"),
)
FAIR_COLUMNS = (
    Column("part", "Group", is_pinned=True),
    Column("rows", "Questions", "count"),
    Column("events", "Reached", "count"),
    Column("said", "Said", "share"),
    Column("happened", "Happened", "share"),
    Column("state", "State"),
)
ABSTAIN_COLUMNS = (Column("why", "Why there is no answer"), Column("pairs", "Pairs", "count"))
QUARTER_COLUMNS = (
    Column("quarter", "Quarter from"),
    Column("rows", "Asked", "count"),
    Column("events", "Reached", "count"),
    Column("rate", "Share", "share"),
)
VERSION_COLUMNS = (
    Column("model_id", "Model", "count", is_pinned=True),
    Column("trained_at", "Trained", "moment"),
    Column("trained_by", "By"),
    Column("as_of", "As of", "month"),
    Column("first_month", "Learned from", "month"),
    Column("pairs", "Pairs", "count"),
    Column("horizons", "Horizons, days"),
)
_STATES = {
    "warn": "▲ Warning",
    "look": "◆ Worth a look",
    "steady": "● Steady",
    "few": "— Too few rows",
}
PARTS = {"all": "Overall", "workload": "By workload", "band": "By size band"}


def horizon(report: Mapping[str, Any], key: str, days: int) -> pd.DataFrame:
    """Return the rows of one part of a report for a horizon; no rows where it has none."""
    return pd.DataFrame([row for row in report.get(key, []) if row["days"] == days])


def score_rows(report: Mapping[str, Any], days: int) -> pd.DataFrame:
    """Return one row per forecaster, SCORE_COLUMNS; measures that a rule lacks are missing."""
    rows = horizon(report, "scores", days)
    if rows.empty:
        return rows
    order = list(FORECASTERS)
    rows = rows.sort_values("forecaster", key=lambda names: names.map(order.index))
    return _numbers(rows.assign(name=rows["forecaster"].map(FORECASTERS)), SCORE_COLUMNS)


def lift_rows(report: Mapping[str, Any], days: int) -> pd.DataFrame:
    """Return the share reached among the first of each ranking, LIFT_COLUMNS."""
    rows = horizon(report, "lift", days)
    if rows.empty:
        return rows
    return _numbers(rows.assign(name=rows["forecaster"].map(FORECASTERS)), LIFT_COLUMNS)


def bin_rows(
    report: Mapping[str, Any], days: int, by: str, workloads: Mapping[int, str]
) -> pd.DataFrame:
    """Return said against happened by part ("all", "workload" or "band"), BIN_COLUMNS."""
    rows = horizon(report, "bins", days)
    if rows.empty or not (rows["by"] == by).any():
        return pd.DataFrame(columns=[column.name for column in BIN_COLUMNS])
    rows = rows[rows["by"] == by]
    return rows.assign(part=_parts(rows, workloads)).reset_index(drop=True)


def fair_rows(report: Mapping[str, Any], days: int, workloads: Mapping[int, str]) -> pd.DataFrame:
    """Return what was said and what happened by size band and workload, FAIR_COLUMNS."""
    rows = horizon(report, "fairness", days)
    if rows.empty:
        return rows
    state = np.where(rows["warns"].astype("bool"), _STATES["warn"], _STATES["steady"])
    return rows.assign(part=_parts(rows, workloads), state=state)


def _parts(rows: pd.DataFrame, workloads: Mapping[int, str]) -> list[str]:
    """Return what the groups of rows are called; `by` says of what kind they are."""
    names = {"all": {0: "Overall"}, "band": SIZE_BAND_LABELS, "workload": workloads}
    return [
        names[by].get(int(group), f"unknown {group}")
        for by, group in zip(rows["by"], rows["group"], strict=True)
    ]


def drift_rows(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return every input of the model with how far it moved since training, most moved first."""
    rows = pd.DataFrame(report.get("drift", []))
    if rows.empty:
        return pd.DataFrame(columns=[column.name for column in DRIFT_COLUMNS])
    rows = _numbers(rows.assign(state=rows["level"].map(_STATES)), DRIFT_COLUMNS)
    rows["feature"] = rows["feature"].str.replace("_", " ")
    return rows.sort_values("psi", ascending=False, ignore_index=True)


def abstain_rows(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return how many pairs have no answer, by the reason."""
    columns = [column.name for column in ABSTAIN_COLUMNS]
    return pd.DataFrame(report.get("abstains", []), columns=columns)


def quarter_rows(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the share of milestones reached by closed quarter, the newest first."""
    rows = pd.DataFrame(report.get("quarters", []))
    if rows.empty:
        return pd.DataFrame(columns=[column.name for column in QUARTER_COLUMNS])
    rows = rows.assign(quarter=[month_label(int(month)) for month in rows["first_month"]])
    return _numbers(rows.iloc[::-1].reset_index(drop=True), QUARTER_COLUMNS)


def hit_rows(said: pd.DataFrame, month: int, first: int) -> pd.DataFrame:
    """Return the first so many of what was said at a month, HIT_COLUMNS and tenant_id."""
    rows = said[(said["month"] == month) & (said["place"] <= first)]
    happened = np.where(rows["is_reached"], "✓ reached", "○ not reached in time")
    return rows.assign(happened=happened).reset_index(drop=True)


def hits_takeaway(hits: pd.DataFrame, month: int, days: int) -> str:
    """Return how many of the first became true, as a sentence."""
    reached = int(hits["is_reached"].sum())
    return (
        f"Of the {len(hits):,} ranked first in {month_label(month)}, {reached:,} reached their "
        f"milestone within {days} days."
    )


def takeaway(report: Mapping[str, Any], days: int) -> str:
    """Return what a horizon may show and why, and how it compares with the gap rule."""
    told = report["verdicts"][str(days)]
    line = verdict_line(Verdict(told["ranks"], told["shows"], told["why"]))
    rows = {row["forecaster"]: row for row in report["scores"] if row["days"] == days}
    model, gap = (rows.get(name, {}).get("average_precision") for name in ("model", "gap"))
    if model is None or gap is None:
        return line
    dates = rows["model"]["dates"]
    return (
        f"{line} Average precision {model:.3f}, the gap rule {gap:.3f}, over {dates:,} past "
        f"{'month' if dates == 1 else 'months'} with {rows['model']['events']:,} crossings."
    )


def bins_takeaway(rows: pd.DataFrame) -> str:
    """Return how far said and happened lie apart, as a sentence."""
    if rows.empty:
        return "There are too few answered questions to compare said with happened."
    apart = float(np.average((rows["said"] - rows["happened"]).abs(), weights=rows["rows"]))
    return f"What was said and what happened lie {100 * apart:.1f} points apart on average."


def drift_takeaway(rows: pd.DataFrame) -> str:
    """Return how many inputs moved since training."""
    if rows.empty or (rows["level"] == "few").all():
        return "There are too few rows to tell whether the inputs moved."
    warned, looked = (int((rows["level"] == level).sum()) for level in ("warn", "look"))
    return (
        f"{warned} of {len(rows)} inputs moved far since training, {looked} more are worth a look."
    )


def _numbers(rows: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return rows whose measures are numbers, missing where there is none."""
    kinds = ("decimal", "share")
    names = [column.name for column in columns if column.kind in kinds]
    found = {name: pd.to_numeric(rows[name], errors="raise").astype("float64") for name in names}
    return rows.assign(**found)


LIVE_COLUMNS = (
    Column("month", "Said as of", "month", is_pinned=True),
    Column("rows", "Predictions", "count"),
    Column("expected", "Expected to reach", "decimal"),
    Column("reached", "Reached", "count"),
    Column("brier", "Brier score", "score"),
)


def live_rows(stored: pd.DataFrame) -> pd.DataFrame:
    """Return the live record by month of `queries.model_record.live_record`, LIVE_COLUMNS."""
    odds = stored["log_odds"].to_numpy(dtype=np.float64)
    chance = probability(odds)
    reached = stored["is_reached"].to_numpy(dtype=np.float64)
    each = stored.assign(chance=chance, reached=reached, off=(chance - reached) ** 2)
    told = each.groupby("as_of").agg(
        rows=("chance", "size"),
        expected=("chance", "sum"),
        reached=("reached", "sum"),
        brier=("off", "mean"),
    )
    rows = told.rename_axis("month").reset_index().astype({"reached": "int64"})
    return rows.sort_values("month", ascending=False, ignore_index=True)


CARD = """\
**What it answers.** For each customer and workload whose usage was reported within the last two \
months: how likely a report within 30, 90 or 180 days reaches the lowest milestone never reached \
so far.

**What it learns from.** This store's own usage of up to 36 months, nothing else: distance to the \
milestone, momentum, stability, seats, how the workload moves everywhere, the customer's other \
workloads, and the season. No names, countries, segments or money.

**How.** A mean of three answers in log-odds: the calibrated distance, a strongly regularised \
spline regression, and small boosted trees. With fewer than 20 past crossings or 15 customers the \
distance alone ranks and no chances are shown. Where the mix does not beat the distance on past \
months, the distance ranks.

**What it does not know.** Causes, plans of customers, and whether an action would help: it tells \
who is likely to get there, not whom effort would move.
"""
"""The model in plain language."""
