"""The claim assistant's widgets: each is one field of the draft and stores its answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from data_access.claim_drafts import StoredDraft
from insights.claims.draft import LONGEST_COMMENT, LONGEST_TEXT
from insights.claims.finding import Finding
from insights.claims.form import FIELDS_BY_NAME
from pages.shared import claim_state
from pages.shared.text import plain

TYPING_PAUSE = "600ms"
"""What is typed is stored after a pause of this length, before the field is left."""

WIDTH = 460
"""Pixels of a field."""

NARROW = 340
"""Pixels of a field that stands beside others."""


def field_key(stored: StoredDraft, name: str) -> str:
    """Return the key of a field's widget, its own for every draft."""
    return f"ca_{stored.draft_id}_{name}"


def _common(stored: StoredDraft, name: str) -> dict[str, Any]:
    key = field_key(stored, name)
    return {
        "label": FIELDS_BY_NAME[name].label,
        "key": key,
        "disabled": stored.status != "draft",
        "on_change": claim_state.store_answer,
        "args": (stored.draft_id, name, key),
    }


def text(
    stored: StoredDraft, name: str, *, placeholder: str | None = None, width: int = WIDTH
) -> None:
    """Draw a line of text; it is stored while it is typed."""
    claim_state.fill(field_key(stored, name), getattr(stored.draft, name))
    st.text_input(
        **_common(stored, name),
        max_chars=LONGEST_TEXT,
        live=TYPING_PAUSE,
        autocomplete="off",
        placeholder=placeholder,
        width=width,
    )


def long_text(stored: StoredDraft, name: str, *, help: str) -> None:
    """Draw a field for some lines of text."""
    claim_state.fill(field_key(stored, name), getattr(stored.draft, name))
    st.text_area(**_common(stored, name), max_chars=LONGEST_COMMENT, height=90, help=help)


def day(stored: StoredDraft, name: str, *, help: str) -> None:
    """Draw a calendar that may be empty."""
    claim_state.fill(field_key(stored, name), getattr(stored.draft, name))
    st.date_input(
        **{"value": None, **_common(stored, name)},
        min_value="2010-01-01",
        format="YYYY-MM-DD",
        help=help,
        width=220,
    )


def tick(stored: StoredDraft, name: str, label: str, *, help: str | None = None) -> None:
    """Draw a tick box."""
    claim_state.fill(field_key(stored, name), getattr(stored.draft, name))
    st.checkbox(**{**_common(stored, name), "label": label}, help=help)


def member_tick(
    stored: StoredDraft, name: str, code: str, *, label: str, off_too: Sequence[str] = ()
) -> None:
    """Draw a tick box for one code of a list; taking it off takes it off the other lists too."""
    key = f"{field_key(stored, name)}_{code}"
    claim_state.fill(key, code in getattr(stored.draft, name))
    st.checkbox(
        label,
        key=key,
        disabled=stored.status != "draft",
        on_change=_store_member,
        args=(stored.draft_id, name, code, tuple(off_too)),
        kwargs={"key": key},
    )


def _store_member(
    draft_id: str, name: str, code: str, off_too: tuple[str, ...], *, key: str
) -> None:
    is_on = bool(st.session_state[key])
    names = (name,) if is_on else (name, *off_too)
    current = claim_state.stored_draft(draft_id)
    if current is None:
        return
    lists: dict[str, tuple[str, ...]] = {each: getattr(current.draft, each) for each in names}
    without = {each: tuple(one for one in codes if one != code) for each, codes in lists.items()}
    answers = {each: (*codes, code) if is_on else codes for each, codes in without.items()}
    claim_state.store(draft_id, answers, key=key)


def show_findings(found: Sequence[Finding], *, nothing: str) -> None:
    """Draw findings as lists: what is wrong, what is missing, and risks, each with its remedy."""
    if not found:
        st.success(nothing, icon=":material/check_circle:")
    blocks = [each for each in found if each.severity == "blocking"]
    wrong = [each for each in blocks if not each.is_missing]
    missing = [each for each in blocks if each.is_missing]
    risks = [each for each in found if each.severity == "warning"]
    for title, listed, box, icon in (
        ("To correct", wrong, st.error, ":material/error:"),
        ("Still to do", missing, st.info, ":material/radio_button_unchecked:"),
        ("Risks", risks, st.warning, ":material/warning:"),
    ):
        if listed:
            box(f"**{title} ({len(listed)})**\n\n{_listed(listed)}", icon=icon)


def _listed(found: Sequence[Finding]) -> str:
    return "\n".join(f"- {plain(each.message)} {plain(each.remedy)}" for each in found)
