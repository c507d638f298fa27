"""What the page What worked is shown from; also the lift of all actions, for other pages."""

from __future__ import annotations

import pandas as pd

from data_access.outcome_facts import begun_actions
from data_access.queries.outcomes import action_outcomes
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.actions.lift import action_lift, lifts
from insights.actions.outcomes import Outcomes
from pages.shared import cached
from pages.shared.today import now

_ASKED = ["action_id", "tenant_id", "workload", "month", "milestone"]
_TOUCHED = ["tenant_id", "workload", "month"]


def begun(scope: Scope, filters: Filters | None) -> pd.DataFrame:
    """Return the actions within the filters that somebody worked on."""
    return cached.read_work(_begun, scope, filters)


def _begun(store: Store, scope: Scope, filters: Filters | None) -> pd.DataFrame:
    return begun_actions(store, scope, now=now(), filters=filters)


def found(scope: Scope, chosen: pd.DataFrame, every: pd.DataFrame) -> Outcomes:
    """Return what became of the chosen actions about usage; `every` are those of nobody's filter.

    Pairs that anybody turned to are no similar customers, whatever the filters.
    """
    usage = chosen[chosen["is_usage_kind"]]
    return cached.read(
        action_outcomes,
        scope,
        begun=usage[_ASKED].reset_index(drop=True),
        touched=every[_TOUCHED].drop_duplicates(ignore_index=True),
    )


def groups(outcomes: Outcomes, begun: pd.DataFrame, grouping: str) -> pd.DataFrame:
    """Return the lift of each group of actions."""
    by_action = begun.set_index("action_id")[grouping].astype("str")
    return cached.computed(lifts, outcomes, by_action)


def all_together(outcomes: Outcomes) -> pd.Series:
    """Return the lift of all compared actions together."""
    return cached.computed(action_lift, outcomes)


def lift_of_all(scope: Scope, filters: Filters | None) -> pd.Series:
    """Return the lift of all actions within the filters, as a row of `lift.lifts`."""
    every = begun(scope, None)
    chosen = every if filters is None else begun(scope, filters)
    return all_together(found(scope, chosen, every))
