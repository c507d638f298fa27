"""The model card: what the ranking answers, how it is made, its limits, and measured figures.

The plain-language part is the text of the page Model record. The figures are those that the
benchmarks wrote into model_figures/ beside this file; nothing here computes or edits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from insights.ranking.drift import FEWEST_EVENTS as FAIR_EVENTS
from insights.ranking.drift import LOOK, UNFAIR_POINTS, WARN
from insights.ranking.features import GROUPS
from insights.ranking.model import (
    ENOUGH_EVENTS,
    FEWEST_EVENTS,
    FEWEST_TENANTS,
    GAP_WEIGHT,
    GAP_WEIGHT_FEW,
    GAP_WEIGHT_VIRTUAL,
)
from insights.ranking.questions import DATES, LONGEST_TRAINING
from insights.views.model_record import CARD

FIGURES = Path(__file__).with_name("model_figures")

_HEAD = """# Model card: the ranking

Made from the code and from measured figures by `partner-insights docs`; do not edit.
"""

_MADE = f"""## How it is trained

A question is a tenant × workload at a past month: is the lowest milestone never reached so far
reached within 30, 90 or 180 days (1, 3 or 6 monthly reports)? Yes: a report within the horizon
reaches it. No: none does, and the pair still reports at the horizon's end or later. Otherwise the
outcome is unknown and the question teaches nothing. Questions of the last {LONGEST_TRAINING} months
teach; one whose horizon was not over at the as-of month does not. Every input is made of months up
to the question's own, and one that cannot be told is missing, never 0.

The answer is a weighted mean in log-odds. It is scaled where past dates that did not teach the
scale gain by it, and a longer horizon is never less likely than a shorter one.

| past crossings | what ranks | weight of the distance | what is shown |
|---|---|---|---|
| fewer than {FEWEST_EVENTS}, or fewer than {FEWEST_TENANTS} customers | the distance alone | 1 | \
the order |
| {FEWEST_EVENTS} to {ENOUGH_EVENTS - 1} | mix, learned from milestones at every 5 % too | \
{GAP_WEIGHT_FEW} to {GAP_WEIGHT_VIRTUAL} | low, medium, high |
| {ENOUGH_EVENTS} or more | mix, learned from real milestones | {GAP_WEIGHT} | \
chances in steps of 5 % |

Before anything is shown, the model is asked again at up to {DATES} past months, each time with
nothing later. Where it does not beat the distance in log-loss, the distance ranks; where neither
beats the usual rate, no chance is shown for that horizon.
"""

_LIMITS = f"""## Limits

- It describes who is likely to get there, not whom effort would move. The reasons explain the
  score, not what causes adoption.
- What follows no pattern of the past (a new licence bundle, a merger, a sudden campaign) it learns
  only afterwards. On such data its chances are too sure until months with the change have closed.
- Usage counts are taken as reported. A pair without a report for more than two months has no
  answer, and one with every milestone reached has none either.
- A tenant's chance over its workloads assumes that workloads do not depend on each other: it is
  approximate.
- Expected months continue the pace of the longest horizon; beyond a year it says only "not within
  a year". They are not shown where the record allows no number at 90 days.

## Fairness

No input tells a country, segment, industry, partner or name. By size band and by workload, Model
record compares what was said with what happened, and warns above {100 * UNFAIR_POINTS:.0f}
percentage points where a group has {FAIR_EVENTS} crossings or more. Groups differ in how often they
get there; a warning means that the model is wrong about one, not that groups differ.

## Drift

Every training compares each input now with the months that were learned from (population stability
index: {LOOK} is worth a look, {WARN} warns), the share of missing values, and the share of
milestones reached by closed quarter. The check that counts is old predictions against what then
happened: every month's predictions are kept and judged when their horizon has closed.

## How to check it

- Page Model record: record against every plain rule, reliability, hits of a past month, drift.
- `partner-insights evaluate --as-of YYYY-MM`: the same record as of any month.
- `partner-insights score --as-of YYYY-MM --out predictions.csv` uses nothing later than the month;
  compare the file with what later files report.
- `pytest tests/unit/test_ranking_leakage.py`: later months change no earlier answer.
"""


def model_card() -> str:
    """Return the model card as Markdown."""
    plain = f"## In plain language\n\n{CARD}"
    figures = _figures(_measured("quality"), _measured("speed"))
    return "\n".join([_HEAD, plain, _inputs(), _MADE, _LIMITS, figures])


def _measured(name: str) -> Any:  # noqa: ANN401 - whatever the benchmark's JSON holds
    """Return the figures that a benchmark wrote with `--json`."""
    return json.loads((FIGURES / f"{name}.json").read_text(encoding="utf-8"))


def _inputs() -> str:
    """Return the inputs by the group that people read them under."""
    rows = [
        (group, str(len(names)), ", ".join(name.replace("_", " ") for name in names))
        for group, names in GROUPS.items()
    ]
    count = sum(len(names) for names in GROUPS.values())
    return f"## Inputs\n\n{count} numbers, all from usage.\n\n" + _table(
        ("group", "inputs", "which"), rows
    )


def _figures(quality: Mapping[str, Any], speed: Mapping[str, Any]) -> str:
    """Return the tables of what the benchmarks measured, with the command beside each."""
    parts = [_worlds(quality), _small(quality), _arrivals(quality), _speed(speed)]
    return "\n".join(["## Measured figures\n", *parts])


def _worlds(told: Mapping[str, Any]) -> str:
    """Return the table of worlds and horizons, with what it was measured on."""
    back = ", ".join(map(str, told["asked_months_back"]))
    names = len({row["world"] for row in told["worlds"]})
    text = (
        f"Measured on {told['measured_on']} by `python -m benchmarks.ranking_quality --tenants "
        f"{told['tenants']} --draws {told['draws']}`: {names} invented worlds of own dynamics "
        f"(`tests/worlds.py`), {told['tenants']:,} tenants × {told['workloads']} workloads × "
        f"{told['months']} months each, asked {back} months before the newest with nothing "
        "later and judged by what then happened. Invented data tell whether the method holds on "
        "dynamics it was not made for, not how good it is on yours: for that see Model record.\n\n"
        "AP: average precision. Lead: over the calibrated distance, a straight line of six months, "
        "a growth curve, and months to go at the present pace. Brier: minus that of the "
        "calibrated distance, and minus that of the rate known afterwards (below 0: better). "
        "Error: mean distance between said and happened over ten bins of equal size. With few "
        "crossings a lead is mostly chance.\n"
    )
    heads = "world,days,crossings,of,AP,lead gap,line,curve,pace,Brier − gap,− rate,error,slope"
    return f"{text}\n{_table(heads.split(','), map(_world, told['worlds']))}"


def _world(row: Mapping[str, Any]) -> tuple[str, ...]:
    lead = row["ap_lead"]
    return (
        row["world"].replace("_", " "),
        str(row["days"]),
        f"{row['events']:,}",
        f"{row['rows']:,}",
        _number(row["ap"], ".3f"),
        *(_number(lead[rule], "+.3f") for rule in ("calibrated_gap", "line", "curve", "pace")),
        _number(row["brier_over_gap"], "+.4f"),
        _number(row["brier_over_base"], "+.4f"),
        _number(row["calibration_error"], ".3f"),
        _number(row["slope"], ".2f"),
    )


def _small(told: Mapping[str, Any]) -> str:
    """Return the table of small portfolios."""
    text = "Small portfolios at 90 days, the worlds in turn, by the same command:\n"
    heads = ("tenants", "months", "draws", "where the model ranked", "mean AP lead over the gap")
    rows = [
        (
            str(row["tenants"]),
            str(row["months"]),
            str(row["draws"]),
            str(row["by_model"]),
            f"{_number(row['ap_lead'], '+.3f')} ± {_number(row['standard_error'], '.3f')}",
        )
        for row in told["small"]
    ]
    return f"{text}\n{_table((*heads[:4], f'{heads[4]} (± standard error)'), rows)}"


def _arrivals(told: Mapping[str, Any]) -> str:
    """Return the table of expected months."""
    text = (
        "Expected months, where pages would show them (80 % intervals; an interval without an "
        "upper end is right when it is not reached before its lower end):\n"
    )
    heads = ("world", "intervals", "right", "with both ends", "right", "not within a year", "true")
    rows = [
        (
            row["world"].replace("_", " "),
            f"{row['eta']['intervals']:,}",
            _number(row["eta"]["covered"], ".0%"),
            f"{row['eta']['closed']:,}",
            _number(row["eta"]["closed_covered"], ".0%"),
            f"{row['eta']['not_within_year']:,}",
            _number(row["eta"]["not_within_year_true"], ".0%"),
        )
        for row in told["worlds"]
        if "eta" in row
    ]
    return f"{text}\n{_table(heads, rows)}"


def _speed(told: Mapping[str, Any]) -> str:
    """Return what training and scoring takes."""
    return (
        f"Speed, measured on {told['measured_on']} by `python -m benchmarks.ranking_speed` on one "
        f"thread of a busy two-core machine: {told['tenants']:,} tenants × {told['workloads']} "
        f"workloads × 36 months ({told['usage_rows']:,} rows) train in {told['train_s']:.1f} and "
        f"score in {told['score_s']:.1f} CPU seconds, {told['ratio_to_panel']:,.0f} × plainly "
        f"building the panel; {told['peak_mb']:,.0f} MB at the peak.\n"
    )


def _number(value: float | None, how: str) -> str:
    return "—" if value is None else format(value, how).replace("-", "−")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
