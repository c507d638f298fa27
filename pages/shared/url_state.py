"""What a page keeps in the address beside the frame's filters: codes and ids, never names.

Widgets here are not bound to the address, because a bound widget writes its label there. They are
filled from the address on every run, so that links work, and write back in callbacks. The browser's
Back returns to a page without its own part of the address; the session gives it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

LONGEST = 200
"""Characters of a free text that a link may carry."""

LATEST_YEARS = 50
"""Years after the first day of a calendar that can be chosen in it."""

DIGITS = 6
"""Digits of a number that a link may carry."""

KEPT = "url_state_kept"
"""Session key of what each key of the address held, for the keys that were ever asked for."""

ARRIVED = "arrived"
"""Session key of whether this run is the first one on its page since another page was shown."""


def values_in_address(key: str) -> tuple[str, ...]:
    """Return what the address holds under a key, each value once, in their order.

    On the first run after another page was shown, and without any in the address, these are the
    values that the page was left with; the address gets them back.
    """
    kept: dict[str, list[str]] = st.session_state.setdefault(KEPT, {})
    values = list(dict.fromkeys(one for one in st.query_params.get_all(key) if one))
    if not values and st.session_state.get(ARRIVED) and kept.get(key):
        values = kept[key]
        st.query_params[key] = values
    kept[key] = values
    return tuple(values)


def code_in_address(key: str, codes: Sequence[str]) -> str | None:
    """Return the code that the address holds under a key, None for none or an unknown one."""
    code = next(iter(values_in_address(key)), None)
    return code if code in codes else None


def set_in_address(key: str, value: str | Sequence[str] | None) -> None:
    """Write a code, ids, or nothing under a key of the address; in callbacks only."""
    if value:
        st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]


def choice(
    key: str,
    label: str,
    names: Mapping[str, str],
    *,
    placeholder: str,
    help: str | None = None,
) -> str | None:
    """Draw a list of names and return the chosen code, None for the placeholder."""
    widget = f"{key}_box"
    st.session_state[widget] = code_in_address(key, list(names))
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda code: names.get(code, code),
        key=widget,
        placeholder=placeholder,
        help=help,
        on_change=_write_back,
        args=(key,),
    )
    chosen: str | None = st.session_state[widget]
    return chosen


def first_choice(key: str, label: str, names: Mapping[str, str]) -> str:
    """Draw a list of names whose first entry is the default and return the chosen code."""
    widget = f"{key}_box"
    st.session_state[widget] = code_in_address(key, list(names)) or next(iter(names))
    st.selectbox(
        label,
        list(names),
        format_func=lambda code: names.get(code, code),
        key=widget,
        on_change=_write_back_unless_first,
        args=(key, next(iter(names))),
    )
    return str(st.session_state[widget])


def segments(key: str, label: str, names: Mapping[str, str]) -> str:
    """Draw names side by side, the first one as default, and return the chosen code."""
    widget = f"{key}_box"
    st.session_state[widget] = code_in_address(key, list(names)) or next(iter(names))
    st.segmented_control(
        label,
        list(names),
        format_func=lambda code: names.get(code, code),
        key=widget,
        required=True,
        label_visibility="collapsed",
        on_change=_write_back_unless_first,
        args=(key, next(iter(names))),
    )
    return str(st.session_state[widget])


def number(key: str) -> int:
    """Return the whole number from 0 on that the address holds under a key, 0 for none."""
    text = next(iter(values_in_address(key)), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


def search(key: str, label: str, *, placeholder: str) -> str:
    """Draw a search field and return its text."""
    widget = f"{key}_box"
    st.session_state[widget] = next(iter(values_in_address(key)), "")[:LONGEST]
    st.text_input(
        label,
        key=widget,
        type="search",
        placeholder=placeholder,
        max_chars=LONGEST,
        on_change=_write_back,
        args=(key,),
    )
    return str(st.session_state[widget]).strip()


def day(key: str, label: str, *, default: date, since: date) -> date:
    """Draw a calendar and return the chosen day; the default is not written into the address."""
    widget, last = f"{key}_box", date(since.year + LATEST_YEARS, 12, 31)
    st.session_state[widget] = min(max(_day_in_address(key) or default, since), last)
    st.date_input(
        label,
        key=widget,
        min_value=since,
        max_value=last,
        format="YYYY-MM-DD",
        width=200,
        on_change=_write_back_day,
        args=(key, default),
    )
    chosen: date = st.session_state[widget]
    return chosen


def _day_in_address(key: str) -> date | None:
    """Return the day that the address holds under a key, None for none or no such day."""
    text = next(iter(values_in_address(key)), "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _write_back_day(key: str, default: date) -> None:
    chosen: date = st.session_state[f"{key}_box"]
    set_in_address(key, None if chosen == default else chosen.isoformat())


def _write_back(key: str) -> None:
    set_in_address(key, st.session_state[f"{key}_box"])


def _write_back_unless_first(key: str, first: str) -> None:
    chosen = st.session_state[f"{key}_box"]
    set_in_address(key, None if chosen == first else chosen)
