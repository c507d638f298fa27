"""For whom a milestone counts: the one partner under which every pair of it is summed up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insights.milestones import Portfolio
from insights.panel import Ints

NOBODY = 0
"""Partner key of milestones that no partner earned, holds, claims or ever held."""


def counted_partners(pairs: Portfolio, rows: pd.DataFrame, claiming: pd.DataFrame) -> Ints:
    """Return per row of `milestone_rows` the key of the partner that it counts for.

    The one that earned it, else the holder, else the one that claims it (`claiming`: claims in
    progress, see eligibility.claims_in_progress; the claim submitted last, then the smaller key),
    else the one that held it last; NOBODY where there is none.
    """
    at = pairs.history.panel.rows_of(rows)
    choices = (
        rows["earner_partner_key"],
        rows["holder_partner_key"],
        pd.Series(_claimants(pairs, claiming)[at], index=rows.index, dtype="Int64"),
        pd.Series(_last_holders(pairs)[at], index=rows.index, dtype="Int64"),
    )
    found = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    for choice in choices:
        found = found.fillna(choice.mask(choice <= NOBODY))
    counted: Ints = found.fillna(NOBODY).to_numpy(dtype=np.int64)
    return counted


def _claimants(pairs: Portfolio, claiming: pd.DataFrame) -> Ints:
    """Return per pair the partner whose claim on its way was submitted last, else NOBODY."""
    found = np.full(pairs.history.panel.pairs, NOBODY, dtype=np.int64)
    order = ["submitted_on", "partner_key"]
    by_age = claiming.sort_values(order, ascending=[True, False], na_position="first")
    found[pairs.history.panel.rows_of(by_age)] = by_age["partner_key"].to_numpy(dtype=np.int64)
    return found


def _last_holders(pairs: Portfolio) -> Ints:
    """Return per pair the partner of the span that ended last, then began last, else NOBODY."""
    held = pairs.held
    found = np.full(pairs.history.panel.pairs, NOBODY, dtype=np.int64)
    order = np.lexsort((-held.partner, held.start_month, held.end_month))
    found[held.pair[order]] = held.partner[order]
    return found
