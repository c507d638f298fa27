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


def stage(seats: Counts, users: Counts, pairs: Pairs) -> None:
    """Write every edge case of one workload into `seats` and `users` (pairs x months), in place."""
    months = seats.shape[1]
    time = np.arange(months)
    half, recent = months // 2, months - 3
    rising = time / max(months - 1, 1)
    scenes = {
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
        "crossed_unclaimed": (np.full(months, 1_000), 60 + 440 * rising),
        "untouched": (np.full(months, 700), np.zeros(months)),
        "grown_pilot": (np.where(time < half, 10, 1_000), np.where(time < half, 10, 80)),
    }
    for key, (paid, active) in scenes.items():
        row = pairs.position(key)
        seats[row], users[row] = np.rint(paid).astype(np.int32), np.rint(active).astype(np.int32)


def hide(reported: npt.NDArray[np.bool_], pairs: Pairs) -> None:
    """Take the reports away that an edge case is missing, and give the others theirs, in place."""
    months = reported.shape[1]
    reported[pairs.tenant < SET_ASIDE] = True
    reported[pairs.position("missing_month"), months // 2] = False
    reported[pairs.position("late_month"), -1] = False
    reported[pairs.position("never_reported")] = False
    reported[pairs.tenant == BY_KEY["gone"].tenant, months // 2 + 1 :] = False
    reported[pairs.tenant == BY_KEY["first_row_late"].tenant, : months // 2 + 1] = False
