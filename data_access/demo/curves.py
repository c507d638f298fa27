"""Seats and active users of every pair, month by month.

Active users follow a logistic curve from the start of the partner's project, on seats that new
purchases reach only gradually: buying seats lowers the usage share, although nobody left. Some
pairs stall, some decline, some jump when a policy is switched on, some spike at a launch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo.cases import SET_ASIDE
from data_access.demo.catalog import SEASON, SEASON_EDUCATION, WORKLOADS
from data_access.demo.holdings import Pairs

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int32]

SEAT_PURCHASE = (0.022, 1.10, 1.50)  # chance a month, factor from, to
SEAT_CHURN = (0.012, 0.80, 0.95)
NEW_SEATS_TAKEN_UP = 0.18  # share of new seats that the adoption reaches each month
STALLED_SHARE = 0.18
DECLINING_SHARE = 0.05
SPIKE_SHARE = 0.06
ABOVE_100_SHARE = 0.014
WITHOUT_SEATS_SHARE = 0.004
START_SKEW = 2.2
UNASSISTED = (0.25, 0.75)  # pace and ceiling of a workload that no partner drives
LARGEST = 24_000


@dataclass(frozen=True, slots=True)
class Drive:
    """Who drives each pair: when its project starts, how well, and whether anybody does."""

    start: npt.NDArray[np.float64]
    skill: npt.NDArray[np.float64]
    is_claimed: npt.NDArray[np.bool_]


def make_seats(
    rng: np.random.Generator, tenants: pd.DataFrame, pairs: Pairs, months: int
) -> Counts:
    """Return paid available units, pairs x months."""
    shape = (len(tenants), months)
    bought = rng.random(shape) < SEAT_PURCHASE[0]
    lost = ~bought & (rng.random(shape) < SEAT_CHURN[0])
    factor = np.where(bought, rng.uniform(*SEAT_PURCHASE[1:], shape), 1.0)
    factor = np.where(lost, rng.uniform(*SEAT_CHURN[1:], shape), factor)
    factor[:SET_ASIDE] = 1.0
    path = tenants["seats"].to_numpy()[:, None] * np.cumprod(factor, axis=1)
    security = np.array([adoption.group == "security" for adoption in WORKLOADS])[pairs.workload]
    part = np.where(security, rng.uniform(0.35, 1.0, len(pairs)), rng.uniform(0.8, 1.0, len(pairs)))
    part = np.where(rng.random(len(pairs)) < 0.6, 1.0, part)
    seats = np.rint(path[pairs.tenant] * part[:, None]).clip(5, LARGEST).astype(np.int32)
    empty = rng.random(len(pairs)) < WITHOUT_SEATS_SHARE
    seats[empty & (pairs.tenant >= SET_ASIDE), : max(months // 4, 1)] = 0
    return seats


def make_users(
    rng: np.random.Generator,
    seats: Counts,
    *,
    pairs: Pairs,
    drive: Drive,
    is_education: npt.NDArray[np.bool_],
    first_month: int,
) -> Counts:
    """Return monthly active users, pairs x months."""
    months = seats.shape[1]
    share = _adoption(rng, pairs, drive, months)
    share = _with_events(rng, share, pairs)
    spread = 0.012 + 0.25 / np.sqrt(np.maximum(seats[:, 0], 40))
    noise = rng.standard_normal(share.shape, dtype=np.float32) * spread[:, None].astype(np.float32)
    calendar = (first_month + np.arange(months)) % 12
    season = np.array([SEASON, SEASON_EDUCATION], dtype=np.float32)[:, calendar]
    share *= season[is_education[pairs.tenant].astype(np.int64)]
    share *= 1.0 + noise
    users = np.rint(share * _reached_seats(seats))
    above = (rng.random(len(pairs)) < ABOVE_100_SHARE) & (pairs.tenant >= SET_ASIDE)
    inflated = np.rint(seats * rng.uniform(1.01, 1.15, len(pairs))[:, None] * (1 + 0.2 * noise))
    users = np.where(above[:, None], np.maximum(inflated, seats + 1), np.minimum(users, seats))
    trial = rng.integers(0, 6, len(pairs))[:, None]
    counted: Counts = np.where(seats == 0, trial, users).clip(0).astype(np.int32)
    return counted


def _reached_seats(seats: Counts) -> Floats:
    """Return the seats that adoption has reached: purchases gradually, cancellations at once."""
    reached = np.empty(seats.shape, dtype=np.float32)
    level = seats[:, 0].astype(np.float32)
    for month in range(seats.shape[1]):
        now = seats[:, month].astype(np.float32)
        level = np.minimum(level + (now - level) * NEW_SEATS_TAKEN_UP, now)
        reached[:, month] = level
    return reached


def _between(
    rng: np.random.Generator,
    bounds: npt.NDArray[np.float64],
    workload: npt.NDArray[np.int64],
    *,
    skew: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Return one draw a pair between its workload's bounds, with more skew nearer to the lower."""
    low, high = bounds[workload].T
    drawn: npt.NDArray[np.float64] = low + (high - low) * rng.random(len(workload)) ** skew
    return drawn


def _adoption(rng: np.random.Generator, pairs: Pairs, drive: Drive, months: int) -> Floats:
    """Return the usage share on the pair's logistic curve, pairs x months.

    share = L / (1 + exp(-k (t - t0))), t in months since the project's start; k is chosen so that
    the way from 15 % to 40 % takes the drawn number of months.
    """
    starts = np.array([adoption.start for adoption in WORKLOADS])
    start = _between(rng, starts, pairs.workload, skew=START_SKEW)
    ceiling = _between(rng, np.array([adoption.ceiling for adoption in WORKLOADS]), pairs.workload)
    median, low, high = np.array([a.months_15_to_40 for a in WORKLOADS])[pairs.workload].T
    way = np.clip(median * np.exp(rng.normal(0.0, 0.45, len(pairs))), low, high)
    pace = np.where(drive.is_claimed, drive.skill, UNASSISTED[0])
    ceiling *= np.where(drive.is_claimed, drive.skill, UNASSISTED[1])
    ceiling = np.minimum(ceiling, 0.97)
    start = np.minimum(start, 0.9 * ceiling)
    reference = np.maximum(ceiling, 0.5)
    k = np.log((0.4 / (reference - 0.4)) / (0.15 / (reference - 0.15))) / way * pace
    k = np.clip(k, 0.02, 3.0)
    t0 = np.log(ceiling / start - 1.0) / k
    since = np.maximum(np.arange(months)[None, :] - drive.start[:, None], 0.0)
    share = ceiling[:, None] / (1.0 + np.exp(-k[:, None] * (since - t0[:, None])))
    adopted: Floats = share.astype(np.float32)
    return adopted


def _with_events(rng: np.random.Generator, share: Floats, pairs: Pairs) -> Floats:
    """Return the shares with policy steps, stalls, declines and launch spikes."""
    count, months = len(share), share.shape[1]
    month = np.arange(months, dtype=np.float32)[None, :]
    when = rng.integers(2, max(months - 1, 3), count).astype(np.float32)[:, None]
    step = rng.random(count) < np.array([a.policy_step for a in WORKLOADS])[pairs.workload]
    top = np.maximum(share[:, -1], rng.uniform(0.3, 0.9, count).astype(np.float32))
    low = np.minimum(share, share[:, :1] * 1.3)
    jump = np.where(month >= when, np.maximum(top[:, None], share), low)
    share = np.where(step[:, None], jump, share)
    share = np.minimum(share, _stall_levels(rng, count)[:, None])
    falling = rng.random(count) < DECLINING_SHARE
    rate = rng.uniform(0.025, 0.07, count).astype(np.float32)[:, None]
    since = np.where(falling[:, None], np.maximum(month - when, 0.0), 0.0)
    spiking = rng.random(count) < SPIKE_SHARE
    height = np.where(spiking, rng.uniform(0.2, 0.4, count), 0.0).astype(np.float32)[:, None]
    after = np.maximum(month - when, 0.0)
    spike = 1.0 + height * np.exp(-after / 1.1) * (month >= when)
    eventful: Floats = (share * np.exp(-rate * since) * spike).astype(np.float32)
    return eventful


def _stall_levels(rng: np.random.Generator, count: int) -> Floats:
    """Return the share at which a pair stalls: some just under 15 % and 40 %, most never."""
    draw = rng.random(count)
    levels = np.select(
        [draw < 0.35, draw < 0.70],
        [rng.uniform(0.125, 0.148, count), rng.uniform(0.36, 0.397, count)],
        default=rng.uniform(0.16, 0.60, count),
    )
    stalled = rng.random(count) < STALLED_SHARE
    result: Floats = np.where(stalled, levels, 1.0).astype(np.float32)
    return result
