"""The slides of a deck: their layout, fonts and colours, and what is drawn on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from insights.exports.office_chart import NativeChart
from insights.exports.page_report import PageReport
from insights.exports.slide_chart import add_native_chart
from insights.views.card import Card

FONT = "Segoe UI"
INK, QUIET, ACCENT, PAPER, LINE = "1A1A1A", "5A6472", "1F5FA8", "F3F6FA", "D5DCE6"
GOOD, BAD = "17692F", "B3261E"
LONGEST_TITLE = 170

Area = tuple[float, float, float, float]
"""Left, top, width and height in inches."""

BODY: Area = (0.6, 1.65, 12.13, 4.8)
LEFT: Area = (0.6, 1.65, 7.5, 4.8)
RIGHT: Area = (8.35, 1.65, 4.38, 4.8)
TOP_OF_NOTE, TOP_OF_FOOT = 6.48, 6.98
LETTERS_AN_INCH = 11.5
"""Of the size of tables, on average; a cell holds no more than one line of them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as texts: headings, rows, which columns are numbers, what was left out."""

    takeaway: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    are_numbers: tuple[bool, ...]
    note: str = ""


def prepare(show: Any, *, title: str, author: str) -> None:  # noqa: ANN401 - pptx's Presentation
    """Make an empty presentation wide, and say whose it is."""
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    show.core_properties.title, show.core_properties.author = title, author


def title_slide(show: Any, report: PageReport) -> None:  # noqa: ANN401
    """Add the first slide: what the deck is about, of when, with which filters, and from what."""
    slide = _blank(show, report.title)
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.28), show.slide_height)
    _paint(band, ACCENT)
    _set_title(slide, report.title, (0.9, 1.2, 11.5, 1.8), size=40)
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _write(slide, [report.stamp.period], (0.9, 3.05, 11.5, 0.6), size=20, colour=QUIET)
    lines = [f"{label}: {text}" for label, text in report.stamp.lines() if label != "Period"]
    _write(slide, lines, (0.9, 4.0, 11.5, 2.8), size=14, colour=INK)


def content_slide(show: Any, message: str, heading: str, foot: str) -> Any:  # noqa: ANN401
    """Add a slide with its message on top, where it belongs above that, and the source below."""
    slide = _blank(show, message)
    _write(slide, [heading.upper()], (0.6, 0.3, 12.1, 0.35), size=11, colour=ACCENT, is_bold=True)
    size = 24 if len(message) <= 90 else 20 if len(message) <= 130 else 18
    _set_title(slide, _cut(message, LONGEST_TITLE), (0.6, 0.6, 12.13, 0.95), size=size)
    number = len(show.slides)
    _write(slide, [_cut(foot, 200)], (0.6, TOP_OF_FOOT, 11.4, 0.32), size=10, colour=QUIET)
    _write(
        slide, [str(number)], (12.0, TOP_OF_FOOT, 0.73, 0.32), size=10, colour=QUIET, is_right=True
    )
    if len(message) > LONGEST_TITLE:
        slide.notes_slide.notes_text_frame.text = message
    return slide


def _blank(show: Any, message: str) -> Any:  # noqa: ANN401
    """Add a slide that has a title, so that readers and outlines find it, and nothing else."""
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = message
    return slide


def _set_title(slide: Any, text: str, area: Area, *, size: int) -> None:  # noqa: ANN401
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = (Inches(one) for one in area)
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Emu(0)
    frame.text = text
    _style(frame.paragraphs[0], size=size, colour=INK, is_bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT


def _write(  # noqa: PLR0913 - how text looks
    slide: Any,  # noqa: ANN401
    lines: Sequence[str],
    area: Area,
    *,
    size: int,
    colour: str = INK,
    is_bold: bool = False,
    is_right: bool = False,
) -> Any:  # noqa: ANN401 - pptx's shape
    shape = slide.shapes.add_textbox(*(Inches(one) for one in area))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Emu(0)
    for position, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.space_after = Pt(size * 0.5)
        paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
        _style(paragraph, size=size, colour=colour, is_bold=is_bold)
    return shape


def _style(paragraph: Any, *, size: float, colour: str, is_bold: bool) -> None:  # noqa: ANN401
    paragraph.font.size, paragraph.font.name = Pt(size), FONT
    paragraph.font.bold, paragraph.font.color.rgb = is_bold, RGBColor.from_string(colour)


def _paint(shape: Any, colour: str) -> None:  # noqa: ANN401
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def add_lines(slide: Any, lines: Sequence[str]) -> None:  # noqa: ANN401
    """Write sentences below each other."""
    size = 18 if sum(len(line) for line in lines) < 700 else 14
    _write(slide, [f"•  {_cut(line, 400)}" for line in lines], BODY, size=size)


def add_cards(slide: Any, cards: Sequence[Card]) -> None:  # noqa: ANN401
    """Draw headline numbers as tiles, four in a row."""
    left, top, width, _ = BODY
    across = min(len(cards), 4)
    wide, gap = (width - 0.25 * (across - 1)) / across, 0.25
    is_single = len(cards) <= across
    high = 3.0 if is_single else 2.3
    for position, card in enumerate(cards):
        row, column = divmod(position, across)
        area = (left + column * (wide + gap), top + row * (high + gap), wide, high)
        _add_card(slide, card, area, with_help=is_single)


def _add_card(slide: Any, card: Card, area: Area, *, with_help: bool) -> None:  # noqa: ANN401
    tile = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(one) for one in area))
    _paint(tile, PAPER)
    frame = tile.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    better = card.delta is not None and (card.delta > 0) == card.higher_is_better
    colour = QUIET if not card.delta else GOOD if better else BAD
    told = [(card.label, 14, QUIET, False), (card.value, 30, INK, True)]
    if card.delta is not None and card.delta_text:
        change = " ".join(part for part in (card.delta_text, card.delta_description) if part)
        told.append((change, 13, colour, False))
    if card.note:
        told.append((_cut(card.note, 90), 11, QUIET, False))
    if with_help and card.help:
        told.append((_cut(card.help, 190), 11, QUIET, False))
    for position, (text, size, ink, is_bold) in enumerate(told):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.text, paragraph.alignment = text, PP_ALIGN.LEFT
        _style(paragraph, size=size, colour=ink, is_bold=is_bold)


def add_charts(
    slide: Any,  # noqa: ANN401
    charts: Sequence[tuple[NativeChart, str]],
    area: Area,
) -> None:
    """Draw charts beside and below each other; several have their sentences above them."""
    if len(charts) == 1:
        add_native_chart(slide, charts[0][0], area, told=charts[0][1], size=12)
        return
    left, top, width, height = area
    across = 3 if len(charts) > 4 else 2
    down = ceil(len(charts) / across)
    wide, high = (width - 0.25 * (across - 1)) / across, (height - 0.15 * (down - 1)) / down
    for position, (chart, told) in enumerate(charts):
        row, column = divmod(position, across)
        x, y = left + column * (wide + 0.25), top + row * (high + 0.15)
        _write(slide, [_cut(told, 85)], (x, y, wide, 0.5), size=10, is_bold=True)
        add_native_chart(slide, chart, (x, y + 0.5, wide, high - 0.5), told=told, size=10)


def add_grid(slide: Any, grid: Grid, area: Area) -> None:  # noqa: ANN401
    """Draw a table of texts with numbers at the right edge, and what was left out below it."""
    left, top, width, _ = area
    rows = len(grid.rows) + 1
    shape = slide.shapes.add_table(
        rows, len(grid.heads), Inches(left), Inches(top), Inches(width), Inches(ROW * rows)
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", grid.takeaway)
    table = shape.table
    size = 11 if len(grid.heads) > NARROW else 12
    for column, share in enumerate(_shares(grid)):
        table.columns[column].width = Inches(width * share)
        letters = int(width * share * LETTERS_AN_INCH * (2 if rows <= FEW_ROWS else 1))
        for row, texts in enumerate((grid.heads, *grid.rows)):
            place, is_right = table.cell(row, column), grid.are_numbers[column]
            text = texts[column] if row == 0 else _cut(texts[column], letters)
            _cell(place, text, size=size, is_head=row == 0, is_right=is_right)


def add_note(slide: Any, text: str) -> None:  # noqa: ANN401
    """Write small print between the content and the source."""
    left, _, width, _ = BODY
    _write(slide, [_cut(text, 330)], (left, TOP_OF_NOTE, width, 0.5), size=10, colour=QUIET)


NARROW, FEW_ROWS, ROW = 5, 6, 0.34


def _shares(grid: Grid) -> list[float]:
    """Return each column's share of the width, by the length of its texts."""
    lengths = [
        max(
            min(max((len(row[at]) for row in grid.rows), default=0) + 2, 34),
            max((len(word) for word in head.split()), default=0) * 1.25 + 2,
            8,
        )
        for at, head in enumerate(grid.heads)
    ]
    return [length / sum(lengths) for length in lengths]


def _cell(cell: Any, text: str, *, size: int, is_head: bool, is_right: bool) -> None:  # noqa: ANN401
    cell.text = " ".join(text.split())
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.margin_left = cell.margin_right = Inches(0.07)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    _style(paragraph, size=size, colour="FFFFFF" if is_head else INK, is_bold=is_head)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(ACCENT if is_head else "FFFFFF")


def add_definitions(slide: Any, meanings: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401
    """Write terms and what they mean."""
    left, top, width, _ = BODY
    shape = slide.shapes.add_table(
        len(meanings) + 1, 2, Inches(left), Inches(top), Inches(width), Inches(0.36)
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", "Terms and meanings")
    table = shape.table
    for column, share in enumerate((0.24, 0.76)):
        table.columns[column].width = Inches(width * share)
        head = ("Term", "Meaning")[column]
        _cell(table.cell(0, column), head, size=12, is_head=True, is_right=False)
    for row, (term, meaning) in enumerate(meanings, start=1):
        for column, text in enumerate((term, meaning)):
            place = table.cell(row, column)
            _cell(place, _cut(text, 600), size=11, is_head=False, is_right=False)
