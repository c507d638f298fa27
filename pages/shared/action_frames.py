"""What the pages about actions read: actions, their history, people and playbooks.

Actions lie in the app database, where others change them while a page is open: `cached.read_work`
remembers them until somebody does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from data_access import actions_store, people_store, playbook_store
from data_access.actions_store import ActionsOf
from data_access.queries import ranking
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.actions.kinds import ENDED, LIVE
from insights.actions.playbooks import Playbook
from insights.views import recommended_actions as views
from pages.shared import cached, scope_bar, url_state
from pages.shared.today import now, today

ME = "ac_me"
"""Key of the address: the e-mail of the person who works here, where nobody signs in."""

DAYS_90 = 90


def people() -> pd.DataFrame:
    """Return the people that the viewer can give actions to, active ones only, by name."""
    scope = scope_bar.current_scope()
    every = cached.read_work(_people, scope, person=scope.person)
    return every[every["is_active"].astype("bool")].sort_values("name", ignore_index=True)


def _people(store: Store, scope: Scope, *, person: str) -> pd.DataFrame:
    return people_store.people_told(store, replace(scope, person=person))


def names_of(listed: pd.DataFrame) -> dict[str, str]:
    """Return people's names by e-mail."""
    return dict(zip(listed["email"], listed["name"], strict=True))


def me(names: Mapping[str, str]) -> str:
    """Return the e-mail of whoever works here, "" where nobody is known.

    With sign-in it is the person that the user is linked to, never one that an address names.
    """
    scope = scope_bar.current_scope()
    if scope.user_key:
        return scope.person if scope.person in names else ""
    return url_state.code_in_address(ME, list(names)) or ""


def acting_scope() -> Scope:
    """Return the viewer's scope under the e-mail of whoever works here, as histories tell it."""
    scope, person = scope_bar.current_scope(), me(names_of(people()))
    return replace(scope, who=person) if person else scope


def live_actions(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return the live actions within the filters, with their words."""
    return _told_actions(scope, ActionsOf(filters=filters), LIVE)


def first_actions(
    scope: Scope, filters: Filters, owner: str, *, most: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the most urgent live actions of an owner, "" for everybody's, and how many there are.

    With their words, as `live_actions`, but remembered as these few only.
    """
    asked = {"filters": filters, "owner": owner, "most": most, "shows": _shows()}
    return cached.read_work(_first_actions, scope, **asked)


def _first_actions(
    store: Store, scope: Scope, *, filters: Filters, owner: str, most: int, shows: str
) -> tuple[list[dict[str, Any]], int]:
    rows = _read_told(store, scope, statuses=LIVE, of=ActionsOf(filters=filters), shows=shows)
    listed = views.listed(rows, views.ActionQuestion())
    asked = listed[listed["owner"] == owner] if owner else listed
    first: list[Any] = asked.head(most).to_dict("records")
    return first, len(asked)


def stored_actions(scope: Scope, filters: Filters, *, is_ended: bool) -> pd.DataFrame:
    """Return the live or the ended actions within the filters as the store gives them out."""
    return stored(scope, ActionsOf(filters=filters), ENDED if is_ended else LIVE)


def stored(scope: Scope, of: ActionsOf, statuses: tuple[str, ...]) -> pd.DataFrame:
    """Return the actions of some statuses as the store gives them out (actions_store.actions)."""
    return cached.read_work(_actions, scope, statuses=statuses, of=of)


def _actions(
    store: Store, scope: Scope, *, statuses: tuple[str, ...], of: ActionsOf
) -> pd.DataFrame:
    return actions_store.actions(store, scope, now=now(), statuses=statuses, of=of)


def _told_actions(scope: Scope, of: ActionsOf, statuses: tuple[str, ...]) -> pd.DataFrame:
    """Return actions with their words, remembered as a whole."""
    return cached.read_work(_read_told, scope, statuses=statuses, of=of, shows=_shows())


def _read_told(
    store: Store, scope: Scope, *, statuses: tuple[str, ...], of: ActionsOf, shows: str
) -> pd.DataFrame:
    rows = _actions(store, scope, statuses=statuses, of=of)
    return views.told(rows, today=today(), shows=shows)


def told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return actions of the store with the words of today that tables show."""
    return cached.computed(views.told, rows, today=today(), shows=_shows())


def teller() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return what adds the words of today to actions; works without a session, for downloads."""
    return partial(views.told, today=today(), shows=_shows())


def customer_actions(scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Return a customer's actions, live and ended, with their words."""
    return _told_actions(scope, ActionsOf(tenant_id=tenant_id), (*LIVE, *ENDED))


def one_action(scope: Scope, action_id: str) -> pd.DataFrame:
    """Return one action with its words, no row where the scope does not see it."""
    return _told_actions(scope, ActionsOf(action_ids=(action_id,)), (*LIVE, *ENDED))


def history(scope: Scope, action_id: str) -> pd.DataFrame:
    """Return the events of an action, oldest first."""
    return actions_store.history(cached.store(), scope, action_id)


def playbooks() -> dict[str, Playbook]:
    """Return the playbooks in force by code."""
    return cached.read_work(playbook_store.playbooks)


def is_ranked() -> bool:
    """Return whether the portfolio was ever scored, so that there can be recommended actions."""
    return cached.read(ranking.newest_run) is not None


def _shows() -> str:
    """Return how exact the record of the 90 day model lets a chance be."""
    run = cached.read(ranking.newest_run)
    return "band" if run is None else run.verdicts[DAYS_90].shows
