"""The rows of a scoring: opportunities with their worth, their sums, and expected earnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, select

from data_access import schema
from data_access.queries.customer_ranking import customers_of
from data_access.ranking_panel import RankingInput
from data_access.ranking_settings import HORIZONS
from data_access.types import ANY_WORKLOAD
from insights.opportunities import evidence, median_value, quadrants
from insights.panel import Ints, pair_codes
from insights.ranking.eta import expected_months
from insights.ranking.forecast import forecast
from insights.ranking.grid import Floats
from insights.ranking.labels import horizon_months
from insights.ranking.model import probability
from insights.ranking.verdicts import Verdict

VALUED_AT = 90
"""Days of the horizon that lists, values and quadrants use."""

EARNABLE = ("in_flight", "in_claim", "unclaimed")
"""States of a milestone that can still earn as things stand."""

ALL_PARTNERS = -1
"""Partner key of sums over all partners and nobody."""

MOVED_POINTS = 0.05
"""Change of the chance from one scoring to the next that counts as moved."""

PAIR = ["tenant_key", "workload_key"]
_MILESTONES = 128  # room for a percent inside a code


@dataclass(frozen=True)
class Worth:
    """What the store knows of milestones besides the ranking.

    `judged` are the rows of milestone_status, `listed` those of the scoring before, `earlier` the
    scores of the newest earlier as-of month.
    """

    judged: pd.DataFrame
    listed: pd.DataFrame
    earlier: pd.DataFrame


def read_worth(connection: Connection, as_of: int) -> Worth:
    """Return what opportunities of an as-of month carry besides their chances."""
    return Worth(
        pd.read_sql(judged_rows(), connection),
        pd.read_sql(listed_rows(), connection),
        pd.read_sql(earlier_rows(as_of), connection),
    )


def judged_rows() -> Select[Any]:
    """Return the selection of what milestone_status tells of opportunities."""
    status = schema.milestone_status
    return select(
        *(status.c[name] for name in (*PAIR, "milestone", "partner_key", "state", "size_band")),
        status.c.monthly_pace,
        status.c.added_value_usd_e4.label("value_usd_e4"),
        status.c.is_example,
    )


def listed_rows() -> Select[Any]:
    """Return the selection of what was listed by the scoring before."""
    names = (*PAIR, "milestone", "probability_90", "new_at", "moved_at")
    return select(*(schema.opportunity.c[name] for name in names))


def earlier_rows(as_of: int) -> Select[Any]:
    """Return the selection of the scores of the newest earlier as-of month."""
    score = schema.score
    month = select(func.max(score.c.as_of)).where(score.c.as_of < as_of).scalar_subquery()
    names = (*PAIR, "milestone", "log_odds_90")
    return select(*(score.c[name] for name in names)).where(score.c.as_of == month)


def score_rows(scored: pd.DataFrame, *, as_of: int, run_id: int) -> pd.DataFrame:
    """Return a scoring in the columns of the table score."""
    each = _by_horizon(scored)
    return each[VALUED_AT][[*PAIR, "milestone"]].assign(
        as_of=as_of,
        run_id=run_id,
        **{f"log_odds_{days}": rows["log_odds"] for days, rows in each.items()},
        gap_log_odds_90=each[VALUED_AT]["gap_log_odds"],
    )


def opportunity_rows(
    asked: RankingInput,
    scored: pd.DataFrame,
    worth: Worth,
    verdicts: Mapping[int, Verdict],
    *,
    now: datetime,
) -> pd.DataFrame:
    """Return a scoring in the columns of the table opportunity."""
    rows = unsorted_opportunities(asked, scored, worth, verdicts, now=now)
    return rows.assign(quadrant=quadrants(rows, median_value(rows["value_usd_e4"])))


def unsorted_opportunities(
    asked: RankingInput,
    scored: pd.DataFrame,
    worth: Worth,
    verdicts: Mapping[int, Verdict],
    *,
    now: datetime,
) -> pd.DataFrame:
    """Return a scoring of any customers as opportunities but for their quadrants.

    Those compare with the values of the whole portfolio.
    """
    each = _by_horizon(scored)
    pairs = each[VALUED_AT][[*PAIR, "milestone"]]
    chance = {f"probability_{days}": rows["probability"] for days, rows in each.items()}
    gap = probability(each[VALUED_AT]["gap_log_odds"].to_numpy(dtype=np.float64))
    rows = pairs.assign(
        **_judged(pairs, worth.judged, asked),
        **_newest_counts(asked, pairs),
        **chance,
        gap_probability_90=gap,
    )
    shows = verdicts[VALUED_AT].shows
    expected = rows["probability_90"] * rows["value_usd_e4"].fillna(0).astype("float64")
    rows = rows.assign(
        expected_usd_e4=expected.where(rows["is_earnable"], 0).round().astype("int64"),
        **_arrival_months(each, asked.as_of, is_told=shows != "order"),
        evidence=evidence(rows["history_months"], shows),
    )
    return _with_history(rows, worth, now)


def _by_horizon(scored: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Return the rows of each stored horizon, all in the same order of pairs."""
    return {
        days: scored[scored["days"] == days].sort_values(PAIR, ignore_index=True)
        for days in HORIZONS
    }


def _codes(rows: pd.DataFrame) -> Ints:
    """Return one integer per tenant x workload x milestone."""
    milestone: Ints = rows["milestone"].to_numpy(dtype=np.int64)
    return pair_codes(rows) * _MILESTONES + milestone


def _found(pairs: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Return what is told of the same tenant, workload and milestone, missing for nothing."""
    by_code = told.drop(columns=[*PAIR, "milestone"]).set_index(pd.Index(_codes(told)))
    return by_code.reindex(_codes(pairs)).reset_index(drop=True)


def _judged(pairs: pd.DataFrame, judged: pd.DataFrame, asked: RankingInput) -> dict[str, pd.Series]:
    """Return what milestone_status tells; a milestone that it does not know earns nothing."""
    found = _found(pairs, judged)
    state = found["state"].fillna("not_earnable")
    bands = pd.Series(asked.bands[asked.panel.rows_of(pairs)])
    return {
        "partner_key": found["partner_key"].fillna(0).astype("int64"),
        "state": state,
        "size_band": found["size_band"].fillna(bands).astype("int64"),
        "monthly_pace": found["monthly_pace"].astype("float64"),
        "value_usd_e4": found["value_usd_e4"].astype("Int64"),
        "is_example": found["is_example"].fillna(0).astype("bool"),
        "is_earnable": state.isin(EARNABLE),
    }


def _newest_counts(asked: RankingInput, pairs: pd.DataFrame) -> dict[str, Ints]:
    """Return seats and users of the newest report, users needed, and months of history."""
    grid, panel = asked.portfolio.grid, asked.panel
    row = panel.rows_of(pairs)
    column = grid.newest[row, -1].astype(np.int64)
    units, users = panel.units[row, column], panel.users[row, column]
    percent = pairs["milestone"].to_numpy(dtype=np.int64)
    needed: Ints = np.maximum(-(-percent * units // 100) - users, 0)
    history: Ints = grid.reported[row].sum(axis=1)
    return {
        "paid_available_units": units,
        "monthly_active_users": users,
        "users_needed": needed,
        "history_months": history,
    }


def _arrival_months(
    each: Mapping[int, pd.DataFrame], as_of: int, *, is_told: bool
) -> dict[str, pd.Series]:
    """Return low, median and high month of arrival; missing: not within a year, or not told."""
    chances = [rows["probability"].to_numpy(dtype=np.float64) for rows in each.values()]
    told = expected_months(chances, [horizon_months(days) for days in each])
    months = {f"eta_{name}": told[name].astype("Int64") for name in ("low", "median", "high")}
    nothing = pd.Series(pd.NA, index=told.index, dtype="Int64")
    return {name: month + as_of if is_told else nothing for name, month in months.items()}


def _with_history(rows: pd.DataFrame, worth: Worth, now: datetime) -> pd.DataFrame:
    """Return the rows with what was said before, and when they were listed and moved."""
    listed = _found(rows, worth.listed)
    earlier = _found(rows, worth.earlier)["log_odds_90"].to_numpy(dtype=np.float64)
    moved = (rows["probability_90"] - listed["probability_90"]).abs() >= MOVED_POINTS
    this_moment = pd.Timestamp(now).as_unit("us")
    return rows.assign(
        before_probability_90=probability(earlier),
        new_at=_times(listed["new_at"]).fillna(this_moment),
        moved_at=_times(listed["moved_at"]).mask(moved, this_moment),
    )


def _times(told: pd.Series) -> pd.Series:
    """Return times as microseconds with their zone, whatever is missing."""
    return pd.to_datetime(told, utc=True).dt.as_unit("us")


PART_KEYS = ["workload_key", "partner_key", "quadrant", "state"]
FORECAST_KEYS = ["workload_key", "partner_key", "month"]


def part_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities summed up in the rows of the table opportunity_part."""
    return with_totals(part_sums(rows), PART_KEYS)


def part_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities summed up by PART_KEYS; sums of parts of a portfolio add up."""
    counted = rows[PART_KEYS].assign(
        pairs=1,
        expected_pairs=rows["probability_90"],
        users_needed=rows["users_needed"],
        value_usd_e4=rows["value_usd_e4"].fillna(0).astype("int64"),
        expected_usd_e4=rows["expected_usd_e4"],
        example_pairs=rows["is_example"].astype("int64"),
    )
    return counted.groupby(PART_KEYS, as_index=False).sum()


def customer_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities by customer in the rows of the table customer_opportunity."""
    bands = rows.groupby("tenant_key")["size_band"].max()
    return customers_of(rows).merge(bands, on="tenant_key", validate="one_to_one")


def forecast_rows(rows: pd.DataFrame, as_of: int, verdicts: Mapping[int, Verdict]) -> pd.DataFrame:
    """Return expected earnings in the rows of the table forecast_month.

    None where the record allows no number: then only the order of pairs is told.
    """
    return whole_forecast(forecast_sums(rows, as_of, verdicts))


def forecast_sums(rows: pd.DataFrame, as_of: int, verdicts: Mapping[int, Verdict]) -> pd.DataFrame:
    """Return expected earnings by FORECAST_KEYS; sums of parts of a portfolio add up."""
    is_told = verdicts[VALUED_AT].shows != "order"
    earnable = rows[rows["is_earnable"] & is_told].reset_index(drop=True)
    chances: list[Floats] = [
        earnable[f"probability_{days}"].to_numpy(dtype=np.float64) for days in HORIZONS
    ]
    months = [horizon_months(days) for days in HORIZONS]
    return forecast(earnable, chances, months, as_of=as_of)


def whole_forecast(sums: pd.DataFrame) -> pd.DataFrame:
    """Return sums of a whole portfolio by FORECAST_KEYS in the rows of forecast_month."""
    whole = {"expected_usd_e4": sums["expected_usd_e4"].round().astype("int64")}
    whole["example_pairs"] = sums["example_pairs"].round().astype("int64")
    return with_totals(sums.assign(**whole), FORECAST_KEYS)


def with_totals(sums: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sums by workload and partner with those over all of either, and of both."""
    parts = [sums]
    for over in ({"workload_key": ANY_WORKLOAD}, {"partner_key": ALL_PARTNERS}):
        parts += [part.assign(**over).groupby(keys, as_index=False).sum() for part in list(parts)]
    return pd.concat(parts, ignore_index=True)
