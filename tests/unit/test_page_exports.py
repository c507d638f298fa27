"""A report as workbook, deck and HTML: read back, the same numbers, and text that stays text."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pandas as pd
import plotly.graph_objects as go
import pytest
from pptx import Presentation
from python_calamine import CalamineWorkbook

from insights.charts.theme import as_text
from insights.exports.deck import deck
from insights.exports.page_html import page_html
from insights.exports.page_report import (
    Cards,
    Chart,
    PageReport,
    PageStamp,
    Section,
    Table,
    Words,
)
from insights.exports.workbook import workbook
from insights.views.card import Card
from insights.views.table import Column

EVIL = '</script><img src=x onerror=alert(1)>=1+1"'
COLUMNS = (
    Column("name", "Customer"),
    Column("share", "Usage", "share", help="Users by units."),
    Column("worth", "Value", "money"),
    Column("month", "Since", "month"),
    Column("worth2", "value", "count"),
)
ROWS = pd.DataFrame(
    {
        "name": ["=HYPERLINK(1)", EVIL],
        "share": [0.125, float("nan")],
        "worth": [15_000_000, -20_000],
        "month": [24321, 24322],
        "worth2": [1234, 2],
    }
)


def stamp(**changes):
    told = {
        "as_of": "Oct 2026",
        "period": "Nov 2025 to Oct 2026",
        "filters": (("Partner", EVIL),),
        "not_applied": (("Size band", "150"),),
        "source": "Demo portfolio, invented figures",
        "model": "Version 7",
        "author": "A",
        "written_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    return PageStamp(**(told | changes))


def twice():
    return pd.concat([ROWS, ROWS])


@pytest.fixture
def report():
    bars = go.Figure(
        {
            "data": [
                {"type": "bar", "name": as_text(EVIL), "x": ["Q1", "Q2"], "y": [1.5, 2]},
                {"type": "scatter", "name": "Target", "x": ["Q1", "Q2"], "y": [3, 3]},
            ]
        }
    )
    cards = Cards((Card("Usage", "41.5%", "Users by units.", 0.1, "+1.0 pts"),
                   Card("Value", "$338.5k", "Worth.")))  # fmt: skip
    return PageReport(
        "Page",
        (
            Section("Page", 1, (cards,)),
            Section("Money [all]: / and more than thirty-one letters", 2, (
                Chart("money", "Money rose", bars),
                Table("list", "Two customers", ROWS, COLUMNS, "List", twice),
            )),
            Section("Below", 3, (Words("A sentence."),)),
        ),
        stamp(),
    )  # fmt: skip


def sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}


def test_workbook_holds_every_row_as_numbers_and_text(report):
    read = sheets(workbook(report))
    assert list(read) == ["Page", "Money  all     and more than th", "About"]
    money = read["Money  all     and more than th"]
    start = next(at for at, row in enumerate(money) if row[0] == "Customer")
    assert money[start][:5] == ["Customer", "Usage", "Value", "Since", "value (2)"]
    first, second = money[start + 1][:5], money[start + 2][:5]
    assert first[:3] == ["=HYPERLINK(1)", 0.125, 1500.0]
    assert (first[3].year, first[3].month, first[4]) == (2026, 10, 1234)
    assert second[:3] == [EVIL, "", -2.0]
    assert money[start + 3][0] == "=HYPERLINK(1)"  # beyond what the page shows
    assert ["Below"] in [[row[0]] for row in money]
    page = read["Page"]
    assert ["Usage", 0.415, "+1.0 pts"] in [row[:3] for row in page]
    assert ["Value", "$338.5k"] in [row[:2] for row in page]


def test_workbook_has_native_tables_charts_and_no_formula(report):
    packed = parts(workbook(report))
    assert not [name for name, text in packed.items() if "<f>" in text and "worksheets" in name]
    tables = [text for name, text in packed.items() if name.startswith("xl/tables/")]
    assert len(tables) == 3  # cards, the chart's figures, the list
    assert all("<autoFilter" in text for text in tables)
    [chart] = [text for name, text in packed.items() if name.startswith("xl/charts/chart")]
    assert "<c:barChart>" in chart
    assert "<c:lineChart>" in chart
    assert 'descr="Money rose"' in "".join(
        text for name, text in packed.items() if "drawings/drawing" in name
    )


def test_every_file_says_what_it_shows(report):
    about = {row[0]: row[1] for row in sheets(workbook(report))["About"]}
    assert about["As of"] == "Oct 2026"
    assert about["Filters"] == f"Partner: {EVIL}"
    assert about["Not applied on this page"] == "Size band: 150"
    assert about["Ranking model"] == "Version 7"
    assert about["Written"] == "2026-11-22 00:00 UTC by A"
    assert about["Usage"] == "Users by units."
    told = slide_texts(deck(report))
    html = page_html(report).decode()
    for text in ("Oct 2026", "Version 7", "Demo portfolio, invented figures", "Users by units."):
        assert text in told
        assert text in html


def slide_texts(content):
    show = Presentation(io.BytesIO(content))
    texts = []
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def test_deck_is_wide_and_its_chart_is_native_with_the_figures(report):
    show = Presentation(io.BytesIO(deck(report)))
    assert show.slide_width / show.slide_height == pytest.approx(16 / 9, rel=1e-3)
    charts = [s.chart for slide in show.slides for s in slide.shapes if s.has_chart]
    [drawn] = charts
    columns, lines = drawn.plots
    assert list(columns.categories) == ["Q1", "Q2"]
    [told] = columns.series
    assert (told.name, list(told.values)) == (EVIL, [1.5, 2])
    assert [(one.name, list(one.values)) for one in lines.series] == [("Target", [3, 3])]
    assert not [s for slide in show.slides for s in slide.shapes if s.shape_type == 13]  # pictures
    titles = [slide.shapes.title.text for slide in show.slides]
    assert titles == ["Page", "Usage: 41.5% · Value: $338.5k", "Money rose", "Two customers",
                      "Below", "What the numbers mean"]  # fmt: skip


def test_deck_shows_twelve_rows_and_says_how_many_there_are(report):
    many = pd.concat([ROWS] * 20, ignore_index=True)
    table = Table("list", "Forty customers", many, COLUMNS)
    content = deck(PageReport("Page", (Section("Page", 1, (table,)),), report.stamp))
    show = Presentation(io.BytesIO(content))
    [grid] = [s.table for slide in list(show.slides)[:2] for s in slide.shapes if s.has_table]
    assert len(list(grid.rows)) == 13
    assert [cell.text for cell in list(grid.rows)[1].cells] == [
        "=HYPERLINK(1)", "12.5%", "$1,500", "Oct 2026", "1,234"
    ]  # fmt: skip
    assert "the first 12 of 40 rows" in slide_texts(content)


def test_html_needs_no_network_and_no_name_becomes_markup(report):
    html = page_html(report).decode()
    program = re.search(r"<script>(?!\nfor).*?</script>", html, re.DOTALL)
    rest = html.replace(program[0], "")
    assert "<img" not in rest
    assert rest.count("</script>") == 2  # the figure and what draws it
    assert not re.search(r"<[a-z][^<>]*\s(?:src|href)\s*=", rest)
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert "@media print" in html
    assert '<td class="n">12.5%</td>' in html


def test_a_page_without_anything_makes_files_all_the_same():
    empty = PageReport("Page", (Section("Page", 1, (Words("Nothing."),)),), stamp())
    assert empty.is_empty()
    assert "Nothing." in slide_texts(deck(empty))
    assert "Plotly.newPlot" not in page_html(empty).decode()
    assert list(sheets(workbook(empty))) == ["Page", "About"]
