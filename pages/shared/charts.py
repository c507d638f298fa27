"""Charts on a page: drawn the same way everywhere, and a click on them sets a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.shared import page_record, scope_bar

OnPick = Callable[[str], None]


def show_chart(
    figure: Any,  # noqa: ANN401 - plotly's Figure, which only insights/charts may import
    *,
    key: str,
    alt: str,
    on_pick: OnPick | None = None,
) -> None:
    """Draw a figure; `alt` states its takeaway and `key` is unique on the page.

    With `on_pick`, a click on a point calls it with the id in the point's customdata. It runs
    before the page, so that what it changes is in force when the page is drawn.
    """
    page_record.note_chart(figure, key=key, alt=alt)
    settings: dict[str, Any] = {}
    if on_pick is not None:
        settings["on_select"] = lambda: _picked(key, on_pick)
        settings["selection_mode"] = "points"
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **settings)


def sets_filter(key: str) -> OnPick:
    """Return what sets a filter of the address to the picked id, e.g. "wl" or "p"."""

    def pick(code: str) -> None:
        scope_bar.set_filter(key, code)

    return pick


def _picked(key: str, on_pick: OnPick) -> None:
    points = st.session_state[key]["selection"]["points"]
    if not points:
        return
    data = points[0].get("customdata")
    picked = data[0] if isinstance(data, list) else data
    if picked is not None:
        on_pick(str(picked))
