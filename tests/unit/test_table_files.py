import csv
import io
from datetime import UTC, date, datetime
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from insights.exports.table_files import Stamp, csv_file, excel_file, safe_text
from insights.months import month_index
from insights.views.table import Column

STAMP = Stamp(
    title="Customers: all",
    as_of="Oct 2026",
    filters=(("Workload", "Microsoft Teams"),),
    author="=somebody",
    written_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    source="Imported files",
)
COLUMNS = (
    Column("name", "Customer"),
    Column("seats", "Seats", "count", help="Paid available units."),
    Column("usage", "Active usage", "share"),
    Column("month", "Month", "month"),
)
ROWS = pd.DataFrame(
    {
        "name": ["=1+1", "Ärzte"],
        "seats": pd.array([10, None], dtype="Int64"),
        "usage": [0.5, float("nan")],
        "month": [month_index(2026, 10)] * 2,
    }
)


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_holds_header_rows_and_stamp():
    lines = read_csv(csv_file(ROWS, COLUMNS, STAMP))
    assert lines[:4] == [
        ["Customer", "Seats", "Active usage", "Month"],
        ["'=1+1", "10", "0.5", "2026-10-01"],
        ["Ärzte", "", "", "2026-10-01"],
        [],
    ]
    assert ["# As of", "Oct 2026"] in lines
    assert ["# Workload", "Microsoft Teams"] in lines
    assert ["# Seats", "Paid available units."] in lines


def test_csv_begins_with_the_mark_that_excel_needs():
    assert csv_file(ROWS, COLUMNS, STAMP).startswith(b"\xef\xbb\xbf")


def test_excel_keeps_texts_as_texts_and_months_as_dates():
    book = CalamineWorkbook.from_filelike(io.BytesIO(excel_file(ROWS, COLUMNS, STAMP)))
    assert book.sheet_names == ["Customers  all", "About"]
    assert book.get_sheet_by_index(0).to_python()[1] == ["=1+1", 10.0, 0.5, date(2026, 10, 1)]
    about = dict(book.get_sheet_by_index(1).to_python())
    assert about["Written"] == "2026-11-22 12:00 by =somebody"


def test_excel_holds_no_formula():
    with ZipFile(io.BytesIO(excel_file(ROWS, COLUMNS, STAMP))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in book.read(name) for name in sheets)


@pytest.mark.parametrize("number", ["-4", "+12", "-1.5", "-1,250.50", "-3%", "12"])
def test_a_plain_number_is_left_alone(number):
    assert safe_text(number) == number


@given(st.text())
def test_safe_text_never_starts_a_formula(text):
    safe = safe_text(text)
    assert safe.replace("'", "") == text.replace("'", "")
    if safe.startswith(("=", "@", "\t", "\r", "\n")):
        pytest.fail(f"{safe!r} runs in a spreadsheet")
    if safe.startswith(("+", "-")):
        assert safe[1:].rstrip("%").replace(".", "").replace(",", "").isdigit()


def test_money_is_written_in_dollars_and_missing_stays_empty():
    amounts = pd.DataFrame({"amount": pd.Series([123_455_000, pd.NA], dtype="Int64")})
    column = (Column("amount", "Amount (USD)", "money"),)
    assert read_csv(csv_file(amounts, column, STAMP))[1][0] == "12345.5"
    book = CalamineWorkbook.from_filelike(io.BytesIO(excel_file(amounts, column, STAMP)))
    assert book.get_sheet_by_index(0).to_python()[1] == [12345.5]
