"""Amounts as people read them, the groups of money and the fiscal quarters."""

from datetime import date

import pandas as pd
import pytest

from data_access.rules import load_program
from insights.milestone_states import STATES
from insights.money import MONEY_GROUPS, dollars, marked, rate_card_text, usd, usd_short
from insights.months import (
    fiscal_quarter,
    fiscal_quarter_code,
    fiscal_quarter_label,
    fiscal_quarter_start,
    month_index,
    month_of,
)


@pytest.mark.parametrize(
    ("amount_e4", "expected"),
    [
        (123_450_000, "$12,345"),
        (0, "$0"),
        (4_999, "$0"),
        (5_000, "$1"),
        (-123_455_000, "-$12,346"),
        (-4_999, "$0"),
        (None, "—"),
        (float("nan"), "—"),
        (pd.NA, "—"),
    ],
)
def test_usd_in_whole_dollars(amount_e4, expected):
    assert usd(amount_e4) == expected


@pytest.mark.parametrize(
    ("dollar", "expected"),
    [
        (950, "$950"),
        (999, "$999"),
        (1_000, "$1k"),
        (12_345, "$12.3k"),
        (12_350, "$12.4k"),
        (999_949, "$999.9k"),
        (999_950, "$1M"),
        (1_250_000, "$1.3M"),
        (-12_345, "-$12.3k"),
        (2_000_000_000, "$2B"),
    ],
)
def test_usd_short_keeps_one_decimal_at_most(dollar, expected):
    assert usd_short(dollar * 10_000) == expected


def test_usd_short_of_a_missing_amount():
    assert usd_short(pd.NA) == "—"


def test_dollars_keeps_missing_apart_from_nothing():
    amounts = pd.Series([15_000, 0, pd.NA], dtype="Int64")
    assert dollars(amounts).iloc[:2].to_list() == [1.5, 0.0]
    assert dollars(amounts).isna().to_list() == [False, False, True]


def test_mark_stands_beside_amounts_only():
    assert marked("$5", is_example=True) == "$5 (example rate)"
    assert marked("$5", is_example=False) == "$5"
    assert marked("—", is_example=True) == "—"


def test_rate_card_names_year_and_first_day():
    rules = load_program().on(date(2026, 11, 22))
    assert rate_card_text(rules) == "estimate by rate card of FY27 (valid from 1 October 2026)"
    assert rate_card_text(None) == "no rate card was in force"


def test_every_state_but_no_data_is_in_one_group():
    grouped = [code for group in MONEY_GROUPS for code in group.states]
    assert sorted(grouped) == sorted(s.code for s in STATES if s.code != "no_data")


@pytest.mark.parametrize(
    ("year", "month", "quarter", "start", "label"),
    [
        (2026, 7, 1, date(2026, 7, 1), "FY27 Q1 (Jul–Sep 2026)"),
        (2026, 9, 1, date(2026, 7, 1), "FY27 Q1 (Jul–Sep 2026)"),
        (2026, 10, 2, date(2026, 10, 1), "FY27 Q2 (Oct–Dec 2026)"),
        (2026, 12, 2, date(2026, 10, 1), "FY27 Q2 (Oct–Dec 2026)"),
        (2027, 1, 3, date(2027, 1, 1), "FY27 Q3 (Jan–Mar 2027)"),
        (2027, 6, 4, date(2027, 4, 1), "FY27 Q4 (Apr–Jun 2027)"),
    ],
)
def test_fiscal_quarter_begins_in_july(year, month, quarter, start, label):
    index = month_index(year, month)
    assert fiscal_quarter(index) == quarter
    assert fiscal_quarter_start(index) == month_of(start)
    assert fiscal_quarter_label(index) == label
    assert fiscal_quarter_code(index) == label[:7]
