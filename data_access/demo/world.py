"""The demo's simulated truth: who holds what, and what every pair used, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import scenes
from data_access.demo.cases import BY_KEY, SET_ASIDE
from data_access.demo.curves import Counts, Drive, make_seats, make_users
from data_access.demo.holdings import (
    Pairs,
    holding_by_month,
    make_holdings,
    make_pairs,
    other_location,
)
from data_access.demo.parties import make_partners, make_tenants
from data_access.rules import load_program
from insights.months import first_day
from insights.program import Program

MIN_TENANTS = SET_ASIDE
MIN_MONTHS = 6
MISSING_SHARE = 0.02
NEWEST_MISSING = (0.06, 0.03)  # whole tenants, and single pairs
GONE_SHARE = 0.015
DUPLICATE_SHARE = 0.04
RESTATED_SHARE = 0.06
ARRIVING_LATE_SHARE = 0.006


@dataclass(frozen=True, slots=True)
class World:
    """The whole demo world; months are positions from `first_month` on, -1 means nobody.

    `today` is the day of the newer of the two downloads. `reported` says which pair-months any
    report carries, `arrives_late` which of the month before the newest only the correction
    carries; `duplicate_of` is, by tenant, the second location of the same global account that the
    usage report names too.
    """

    seed: int
    today: date
    program: Program
    first_month: int
    months: int
    partners: pd.DataFrame
    tenants: pd.DataFrame
    pairs: Pairs
    holdings: pd.DataFrame
    holding: npt.NDArray[np.int32]
    seats: Counts
    users: Counts
    reported: npt.NDArray[np.bool_]
    duplicate_of: npt.NDArray[np.int64]
    restated: npt.NDArray[np.int64]
    arrives_late: npt.NDArray[np.int64]

    @property
    def first_download(self) -> date:
        """Return the day of the older of the two downloads: early in the newest month."""
        return first_day(self.last_month).replace(day=6)

    @property
    def last_month(self) -> int:
        """Return the index of the newest month."""
        return self.first_month + self.months - 1

    def rng(self, part: str) -> np.random.Generator:
        """Return the random numbers of one part of the world, always the same for one seed."""
        return random_part(self.seed, part)


def random_part(seed: int, part: str) -> np.random.Generator:
    """Return independent random numbers for a named part, so that parts change separately."""
    return np.random.default_rng([seed % 2**32, *part.encode()])


def make_world(
    *,
    tenants: int,
    months: int,
    seed: int,
    last_month: int,
    today: date | None = None,
    full: bool = False,
) -> World:
    """Return the world that ends with `last_month`, the same for the same arguments.

    `today` (the 22nd of the month after the newest one unless given) is when it is looked at.
    `full` gives every tenant all ten workloads from the first month on (for benchmarks). Raises
    ValueError for fewer than 20 tenants or 6 months: the edge cases would not fit.
    """
    if tenants < MIN_TENANTS or months < MIN_MONTHS:
        raise ValueError(f"a demo world has at least {MIN_TENANTS} tenants, {MIN_MONTHS} months")
    first_month = last_month - months + 1
    partners = make_partners(random_part(seed, "partners"), tenants)
    people = make_tenants(random_part(seed, "tenants"), tenants, partners)
    pairs = make_pairs(random_part(seed, "pairs"), people, full=full)
    holdings = make_holdings(
        random_part(seed, "holdings"),
        pairs,
        tenants=people,
        partners=partners,
        first_month=first_month,
        months=months,
    )
    seats = make_seats(random_part(seed, "seats"), people, pairs, months)
    users = make_users(
        random_part(seed, "users"),
        seats,
        pairs=pairs,
        drive=_drive(random_part(seed, "drive"), holdings, partners, len(pairs)),
        is_education=people["is_education"].to_numpy(),
        first_month=first_month,
    )
    program = load_program()
    in_window = [program.in_month(month) for month in range(first_month, last_month + 1)]
    is_milestone_year = [rules is not None and rules.model == "milestone" for rules in in_window]
    scenes.stage(seats, users, pairs, milestone_months=sum(is_milestone_year))
    reported = _reported(random_part(seed, "reported"), pairs, holdings, months=months, full=full)
    holding = holding_by_month(holdings, len(pairs), months)
    restated, late = _corrected(random_part(seed, "corrected"), pairs, holding, reported)
    return World(
        seed=seed,
        today=today or first_day(last_month + 1).replace(day=22),
        program=program,
        first_month=first_month,
        months=months,
        partners=partners,
        tenants=people,
        pairs=pairs,
        holdings=holdings,
        holding=holding,
        seats=seats,
        users=users,
        reported=reported,
        duplicate_of=_duplicates(random_part(seed, "duplicates"), people, partners),
        restated=restated,
        arrives_late=late,
    )


def _drive(
    rng: np.random.Generator, holdings: pd.DataFrame, partners: pd.DataFrame, pairs: int
) -> Drive:
    """Return who drives each pair: its first holder, from about the association on."""
    first = holdings.drop_duplicates("pair")
    claimed = np.zeros(pairs, dtype=bool)
    start, skill = np.zeros(pairs), np.ones(pairs)
    row = first["pair"].to_numpy()
    claimed[row] = True
    start[row] = first["start"].to_numpy() + rng.uniform(-1, 5, len(first))
    skill[row] = partners["skill"].to_numpy()[first["partner"].to_numpy()]
    return Drive(start=start, skill=skill, is_claimed=claimed)


def _reported(
    rng: np.random.Generator, pairs: Pairs, holdings: pd.DataFrame, *, months: int, full: bool
) -> npt.NDArray[np.bool_]:
    """Return pairs x months: whether any report has the row.

    A tenant shows once one of its workloads is claimed, sometimes a month later; 2 % of the rows
    are missing, some tenants leave, and the newest month is still coming in.
    """
    count = int(pairs.tenant.max()) + 1
    month = np.arange(months)
    first = np.full(count, months)
    np.minimum.at(first, pairs.tenant[holdings["pair"]], holdings["start"].to_numpy())
    first += (first > 0) & (rng.random(count) < 0.5)
    if full:
        first[:] = 0
    leaves = rng.integers(months // 2, months + 1, count)
    leaves = np.maximum(leaves, first + 4)
    last = np.where(rng.random(count) < (0.0 if full else GONE_SHARE), leaves, months)
    shown = (month >= first[:, None]) & (month < last[:, None])
    reported = shown[pairs.tenant] & (rng.random((len(pairs), months)) >= MISSING_SHARE)
    late_tenant = rng.random(count) < NEWEST_MISSING[0]
    late_pair = rng.random(len(pairs)) < NEWEST_MISSING[1]
    reported[:, -1] &= ~(late_tenant[pairs.tenant] | late_pair)
    scenes.hide(reported, pairs)
    return reported


def _duplicates(
    rng: np.random.Generator, tenants: pd.DataFrame, partners: pd.DataFrame
) -> npt.NDArray[np.int64]:
    """Return, by tenant, a second location of the home's global account, or -1."""
    home = tenants["home"].to_numpy()
    second = other_location(partners, home, same_account=True, draw=rng.random(len(home)))
    has = rng.random(len(home)) < DUPLICATE_SHARE
    has[:SET_ASIDE] = False
    has[BY_KEY["pga_duplicate"].tenant] = True
    duplicates: npt.NDArray[np.int64] = np.where(has, second, -1)
    return duplicates


def _corrected(
    rng: np.random.Generator,
    pairs: Pairs,
    holding: npt.NDArray[np.int32],
    reported: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the pairs that the correction restates, and those that it brings for the first time.

    Both speak of the month before the newest, and of held pairs only.
    """
    held = reported[:, -2] & (holding[:, -2] >= 0) & (pairs.tenant >= SET_ASIDE)
    draw = rng.random(len(pairs))
    late = held & (draw < ARRIVING_LATE_SHARE)
    restated = held & ~late & (draw < ARRIVING_LATE_SHARE + RESTATED_SHARE)
    return np.flatnonzero(restated), np.flatnonzero(late)
