"""What a page keeps in the address beside the frame's filters: codes and ids, never names.

Widgets here are not bound to the address, because a bound widget writes its label there. They are
filled from the address on every run, so that links and Back work, and write back in callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

LONGEST = 200
"""Characters of a free text that a link may carry."""


def code_in_address(key: str, codes: Sequence[str]) -> str | None:
    """Return the code that the address holds under a key, None for none or an unknown one."""
    code = st.query_params.get(key)
    return code if code in codes else None


def ids_in_address(key: str) -> tuple[str, ...]:
    """Return the ids that the address holds under a key, each once, in their order."""
    return tuple(dict.fromkeys(one for one in st.query_params.get_all(key) if one))


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


def search(key: str, label: str, *, placeholder: str) -> str:
    """Draw a search field and return its text."""
    widget = f"{key}_box"
    st.session_state[widget] = st.query_params.get(key, "")[:LONGEST]
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


def _write_back(key: str) -> None:
    set_in_address(key, st.session_state[f"{key}_box"])


def _write_back_unless_first(key: str, first: str) -> None:
    chosen = st.session_state[f"{key}_box"]
    set_in_address(key, None if chosen == first else chosen)
