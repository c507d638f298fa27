"""What people do with actions, step by step: take, snooze, dismiss, complete, reopen, in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from data_access.actions_store import change_action
from data_access.errors import InsightsError
from data_access.store import Store
from data_access.types import Scope


@dataclass(frozen=True, slots=True)
class Read:
    """An action as somebody read it: its id and version."""

    action_id: str
    version: int


@dataclass(frozen=True, slots=True)
class ManyChanged:
    """What became of a change of many: the new versions by action, and why others were refused."""

    changed: Mapping[str, int]
    refused: Mapping[str, str]


def take(store: Store, scope: Scope, read: Read, *, owner: str, now: datetime) -> int:
    """Make somebody the owner of an action that is worked on from now on; return its version."""
    changes = {"owner": owner, "status": "in_progress"}
    return _changed(store, scope, read, changes, now=now)


def snooze(
    store: Store, scope: Scope, read: Read, *, until: date, reason: str, now: datetime
) -> int:
    """Put an action away until a day, on which it is open again by itself."""
    changes = {"status": "snoozed", "snoozed_until": until, "status_reason": reason}
    return _changed(store, scope, read, changes, now=now)


def dismiss(
    store: Store, scope: Scope, read: Read, *, reason: str, now: datetime, note: str = ""
) -> int:
    """Dismiss an action for a reason of DISMISS_REASONS; it stays away for its cool-down."""
    changes = {"status": "dismissed", "status_reason": reason}
    return _changed(store, scope, read, changes, now=now, note=note)


def complete(
    store: Store, scope: Scope, read: Read, *, outcome: str, now: datetime, note: str = ""
) -> int:
    """End an action as done, with an outcome of OUTCOMES."""
    changes = {"status": "done", "outcome": outcome}
    return _changed(store, scope, read, changes, now=now, note=note)


def reopen(store: Store, scope: Scope, read: Read, *, now: datetime, note: str = "") -> int:
    """Open an action again; raises InsightsError where it has come back as a newer one."""
    return _changed(store, scope, read, {"status": "open"}, now=now, note=note)


def change_many(
    store: Store,
    scope: Scope,
    versions: Mapping[str, int],
    *,
    changes: Mapping[str, Any],
    now: datetime,
    note: str = "",
) -> ManyChanged:
    """Change many actions alike, each wholly or not at all; `versions` are those read, by id."""
    changed: dict[str, int] = {}
    refused: dict[str, str] = {}
    for action_id, version in versions.items():
        try:
            read = Read(action_id, version)
            changed[action_id] = _changed(store, scope, read, changes, now=now, note=note)
        except InsightsError as error:
            refused[action_id] = str(error)
    return ManyChanged(changed, refused)


def _changed(
    store: Store,
    scope: Scope,
    read: Read,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    note: str = "",
) -> int:
    return change_action(
        store, scope, read.action_id, version=read.version, changes=changes, now=now, note=note
    )
