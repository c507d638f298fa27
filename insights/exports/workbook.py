"""A page as an Excel workbook: native tables with filters, native charts beside their figures."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from insights.exports.cells import FORMATS, cell_values
from insights.exports.excel_chart import chart_in_workbook
from insights.exports.figure_table import TOLD, figure_table
from insights.exports.native_chart import native_charts
from insights.exports.office_chart import NativeChart
from insights.exports.page_report import Cards, Chart, Item, PageReport, Section, Table, Words
from insights.exports.table_files import SAFE, printable, sheet_name, write_cell
from insights.views.card import Card
from insights.views.table import Column

MOST_ROWS = 50_000
"""Rows of one table; more take Excel files long to write, and CSV serves better."""

CHART_ROWS = 17
MOST_BESIDE = 6
"""Columns of figures beside which their chart is still in sight; others have it below."""

WIDEST = 46
TABLE_STYLE = "Table Style Light 9"

_NUMBER = re.compile(r"(?P<dollar>\$)?(?P<digits>\d[\d,]*(?:\.(?P<places>\d+))?)(?P<percent>%)?")


def workbook(report: PageReport) -> bytes:
    """Return the page as a workbook: one sheet per main heading, and one that says what it is."""
    import xlsxwriter

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, SAFE) as book:
        stamp = report.stamp
        book.set_properties(
            {
                "title": printable(report.title),
                "author": printable(stamp.author),
                "created": stamp.written_at,
            }
        )
        names: set[str] = {"about"}
        for group in report.groups():
            sheet = _Sheet(book, sheet_name(group[0].heading or report.title, names))
            sheet.write_top(report, group)
            for section in group:
                sheet.write_section(section)
            sheet.finish()
        _write_about(book, report)
    return output.getvalue()


class _Sheet:
    """One sheet that is written from top to bottom."""

    def __init__(self, book: Any, name: str) -> None:  # noqa: ANN401 - xlsxwriter's Workbook
        self._book = book
        self._name = name
        self._sheet = book.add_worksheet(name)
        self._row = 0
        self._widths: dict[int, int] = {}
        self._bold = book.add_format({"bold": True, "font_size": 12})
        self._top = book.add_format({"bold": True, "font_size": 16})
        head = {"bold": True, "bg_color": "#DCE8F5", "text_wrap": True, "valign": "top"}
        self._head = book.add_format(head)
        self._quiet = book.add_format({"font_color": "#5A6472"})

    def write_top(self, report: PageReport, group: Sequence[Section]) -> None:
        """Write the page's name, and in one line what the figures are of."""
        stamp, heading = report.stamp, group[0].heading
        title = report.title if heading in ("", report.title) else f"{report.title}: {heading}"
        self._line(title, self._top)
        self._line(f"As of {stamp.as_of} · {stamp.filter_words()} · {stamp.source}", self._quiet)
        self._row += 1

    def write_section(self, section: Section) -> None:
        """Write a heading and what stands under it."""
        if section.level > 1:
            self._line(section.heading, self._bold)
        for item in section.items:
            self._write(item)
        self._row += 1

    def _write(self, item: Item) -> None:
        if isinstance(item, Words):
            self._line(item.text)
        elif isinstance(item, Cards):
            self._write_cards(item.cards)
        elif isinstance(item, Chart):
            self._write_chart(item)
        else:
            self._write_table(item)

    def _line(self, text: str, form: Any = None) -> None:  # noqa: ANN401
        self._sheet.write_string(self._row, 0, text, form)
        self._row += 1

    def _write_cards(self, cards: Sequence[Card]) -> None:
        form = self._form("General")
        rows = [
            (card.label, card.value, card.delta_text, card.delta_description or None, card.note)
            for card in cards
        ]
        for at, row in enumerate(rows, start=self._row + 1):
            for column, text in enumerate(row):
                if column == 1:
                    self._write_number_text(at, column, str(text))
                elif text:
                    write_cell(self._sheet, at, column, value=text, form=form)
        labels = ("Metric", "Value", "Change", "Since", "Note")
        self._frame(labels, [[row[at] for row in rows] for at in range(len(labels))])

    def _write_number_text(self, row: int, column: int, text: str) -> None:
        """Write a headline number as the number it is, shown as on the page."""
        found = _NUMBER.fullmatch(text)
        if found is None:
            self._sheet.write_string(row, column, text, self._form("General"))
            return
        value = float(found["digits"].replace(",", "")) / (100 if found["percent"] else 1)
        form = "#,##0" if "," in found["digits"] or not found["places"] else "0"
        form += "." + "0" * len(found["places"]) if found["places"] else ""
        form = ("$" if found["dollar"] else "") + form + ("%" if found["percent"] else "")
        self._sheet.write_number(row, column, value, self._form(form))

    def _write_chart(self, item: Chart) -> None:
        self._line(item.takeaway)
        charts = native_charts(item.figure)
        for chart in charts:
            self._write_native(chart, item.takeaway)
        if not charts:
            rows, columns = figure_table(item.figure)
            self._line(TOLD, self._quiet)
            self._write_rows(rows, columns)

    def _write_native(self, chart: NativeChart, takeaway: str) -> None:
        labels, columns = _chart_columns(chart)
        top = self._row
        for position, (values, form) in enumerate(columns):
            for row, value in enumerate(values, start=top + 1):
                write_cell(self._sheet, row, position, value=value, form=self._form(form))
        self._frame(labels, [values for values, _ in columns])
        picture = chart_in_workbook(self._book, chart, sheet=self._name, top=top)
        is_below = len(columns) > MOST_BESIDE
        row, column = (self._row, 0) if is_below else (top, len(columns) + 1)
        told = {"description": takeaway, "object_position": 2}
        self._sheet.insert_chart(row, column, picture, told)
        self._row = max(self._row, row + CHART_ROWS + 1)

    def _write_table(self, item: Table) -> None:
        if item.title and item.title != item.takeaway:
            self._line(item.title, self._bold)
        self._line(item.takeaway)
        rows = item.all_rows()
        if len(rows) > MOST_ROWS:
            self._line(f"The first {MOST_ROWS:,} of {len(rows):,} rows.", self._quiet)
        self._write_rows(rows.head(MOST_ROWS), item.columns)

    def _write_rows(self, rows: pd.DataFrame, columns: Sequence[Column]) -> None:
        if rows.empty:
            self._line("No rows.", self._quiet)
            return
        written = []
        for position, column in enumerate(columns):
            form = self._form(FORMATS.get(column.kind, "General"))
            values = cell_values(rows[column.name], column)
            for row, value in enumerate(values, start=self._row + 1):
                write_cell(self._sheet, row, position, value=value, form=form)
            written.append(values)
        self._frame([column.label for column in columns], written)

    def _frame(self, labels: Sequence[str], columns: Sequence[Sequence[object]]) -> None:
        """Make the cells below the current row a native table with these headings."""
        length = len(columns[0])
        self._sheet.add_table(
            self._row,
            0,
            self._row + length,
            len(labels) - 1,
            {
                "columns": [
                    {"header": name, "header_format": self._head} for name in _unique(labels)
                ],
                "style": TABLE_STYLE,
            },
        )
        for position, (label, values) in enumerate(zip(labels, columns, strict=True)):
            longest = max((_length(value) for value in values[:200]), default=0)
            width = min(max(longest, min(len(label), 18), 8) + 3, WIDEST)
            self._widths[position] = max(self._widths.get(position, 0), width)
        self._row += length + 2

    def _form(self, number_format: str) -> Any:  # noqa: ANN401 - xlsxwriter's Format
        return self._book.add_format({"num_format": number_format})

    def finish(self) -> None:
        """Set widths, and how the sheet prints."""
        for position, width in self._widths.items():
            self._sheet.set_column(position, position, width)
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)


def _chart_columns(
    chart: NativeChart,
) -> tuple[list[str], list[tuple[Sequence[object], str]]]:
    """Return headings, and values with their format, of the figures a chart is drawn from."""
    labels: list[str] = []
    columns: list[tuple[Sequence[object], str]] = []
    if chart.shape == "scatter":
        for series in chart.series:
            labels += [f"{series.name}: {chart.category_title or 'across'}", series.name]
            columns += [(series.across, "General"), (series.values, chart.number_format)]
        return labels, columns
    is_first = all(isinstance(one, date) and one.day == 1 for one in chart.categories)
    day = "mmm yyyy" if is_first else "yyyy-mm-dd"
    shown = chart.categories if chart.has_days else chart.labels
    labels.append(chart.category_title or ("Month" if chart.has_days else "Category"))
    columns.append((shown, day if chart.has_days else "General"))
    for series in chart.series:
        labels.append(series.name)
        columns.append((series.values, chart.number_format))
    return labels, columns


def _unique(labels: Sequence[str]) -> list[str]:
    """Return headings of which no two are the same, as Excel wants those of a table."""
    taken: dict[str, int] = {}
    told = []
    for label in labels:
        name = " ".join(label.split())[:250] or "Column"
        taken[name.lower()] = taken.get(name.lower(), 0) + 1
        number = taken[name.lower()]
        told.append(name if number == 1 else f"{name} ({number})")
    return told


def _length(value: object) -> int:
    if isinstance(value, float):
        return 9
    return 10 if isinstance(value, date) else len(str(value or ""))


def _write_about(book: Any, report: PageReport) -> None:  # noqa: ANN401 - xlsxwriter's Workbook
    """Write the sheet that says what the workbook shows and what its words mean."""
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    lines = [("Page", report.title), *report.stamp.lines(), ("", "")]
    lines += [("Definitions", "What the numbers of this workbook mean"), *report.definitions()]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)
    sheet.hide_gridlines(2)
