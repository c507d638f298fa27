"""Changing actions from a page: every change names the version that was seen, none is lost unsaid.

An open form keeps what it was filled with. Where somebody else changes the action meanwhile, what
is typed stays, the page says who changed what, and the person decides; only the fields that were
really changed are ever written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from data_access import action_steps, actions_store
from data_access.errors import ChangedMeanwhileError, InsightsError
from pages.shared import cached, url_state
from pages.shared.action_frames import acting_scope
from pages.shared.today import now

CHOSEN = "ac_a"
"""Key of the address: the action whose detail is open."""

MARKED = "ac_m"
"""Key of the address: the marked actions of the list."""

_SEEN = "ac_seen"
_SAID = "ac_said"

FORM_FIELDS = ("owner", "due_on", "effort_minutes")
"""What the form of a detail changes; everything else has a button of its own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the open form was filled with: the action, its version and the values of its fields."""

    action_id: str
    version: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the page has to say once: how it went, in words, and changes that would undo it.

    `undo` has the changes by action id, `versions` the versions that they undo.
    """

    words: str
    is_refusal: bool = False
    refused: tuple[str, ...] = ()
    undo: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


# --- which one is open ----------------------------------------------------------------------------


def open_action(action_id: str) -> None:
    """Open an action's detail; in callbacks only."""
    url_state.set_in_address(CHOSEN, action_id)


def close_action() -> None:
    """Close the detail; in callbacks only."""
    url_state.set_in_address(CHOSEN, None)
    st.session_state.pop(_SEEN, None)


def chosen_action() -> str | None:
    """Return the id of the action that the address names, None without one."""
    return next(iter(url_state.values_in_address(CHOSEN)), None)


def widget(name: str, action_id: str) -> str:
    """Return the key of a form's widget."""
    return f"ac_form_{name}_{action_id}"


# --- the open form --------------------------------------------------------------------------------


def fill_form(action: Mapping[str, Any]) -> Seen:
    """Fill a form that was not open before and return what it was filled with."""
    seen: Seen | None = st.session_state.get(_SEEN)
    action_id = str(action["action_id"])
    is_open = widget("owner", action_id) in st.session_state
    if seen is None or seen.action_id != action_id or not is_open:
        seen = _fill(action)
    return seen


def show_newest(action: Mapping[str, Any]) -> None:
    """Fill the open form anew with what is stored; the note stays; in callbacks only."""
    _fill(action)


def _fill(action: Mapping[str, Any]) -> Seen:
    action_id = str(action["action_id"])
    values = {name: _plain(action[name]) for name in FORM_FIELDS}
    for name, value in values.items():
        st.session_state[widget(name, action_id)] = value
    st.session_state.setdefault(widget("note", action_id), "")
    seen = Seen(action_id, int(action["version"]), values)
    st.session_state[_SEEN] = seen
    return seen


def typed_changes(seen: Seen) -> dict[str, Any]:
    """Return the fields of the open form that differ from what it was filled with."""
    typed = {name: st.session_state[widget(name, seen.action_id)] for name in FORM_FIELDS}
    typed["owner"] = typed["owner"] or ""
    return {name: value for name, value in typed.items() if value != seen.values[name]}


def save_form(action_id: str, version: int | None = None) -> None:
    """Store what the form changed and its note; in callbacks only.

    `version` is the one to write upon where the person has seen that others changed the action;
    without it the form's own counts.
    """
    seen: Seen = st.session_state[_SEEN]
    changes = typed_changes(seen)
    note = str(st.session_state[widget("note", action_id)] or "").strip()
    if not changes and not note:
        _say(Said("Nothing was changed, so nothing was saved."))
        return
    if not changes:
        if _attempt(lambda: actions_store.add_note(*_to(action_id), note, now=now())):
            st.session_state[widget("note", action_id)] = ""
            _say(Said("Note added."))
        return
    upon = seen.version if version is None else version
    before = {name: seen.values[name] for name in changes}
    after = _written(action_id, upon, changes, note=note)
    if after is not None:
        st.session_state[widget("note", action_id)] = ""
        st.session_state[_SEEN] = Seen(action_id, after, {**seen.values, **changes})
        _say(Said("Saved.", undo={action_id: before}, versions={action_id: after}))


# --- one click ------------------------------------------------------------------------------------


def change(action: Mapping[str, Any], changes: Mapping[str, Any], said: str) -> None:
    """Make one change of an action as it was shown, and offer to undo it; in callbacks only."""
    action_id, version = str(action["action_id"]), int(action["version"])
    after = _written(action_id, version, changes)
    if after is None:
        return
    _keep_form_up(action_id, version, after, changes)
    undo = {action_id: undoing(action, changes)}
    _say(Said(said, undo=undo, versions={action_id: after}))


def undoing(action: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that lead back to an action as it was shown."""
    names = list(changes)
    if "status" in changes:
        names += ["status_reason", "outcome", "snoozed_until"]
    return {name: _plain(action[name]) for name in dict.fromkeys(names)}


def mark_step(action_id: str, code: str, key: str) -> None:
    """Store whether a step of the playbook is done; in callbacks only."""
    marked = {"done" if st.session_state[key] else "undone": (code,)}
    _attempt(lambda: action_steps_of(action_id, marked))


def action_steps_of(action_id: str, marked: Mapping[str, tuple[str, ...]]) -> None:
    """Store steps of an action as done or not done."""
    actions_store.mark_steps(*_to(action_id), **marked, now=now())  # type: ignore[arg-type]


def change_marked(
    rows: pd.DataFrame, changes: Mapping[str, Any], *, note: str = "", said: str
) -> None:
    """Change the marked actions alike and tell which were refused; in callbacks only."""
    versions = dict(zip(rows["action_id"], rows["version"].astype(int), strict=True))
    result = action_steps.change_many(
        cached.store(), acting_scope(), versions, changes=changes, note=note, now=now()
    )
    by_id = {str(row["action_id"]): dict(row) for _, row in rows.iterrows()}
    for action_id, after in result.changed.items():
        _keep_form_up(action_id, versions[action_id], after, changes)
    refused = tuple(
        f"{by_id[action_id]['tenant_name']}, {by_id[action_id]['what']}: {why}"
        for action_id, why in result.refused.items()
    )
    undo = {one: undoing(by_id[one], changes) for one in result.changed}
    words = f"{len(result.changed):,} of {len(versions):,} {said}."
    _say(Said(words, bool(refused), refused, undo=undo, versions=result.changed))
    url_state.set_in_address(MARKED, list(result.refused))


# --- what the page says ---------------------------------------------------------------------------


def said() -> Said | None:
    """Return what the page has to say, until it is put away."""
    kept: Said | None = st.session_state.get(_SAID)
    return kept


def put_away() -> None:
    """Forget what was said; in callbacks only."""
    st.session_state.pop(_SAID, None)


def undo() -> None:
    """Take the last change back; in callbacks only."""
    kept: Said | None = st.session_state.pop(_SAID, None)
    if kept is None:
        return
    for action_id, changes in kept.undo.items():
        version = kept.versions[action_id]
        after = _written(action_id, version, changes)
        if after is None:
            return
        _keep_form_up(action_id, version, after, changes)
    _say(Said("Taken back."))


def say(words: str) -> None:
    """Say that something went well."""
    _say(Said(words))


def say_refused(words: str) -> None:
    """Say why something was not done."""
    _say(Said(words, is_refusal=True))


def _say(words: Said) -> None:
    st.session_state[_SAID] = words


# --- parts ----------------------------------------------------------------------------------------


def _to(action_id: str) -> tuple[Any, Any, str]:
    return cached.store(), acting_scope(), action_id


def _written(
    action_id: str, version: int, changes: Mapping[str, Any], *, note: str = ""
) -> int | None:
    """Write a change and return the new version, None where it was refused; that is said."""
    try:
        return actions_store.change_action(
            *_to(action_id), version=version, changes=changes, note=note, now=now()
        )
    except ChangedMeanwhileError as error:
        say_refused(f"{error} {error.hint}")
    except InsightsError as error:
        say_refused(f"{error} {error.hint}".strip())
    return None


def _attempt(work: Any) -> bool:  # noqa: ANN401 - a function without arguments
    """Do something that needs no version; False where it was refused, which is said."""
    try:
        work()
    except InsightsError as error:
        say_refused(f"{error} {error.hint}".strip())
        return False
    return True


def _keep_form_up(action_id: str, before: int, after: int, changes: Mapping[str, Any]) -> None:
    """Let the open form know a change of one's own, unless somebody else was there before it."""
    seen: Seen | None = st.session_state.get(_SEEN)
    if seen is None or seen.action_id != action_id or seen.version != before:
        return
    mine = {name: value for name, value in changes.items() if name in FORM_FIELDS}
    for name, value in mine.items():
        st.session_state[widget(name, action_id)] = value
    st.session_state[_SEEN] = replace(seen, version=after, values={**seen.values, **mine})


def _plain(value: Any) -> Any:  # noqa: ANN401 - a frame's value as a widget and the store hold it
    """Return a value of a frame as a widget and the store hold it."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value
