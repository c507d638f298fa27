"""Counts and money as files write them: separators are removed only where nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from data_access.parsing.columns import Cell, clean_text
from data_access.problems import fault

LARGEST_COUNT = 2**31 - 1

_ENGLISH = (",", "\t")

Usual = Mapping[str, str]

_SPACED = re.compile(r"-?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?", re.ASCII)
_SIGNS = {"−": "-", "–": "-"}
_ONE_MARK = re.compile(r"([1-9]\d{0,2})([.,])(\d{3})", re.ASCII)
_NUMBER = re.compile(r"(-?)(\d[\d.,]*|[.,]\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marks:
    """Which marks a column surely uses: for decimals and for thousands."""

    decimal: frozenset[str]
    thousands: frozenset[str]

    def point(self, mark: str, usual: str) -> str:
        """Return the mark for decimals in a number such as "1,234", or "" where it stays open.

        `usual` is what holds for a column that shows nothing.
        """
        other = "," if mark == "." else "."
        as_decimal = mark in self.decimal or other in self.thousands
        as_thousands = mark in self.thousands or other in self.decimal
        if as_decimal == as_thousands:
            return "" if as_decimal else usual
        return mark if as_decimal else other


def read_counts(texts: Sequence[str], delimiter: str) -> list[Cell[int]]:
    """Return each distinct text of a column as a whole number from 0; empty texts tell nothing.

    In comma- and tab-separated files a single comma before three digits separates thousands
    unless the column shows otherwise; a single point there, and both in other files, stay
    undecided without another value of the column that decides.
    """
    marks = marks_of(texts)
    usual = {",": "."} if delimiter in _ENGLISH else {}
    return [_count(text, marks, usual) for text in texts]


def read_money(texts: Sequence[str], delimiter: str) -> list[Cell[int]]:
    """Return each distinct text of a column as integer ten-thousandths; never by a float.

    As `read_counts`, but a point in comma- and tab-separated files separates decimals.
    """
    marks = marks_of(texts)
    usual = {",": ".", ".": "."} if delimiter in _ENGLISH else {}
    return [_money(text, marks, usual) for text in texts]


def marks_of(texts: Sequence[str]) -> Marks:
    """Return the marks that the unmistakable numbers of a column show."""
    decimal: set[str] = set()
    thousands: set[str] = set()
    for text in texts:
        if text.isdigit():
            continue
        body = _plain(text).lstrip("-")
        if _NUMBER.fullmatch(body) and not _ONE_MARK.fullmatch(body):
            found = _unmistakable(body)
            if found is not None:
                decimal.update(found.decimal)
                thousands.update(found.thousands)
    return Marks(frozenset(decimal), frozenset(thousands))


def _plain(text: str) -> str:
    """Return a number's text with one kind of minus and without spaces between groups."""
    cleaned = clean_text(text).lstrip("+")
    if cleaned.startswith("(") and cleaned.endswith(")"):
        cleaned = f"-{cleaned[1:-1]}"
    for sign, minus in _SIGNS.items():
        cleaned = cleaned.replace(sign, minus)
    return re.sub(r"[ '’]", "", cleaned) if _SPACED.fullmatch(cleaned) else cleaned


def _unmistakable(body: str) -> Marks | None:
    """Return the marks of a number that can be read one way only; None for no such number."""
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return Marks(frozenset(), frozenset())
    if dots and commas:
        last = "." if body.rfind(".") > body.rfind(",") else ","
        other = "," if last == "." else "."
        whole = body.rpartition(last)[0]
        fits = body.count(last) == 1 and _grouped(whole, other)
        return Marks(frozenset(last), frozenset(other)) if fits else None
    mark = "." if dots else ","
    if dots + commas == 1:
        return Marks(frozenset(mark), frozenset())
    return Marks(frozenset(), frozenset(mark)) if _grouped(body, mark) else None


def _grouped(whole: str, mark: str) -> bool:
    """Return whether the digits stand in proper groups of three."""
    first, *groups = whole.split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)


def _decimal(text: str, marks: Marks, usual: Usual) -> Decimal | str:
    """Return the number that a text spells, or the code of what is wrong with it."""
    body = _plain(text)
    if not _NUMBER.fullmatch(body):
        return "not_a_number"
    one = _ONE_MARK.fullmatch(body.lstrip("-"))
    if one:
        point = marks.point(one.group(2), usual.get(one.group(2), ""))
        if not point:
            return "ambiguous_number"
    else:
        found = _unmistakable(body.lstrip("-"))
        if found is None:
            return "not_a_number"
        point = next(iter(found.decimal), "." if "," in found.thousands else ",")
    other = "," if point == "." else "."
    return Decimal(body.replace(other, "").replace(point, "."))


def _count(text: str, marks: Marks, usual: Usual) -> Cell[int]:
    """Return one text as a count."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return Cell(int(text))
    written = clean_text(text)
    if not written:
        return Cell()
    number = _decimal(written, marks, usual)
    if isinstance(number, str):
        return Cell(fault=fault(number, value=written))
    wrong = _wrong_count(number)
    if wrong:
        return Cell(fault=fault(wrong, value=written))
    return Cell(int(number), repair=_count_repair(written, int(number)))


def _wrong_count(number: Decimal) -> str:
    """Return the code of what keeps a number from being a count, or ""."""
    if number < 0:
        return "negative_number"
    if number != number.to_integral_value():
        return "fractional_number"
    return "number_too_large" if number > LARGEST_COUNT else ""


def _count_repair(written: str, number: int) -> str:
    """Return what had to be done to read a count: digits alone needed nothing."""
    digits = re.sub(r"\D", "", written)
    if digits == written.lstrip("+-−–"):
        return ""
    return (
        "thousands_separator" if digits.lstrip("0") == str(number).lstrip("0") else "decimal_zeros"
    )


def _money(text: str, marks: Marks, usual: Usual) -> Cell[int]:
    """Return one text as an amount; currency signs are dropped, the sign stays."""
    written = clean_text(text)
    if not written:
        return Cell()
    number = _decimal(re.sub(r"^(\(?-?)\s*(?:US)?[$€£]\s*", r"\1", written), marks, usual)
    if number == "ambiguous_number":
        return Cell(fault=fault("ambiguous_number", value=written))
    if isinstance(number, str) or not _fits_money(number):
        return Cell(fault=fault("not_an_amount", value=written))
    return Cell(int((number * 10_000).to_integral_value(ROUND_HALF_EVEN)))


def _fits_money(number: Decimal) -> bool:
    """Return whether an amount is within the store's 64 bits."""
    return abs(number) < 2**63 // 10_000
