"""The edge cases of one workload, written into the simulated seats and users.

Each function sets seats and users of one pair over all months, so that the effect can be checked
by hand whatever the seed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data_access.demo.cases import BY_KEY, SET_ASIDE
from data_access.demo.curves import Counts
from data_access.demo.holdings import Pairs

Scenes = dict[str, tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]]


def stage(seats: Counts, users: Counts, pairs: Pairs, *, milestone_months: int) -> None:
    """Write every edge case of one workload into `seats` and `users` (pairs x months), in place.

    `milestone_months` is how many of the first months belong to the milestone model.
    """
    months = seats.shape[1]
    scenes = {
        **_usage_scenes(months),
        **_milestone_scenes(months, min(max(milestone_months - 3, 1), months - 2)),
        **_newest_scenes(months),
    }
    for key, (paid, active) in scenes.items():
        row = pairs.position(key)
        seats[row], users[row] = np.rint(paid).astype(np.int32), np.rint(active).astype(np.int32)


def _usage_scenes(months: int) -> Scenes:
    """Return seats and users of the effects that usage reports have."""
    time = np.arange(months)
    half, recent = months // 2, months - 3
    rising = time / max(months - 1, 1)
    return {
        "above_100": (np.full(months, 800), 824 + 10 * (time % 3)),
        "zero_seats": (np.zeros(months), 3 + time % 2),
        "just_crossed": (
            np.full(months, 1_000),
            np.where(time < months - 1, 110 + 35 * rising, 158),
        ),
        "diluted": (np.where(time < recent, 900, 1_500), np.full(months, 189)),
        "lost_seats": (np.where(time < recent, 1_000, 800), 560 + 30 * rising),
        "users_short": (np.full(months, 1_000), 90 + 57 * rising),
        "at_threshold": (np.full(months, 1_000), 60 + 90 * rising),
        "stalled_15": (np.full(months, 1_000), np.minimum(144 + time % 3, 100 + 12 * time)),
        "stalled_40": (np.full(months, 1_000), np.minimum(391 + time % 4, 180 + 40 * time)),
        "high_at_claim": (np.full(months, 900), 540 + 120 * rising),
        "spike": (
            np.full(months, 1_000),
            120 * (1 + 0.4 * (time == half) + 0.1 * (time == half + 1)),
        ),
        "declining": (np.full(months, 1_000), 520 - 200 * rising),
        "policy_step": (np.full(months, 1_000), np.where(time < half, 80 + time, 860)),
        "unclaimed": (np.full(months, 1_000), 30 + 60 * rising),
        "crossed_unclaimed": (np.full(months, 1_000), 60 + 440 * rising),
        "untouched": (np.full(months, 700), np.zeros(months)),
        "grown_pilot": (np.where(time < half, 10, 1_000), np.where(time < half, 10, 80)),
    }


def _milestone_scenes(months: int, crossing: int) -> Scenes:
    """Return seats and users of cases of money; `crossing` is a month of the milestone model.

    The public rate for Defender for Office 365 is one for 12,744 seats and more.
    """
    time = np.arange(months)
    half, late = months // 2, months - 5
    thousand = np.full(months, 1_000)
    crosses_15 = (thousand, np.where(time < crossing, 90, 170))
    largest = np.full(months, 16_600)
    public_rate = (largest, np.where(time < crossing, 1_494, 2_600))
    plain = ("example_rate", "amount_not_told", "payment_overdue", "not_claimed")
    return {
        **dict.fromkeys((*plain, "workload_not_paid", "reached_not_eligible"), crosses_15),
        **dict.fromkeys(("paid_as_rated", "amount_differs"), public_rate),
        "paid_before_data": (thousand, np.full(months, 300)),
        "no_such_milestone": (
            thousand,
            np.select([time < crossing - 1, time < crossing + 1], [90, 200], default=450),
        ),
        "usage_at_claim": (thousand, np.where(time < crossing, 350, 450)),
        "reason_code": (thousand, 90 + 20 * time / months),
        "growth_paid": (thousand, 200 + 5 * time),
        "growth_overdue": (thousand, 500 + 20 * np.clip(time - (months - 8), 0, 3)),
        "reclaimed": (
            np.where(time < half, 10, 1_000),
            np.select([time < half, time < late], [10, 80], default=170),
        ),
    }


def _newest_scenes(months: int) -> Scenes:
    """Return seats and users of what happens in the newest month."""
    time = np.arange(months)
    newest, thousand = months - 1, np.full(months, 1_000)
    return {
        "growth_not_due": (thousand, np.where(time < newest, 500, 530)),
        "growth_capped": (np.full(months, 16_000), np.where(time < newest, 1_000, 3_500)),
        "slipping": (thousand, np.select([time < months // 2, time < newest], [100, 170], 140)),
        "newly_stalled": (thousand, np.where(time < months - 3, 100, 140 + time % 3)),
        "newest_purchase": (np.where(time < newest, 1_000, 1_250), np.full(months, 100)),
        "newly_missed": (thousand, np.where(time < newest, 100, 160)),
        "too_late": (np.full(months, 60), np.where(time < newest, 5, 12)),
        "in_claim": (thousand, np.full(months, 60)),
        "newly_moved": (thousand, np.full(months, 80)),
        "newly_ended": (thousand, np.full(months, 70)),
        "newly_claimed": (thousand, np.full(months, 70)),
    }


def hide(reported: npt.NDArray[np.bool_], pairs: Pairs) -> None:
    """Take the reports away that an edge case is missing, and give the others theirs, in place."""
    months = reported.shape[1]
    reported[pairs.tenant < SET_ASIDE] = True
    reported[pairs.position("missing_month"), months // 2] = False
    reported[pairs.position("late_month"), -1] = False
    reported[pairs.position("never_reported")] = False
    reported[pairs.tenant == BY_KEY["gone"].tenant, months // 2 + 1 :] = False
    reported[pairs.tenant == BY_KEY["first_row_late"].tenant, : months // 2 + 1] = False
