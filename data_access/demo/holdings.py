"""Which partner holds which workload of which tenant, from when to when, under which claim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo.cases import BY_KEY, CASES, SET_ASIDE
from data_access.demo.catalog import CODES, WORKLOADS
from data_access.demo.days import first_days

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

EARLY = (-5, 14)  # months in which the older half of the customers is claimed
NEVER = 10_000
MOVED_SHARE = 0.04
ENDED_SHARE = 0.03
IN_THE_NEWEST_MONTH = 0.12  # of what moved or ended
SECOND_PARTNER_SHARE = 0.15
FIRST_CLAIM_ID = 1_204_117


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every tenant x workload of the world, by position, tenant by tenant."""

    tenant: Ints
    workload: Ints

    def __len__(self) -> int:
        return len(self.tenant)

    def position(self, key: str) -> int:
        """Return the pair of an edge case that speaks of one workload."""
        case = BY_KEY[key]
        if case.workload is None:
            raise ValueError(f"the case {key} speaks of a whole tenant")
        here = (self.tenant == case.tenant) & (self.workload == CODES.index(case.workload))
        return int(np.flatnonzero(here)[0])


def make_pairs(rng: np.random.Generator, tenants: pd.DataFrame, *, full: bool) -> Pairs:
    """Return the workloads that each tenant has by its suite; `full` gives everybody all ten."""
    chance = np.array([adoption.suites for adoption in WORKLOADS]).T[tenants["suite"].to_numpy()]
    has = (rng.random(chance.shape) < chance) | full
    has[:SET_ASIDE] = True
    tenant, workload = np.nonzero(has)
    return Pairs(tenant.astype(np.int64), workload.astype(np.int64))


def make_holdings(
    rng: np.random.Generator,
    pairs: Pairs,
    *,
    tenants: pd.DataFrame,
    partners: pd.DataFrame,
    first_month: int,
    months: int,
) -> pd.DataFrame:
    """Return one row per association of a partner location with a pair, ever.

    Columns: pair, partner (position), start and end (months since the world's first one, end
    exclusive, NEVER: still held), associated_on (date), claim_id, end_kind ("", moved, ended).
    A pair has no row (unclaimed), one, or two (moved); spans of one pair never overlap.
    """
    security = np.array([adoption.group == "security" for adoption in WORKLOADS])[pairs.workload]
    first, second = _claim_months(rng, len(tenants), months)
    start = np.where(security, second[pairs.tenant], first[pairs.tenant])
    partner = _holders(rng, pairs, security=security, tenants=tenants, partners=partners)
    claimed = _claimed(rng, pairs, start, months)
    group = pairs.tenant * 2 + security
    held = pd.DataFrame({"pair": np.arange(len(pairs)), "partner": partner, "start": start})
    held["end"], held["end_kind"], held["group"] = NEVER, "", group
    held = held[claimed]
    held = _with_pinned(held, pairs, partners=partners, tenants=tenants, months=months)
    held = _with_moves(rng, held, partners=partners, pairs=pairs, months=months)
    return _numbered(rng, held, first_month=first_month, newest=months - 1)


def holding_by_month(holdings: pd.DataFrame, pairs: int, months: int) -> npt.NDArray[np.int32]:
    """Return pairs x months: the position of the holding, -1 where nobody holds the pair."""
    month = np.arange(months)
    cells = np.full((pairs, months), -1, dtype=np.int32)
    for later in (False, True):
        chosen = np.flatnonzero(holdings["pair"].duplicated().to_numpy() == later)
        part = holdings.iloc[chosen]
        start, end = part["start"].to_numpy()[:, None], part["end"].to_numpy()[:, None]
        rows = part["pair"].to_numpy()
        inside = (month >= start) & (month < end)
        cells[rows] = np.where(inside, chosen[:, None], cells[rows])
    return cells


def other_location(
    partners: pd.DataFrame, home: Ints, *, same_account: bool, draw: npt.NDArray[np.float64]
) -> Ints:
    """Return another location for each home: of its own account, or of a different one."""
    account = partners["account"].to_numpy()
    allowed = (account[:, None] == account[None, :]) == same_account
    np.fill_diagonal(allowed, False)
    choices = [np.flatnonzero(row) for row in allowed]
    size = np.array([len(options) for options in choices])
    table = np.zeros((len(partners), int(size.max())), dtype=np.int64)
    for row, options in enumerate(choices):
        table[row, : len(options)] = options
    chosen: Ints = table[home, (draw * size[home]).astype(np.int64)]
    return chosen


def _claim_months(rng: np.random.Generator, tenants: int, months: int) -> tuple[Ints, Ints]:
    """Return the months of each tenant's collaboration and security claim."""
    early = rng.integers(EARLY[0], min(EARLY[1], months), tenants)
    late = rng.integers(0, max(months - 2, 1), tenants)
    first = np.where(rng.random(tenants) < 0.55, early, late)
    gap = np.where(rng.random(tenants) < 0.45, 0, rng.integers(1, 16, tenants))
    first[:SET_ASIDE] = -6 - np.arange(SET_ASIDE) % 5
    gap[:SET_ASIDE] = 0
    return first, first + gap


def _holders(
    rng: np.random.Generator,
    pairs: Pairs,
    *,
    security: Bools,
    tenants: pd.DataFrame,
    partners: pd.DataFrame,
) -> Ints:
    """Return who claims each pair: the home location, or for security another account's."""
    home = tenants["home"].to_numpy()
    rival = other_location(partners, home, same_account=False, draw=rng.random(len(home)))
    shared = rng.random(len(home)) < SECOND_PARTNER_SHARE
    shared[:SET_ASIDE] = False
    shared[BY_KEY["multi_partner"].tenant] = True
    split = security & shared[pairs.tenant]
    chosen: Ints = np.where(split, rival[pairs.tenant], home[pairs.tenant]).astype(np.int64)
    return chosen


def _claimed(rng: np.random.Generator, pairs: Pairs, start: Ints, months: int) -> Bools:
    """Return which pairs are ever claimed; each tenant's first pair always is."""
    chance = np.array([adoption.claimed for adoption in WORKLOADS])[pairs.workload]
    claimed = (rng.random(len(pairs)) < chance) & (start < months)
    claimed |= pairs.tenant < SET_ASIDE
    claimed[[pairs.position(case.key) for case in CASES if case.is_free]] = False
    anchor = np.r_[True, pairs.tenant[1:] != pairs.tenant[:-1]] & (start < months)
    result: Bools = claimed | anchor
    return result


def _with_pinned(
    held: pd.DataFrame,
    pairs: Pairs,
    *,
    partners: pd.DataFrame,
    tenants: pd.DataFrame,
    months: int,
) -> pd.DataFrame:
    """Return the holdings with the edge cases among them."""
    half = months // 2
    late = held["pair"].isin(np.flatnonzero(pairs.tenant == BY_KEY["first_row_late"].tenant))
    high = held["pair"] == pairs.position("high_at_claim")
    held.loc[late | high, "start"] = half
    held.loc[high, "group"] = -1
    for key, start in (("usage_at_claim", 1), ("newly_claimed", months - 1)):
        pinned = held["pair"] == pairs.position(key)
        held.loc[pinned, "start"], held.loc[pinned, "group"] = start, -1
    ends = (("disassociated", months - 4), ("newly_ended", months), ("reclaimed", half))
    for key, end in ends:
        ended = held["pair"] == pairs.position(key)
        held.loc[ended, "end"], held.loc[ended, "end_kind"] = end, "ended"
    again = held[held["pair"] == pairs.position("reclaimed")]
    added = [again.assign(start=half + 2, end=NEVER, end_kind="", group=-2)]
    for key, same_account, month in (
        ("moved_account", False, half),
        ("moved_location", True, half),
        ("newly_moved", False, months - 1),
    ):
        old = held["pair"] == pairs.position(key)
        home = tenants["home"].to_numpy()[[BY_KEY[key].tenant]]
        to = other_location(partners, home, same_account=same_account, draw=np.array([0.5]))
        held.loc[old, "end"], held.loc[old, "end_kind"] = month, "moved"
        added.append(held[old].assign(partner=to, start=month, end=NEVER, end_kind="", group=-2))
    return pd.concat([held, *added], ignore_index=True)


def _with_moves(
    rng: np.random.Generator,
    held: pd.DataFrame,
    *,
    partners: pd.DataFrame,
    pairs: Pairs,
    months: int,
) -> pd.DataFrame:
    """Return the holdings with some of them moved to another location and some ended."""
    draw, month = rng.random(len(held)), rng.integers(2, max(months - 1, 3), len(held))
    month = np.where(rng.random(len(held)) < IN_THE_NEWEST_MONTH, months - 1, month)
    free = (held["start"] + 2 < month) & (pairs.tenant[held["pair"]] >= SET_ASIDE)
    moved = free & (draw < MOVED_SHARE)
    ended = free & ~moved & (draw < MOVED_SHARE + ENDED_SHARE)
    held.loc[moved, "end"], held.loc[ended, "end"] = month[moved], month[ended] + 1
    held.loc[moved, "end_kind"], held.loc[ended, "end_kind"] = "moved", "ended"
    earlier = held[moved]
    later = earlier.assign(start=earlier["end"], end=NEVER, end_kind="", group=-2)
    inside = rng.random(len(later)) < 0.3
    old, pick = later["partner"].to_numpy(), rng.random(len(later))
    rival = other_location(partners, old, same_account=False, draw=pick)
    sister = other_location(partners, old, same_account=True, draw=pick)
    return pd.concat([held, later.assign(partner=np.where(inside, sister, rival))])


def _numbered(
    rng: np.random.Generator, held: pd.DataFrame, *, first_month: int, newest: int
) -> pd.DataFrame:
    """Return the holdings in order, with the claim's number and the day of the association.

    Workloads that a partner claimed together (one group) share claim and day; a workload that
    moved has a claim of its own. What began in the newest month did so after its first days, so
    that the first of the demo's two downloads does not know of it.
    """
    held = held.sort_values(["pair", "start"], kind="stable").reset_index(drop=True)
    own = held["group"] < 0
    held["group"] = held["group"].where(~own, -1 - np.arange(len(held)))
    claim, _ = pd.factorize(held["group"])
    number = FIRST_CLAIM_ID + np.cumsum(rng.integers(1, 9, claim.max() + 1))
    day = rng.integers(0, 27, claim.max() + 1)[claim]
    start = held["start"].to_numpy()
    day = np.where(start == newest, 9 + day % 18, day)
    held["associated_on"] = first_days(first_month + start) + day
    held["claim_id"] = number[claim].astype(str)
    return held.drop(columns="group")
