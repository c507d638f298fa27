"""What the page Model record is shown from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data_access.queries.model_record import live_record, workload_names
from data_access.queries.ranking import model_report, model_versions, said_first
from data_access.types import Scope
from pages.shared import cached


def versions() -> pd.DataFrame:
    """Return every training, the newest first."""
    return cached.read(model_versions)


def report(model_id: int) -> dict[str, Any]:
    """Return the record of a training."""
    return cached.read(model_report, model_id)


def said(scope: Scope, model_id: int, days: int) -> pd.DataFrame:
    """Return what a training's back-test ranked first at past months, as far as a scope sees."""
    return cached.read(said_first, scope, model_id, days)


def names() -> dict[int, str]:
    """Return the name of every workload by its key."""
    return cached.read(workload_names)


def live(days: int) -> pd.DataFrame:
    """Return stored predictions whose horizon has closed, with what happened."""
    return cached.read(live_record, days)
