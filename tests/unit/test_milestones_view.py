"""Sums of the milestones page, worked out by hand."""

import pandas as pd

from insights.months import month_index
from insights.views.milestones import (
    crossings_by_month,
    crossings_by_workload,
    list_words,
    milestones_board,
    reasons,
    state_board,
)

OCT = month_index(2026, 10)


def cell(state, percent, pairs, *, month=0, reason="", needed=0, value=0, **flags):
    return {
        "workload": "TEAMS",
        "workload_name": "Teams",
        "milestone": percent,
        "state": state,
        "reason": reason,
        "month": month,
        "pairs": pairs,
        "users_needed": needed,
        "value_usd_e4": value,
        "example_pairs": flags.get("example", 0),
        "slipping": flags.get("slipping", 0),
        "stalled": flags.get("stalled", 0),
    }


CELLS = pd.DataFrame(
    [
        cell("paid", 15, 2, month=OCT - 3, value=20_000),
        cell("reached", 15, 3, month=OCT, value=30_000, slipping=1),
        cell("reached", 40, 1, month=OCT - 1, value=10_000),
        cell("missed", 15, 4, month=OCT),
        cell("not_earnable", 40, 5, month=OCT - 1, reason="passed_before_claim"),
        cell("not_earnable", 15, 1, month=OCT - 20, reason="usage_at_claim"),
        cell("in_flight", 15, 6, needed=60, value=600_000, stalled=2, example=6),
        cell("in_flight", 40, 7, needed=700, value=7_000_000, example=7),
    ]
)


def test_board_counts_each_state_once_in_their_order():
    board = state_board(CELLS).set_index("state")
    assert list(board.index) == ["paid", "reached", "not_earnable", "missed", "in_flight"]
    assert board.loc["in_flight", ["pairs_15", "pairs_40", "users_needed"]].tolist() == [6, 7, 760]
    assert board.loc["missed", ["pairs_15", "pairs_40"]].tolist() == [4, 0]
    assert board[["pairs_15", "pairs_40"]].sum().sum() == CELLS["pairs"].sum()


def test_cards_say_what_was_reached_and_what_is_ahead():
    view = milestones_board(CELLS, as_of=OCT, first=OCT - 11)
    told = [(card.label, card.value, card.note) for card in view.cards]
    assert told == [
        ("Reached in Oct 2026", "3", "3 at 15%"),
        ("Reached in FY27 Q2", "3", "3 at 15%"),
        ("In flight", "13", "760 users needed · $760 · example rate"),
        ("Stalled", "2", "2 at 15%"),
        ("Slipping", "1", "1 at 15%"),
    ]


def test_quarter_holds_its_earlier_months_and_not_the_one_before_it():
    nov = milestones_board(CELLS, as_of=OCT + 1, first=OCT - 11)
    assert [card.value for card in nov.cards[:2]] == ["0", "3"]


def test_months_without_a_crossing_are_shown_as_nought():
    months = crossings_by_month(CELLS, OCT - 2, OCT).set_index("code")
    assert months.loc["2026-08", ["reached", "missed", "not_earnable"]].tolist() == [0, 0, 0]
    assert months.loc["2026-09", ["reached", "missed", "not_earnable"]].tolist() == [1, 0, 5]
    assert months.loc["2026-10", ["reached", "missed", "not_earnable"]].tolist() == [3, 4, 0]


def test_paid_milestones_count_as_reached():
    assert crossings_by_month(CELLS, OCT - 3, OCT)["reached"].sum() == 2 + 3 + 1


def test_workloads_show_the_crossings_of_the_period():
    rows = crossings_by_workload(CELLS, OCT - 1, OCT)
    assert rows[["workload", "reached", "missed", "not_earnable"]].values.tolist() == [
        ["TEAMS", 4, 4, 5]
    ]


def test_reasons_come_most_frequent_first():
    told = reasons(CELLS)
    assert told["pairs"].tolist() == [5, 4, 1]
    assert told["why"].iloc[0] == "the threshold was passed before the claim"
    assert told["state"].iloc[1] == "missed"
    assert told["why"].iloc[1].startswith("crossed while nobody had claimed")


def test_nothing_crossed_gives_no_reasons():
    assert reasons(CELLS[CELLS["state"] == "in_flight"]).empty


def test_no_milestones_give_no_board():
    assert milestones_board(CELLS.head(0), as_of=OCT, first=OCT) is None


def test_list_is_told_with_its_length_and_first_row():
    rows = pd.DataFrame(
        {"tenant_name": ["Contoso"], "workload_name": ["Teams"], "users_needed": [41]}
    )
    assert list_words(rows, 1) == "1 milestone; first: Contoso, Teams, 41 users needed."
    assert list_words(rows, 300).startswith("The first 1 of 300 milestones")
