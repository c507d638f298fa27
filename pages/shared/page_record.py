"""What the page shows in this run, noted while it is drawn, so that it can be shared as it is.

The frame begins a record before the page runs; the helpers that draw note what they draw. A note
is a reference, no copy: nothing is rendered before somebody asks for a file. A fragment that runs
alone replaces its own notes, found by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from insights.exports.page_report import (
    Cards,
    Chart,
    Item,
    PageReport,
    PageStamp,
    Section,
    Table,
    Words,
)
from insights.views.card import Card
from insights.views.table import Column

RECORD = "page_record"

_MARKUP = re.compile(r"\\(?P<kept>[^\w\s])|\*\*|\u2060|^- ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page; level 1 is its title."""

    text: str
    level: int


@dataclass(slots=True)
class PageRecord:
    """The notes of one run by their keys, in the order in which the page drew them.

    `stamp` is that of the run, None where nothing can be shared; `instead` is a report that is
    shared in place of what was noted.
    """

    notes: dict[str, Heading | Item] = field(default_factory=dict)
    stamp: PageStamp | None = None
    instead: PageReport | None = None

    def report(self, stamp: PageStamp) -> PageReport:
        """Return what was noted under its headings."""
        if self.instead is not None:
            return self.instead
        title, sections = "", []
        heading, items = Heading("", 1), list[Item]()
        for note in [*self.notes.values(), Heading("", 0)]:
            if not isinstance(note, Heading):
                items.append(note)
                continue
            if items:
                sections.append(Section(heading.text or title, heading.level, tuple(items)))
            heading, items = note, []
            title = title or (note.text if note.level == 1 else "")
        return PageReport(title, tuple(sections), stamp)


def begin() -> PageRecord:
    """Begin the record of this run and return it; it fills while the page is drawn."""
    record = PageRecord()
    st.session_state[RECORD] = record
    return record


def current() -> PageRecord:
    """Return the record of this run, which the page may still be filling."""
    record: PageRecord = st.session_state.setdefault(RECORD, PageRecord())
    return record


def note_heading(markdown: str, level: int) -> None:
    """Note a heading."""
    notes = current().notes
    notes[f"heading {len(notes)}"] = Heading(unmarked(markdown), level)


def note_words(markdown: str) -> None:
    """Note what the page says, line by line; the same sentence once only."""
    for line in markdown.split("\n"):
        text = unmarked(line)
        if text:
            current().notes[f"words {text}"] = Words(text)


def note_cards(cards: Sequence[Card], *, key: str) -> None:
    """Note a row of headline numbers."""
    if cards:
        current().notes[f"cards {key}"] = Cards(tuple(cards))


def note_chart(figure: Any, *, key: str, alt: str) -> None:  # noqa: ANN401 - plotly's Figure
    """Note a figure."""
    current().notes[f"chart {key}"] = Chart(key, alt, figure)


def note_table(rows: pd.DataFrame, columns: Sequence[Column], *, key: str, alt: str) -> None:
    """Note a table."""
    current().notes[f"table {key}"] = Table(key, alt, rows, tuple(columns))


def note_download(
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    columns: Sequence[Column],
    *,
    name: str,
    title: str,
) -> None:
    """Note that a download gives a table by this title, perhaps with more rows than shown.

    It belongs to the last table with these columns. A download of what is shown otherwise, such
    as the figures of a chart, is a table of its own.
    """
    notes, asked = current().notes, tuple(columns)
    read_all = None if isinstance(rows, pd.DataFrame) else rows
    for key, note in reversed(notes.items()):
        if isinstance(note, Table) and note.columns == asked and not note.title:
            if isinstance(rows, pd.DataFrame) and len(rows) > len(note.rows):
                note = replace(note, rows=rows)
            notes[key] = replace(note, title=title, read_all=read_all)
            return
    if isinstance(rows, pd.DataFrame):
        notes[f"table {name}"] = Table(name, title, rows, asked, title)


def share_instead(report: PageReport) -> None:
    """Make a report the one that is shared from this page."""
    current().instead = report


def unmarked(markdown: str) -> str:
    """Return the text that Markdown of ours shows: without stars, escapes and list marks."""
    return " ".join(_MARKUP.sub(lambda found: found["kept"] or "", markdown).split())
