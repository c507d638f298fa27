"""What the milestones page reads: the newest judgement and its sums."""

from __future__ import annotations

import pandas as pd

from data_access.queries import earnings, milestones
from data_access.types import Filters, Scope
from pages.shared import cached


def judged_month(scope: Scope) -> int | None:
    """Return the month that milestones were judged as of, None where they never were."""
    judged = cached.read(earnings.judged, scope)
    return None if judged.empty else int(judged["as_of"].iloc[0])


def cells(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return `milestone_cells`."""
    return cached.read(milestones.milestone_cells, scope, filters)
