"""Every metric, defined once; docs/metrics.md and the page Definitions are made from it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from insights.metrics.metric import Dimension, Measure, Metric, Unit

_TENANT_SLICES: frozenset[Dimension] = frozenset({"tenant", "segment", "market", "size_band"})
_PAIR_SLICES: frozenset[Dimension] = _TENANT_SLICES | {"workload", "age"}
_EVENT_SLICES: frozenset[Dimension] = _PAIR_SLICES | {"month", "partner", "account"}

_SEATS = Measure("paid_available_units", _PAIR_SLICES)
_USERS = Measure("monthly_active_users", _TENANT_SLICES | {"age"})
# Under a ratio, users of several workloads are units of use, each measured against the seats of
# its own workload, as in Microsoft's own usage over all workloads of a tenant.
_UNITS_IN_USE = Measure("monthly_active_users", _PAIR_SLICES)
_PAIRS = Measure("pairs", _PAIR_SLICES)
_ASSOCIATED_PAIRS = Measure("associated_pairs", _PAIR_SLICES)
_PAIRS_FROM_15 = Measure("pairs_from_15", _PAIR_SLICES)
_PAIRS_FROM_40 = Measure("pairs_from_40", _PAIR_SLICES)


def _only(sums: pd.DataFrame) -> pd.Series[float]:
    """Return the single measure as it is."""
    return sums.iloc[:, 0]


def _share(sums: pd.DataFrame) -> pd.Series[float]:
    """Return the first measure divided by the second; NaN where the second is 0 or missing."""
    whole = sums.iloc[:, 1]
    return sums.iloc[:, 0] / whole.where(whole > 0)


def _count(name: str, label: str, description: str, *, unit: Unit, measure: Measure) -> Metric:
    """Return a plain sum, shown as a whole number."""
    return Metric(name, label, description, unit, "{:,.0f}", (measure,), _only)


def _ratio(name: str, label: str, description: str, *, part: Measure, whole: Measure) -> Metric:
    """Return a ratio of two sums, shown in percent."""
    return Metric(name, label, description, "share", "{:.1%}", (part, whole), _share)


ASSOCIATED_TENANTS = _count(
    "associated_tenants",
    "Associated tenants",
    "Customer tenants with at least one workload that a partner is associated with (an approved "
    "CPOR claim) and that reported seats and users in the month; each tenant counts once.",
    unit="tenants",
    measure=Measure("associated_tenants", _TENANT_SLICES),
)
ASSOCIATED_PAIRS = _count(
    "associated_pairs",
    "Associated pairs",
    "Pairs of tenant and workload held by a partner (an approved CPOR claim) that reported seats "
    "and users in the month; a pair that two partners hold counts once.",
    unit="pairs",
    measure=_ASSOCIATED_PAIRS,
)
TENANTS = _count(
    "tenants",
    "Tenants reporting",
    "Customer tenants with both seats and active users reported for the month.",
    unit="tenants",
    measure=Measure("tenants", _TENANT_SLICES),
)
PAIRS = _count(
    "pairs",
    "Pairs reporting",
    "Pairs of tenant and workload with both seats and active users reported for the month.",
    unit="pairs",
    measure=_PAIRS,
)
PAID_AVAILABLE_UNITS = _count(
    "paid_available_units",
    "Paid available units",
    "Paid seats by workload (PAU). A user licensed for three workloads is three units; seats of "
    "different months are the same seats and are never summed.",
    unit="seats",
    measure=_SEATS,
)
SEATS = _count(
    "seats",
    "Seats",
    "Paid available units of each tenant's largest workload, so that a licence that covers "
    "several workloads counts once.",
    unit="seats",
    measure=Measure("seats", _TENANT_SLICES),
)
MONTHLY_ACTIVE_USERS = _count(
    "monthly_active_users",
    "Monthly active users",
    "Distinct users with an intentional action in one workload within 28 days (MAU). Users of "
    "two workloads or of two months are partly the same people and are never summed.",
    unit="users",
    measure=_USERS,
)
PEOPLE = _count(
    "people",
    "People, at least",
    "Active users of each tenant's most used workload, added over tenants: at least this many "
    "different people were active, whatever workloads they share.",
    unit="people",
    measure=Measure("people", _TENANT_SLICES),
)
ACTIVE_USAGE = _ratio(
    "active_usage",
    "Active usage",
    "Monthly active users divided by paid available units, a ratio of sums; over several "
    "workloads each user is measured against the seats of that workload.",
    part=_UNITS_IN_USE,
    whole=_SEATS,
)
PAIRS_FROM_15 = _count(
    "pairs_from_15",
    "Pairs at 15%+",
    "Pairs of tenant and workload whose active usage is at least 15% in the month.",
    unit="pairs",
    measure=_PAIRS_FROM_15,
)
PAIRS_FROM_40 = _count(
    "pairs_from_40",
    "Pairs at 40%+",
    "Pairs of tenant and workload whose active usage is at least 40% in the month.",
    unit="pairs",
    measure=_PAIRS_FROM_40,
)
SHARE_FROM_15 = _ratio(
    "share_from_15",
    "Share at 15%+",
    "Pairs at 15% active usage or more, of all pairs reporting.",
    part=_PAIRS_FROM_15,
    whole=_PAIRS,
)
SHARE_FROM_40 = _ratio(
    "share_from_40",
    "Share at 40%+",
    "Pairs at 40% active usage or more, of all pairs reporting.",
    part=_PAIRS_FROM_40,
    whole=_PAIRS,
)
COVERAGE = _ratio(
    "coverage",
    "Coverage",
    "Associated pairs, of all pairs reporting; the rest is used without a partner on record. "
    "Within one partner or account it is 100% by definition.",
    part=_ASSOCIATED_PAIRS,
    whole=_PAIRS,
)
TOP_CUSTOMERS_SHARE = replace(
    _ratio(
        "top_customers_share",
        "Ten largest customers",
        "Share of all paid available units that the ten tenants with the most seats have.",
        part=Measure("units_of_top_customers", frozenset()),
        whole=_SEATS,
    ),
    higher_is_better=False,
)
TOP_PARTNERS_SHARE = replace(
    _ratio(
        "top_partners_share",
        "Three largest partners",
        "Share of all associated paid available units that the three partner locations with the "
        "most hold; each location counts what it holds.",
        part=Measure("units_of_top_partners", frozenset()),
        whole=Measure("units_of_partners", frozenset()),
    ),
    higher_is_better=False,
)
NEW_ASSOCIATIONS = replace(
    _count(
        "new_associations",
        "New associations",
        "Associations of a partner with a tenant's workload that began in the month.",
        unit="associations",
        measure=Measure("new_associations", _EVENT_SLICES),
    ),
    point_in_time=False,
)
LOST_ASSOCIATIONS = replace(
    _count(
        "lost_associations",
        "Lost associations",
        "Associations held in the month before and no longer in this one: moved to another "
        "partner, disassociated, or no longer reported.",
        unit="associations",
        measure=Measure("lost_associations", _EVENT_SLICES),
    ),
    higher_is_better=False,
    point_in_time=False,
)
USERS_NEEDED_15 = replace(
    _count(
        "users_needed_15",
        "Users needed to 15%",
        "Active users still missing to 15% of each pair's seats (rounded up), added over pairs "
        "below it; a person missing in two workloads counts in both.",
        unit="users",
        measure=Measure("users_needed_15", _PAIR_SLICES),
    ),
    higher_is_better=False,
)
USERS_NEEDED_40 = replace(
    _count(
        "users_needed_40",
        "Users needed to 40%",
        "Active users still missing to 40% of each pair's seats (rounded up), added over pairs "
        "below it; a person missing in two workloads counts in both.",
        unit="users",
        measure=Measure("users_needed_40", _PAIR_SLICES),
    ),
    higher_is_better=False,
)
USERS_ABOVE_SEATS = replace(
    _count(
        "users_above_seats",
        "Users above seats",
        "Monthly active users beyond a pair's paid seats: use without a paid seat, real but often "
        "a sign of seats that are not reported.",
        unit="users",
        measure=Measure("users_above_seats", _PAIR_SLICES),
    ),
    higher_is_better=False,
)

CATALOGUE: tuple[Metric, ...] = (
    ASSOCIATED_TENANTS,
    ASSOCIATED_PAIRS,
    TENANTS,
    PAIRS,
    COVERAGE,
    PAID_AVAILABLE_UNITS,
    SEATS,
    MONTHLY_ACTIVE_USERS,
    PEOPLE,
    ACTIVE_USAGE,
    PAIRS_FROM_15,
    PAIRS_FROM_40,
    SHARE_FROM_15,
    SHARE_FROM_40,
    USERS_NEEDED_15,
    USERS_NEEDED_40,
    USERS_ABOVE_SEATS,
    NEW_ASSOCIATIONS,
    LOST_ASSOCIATIONS,
    TOP_CUSTOMERS_SHARE,
    TOP_PARTNERS_SHARE,
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in CATALOGUE}
"""The catalogue by name; a metric's name is its column in frames and exports."""
