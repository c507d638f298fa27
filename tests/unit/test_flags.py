"""Each flag on the smallest rows that have it and that just miss it."""

import pandas as pd
import pytest

from insights.flags import FLAG_COLUMNS, FLAGS, flag_words, pair_flag_words, pair_flags
from insights.months import month_index

OCT = month_index(2026, 10)


def pair(**values):
    row = {
        "paid_available_units": 500,
        "monthly_active_users": 100,
        "first_month": OCT - 11,
        "latest_month": OCT,
        "months_reported": 12,
        "restated_values": 0,
        "moves": 0,
    }
    types = {"paid_available_units": "Int64", "monthly_active_users": "Int64"}
    return pd.DataFrame([{**row, **values}]).astype(types)


@pytest.mark.parametrize(
    ("code", "values", "near_miss"),
    [
        ("above_100", {"monthly_active_users": 501}, {"monthly_active_users": 500}),
        ("no_seats", {"paid_available_units": 0}, {"paid_available_units": None}),
        ("small_base", {"paid_available_units": 149}, {"paid_available_units": 150}),
        ("no_data", {"latest_month": OCT - 2}, {"latest_month": OCT - 1}),
        ("missing_months", {"months_reported": 10}, {"months_reported": 11}),
        ("restated", {"restated_values": 1}, {"restated_values": 0}),
        ("moved", {"moves": 1}, {"moves": 0}),
    ],
)
def test_pair_has_the_flag_only_past_its_edge(code, values, near_miss):
    assert pair_flags(pair(**values), OCT)[code].tolist() == [True]
    assert pair_flags(pair(**near_miss), OCT)[code].tolist() == [False]


def test_users_without_seats_are_not_called_above_100():
    flagged = pair_flags(pair(paid_available_units=0, monthly_active_users=3), OCT)
    assert not flagged["above_100"].item()


def test_flag_words_join_what_a_customer_has_and_stay_empty_for_the_rest():
    customers = pd.DataFrame(0, index=["t1", "t2"], columns=list(FLAG_COLUMNS))
    customers.loc["t1", ["pairs_above_100", "masked_names"]] = [2, 1]
    assert flag_words(customers).tolist() == ["▲ Above 100% · ▒ Masked name", ""]


def test_pair_flag_words_name_the_pairs_own_flags():
    words = pair_flag_words(pair(paid_available_units=100, monthly_active_users=101), OCT)
    assert words.tolist() == ["▲ Above 100% · ▫ Small base"]


def test_every_flag_has_its_own_code_symbol_and_column_and_tells_what_it_means():
    for attribute in ("code", "label", "symbol", "column", "explanation"):
        assert len({getattr(flag, attribute) for flag in FLAGS}) == len(FLAGS)
    assert all(flag.explanation.endswith(".") for flag in FLAGS)
