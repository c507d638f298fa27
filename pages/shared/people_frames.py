"""What the page of people reads: people, names of partners, and how much everybody has to do."""

from __future__ import annotations

import pandas as pd

from data_access import actions_store, people_store
from insights.views.recommended_actions import AT_WORK
from pages.shared import cached, scope_bar
from pages.shared.today import now


def people() -> pd.DataFrame:
    """Return everybody on the list, also inactive ones."""
    return people_store.people(cached.store())


def partner_names() -> dict[str, str]:
    """Return the names of the partner locations in scope by id."""
    rows = cached.partner_options(scope_bar.current_scope())
    return dict(zip(rows["partner_id"], rows["partner_name"], strict=True))


def open_actions() -> dict[str, int]:
    """Return how many actions everybody has open or in progress, by e-mail."""
    rows = actions_store.actions(
        cached.store(), scope_bar.current_scope(), now=now(), statuses=AT_WORK
    )
    counts = rows["owner"].value_counts()
    return {str(owner): int(count) for owner, count in counts.items()}
