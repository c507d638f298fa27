from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.parsing.dates import read_dates, read_months
from insights.months import first_day, month_index

EARLIEST, LATEST = month_index(2015, 1), month_index(2026, 12)


def months(*texts):
    """Return each text's month as (year, month), or the code of its fault."""
    cells = read_months(texts, earliest=EARLIEST, latest=LATEST)
    return [
        cell.fault.code
        if cell.fault
        else None
        if cell.value is None
        else (cell.value // 12, cell.value % 12 + 1)
        for cell in cells
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2023-07-01",
        "2023-07-01T00:00:00Z",
        "2023-07-01 00:00:00",
        "2023-07-01T00:00:00.000+00:00",
        "2023-07",
        "2023-7",
        "202307",
        "20230701",
        "2023/07/01",
        "2023/07",
        "2023.07.01",
        "07/2023",
        "July 2023",
        "Jul 2023",
        "july, 2023",
        "Jul. 2023",
        "1 July 2023",
        "1-Jul-2023",
        "July 1, 2023",
        "Saturday, July 1, 2023",
        " 2023-07-01\xa0",
    ],
)
def test_month_is_read_in_each_plain_spelling(text):
    assert months(text) == [(2023, 7)]


@pytest.mark.parametrize(
    "text",
    ["soon", "2023-13", "2023-00-01", "2023-02-30", "7/1/23", "Jul-23", "45108", "Juli 2023", "1"],
)
def test_month_that_is_none_is_a_fault(text):
    assert months(text) == ["not_a_month"]


def test_month_outside_its_bounds_has_its_own_fault():
    assert months("2014-12-01", "2015-01-01") == ["month_too_early", (2015, 1)]
    assert months("2026-12-01", "2027-01-01") == [(2026, 12), "month_in_future"]


def test_empty_month_tells_nothing():
    assert months("", " ") == [None, None]


def test_slash_month_alone_is_undecided():
    assert months("02/01/2024") == ["undecidable_date"]


def test_slash_month_with_equal_parts_needs_no_decision():
    assert months("01/01/2024", "03/03/2024") == [(2024, 1), (2024, 3)]


def test_slash_months_are_decided_where_one_order_makes_all_the_first():
    assert months("01/02/2024", "01/03/2024") == [(2024, 2), (2024, 3)]
    assert months("02/01/2024", "03/01/2024") == [(2024, 2), (2024, 3)]
    assert months("01/01/2024", "01/02/2024") == [(2024, 1), (2024, 2)]


def test_slash_months_stay_undecided_where_no_order_makes_all_the_first():
    assert months("02/03/2024", "03/04/2024") == ["undecidable_date"] * 2


def test_slash_month_is_decided_by_a_day_above_12():
    assert months("04/05/2024", "31/01/2024") == [(2024, 5), (2024, 1)]
    assert months("04/05/2024", "01/31/2024") == [(2024, 4), (2024, 1)]


def test_contradicting_days_above_12_leave_the_others_undecided():
    found = months("04/05/2024", "31/01/2024", "01/31/2024")
    assert found == ["undecidable_date", (2024, 1), (2024, 1)]


def test_decision_and_day_within_the_month_are_repairs():
    cells = read_months(
        ["01/02/2024", "01/03/2024", "2024-05-15", "2024-06-01"], earliest=EARLIEST, latest=LATEST
    )
    assert [cell.repair for cell in cells] == ["first_of_month"] * 2 + ["not_first_of_month", ""]


def test_date_columns_are_decided_by_days_above_12_only():
    undecided = read_dates(["01/02/2024", "01/03/2024"])
    assert {cell.fault.code for cell in undecided} == {"undecidable_date"}
    decided = read_dates(["05/02/2024", "15/03/2024"])
    assert [cell.value for cell in decided] == [date(2024, 2, 5), date(2024, 3, 15)]
    assert [cell.repair for cell in decided] == ["day_above_12", ""]


@pytest.mark.parametrize("text", ["", "NULL", "n/a", "0001-01-01", "1900-01-01T00:00:00"])
def test_date_that_stands_for_nothing_tells_nothing(text):
    (cell,) = read_dates([text])
    assert (cell.value, cell.fault) == (None, None)


def test_message_of_an_undecided_date_says_what_to_write():
    (cell,) = read_dates(["01/02/2024"])
    assert cell.fault.message == (
        "“01/02/2024” can be read day first or month first, and nothing in the column decides. "
        "Write it as 2024-05-01."
    )


SPELLINGS = [
    "%Y-%m-%d",
    "%Y-%m",
    "%Y%m",
    "%Y/%m/%d",
    "%B %Y",
    "%b %Y",
    "%B, %Y",
    "%Y-%m-%dT00:00:00Z",
]


@given(st.integers(EARLIEST, LATEST), st.sampled_from(SPELLINGS))
def test_any_month_is_read_back_in_any_plain_spelling(month, spelling):
    text = first_day(month).strftime(spelling)
    assert read_months([text], earliest=EARLIEST, latest=LATEST)[0].value == month


@given(
    st.lists(st.integers(EARLIEST, LATEST), min_size=2, unique=True),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"]),
)
def test_any_column_of_firsts_is_read_right_or_quarantined_never_wrong(found, spelling):
    texts = [first_day(month).strftime(spelling) for month in found]
    cells = read_months(texts, earliest=EARLIEST, latest=LATEST)
    for cell, month in zip(cells, found, strict=True):
        assert cell.value == month if cell.value is not None else cell.fault is not None


@given(st.dates(min_value=date(1901, 1, 1)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_any_single_slash_date_is_read_right_or_undecided(day, spelling):
    (cell,) = read_dates([f"{day:{spelling}}"])
    if cell.fault:
        assert day.day <= 12
    else:
        assert cell.value in (day, None)


@given(st.text(max_size=25))
def test_any_text_is_a_month_a_fault_or_nothing(text):
    (cell,) = read_months([text], earliest=EARLIEST, latest=LATEST)
    assert cell.value is None or EARLIEST <= cell.value <= LATEST
