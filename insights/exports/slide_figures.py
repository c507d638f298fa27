"""The figures of a chart on a slide, in a workbook in which no name is run as a formula.

The library writes a name that begins with "=" as a formula into the workbook that PowerPoint keeps
inside; whoever chooses to edit the data would run it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook

from insights.exports.table_files import SAFE


def keep_safe_figures(drawn: Any, figures: Any, *, is_scatter: bool) -> None:  # noqa: ANN401
    """Put the figures of a drawn chart (pptx's) into it once more, every text as text."""
    kind = XyWorkbookWriter if is_scatter else CategoryWorkbookWriter
    writer: Any = kind(figures)
    writer._open_worksheet = _safe_workbook
    drawn.part.chart_workbook.update_from_xlsx_blob(writer.xlsx_blob)


@contextmanager
def _safe_workbook(content: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a file to write to
    with Workbook(content, SAFE) as book:
        yield book, book.add_worksheet()
