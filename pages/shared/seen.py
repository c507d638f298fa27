"""What of a table or a row of cards the viewer may see; the rest is never sent to the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_access.types import Capability
from insights.money import EXAMPLE_HELP
from insights.views.card import Card
from insights.views.table import Column
from pages.shared import signing_in

_BY_VALUE = ("expected", "value")


def may(capability: Capability) -> bool:
    """Return whether the viewer may see or do this: what they may not is not drawn."""
    return signing_in.current_scope().may(capability)


def money() -> bool:
    """Return whether the viewer may see amounts of money."""
    return may("money")


def columns(every: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that the viewer may see; without amounts also not what they rest on."""
    shows_money = money()
    return tuple(
        column
        for column in every
        if shows_money or (column.kind != "money" and column.help != EXAMPLE_HELP)
    )


def orders(every: Mapping[str, str]) -> dict[str, str]:
    """Return the orders of a list that the viewer may choose: by value only with amounts."""
    return {code: label for code, label in every.items() if money() or code not in _BY_VALUE}


def cards(every: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards that the viewer may see."""
    return tuple(card for card in every if not card.is_money or money())
