"""The page Imports: check first, then import; refused files change nothing; rows to mend."""

import csv
import io
import json

import pandas as pd
import pytest

from data_access import locations
from data_access.queries.imports import quarantined_problems, store_status
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.exports.quarantine import mendable_csv
from insights.months import month_index
from tests.builders import fill_store

PAGE = "pages/admin/imports.py"
HEADER = "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
GOOD = HEADER + "a,Teams,2026-09,200,80\na,Teams,2026-10,200,90\n"
RESTATED = HEADER + "a,Teams,2026-10,200,95\n"
ONE_BAD_ROW = HEADER + "b,Teams,2026-10,100,40\nb,Exchange,2026-10,100,-4\n"


def upload(page, name, text):
    page.file_uploader[0].upload(name, text.encode(), "text/csv").run()
    assert not page.exception
    return page


def press_import(page):
    page.button(key="imports_import").click().run()
    assert not page.exception
    return page


def table(page, *columns):
    """The rows of the first table with these columns, as lists."""
    shown = next(frame.value for frame in page.dataframe if {*columns} <= {*frame.value.columns})
    return shown[list(columns)].to_numpy().tolist()


def counts(page):
    return {metric.label: metric.value for metric in page.metric}


def test_upload_is_checked_first_and_changes_nothing(shown_store, open_page):
    page = upload(open_page(PAGE), "usage.csv", GOOD)
    assert counts(page)["New"] == "2"
    assert shown_store.data_version() == 0


def test_import_brings_the_rows_in_and_shows_the_report(shown_store, open_page):
    page = press_import(upload(open_page(PAGE), "usage.csv", GOOD))
    assert page.success[0].value.startswith("Imported: 1 table, 2 rows accepted")
    assert store_status(shown_store)["usage_rows"] == 2
    assert table(page, "file_name", "rows_read") == [["usage.csv", 2]]


@pytest.mark.usefixtures("shown_store")
def test_restated_values_are_listed_before_the_import(open_page):
    page = press_import(upload(open_page(PAGE), "usage.csv", GOOD))
    page.button(key="imports_more").click().run()
    page = upload(page, "later.csv", RESTATED)
    assert table(page, "column", "old", "new") == [["monthly_active_users", 90, 95]]


def test_a_refused_file_gives_one_line_and_changes_nothing(shown_store, open_page):
    page = upload(open_page(PAGE), "picture.csv", "\x89PNG not a table")
    assert len(page.error) == 1
    assert "picture" in page.error[0].value
    assert "imports_import" not in [button.key for button in page.button]
    assert shown_store.data_version() == 0


def test_quarantined_rows_are_marked_mended_when_they_come_back(shown_store, open_page):
    page = press_import(upload(open_page(PAGE), "usage.csv", ONE_BAD_ROW))
    assert table(page, "state") == [["open"]]
    with shown_store.read() as connection:
        problems = quarantined_problems(connection, LOCAL_USER, 1)
    mended = mendable_csv(problems).decode("utf-8-sig").replace(",-4,", ",4,")
    page.button(key="imports_more").click().run()
    page = press_import(upload(page, "mended.csv", mended))
    page.selectbox(key="imports_batch").set_value(1).run()
    assert table(page, "state") == [["mended"]]


def test_history_shows_the_report_of_an_earlier_import(shown_store, without_exception):
    fill_store(shown_store, [("a", "TEAMS", month_index(2026, 10), 200, 80)])
    assert counts(without_exception(PAGE))["Rows read"] == "1"


def test_mendable_csv_keeps_the_cells_and_runs_no_formula():
    raw = {"CustomerName": '=HYPERLINK("http://e.x")', "MonthlyActiveUsers": "-4"}
    problems = pd.DataFrame(
        {
            "quarantine_id": [7, 7],
            "raw_row": [json.dumps(raw)] * 2,
            "message": ["Users below 0.", "No month."],
        }
    )
    [header, row] = csv.reader(io.StringIO(mendable_csv(problems).decode("utf-8-sig")))
    assert header == ["CustomerName", "MonthlyActiveUsers", "quarantine_id", "quarantine_reason"]
    assert row == ["'" + raw["CustomerName"], "-4", "7", "Users below 0. No month."]


@pytest.fixture
def first_start(tmp_path, monkeypatch):
    """A data folder with a small demo store and no store of the user's own."""
    monkeypatch.delenv(locations.STORE_VARIABLE, raising=False)
    monkeypatch.setattr(locations, "data_folder", lambda: tmp_path)
    with Store.open(locations.demo_store_url()):
        yield tmp_path


def test_the_first_own_import_opens_a_store_beside_the_demo(first_start, open_page):
    page = upload(open_page(PAGE), "usage.csv", GOOD)
    assert not (first_start / locations.OWN_STORE).exists()
    press_import(page)
    with (
        Store.open(locations.own_store_url()) as own,
        Store.open(locations.demo_store_url()) as demo,
    ):
        assert store_status(own)["usage_rows"] == 2
        assert demo.data_version() == 0
