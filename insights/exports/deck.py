"""A page as a PowerPoint deck: one message a slide, charts that stay editable, small tables."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pandas as pd

from insights.exports import slides
from insights.exports.cells import cell_texts, is_number
from insights.exports.figure_table import TOLD, figure_table
from insights.exports.native_chart import native_charts
from insights.exports.office_chart import NativeChart
from insights.exports.page_report import Cards, Chart, Item, PageReport, Section, Table, Words
from insights.exports.slides import Grid
from insights.views.card import Card
from insights.views.table import Column

MOST_ROWS = 12
MOST_COLUMNS = 12
LETTERS_ACROSS = 122
"""Of the columns of a table that has a slide to itself."""

NARROW_COLUMNS = 4
CARDS_A_SLIDE = 8
FEW_CHARTS = 2
CHARTS_A_SLIDE = 6
LINES_A_SLIDE = 9
FEW_WORDS = 2
DEFINITION_LINES = 24
LETTERS_A_LINE = 105


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as PowerPoint draws it, the sentence that says what it shows, and its name."""

    takeaway: str
    chart: NativeChart
    name: str = ""


Block = tuple[Words, ...] | tuple[Card, ...] | tuple[Drawn, ...] | Grid
"""What is put on a slide together."""


def deck(report: PageReport) -> bytes:
    """Return the page as a deck in 16:9: a title, a slide per message, and the definitions."""
    from pptx import Presentation

    show = Presentation()
    slides.prepare(show, title=report.title, author=report.stamp.author)
    slides.title_slide(show, report)
    foot = f"{report.stamp.source} · as of {report.stamp.as_of} · {report.stamp.filter_words()}"
    for section in report.sections:
        _add_section(show, section, title=report.title, foot=foot)
    for meanings in _pages(report.definitions()):
        slide = slides.content_slide(show, "What the numbers mean", "Definitions", foot)
        slides.add_definitions(slide, meanings)
    output = io.BytesIO()
    show.save(output)
    return output.getvalue()


def _pages(meanings: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return terms and meanings in parts that fit on a slide."""
    pages: list[list[tuple[str, str]]] = []
    room = 0.0
    for term, meaning in meanings:
        lines = ceil(len(meaning) / LETTERS_A_LINE) + 0.6
        if not pages or lines > room:
            pages.append([])
            room = DEFINITION_LINES
        pages[-1].append((term, meaning))
        room -= lines
    return pages


def _add_section(show: Any, section: Section, *, title: str, foot: str) -> None:  # noqa: ANN401
    """Add the slides of what stands under one heading."""
    blocks = list(_blocks(section))
    heading = section.heading if section.heading == title else f"{title} · {section.heading}"
    words: list[str] = []
    while blocks:
        block = blocks.pop(0)
        if _is_small_print(block) and blocks:
            words += _texts(block)
            continue
        beside = blocks.pop(0) if blocks and _fits_beside(block, blocks[0]) else None
        if len(blocks) == 1 and _is_small_print(blocks[0]):
            words += _texts(blocks.pop())
        slide = slides.content_slide(show, _message(block, section.heading), heading, foot)
        _fill(slide, block, beside)
        words += [one.note for one in (block, beside) if isinstance(one, Grid) and one.note]
        if words:
            slides.add_note(slide, " ".join(words))
        words = []


def _texts(block: Block) -> list[str]:
    """Return the sentences of a block."""
    parts = () if isinstance(block, Grid) else block
    return [one.text for one in parts if isinstance(one, Words)]


def _is_small_print(block: Block) -> bool:
    """Return whether a block is a sentence or two that go below something else."""
    return not isinstance(block, Grid) and len(block) <= FEW_WORDS and isinstance(block[0], Words)


def _blocks(section: Section) -> Iterator[Block]:
    """Return what goes on slides together: neighbours of one kind, as many as fit."""
    run: list[Item] = []
    for item in section.items:
        if run and type(run[-1]) is not type(item):
            yield from _blocks_of(run)
            run = []
        run.append(item)
    yield from _blocks_of(run)


def _blocks_of(run: Sequence[Item]) -> Iterator[Block]:
    words = [one for one in run if isinstance(one, Words)]
    cards = [card for one in run if isinstance(one, Cards) for card in one.cards]
    for at in range(0, len(words), LINES_A_SLIDE):
        yield tuple(words[at : at + LINES_A_SLIDE])
    for at in range(0, len(cards), CARDS_A_SLIDE):
        yield tuple(cards[at : at + CARDS_A_SLIDE])
    charts = [one for one in run if isinstance(one, Chart)]
    drawn, grids = _drawn(charts)
    panels = [one for figure in drawn for one in figure]
    if len(charts) > FEW_CHARTS:
        for at in range(0, len(panels), CHARTS_A_SLIDE):
            yield tuple(panels[at : at + CHARTS_A_SLIDE])
    else:
        yield from (tuple(figure) for figure in drawn)
    yield from grids
    for table in run:
        if isinstance(table, Table):
            yield _grid(table.takeaway or table.title, table.rows, table.columns)


def _drawn(charts: Sequence[Chart]) -> tuple[list[list[Drawn]], list[Grid]]:
    """Return what PowerPoint can draw, figure by figure, and the tables of what it cannot."""
    drawn: list[list[Drawn]] = []
    grids: list[Grid] = []
    for item in charts:
        found = native_charts(item.figure)
        names = [chart.value_title if len(found) > 1 else item.takeaway for chart in found]
        pairs = zip(found, names, strict=True)
        if found:
            drawn.append([Drawn(item.takeaway, chart, name) for chart, name in pairs])
        if not found:
            rows, columns = figure_table(item.figure)
            if len(columns):
                grids.append(_grid(item.takeaway, rows, columns, note=TOLD))
    return drawn, grids


def _grid(takeaway: str, rows: pd.DataFrame, columns: Sequence[Column], *, note: str = "") -> Grid:
    """Return the first rows and columns of a table as texts, and what was left out."""
    shown = rows.head(MOST_ROWS)
    chosen = _fitting(shown, [column for column in columns if column.kind != "trend"])
    left = []
    if len(rows) > len(shown):
        left.append(f"the first {len(shown)} of {len(rows):,} rows")
    if len(columns) > len(chosen):
        left.append(f"{len(chosen)} of {len(columns)} columns")
    cut = f"Shown: {' and '.join(left)}; the Excel file has all." if left else ""
    return Grid(
        takeaway=takeaway,
        heads=tuple(column.label for column in chosen),
        rows=tuple(cell_texts(shown, chosen)),
        are_numbers=tuple(is_number(column) for column in chosen),
        note=" ".join(part for part in (note, cut) if part),
    )


def _fitting(rows: pd.DataFrame, columns: Sequence[Column]) -> list[Column]:
    """Return the first columns, as many as a slide has room for."""
    chosen: list[Column] = []
    letters = 0.0
    for column in columns:
        longest = max((len(row[0]) for row in cell_texts(rows, [column])), default=0)
        word = max((len(one) for one in column.label.split()), default=0)
        letters += max(min(longest + 2, 30), 1.25 * word + 2, 8)
        if chosen and (letters > LETTERS_ACROSS or len(chosen) == MOST_COLUMNS):
            break
        chosen.append(column)
    return chosen


def _fits_beside(block: Block, after: Block | None) -> bool:
    """Return whether a narrow table can stand beside a single chart."""
    if isinstance(block, Grid) or not isinstance(block[0], Drawn) or len(block) != 1:
        return False
    return isinstance(after, Grid) and len(after.heads) <= NARROW_COLUMNS


def _message(block: Block, heading: str) -> str:
    """Return the sentence on top of a slide."""
    if isinstance(block, Grid):
        return block.takeaway or heading
    first = block[0]
    if isinstance(first, Drawn):
        takeaways = {one.takeaway for one in block if isinstance(one, Drawn)}
        return first.takeaway if len(takeaways) == 1 else heading
    if isinstance(first, Card):
        cards = [one for one in block[:3] if isinstance(one, Card)]
        return " · ".join(f"{card.label}: {card.value}" for card in cards)
    return heading


def _fill(slide: Any, block: Block, beside: Block | None) -> None:  # noqa: ANN401
    if isinstance(block, Grid):
        slides.add_grid(slide, block, slides.BODY)
        return
    first = block[0]
    if isinstance(first, Drawn):
        area = slides.BODY if beside is None else slides.LEFT
        drawn = [one for one in block if isinstance(one, Drawn)]
        slides.add_charts(slide, [(one.chart, one.name) for one in drawn], area)
        if isinstance(beside, Grid):
            slides.add_grid(slide, beside, slides.RIGHT)
    elif isinstance(first, Card):
        slides.add_cards(slide, [one for one in block if isinstance(one, Card)])
    else:
        slides.add_lines(slide, [one.text for one in block if isinstance(one, Words)])
