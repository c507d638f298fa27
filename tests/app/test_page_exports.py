"""Every page of the demo as a file: the numbers of the files are those on the screen."""

import html as markup
import io
import os
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from click.testing import CliRunner
from pptx import Presentation
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data_access import locations, schema
from data_access.demo.files import write_demo_files
from data_access.importer import import_files
from data_access.locations import file_store_url
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions
from insights.charts.standalone import drawing_script
from insights.exports.cells import cell_texts, cell_values
from insights.exports.native_chart import native_charts
from insights.exports.page_report import Cards, Chart
from insights.months import month_index
from pages.shared import links, page_record, sharing
from pages.shared.command_line import main
from pages.shared.tables import displayed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SHOWN_ON_SLIDES = 12


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A small demo portfolio that the app and the commands of this file open."""
    folder = tmp_path_factory.mktemp("demo")
    url = file_store_url(folder / "demo.db")
    downloads = write_demo_files(
        folder / "files",
        tenants=30,
        months=14,
        seed=7,
        last_month=month_index(2026, 10),
        today=NOW.date(),
    )
    with Store.open(url) as store:
        for download in downloads:
            import_files(
                store,
                [(path.name, path) for path in download.files],
                scope=Scope("demo", "admin"),
                now=NOW,
                options=ImportOptions(today=NOW.date()),
            )
    before = os.environ.get(locations.STORE_VARIABLE)
    os.environ[locations.STORE_VARIABLE] = url
    yield url
    del os.environ[locations.STORE_VARIABLE]
    if before is not None:
        os.environ[locations.STORE_VARIABLE] = before
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def customer(demo):  # noqa: ARG001 - the store that is opened
    """The tenant id of a customer with reports, as the customers' list names it."""
    page = opened(links.CUSTOMERS)
    return str(page.session_state[page_record.RECORD].report(None).tables()[0].rows["tenant_id"][0])


def opened(path, **query):
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        page.query_params[key] = value
    page.switch_page(path).run()
    assert not page.exception
    return page


def on_screen(table, frames):
    """Return whether the page shows this table: one of its frames has the same cells."""
    columns = [column for column in table.columns if column.kind not in ("trend", "labels")]
    wanted = displayed(table.rows.head(5_000), columns)
    return any(
        len(frame) == len(wanted)
        and set(wanted.columns) <= set(frame.columns)
        and all(same(frame[name], wanted[name]) for name in wanted.columns)
        for frame in frames
    )


def same(one, other):
    if pd.api.types.is_numeric_dtype(other) and not pd.api.types.is_bool_dtype(other):
        found = pd.to_numeric(one, errors="coerce").astype("float64")
        return np.allclose(found, other.astype("float64"), equal_nan=True)
    return [*map(told, one)] == [*map(told, other)]


def told(value):
    return "" if pd.isna(value) else str(value)[:10]


def sheet_rows(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


def in_workbook(table, rows):
    """Return whether a sheet holds the shown rows of a table below its headings."""
    first = table.columns[0].label
    wanted = [cell_values(table.rows[column.name], column) for column in table.columns]
    lines = list(zip(*wanted, strict=True))
    return any(
        all(
            alike(cell, value)
            for line, found in zip(lines, rows[at + 1 :], strict=False)
            for value, cell in zip(line, found, strict=False)
        )
        for at, row in enumerate(rows)
        if row and row[0] == first
    )


def alike(cell, value):
    if value is None or value != value:
        return cell == ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return isinstance(cell, (int, float)) and np.isclose(cell, value)
    return str(cell)[:10] == str(value)[:10] if not isinstance(value, str) else cell == value


def slide_parts(content):
    shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
    texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    grids = [
        [tuple(cell.text for cell in row.cells) for row in shape.table.rows]
        for shape in shapes
        if shape.has_table
    ]
    return texts, grids, [shape.chart for shape in shapes if shape.has_chart]


def on_slides(table, grids):
    """Return whether a slide shows the first rows of a table, cut where a cell has no room."""
    columns = [column for column in table.columns if column.kind != "trend"]
    rows = cell_texts(table.rows.head(SHOWN_ON_SLIDES), columns)
    return any(
        len(grid) == len(rows) + 1
        and all(
            " ".join(text.split()).startswith(cell.rstrip("…"))
            for line, row in zip(grid[1:], rows, strict=True)
            for cell, text in zip(line, row, strict=False)
        )
        for grid in grids
    )


def numbers(values):
    return tuple(None if value is None else float(value) for value in values)


def drawn_values(charts):
    """Return the values of every series on the slides, chart by chart."""
    return [
        sorted(str(numbers(series.values)) for plot in chart.plots for series in plot.series)
        for chart in charts
    ]


class Files:
    """The files of one page, read back."""

    def __init__(self, report):
        self.report = report
        self.rows = sheet_rows(sharing.content(report, "xlsx"))
        self.texts, self.grids, charts = slide_parts(sharing.content(report, "pptx"))
        self.drawn = drawn_values(charts)
        content = sharing.content(report, "html").decode()
        self.html = markup.unescape(content.replace(drawing_script(), ""))

    def check_tables(self, frames):
        for table in self.report.tables():
            if table.rows.empty:
                continue
            assert in_workbook(table, self.rows), table.key
            assert on_slides(table, self.grids), table.key
            for line in cell_texts(table.rows.head(3), table.columns):
                assert all(text in self.html for text in line), table.key
            # What is a download only has its title for a takeaway.
            is_shown = frames is not None and table.takeaway != table.title
            assert not is_shown or on_screen(table, frames), table.key

    def check_cards(self, metrics):
        for card in [
            c for item in self.report.items() if isinstance(item, Cards) for c in item.cards
        ]:
            assert (card.label, card.value) in metrics, card.label
            assert any(card.value in text and card.label in text for text in self.texts)
            assert f"<b>{card.value}</b>" in self.html
            assert any(row[0] == card.label for row in self.rows)

    def check_charts(self):
        for item in self.report.items():
            for chart in native_charts(item.figure) if isinstance(item, Chart) else ():
                wanted = sorted(str(numbers(one.values)) for one in chart.series)
                assert wanted in self.drawn, item.key


def shown_metrics(page):
    return {(each.label.replace("\\", ""), each.value.replace("\\", "")) for each in page.metric}


@pytest.mark.usefixtures("demo")
def test_files_of_every_page_hold_the_numbers_on_the_screen(customer):
    shared = []
    for path in links.PAGES:
        name = Path(path).stem
        page = opened(path, **({"cust": customer} if name.startswith("customer") else {}))
        record = page.session_state[page_record.RECORD]
        report = record.report(record.stamp)
        assert report.title, name
        if report.is_empty():
            continue
        files = Files(report)
        # Definitions are paragraphs on the screen and tables in files.
        files.check_tables(
            None if name == "definitions" else [each.value for each in page.dataframe]
        )
        files.check_cards(shown_metrics(page))
        files.check_charts()
        shared.append(name)
    assert {"overview", "review", "milestones", "earnings", "customer_review"} <= set(shared)
    assert len(shared) > len(links.PAGES) / 2


@pytest.fixture
def export(demo, tmp_path):
    """A function that runs the command and returns its result and the file it was to write."""

    def call(*arguments, ending):
        place = tmp_path / f"file.{ending}"
        done = CliRunner().invoke(
            main, ["export", *arguments, "--out", str(place), "--store", demo]
        )
        return done, place

    return call


def test_command_writes_what_the_page_shows_with_the_same_query(export):
    query = {"wl": "TEAMS", "mi_list": "crossed"}
    page = opened(links.MILESTONES, **query)
    done, place = export("milestones", "--filter", "wl=TEAMS&mi_list=crossed", ending="csv")
    assert done.exit_code == 0, done.output
    report = page.session_state[page_record.RECORD].report(None)
    board = report.tables()[0]
    lines = place.read_text("utf-8-sig").partition("\n\n")[0].splitlines()
    assert len(lines) == len(board.rows) + 1
    assert lines[0] == ",".join(column.label for column in board.columns)
    assert "Workload,Microsoft Teams" in place.read_text("utf-8-sig").replace("# ", "")
    title = "Milestones: Crossed"
    done, place = export(
        "milestones", "--filter", "?wl=TEAMS&mi_list=crossed", "--table", title, ending="csv"
    )
    assert done.exit_code == 0, done.output
    assert title in place.read_text("utf-8-sig")


@pytest.mark.parametrize("ending", ["xlsx", "pptx", "html"])
def test_command_takes_the_format_from_the_name_of_the_file(export, ending):
    done, place = export("data-health", ending=ending)
    assert done.exit_code == 0, done.output
    start = place.read_bytes()[:4]
    assert start == (b"<!DO" if ending == "html" else b"PK\x03\x04")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere"], 2, "pages are: overview"),
        (["overview", "--format", "pdf"], 2, "pdf"),
        (["overview", "--filter", "colour=red"], 1, "no filter “colour”"),
        (["overview", "--filter", "wl=TEAMS&p=nobody"], 1, "“nobody” is not known"),
        (["milestones", "--filter", "mi_list=all"], 1, "“all” is not known"),
        (["customer"], 1, "No customer is chosen"),
        (["overview", "--table", "None such", "--format", "csv"], 1, "has no table"),
    ],
)
def test_command_refuses_with_the_reason_and_writes_nothing(export, arguments, code, told):
    done, place = export(*arguments, ending="xlsx")
    assert done.exit_code == code
    assert told in done.output
    assert not place.exists()


def test_command_makes_no_store_where_there_is_none(tmp_path):
    url = file_store_url(tmp_path / "none.db")
    done = CliRunner().invoke(main, ["export", "overview", "--store", url])
    assert done.exit_code == 1
    assert list(tmp_path.iterdir()) == []


DENIED = (
    "milestone", "incentive", "earn", "claim", "cpor", "rate card", "$", "usd", "dollar", "payment",
    "probab", "score", "rank", "chance", "opportunit", "churn", "quadrant", "eligib", "threshold",
    "high-water", "bucket", "partner id", "mpn", "forecast", "tpid",
)  # fmt: skip


def every_text(content):
    """Return all text of a file: of a packed one every part, also of files packed inside."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        told = [name for name in packed.namelist() if not name.endswith((".jpeg", ".bin"))]
        return "\n".join(every_text(packed.read(name)) for name in told)


def words_of(content, ending):
    """Return the text that a file tells, without its own markup and programs."""
    text = every_text(content)
    if ending == "html":
        text = re.sub(
            r"<style>.*?</style>", "", text.replace(drawing_script(), ""), flags=re.DOTALL
        )
    return markup.unescape(re.sub(r"<[^>]*>", "\n", text))


def internal_facts(url, tenant_id):
    """Return the texts of what is the partner's own: money of the customer, and other names."""
    with Store.open(url) as store, store.read() as connection:
        amounts = connection.execute(
            select(
                schema.milestone_status.c.value_usd_e4, schema.milestone_status.c.added_value_usd_e4
            )
            .join(schema.tenant, schema.tenant.c.tenant_key == schema.milestone_status.c.tenant_key)
            .where(schema.tenant.c.tenant_id == tenant_id)
        ).all()
        names = connection.scalars(
            select(schema.tenant.c.name).where(
                schema.tenant.c.tenant_id != tenant_id, schema.tenant.c.name.is_not(None)
            )
        ).all()
        partners = connection.scalars(select(schema.partner.c.name)).all()
        chances = connection.execute(
            select(
                schema.opportunity.c.probability_30,
                schema.opportunity.c.probability_90,
                schema.opportunity.c.probability_180,
                schema.opportunity.c.expected_usd_e4,
            )
            .join(schema.tenant, schema.tenant.c.tenant_key == schema.opportunity.c.tenant_key)
            .where(schema.tenant.c.tenant_id == tenant_id)
        ).all()
    told = {f"{value / 10_000:,.2f}" for row in amounts for value in row if value}
    told |= {str(value) for row in amounts for value in row if value}
    told |= {f"${value / 10_000:,.0f}" for row in amounts for value in row if value}
    told |= {f"{value:.5f}" for row in chances for value in row[:3]}
    told |= {str(row[3]) for row in chances if row[3] > 100_000}
    return told, {name for name in [*names, *partners] if name}


def rank_by_hand(url, tenant_id):
    """Write a ranking of the customer with figures that nothing else can be."""
    with Store.open(url) as store, store.write() as connection:
        key = connection.scalar(
            select(schema.tenant.c.tenant_key).where(schema.tenant.c.tenant_id == tenant_id)
        )
        needed = [column for column in schema.opportunity.columns if not column.nullable]
        examples = {str: "x", datetime: NOW}
        values = {one.name: examples.get(one.type.python_type, 1) for one in needed}
        values |= {"tenant_key": key, "probability_30": 0.31347, "probability_90": 0.62719}
        values |= {"probability_180": 0.87653, "expected_usd_e4": 98_765_432}
        connection.execute(schema.opportunity.insert().values(**values))


def test_review_for_a_customer_tells_nothing_internal(demo, customer, tmp_path):
    rank_by_hand(demo, customer)
    own, names = internal_facts(demo, customer)
    assert len(own) > 6
    assert len(names) > 10
    for ending in ("html", "pptx", "xlsx"):
        place = tmp_path / f"review.{ending}"
        done = CliRunner().invoke(
            main,
            ["export", "customer-review", "--filter", f"cust={customer}", "--out", str(place),
             "--store", demo],
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        text = words_of(place.read_bytes(), ending)
        assert "Suggested next steps" in text
        assert not [fact for fact in own if fact in text], ending
        assert not [name for name in names if name in text], ending
        found = [
            word for word in DENIED if re.search(rf"(?<![a-z]){re.escape(word)}", told_text(text))
        ]
        assert not found, ending


def told_text(text):
    """Return a file's words without the invariable ones of office files, in small letters."""
    own = r'\$[A-Z]+\$\d+|formatCode|rankdir|"\$"#|&quot;\$&quot;|_\(\$|\[\$'
    return re.sub(own, "", text).lower()
