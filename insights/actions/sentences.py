"""What and why of an action, told once per content: a list asks for the same on every run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from insights.actions.kinds import what_text, why_texts

TOLD_OF = ("kind", "reason", "workload", "workload_name", "milestone", "facts")
"""Columns that the sentences are made of, in the order of the arguments of `sentences`."""

MOST_KEPT = 20_000


@lru_cache(maxsize=MOST_KEPT)
def sentences(*values: Any) -> tuple[str, str]:  # noqa: ANN401 - values of TOLD_OF, as stored
    """Return what an action is and why, its clauses joined by "; "; values of TOLD_OF."""
    known = (None if value is pd.NA else value for value in values)
    row = dict(zip(TOLD_OF, known, strict=True))
    return what_text(row), "; ".join(why_texts(row))
