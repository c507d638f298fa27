"""Choosing several of a list: a box that adds one, and a chip with ✕ for each that is chosen.

Streamlit's own multiselect writes white on the theme's primary colour, which no theme option
changes: in the dark theme that is light, and the text cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.shared.text import plain

OnChange = Callable[[list[str]], None]


def add_box(
    label: str,
    names: Mapping[str, str],
    chosen: Sequence[str],
    *,
    key: str,
    on_change: OnChange,
    **settings: Any,  # noqa: ANN401 - handed on to the widget
) -> None:
    """Draw a box that offers what is not chosen yet and empties itself after each choice.

    `names` are what may be chosen, code to name; `on_change` gets the codes chosen then, in a
    callback.
    """
    st.session_state[key] = None
    st.selectbox(
        label,
        [code for code in names if code not in chosen],
        index=None,
        format_func=lambda code: names.get(code, code),
        key=key,
        on_change=_add,
        args=(key, tuple(chosen), on_change),
        **settings,
    )


def chips(
    names: Mapping[str, str], chosen: Sequence[str], *, key: str, on_change: OnChange
) -> None:
    """Draw a button for each chosen code that takes it out; nothing where none is chosen."""
    if not chosen:
        return
    with st.container(horizontal=True, gap="xsmall", key=f"{key}_chips"):
        for code in chosen:
            st.button(
                f"{plain(names.get(code, code))} ✕",
                key=f"{key}_chip_{code}",
                on_click=on_change,
                args=([one for one in chosen if one != code],),
            )


def several(
    label: str,
    names: Mapping[str, str],
    chosen: Sequence[str],
    *,
    key: str,
    on_change: OnChange,
    **settings: Any,  # noqa: ANN401 - handed on to the widget
) -> None:
    """Draw the box that adds and the chips that take out."""
    add_box(label, names, chosen, key=key, on_change=on_change, **settings)
    chips(names, chosen, key=key, on_change=on_change)


def _add(key: str, chosen: tuple[str, ...], on_change: OnChange) -> None:
    added: str | None = st.session_state[key]
    if added is not None:
        on_change([*chosen, added])
