"""How good the ranking is on worlds that it was not made for.

    python -m benchmarks.ranking_quality [--tenants N] [--worlds a,b] [--draws N] [--json FILE]

Invents usage of each world in tests/worlds.py, trains and scores as of several past months with
nothing later, and compares what was said with what then happened in the months held back. The
outcome is judged here anew from the plain rows, not by the code that the model learns with:
reached within the horizon, not reached and still reporting at its end or later, or unknown and
left out. Invented data tell whether the method works, not how good it is on a partner's data.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Before numpy and scikit-learn load: threads that wait for each other slow a busy machine.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from insights.panel import usage_panel
from insights.ranking.backtest import scores as scores_of
from insights.ranking.baselines import BASELINES
from insights.ranking.labels import horizon_months
from insights.ranking.questions import Portfolio
from insights.ranking.scoring import Trained, arrivals, score, train
from tests.worlds import WORLDS

TENANTS, WORKLOADS, MONTHS = 300, 4, 42
BACK = (18, 15, 12)
"""Months before the newest at which is asked; all leave a year to see arrivals."""

LISTED = (15, 40)
PAIR = ["tenant_key", "workload_key"]
SEED = 20_261_122
SMALL_TENANTS, SMALL_MONTHS, TINY_TENANTS = 30, 9, 10
SMALL_AHEAD = 6
RULES = ("gap", *(code for code in BASELINES if code != "gap"))
YEAR = 12


def reached_in(usage: pd.DataFrame, asked: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Return per asked pair the months until its milestone was reached and its last report.

    Columns `until` and `last`, in months after the as-of month; missing for never.
    """
    later = usage[(usage["month"] > as_of) & (usage["paid_available_units"] > 0)]
    told = asked[[*PAIR, "milestone"]].merge(later, on=PAIR)
    told["ahead"] = told["month"] - as_of
    hit = 100 * told["monthly_active_users"] >= told["milestone"] * told["paid_available_units"]
    until = told[hit].groupby(PAIR)["ahead"].min().rename("until")
    last = told.groupby(PAIR)["ahead"].max().rename("last")
    known = asked[PAIR].merge(until, on=PAIR, how="left").merge(last, on=PAIR, how="left")
    return known[["until", "last"]]


def labelled(known: pd.DataFrame, months: int) -> pd.Series:
    """Return 1, 0 or -1 (unknown) per row of `reached_in` for a horizon of so many months."""
    label = np.where(known["last"] >= months, 0, -1)
    return pd.Series(np.where(known["until"] <= months, 1, label), index=known.index)


def asked_at(usage: pd.DataFrame, as_of: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was said as of a month with what happened, and the arrivals that were said."""
    past = usage[usage["month"] <= as_of]
    workloads = past["workload_key"].nunique()
    portfolio = Portfolio(usage_panel(past, as_of), [LISTED] * workloads)
    trained = train(portfolio)
    scores = score(portfolio, trained)
    frames = []
    for model, verdict in zip(trained.models, trained.verdicts, strict=True):
        rows = scores[scores["days"] == model.days].reset_index(drop=True)
        known = reached_in(usage, rows, as_of)
        features = portfolio.makes.matrix(portfolio.now(), model.months)
        frames.append(
            rows.assign(
                label=labelled(known, horizon_months(model.days)),
                column=as_of,
                ranks=verdict.ranks,
                shows=verdict.shows,
                **{f"rule_{name}": rule(features) for name, rule in BASELINES.items()},
            )
        )
    return pd.concat(frames, ignore_index=True), _arrivals(usage, scores, trained, as_of)


def _arrivals(
    usage: pd.DataFrame, scores: pd.DataFrame, trained: Trained, as_of: int
) -> pd.DataFrame:
    """Return the arrivals that pages would show, with what happened: low, high, until, last."""
    verdicts = zip(trained.models, trained.verdicts, strict=True)
    shown = {model.days: told.shows for model, told in verdicts}
    told = arrivals(scores)
    if shown.get(90) == "order":
        told = told[:0]
    milestone = scores.drop_duplicates(PAIR)[[*PAIR, "milestone"]]
    told = told.merge(milestone, on=PAIR, how="left")
    return pd.concat([told, reached_in(usage, told, as_of)], axis=1)


def horizon_figures(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of one horizon in one world from rows with a known outcome."""
    rows = rows.assign(final=rows["log_odds"], gap=rows["gap_log_odds"])
    final, gap = scores_of(rows, "final"), scores_of(rows, "gap")
    usual = float(rows["label"].mean())
    precise = {name: _precision(rows, f"rule_{name}") for name in RULES}
    return {
        "rows": len(rows),
        "events": int(rows["label"].sum()),
        "dates": int(rows["column"].nunique()),
        "dates_by_model": int(rows.loc[rows["ranks"] == "model", "column"].nunique()),
        "dates_with_numbers": int(rows.loc[rows["shows"] != "order", "column"].nunique()),
        "ap": final.average_precision,
        "ap_lead": {
            "calibrated_gap": final.average_precision - gap.average_precision,
            **{name: final.average_precision - value for name, value in precise.items()},
        },
        "brier": final.brier,
        "brier_over_gap": final.brier - gap.brier,
        "brier_over_base": final.brier - usual * (1 - usual),
        "calibration_error": final.calibration_error,
        "slope": final.slope,
    }


def _precision(rows: pd.DataFrame, name: str) -> float:
    """Return the average precision of an order, the mean over dates with an event."""
    each = [
        average_precision_score(date["label"], date[name])
        for _, date in rows.groupby("column")
        if date["label"].any()
    ]
    return float(np.mean(each)) if each else float("nan")


def eta_figures(told: pd.DataFrame) -> dict[str, Any]:
    """Return how often the arrival was as said: intervals, and those "not within a year".

    Only pairs whose next year is known: reached within it, or reporting at its end or later.
    """
    known = told[(told["until"] <= YEAR) | (told["last"] >= YEAR)]
    until = known["until"].where(known["until"] <= YEAR, np.inf)
    is_told = known["low"].notna()
    low = known["low"].astype("float64")
    high = known["high"].astype("float64").fillna(np.inf)
    held = (until >= low) & (until <= high)
    return {
        "intervals": int(is_told.sum()),
        "covered": _share(held[is_told]),
        "closed": int((is_told & known["high"].notna()).sum()),
        "closed_covered": _share(held[is_told & known["high"].notna()]),
        "not_within_year": int((~is_told).sum()),
        "not_within_year_true": _share(np.isinf(until[~is_told])),
    }


def _share(flags: pd.Series) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def world_figures(name: str, tenants: int) -> list[dict[str, Any]]:
    """Return the figures of one world, one row per horizon; the arrivals go with the longest."""
    usage = WORLDS[name](tenants, WORKLOADS, MONTHS, SEED)
    newest = int(usage["month"].max())
    told = [asked_at(usage, newest - back) for back in BACK]
    rows = pd.concat([each for each, _ in told], ignore_index=True)
    eta = eta_figures(pd.concat([each for _, each in told], ignore_index=True))
    figures = []
    for days, mine in rows[rows["label"] >= 0].groupby("days"):
        figures.append({"world": name, "days": int(str(days)), **horizon_figures(mine)})
    figures[-1]["eta"] = eta
    return figures


def small_figures(worlds: Sequence[str], tenants: int, draws: int) -> dict[str, Any]:
    """Return the mean lead over the calibrated gap of many small portfolios at 90 days."""
    leads: list[float] = []
    by_model = 0
    for draw in range(draws):
        name = worlds[draw % len(worlds)]
        usage = WORLDS[name](tenants, WORKLOADS, SMALL_MONTHS + SMALL_AHEAD, SEED + draw)
        as_of = int(usage["month"].min()) + SMALL_MONTHS - 1
        rows, _ = asked_at(usage, as_of)
        rows = rows[(rows["days"] == 90) & (rows["label"] >= 0)]
        if rows["label"].nunique() == 2:
            by_model += bool((rows["ranks"] == "model").any())
            leads.append(_precision(rows, "log_odds") - _precision(rows, "gap_log_odds"))
    spread = float(np.std(leads, ddof=1) / np.sqrt(len(leads))) if len(leads) > 1 else float("nan")
    return {
        "tenants": tenants,
        "months": SMALL_MONTHS,
        "draws": len(leads),
        "by_model": by_model,
        "ap_lead": float(np.mean(leads)) if leads else float("nan"),
        "standard_error": spread,
        "largest_difference": float(np.max(np.abs(leads))) if leads else float("nan"),
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever the figures hold
    """Return figures as JSON takes them: rounded, None where a number cannot be told."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 4) if np.isfinite(value) else None
    return value


def say(row: Mapping[str, Any]) -> None:
    """Print the figures of a world and horizon in one line."""
    lead = row["ap_lead"]
    print(
        f"{row['world']:<14}{row['days']:>4} d  {row['events']:>5} of {row['rows']:>6}"
        f"  AP {row['ap']:.3f}  over gap {lead['calibrated_gap']:+.3f}"
        f"  line {lead['line']:+.3f}  curve {lead['curve']:+.3f}  pace {lead['pace']:+.3f}"
        f"  Brier {row['brier']:.4f} gap {row['brier_over_gap']:+.4f}"
        f" base {row['brier_over_base']:+.4f}  error {row['calibration_error']:.3f}"
        f"  slope {row['slope']:.2f}  model {row['dates_by_model']}/{row['dates']}",
        flush=True,
    )


def measured(
    worlds: Sequence[str], tenants: int, draws: int, tell: Callable[[Mapping[str, Any]], None]
) -> dict[str, Any]:
    """Return all figures with the size that they were measured at."""
    rows: list[dict[str, Any]] = []
    for name in worlds:
        for row in world_figures(name, tenants):
            tell(row)
            rows.append(row)
    sizes = [(SMALL_TENANTS, draws), (TINY_TENANTS, max(draws // 4, 1))] if draws else []
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "tenants": tenants,
        "draws": draws,
        "workloads": WORKLOADS,
        "months": MONTHS,
        "asked_months_back": list(BACK),
        "worlds": rows,
        "small": [small_figures(worlds, size, many) for size, many in sizes],
    }


def main() -> None:
    """Measure and print; write the figures where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=TENANTS)
    parser.add_argument("--worlds", default=",".join(WORLDS), help="names, separated by commas")
    parser.add_argument("--draws", type=int, default=40, help="small portfolios; 0 for none")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    names = options.worlds.split(",")
    if unknown := sorted(set(names) - set(WORLDS)):
        parser.error(f"unknown worlds {', '.join(unknown)}; there are {', '.join(WORLDS)}")
    figures = plain(measured(names, options.tenants, options.draws, say))
    for row in figures["small"]:
        print(row)
    for row in figures["worlds"]:
        if "eta" in row:
            print(row["world"], row["eta"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
