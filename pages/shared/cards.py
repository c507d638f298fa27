"""Rows of headline numbers: value, change in words and colour, and a small history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from insights.charts.sparkline import sparkline
from insights.views.card import Card
from pages.shared import page_record, seen
from pages.shared.text import plain

NARROWEST = 165
"""Pixels; six cards in a row at 1366, two on a phone."""

DeltaColour = Literal["green", "red", "off"]


def show_cards(cards: Sequence[Card], *, key: str) -> None:
    """Draw the cards side by side, as many in a row as fit; `key` is unique on the page."""
    cards = seen.cards(cards)
    if not cards:
        return
    page_record.note_cards(cards, key=key)
    grid = st.grid("auto", min_column_width=NARROWEST, border=True, gap="small", key=key)
    for card in cards:
        with grid.cell():
            _show_card(card)


def _show_card(card: Card) -> None:
    st.metric(
        plain(card.label),
        plain(card.value),
        delta=None if card.delta is None else plain(card.delta_text),
        delta_color=_colour(card),
        delta_arrow=_arrow(card),
        help=plain(card.help),
    )
    line = sparkline(card.series)
    if line is not None:
        st.image(line, width="stretch", alt=_alt(card))
    if card.delta is not None and card.delta_description:
        st.caption(plain(card.delta_description))
    if card.note:
        st.caption(plain(card.note))


def _colour(card: Card) -> DeltaColour:
    """Return green for better, red for worse; the arrow and the sign say the same."""
    if not card.delta:
        return "off"
    return "green" if (card.delta > 0) == card.higher_is_better else "red"


def _arrow(card: Card) -> Literal["up", "down", "off"]:
    if not card.delta:
        return "off"
    return "up" if card.delta > 0 else "down"


def _alt(card: Card) -> str:
    """Return what the small history shows, in words."""
    known = [
        (label, value)
        for label, value in zip(card.series_labels, card.series, strict=True)
        if value is not None
    ]
    (first, before), (last, now) = known[0], known[-1]
    direction = "unchanged" if now == before else ("up" if now > before else "down")
    return f"{card.label} from {first} to {last}: {direction}, now {card.value}"
