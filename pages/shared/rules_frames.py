"""The programme rules of this store for pages: what was activated, and what is in force."""

from __future__ import annotations

import pandas as pd

from data_access import program_store
from insights.program import Program
from insights.views.program_rules import Origin
from pages.shared import cached


def activations() -> pd.DataFrame:
    """Return every activation, oldest first (see program_store.activations)."""
    return cached.read(program_store.activations)


def program(rows: pd.DataFrame) -> Program:
    """Return the programme in force after these activations."""
    return cached.computed(program_store.program_of_activations, rows)


def origin(rows: pd.DataFrame, title: str) -> Origin:
    """Return where the rules of a year come from."""
    newest = program_store.newest_activations(rows).set_index("title")
    if title not in newest.index:
        return Origin()
    told = newest.loc[title]
    moment = told["activated_at"].to_pydatetime()
    return Origin(str(told["file_name"]), str(told["activated_by"]), moment)


def toml(rows: pd.DataFrame, title: str) -> str:
    """Return the TOML text of a year as it is in force."""
    return program_store.text_in_force(rows, title) or ""


def changed_years(rows: pd.DataFrame) -> list[str]:
    """Return the titles of the years that are not as shipped."""
    return sorted(program_store.newest_activations(rows)["title"])
