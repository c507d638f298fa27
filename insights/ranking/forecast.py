"""What is expected to be reached in each of the months ahead, from the chances of the horizons.

Milestones count as independent of each other; a month's share of a chance follows the monthly
hazards behind the horizons (see `eta`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insights.ranking.eta import FURTHEST, hazards
from insights.ranking.grid import Floats

USD_E4 = 10_000

HOLDERS = ("workload_key", "partner_key")
FORECAST_SUMS = ("expected_pairs", "expected_usd_e4", "variance_usd", "example_pairs")


def monthly_chances(chances: Sequence[Floats], months: Sequence[int]) -> Floats:
    """Return rows x FURTHEST: the chance that the milestone is reached in each month ahead.

    `chances` are the probabilities of rising horizons of so many months, never falling. Up to a
    horizon the months add up to its probability.
    """
    rates = hazards(chances, months)
    still_open = np.cumprod(1 - rates, axis=1)
    before = np.column_stack([np.ones(len(rates)), still_open[:, :-1]])
    monthly: Floats = before * rates
    return monthly


def forecast(
    rows: pd.DataFrame, chances: Sequence[Floats], months: Sequence[int], *, as_of: int
) -> pd.DataFrame:
    """Return what is expected by month over the next year, workload x partner x month.

    `rows` are the milestones with workload_key, partner_key, value_usd_e4 (missing: no rate) and
    is_example. Columns: HOLDERS, month, expected_pairs (sum of chances), expected_usd_e4 (of chance
    x value), variance_usd (of p (1 - p) value², in US dollars²), example_pairs (rows with an
    example rate).
    """
    monthly = monthly_chances(chances, months)
    value = rows["value_usd_e4"].astype("float64").fillna(0).to_numpy(dtype=np.float64)
    dollars = value / USD_E4
    holder = rows.groupby(list(HOLDERS), sort=True).ngroup().to_numpy(dtype=np.int64)
    holders = rows[list(HOLDERS)].drop_duplicates().sort_values(list(HOLDERS))
    is_example = rows["is_example"].to_numpy(dtype=np.float64)
    parts = []
    for ahead in range(FURTHEST):
        chance = monthly[:, ahead]
        sums = {
            "expected_pairs": chance,
            "expected_usd_e4": chance * value,
            "variance_usd": chance * (1 - chance) * dollars**2,
            "example_pairs": is_example,
        }
        told = {name: np.bincount(holder, each, len(holders)) for name, each in sums.items()}
        parts.append(holders.assign(month=as_of + 1 + ahead, **told))
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values([*HOLDERS, "month"], ignore_index=True)
