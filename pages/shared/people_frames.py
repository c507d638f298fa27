"""What the page of people reads: people, names of partners, and how much everybody has to do."""

from __future__ import annotations

import pandas as pd

from data_access import people_store
from data_access.actions_store import EVERY_ACTION
from insights.views.recommended_actions import AT_WORK
from pages.shared import action_frames, cached, scope_bar


def people() -> pd.DataFrame:
    """Return everybody on the list, also inactive ones."""
    return people_store.people(cached.store())


def partner_names() -> dict[str, str]:
    """Return the names of the partner locations in scope by id."""
    rows = cached.partner_options(scope_bar.current_scope())
    return dict(zip(rows["partner_id"], rows["partner_name"], strict=True))


def open_actions() -> dict[str, int]:
    """Return how many actions everybody has open or in progress, by e-mail."""
    rows = action_frames.stored(scope_bar.current_scope(), EVERY_ACTION, AT_WORK)
    counts = rows["owner"].value_counts()
    return {str(owner): int(count) for owner, count in counts.items()}
