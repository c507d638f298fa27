"""Earnings worked out by hand: parts that add up, quarters, targets, payments and growth."""

from datetime import date

import pandas as pd
import pytest

from data_access.rules import load_program
from data_access.types import Filters
from insights.charts import earnings as charts
from insights.months import month_index
from insights.views import earnings, earnings_quarters, reconciliation

OCT = month_index(2026, 10)
JULY = OCT - 3
NOTHING = Filters(as_of=OCT, since=OCT, before=None)
NO_TARGETS = pd.DataFrame(
    {
        "quarter_start": pd.Series(dtype="int64"),
        "amount_usd_e4": pd.Series(dtype="Int64"),
    }
)


def dollars(amount):
    return amount * 10_000


def money(*rows):
    """Return money_parts rows (code, model, month, pairs, dollars, example_pairs)."""
    frame = pd.DataFrame(rows, columns=["code", "model", "month", "pairs", "usd", "example_pairs"])
    frame["amount_usd_e4"] = frame.pop("usd") * 10_000
    return frame.assign(workload="TEAMS", workload_name="Microsoft Teams")


WHOLE = money(
    ("earned", "milestone", month_index(2023, 1), 1, 1500, 0),
    ("earned", "growth", JULY, 2, 30, 2),
    ("earned", "growth", OCT, 3, 70, 3),
    ("missed", "growth", OCT, 1, 400, 1),
    ("in_flight", "", 0, 4, 1000, 4),
    ("unclaimed", "", 0, 2, 200, 0),
    ("below_minimum", "", 0, 1, 300, 0),
    ("not_earnable", "", 0, 1, 50, 0),
    ("no_data", "", 0, 5, 90, 0),
)


def view(whole=WHOLE, targets=NO_TARGETS):
    by_partner = whole.assign(partner_id=None, partner_name=None)
    rows = earnings.EarningsRows(whole, whole, by_partner, targets)
    return earnings.earnings_view(rows, OCT)


def targets(**by_month):
    pairs = [(int(key[1:]), dollars(usd)) for key, usd in by_month.items()]
    frame = pd.DataFrame(pairs, columns=["quarter_start", "amount_usd_e4"])
    return frame.astype({"amount_usd_e4": "Int64"})


def test_parts_stand_in_order_and_add_up_to_the_total():
    told = view()
    assert told.parts[["code", "detail"]].to_numpy().tolist() == [
        ["earned", "milestone"],
        ["earned", "growth"],
        ["in flight", "in_flight"],
        ["open", "below_minimum"],
        ["open", "unclaimed"],
        ["missed", "growth"],
        ["not earnable", "not_earnable"],
    ]
    amounts = (told.parts["value_usd_e4"] // 10_000).to_list()
    assert amounts == [1500, 100, 1000, 300, 200, 400, 50]
    assert told.total_e4 == dollars(3550)
    assert told.takeaway.startswith("$3.6k in all: $1.6k earned, $1k in flight, $500 open")
    assert told.outside.startswith("5 milestones of workloads without current data")
    assert told.is_example


def test_nothing_judged_is_no_view():
    assert view(WHOLE[WHOLE["code"] == "no_data"]) is None


def test_holders_carry_the_same_total_and_the_year_apart():
    rows = view().by_workload
    assert rows[["key", "name"]].to_numpy().tolist() == [["TEAMS", "Microsoft Teams"]]
    row = rows.iloc[0]
    assert row["total"] == dollars(3550)
    assert row["year"] == dollars(100)  # July and October 2026; not the milestone of 2023
    assert (row["earned"], row["in_flight"], row["open"]) == (
        dollars(1600),
        dollars(1000),
        dollars(500),
    )
    assert row["share"] == 1
    assert view().by_partner["name"].to_list() == ["No partner"]


def test_share_without_any_value_is_undefined():
    rows = view(money(("not_earnable", "", 0, 1, 0, 0))).by_workload
    assert rows["share"].isna().all()


def test_quarters_run_without_gaps_and_keep_the_models_apart():
    quarters = view(targets=targets(**{f"m{OCT}": 200, f"m{OCT + 6}": 900})).quarters
    starts = quarters["quarter_start"]
    assert starts.to_list() == list(range(month_index(2023, 1), OCT + 7, 3))
    last = quarters.set_index("quarter_start")
    assert last.loc[OCT, ["milestone", "growth", "missed"]].to_list() == [
        0,
        dollars(70),
        dollars(400),
    ]
    assert last.loc[OCT + 6, "target"] == dollars(900)
    assert pd.isna(last.loc[OCT + 3, "target"])
    assert last.loc[OCT, "label"] == "FY27 Q2 (Oct–Dec 2026)"
    assert last["is_example"].loc[[JULY, OCT]].all()
    assert not last["is_example"].loc[month_index(2023, 1)]


@pytest.mark.parametrize(
    ("given", "quarter", "year"),
    [
        ({}, "no target set", "no target set"),
        ({f"m{OCT}": 140}, "50% of $140 target", "not every quarter has a target"),
        ({f"m{OCT}": 140, f"m{JULY}": 60}, "50% of $140 target", "50% of $200 target"),
    ],
)
def test_cards_measure_earned_against_the_target(given, quarter, year):
    told = view(targets=targets(**given)).cards
    assert [card.value for card in told[:2]] == ["$70", "$100"]
    assert told[0].note == f"{quarter} · example rate"
    assert told[1].note == f"{year} · example rate"


def test_card_of_several_details_names_them():
    by_label = {card.label: card for card in view().cards}
    assert by_label["Open"].note == "below minimum seats $300, unclaimed $200"
    assert by_label["In flight"].note == "4 milestones · example rate"


@pytest.mark.parametrize(
    ("filters", "owner"),
    [
        ({}, ""),
        ({"partner_id": "p1"}, "p1"),
        ({"account_id": "a1"}, None),
        ({"partner_id": "p1", "workloads": ("TEAMS",)}, None),
        ({"size_bands": (0,)}, None),
    ],
)
def test_target_belongs_to_the_whole_or_one_partner(filters, owner):
    assert earnings_quarters.target_owner(Filters(OCT, OCT, None, **filters)) == owner


def test_present_quarter_is_offered_first_then_four_ahead_then_the_year_so_far():
    offered = earnings_quarters.quarters_to_set(OCT + 4)  # February 2027: third quarter
    starts = [int(code) for code in offered]
    assert starts == [OCT + 3, OCT + 6, OCT + 9, OCT + 12, OCT + 15, JULY, OCT]
    assert offered[str(OCT + 3)] == "FY27 Q3 (Jan–Mar 2027)"


def test_waterfall_steps_begin_where_the_last_one_ended():
    figure = charts.value_waterfall(view().parts)
    steps, whole = figure.data[:2]
    assert list(steps.base) == [0, 1500, 1600, 2600, 2900, 3100, 3500]
    assert list(steps.base)[-1] + list(steps.y)[-1] == whole.y[0] == 3550
    assert list(steps.customdata)[-1] == "not earnable"
    assert [note.text for note in figure.layout.annotations] == [
        "$1.6k",
        "$1k",
        "$500",
        "$400",
        "$50",
        "$3.6k",
    ]


def test_quarter_chart_has_a_line_only_with_a_target():
    without = charts.money_by_quarter(view().quarters)
    assert [trace.type for trace in without.data] == ["bar"] * 3
    told = charts.money_by_quarter(view(targets=targets(**{f"m{OCT}": 140})).quarters)
    line = told.data[-1]
    assert (line.name, list(line.y)[-1]) == ("Target", 140)


# --- paid and to be paid --------------------------------------------------------------------------


def link_sums(**rows):
    frame = pd.DataFrame(
        [(link, *values) for link, values in rows.items()], columns=["link", "pairs", "earned"]
    )
    amounts = frame.pop("earned") * 10_000
    return frame.assign(earned_usd_e4=amounts, paid_usd_e4=0, difference_usd_e4=0, example_pairs=0)


def test_links_stand_in_the_order_of_the_chain_with_what_to_ask():
    told = reconciliation.links_view(link_sums(overdue=(2, 70), agrees=(5, 9), not_claimed=(1, 3)))
    assert told.rows["link"].to_list() == ["agrees", "not_claimed", "overdue"]
    assert told.names["overdue"] == "Overdue (2)"
    assert told.takeaway == (
        "3 of 8 rows break the chain, most of them “Overdue” (2). $70 is overdue."
    )


def test_links_that_hold_need_nothing():
    told = reconciliation.links_view(link_sums(agrees=(5, 9), not_due=(1, 3)))
    assert told.takeaway == "Nothing to ask about: all 6 rows agree or are not due yet."
    assert reconciliation.links_view(link_sums()) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", ""),
        ("CAP", "the programme year's maximum was reached"),
        ("IVDPOE", "the proof of execution is not approved (IVDPOE, somebody can act)"),
        ("IVDGEO", "the partner's location is not eligible (IVDGEO)"),
        ("passed_before_claim", "the threshold was passed before the claim"),
        ("NEWCODE", "NEWCODE"),
    ],
)
def test_reason_in_words(code, words):
    assert reconciliation.reason_text(code) == words


EXPECTED = pd.DataFrame(
    {
        "due_month": [OCT, OCT + 1, OCT + 2, OCT + 2],
        "model": ["milestone", "growth", "growth", "milestone"],
        "pairs": [1, 2, 3, 4],
        "amount_usd_e4": [50_000, 60_000, 70_000, 80_000],
        "example_pairs": [0, 0, 1, 0],
    }
)


def test_payments_by_month_with_their_standing():
    rows = reconciliation.expected_payments(EXPECTED, OCT + 1, True)
    assert rows[["due_month", "state", "milestone", "growth", "total"]].to_numpy().tolist() == [
        [OCT, "overdue", 50_000, 0, 50_000],
        [OCT + 1, "due this month", 0, 60_000, 60_000],
        [OCT + 2, "to come", 80_000, 70_000, 150_000],
    ]
    assert rows["rows"].to_list() == [1, 2, 7]
    assert rows["is_example"].to_list() == [False, False, True]
    words = reconciliation.payments_words(rows)
    assert words == "$21 is due in Nov 2026 to Dec 2026, $5 is overdue."


def test_without_an_earnings_file_nobody_knows_what_is_overdue():
    rows = reconciliation.expected_payments(EXPECTED, OCT + 1, False)
    assert rows["due_month"].to_list() == [OCT + 1, OCT + 2]
    none = reconciliation.expected_payments(EXPECTED, OCT + 9, False)
    assert reconciliation.payments_words(none).startswith("No payment is expected")


def test_growth_table_sums_reasons_and_names_rate_and_cap():
    growth = pd.DataFrame(
        {
            "partner_id": ["p1"] * 3,
            "partner_name": ["North"] * 3,
            "workload": ["TEAMS"] * 3,
            "workload_name": ["Microsoft Teams"] * 3,
            "reason_code": ["", "CAP", "MINTHNTMT"],
            "pairs": [4, 2, 3],
            "opportunity_units": [100, 20, 3],
            "earned_units": [10, 5, 0],
            "amount_usd_e4": [300_000, 10_000, 0],
        }
    )
    row = reconciliation.growth_table(growth, load_program().on(date(2026, 11, 1))).squeeze()
    assert (row["pairs"], row["opportunity_units"], row["earned_units"]) == (9, 123, 15)
    assert (row["amount_usd_e4"], row["capped"]) == (310_000, 2)
    assert (row["rate"], row["cap_usd_e4"]) == ("$3.00 (example rate)", dollars(6000))
    assert row["reasons"] == (
        "3 × the minimum is not met (MINTHNTMT); 2 × the programme year's maximum was reached"
    )


@pytest.mark.parametrize(
    ("workload", "rate"),
    [("MDO", ("$4.00 (example rate)", 80_000_000)), ("Payroll", ("—", None))],
)
def test_unit_rate_of_a_named_and_of_an_unknown_workload(workload, rate):
    assert reconciliation.unit_rate(load_program().on(date(2026, 11, 1)), workload) == rate
    assert reconciliation.unit_rate(None, workload) == ("—", None)
