"""Headline cards: value, change and history of one metric."""

import pandas as pd

from insights.metrics.catalogue import ACTIVE_USAGE, PAID_AVAILABLE_UNITS
from insights.months import month_index
from insights.views.card import month_card

SEP, OCT = month_index(2026, 9), month_index(2026, 10)


def test_card_compares_with_the_month_before():
    values = pd.Series({SEP - 1: 0.25, SEP: 0.30, OCT: 0.35})
    card = month_card(ACTIVE_USAGE, values, as_of=OCT, before=SEP)
    assert (card.value, card.delta_text) == ("35.0%", "+5.0 pts")
    assert card.help.endswith("The change is since Sep 2026.")
    assert card.series == (0.25, 0.30, 0.35)
    assert card.series_labels == ("Aug 2026", "Sep 2026", "Oct 2026")


def test_card_has_no_delta_when_the_month_before_is_missing():
    card = month_card(PAID_AVAILABLE_UNITS, pd.Series({OCT: 10.0}), as_of=OCT, before=SEP)
    assert (card.value, card.delta, card.delta_text) == ("10", None, None)


def test_card_has_no_delta_when_nothing_is_compared():
    values = pd.Series({SEP: 5.0, OCT: 10.0})
    card = month_card(PAID_AVAILABLE_UNITS, values, as_of=OCT, before=None)
    assert (card.delta, card.help) == (None, PAID_AVAILABLE_UNITS.description)


def test_missing_month_is_a_gap_in_the_history():
    values = pd.Series({SEP - 2: 4.0, SEP - 1: 5.0, OCT: 10.0})
    card = month_card(PAID_AVAILABLE_UNITS, values, as_of=OCT, before=None)
    assert card.series == (4.0, 5.0, None, 10.0)


def test_two_values_are_no_history():
    values = pd.Series({SEP: 5.0, OCT: 10.0})
    card = month_card(PAID_AVAILABLE_UNITS, values, as_of=OCT, before=SEP)
    assert (card.series, card.series_labels) == ((), ())


def test_card_without_any_value_shows_a_dash():
    card = month_card(ACTIVE_USAGE, pd.Series(dtype="float64"), as_of=OCT, before=SEP)
    assert (card.value, card.series) == ("—", ())
