"""What a page shows, as values: what every file that is made of the page is written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from insights.views.card import Card
from insights.views.table import Column

MAIN = 2
"""Level of the headings that divide a page; level 1 is its title, 3 below a main heading."""

Figure = Any
"""A figure of Plotly, which only insights/charts may import."""


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence of the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of headline numbers."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and the sentence that says what it shows."""

    key: str
    takeaway: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Table:
    """A table as shown; `read_all` gives every row where the page shows only the first ones."""

    key: str
    takeaway: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    title: str = ""
    read_all: Callable[[], pd.DataFrame] | None = None

    def all_rows(self) -> pd.DataFrame:
        """Return every row of the table, also those that the page cut off."""
        return self.rows if self.read_all is None else self.read_all()


Item = Words | Cards | Chart | Table


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; level 1 is the page's title, 2 and 3 are below it."""

    heading: str
    level: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PageStamp:
    """What a file says about itself; `model` is empty where no ranking is shown."""

    as_of: str
    period: str
    filters: tuple[tuple[str, str], ...]
    not_applied: tuple[tuple[str, str], ...]
    source: str
    model: str
    author: str
    written_at: datetime
    address: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Return label and text of every line of the stamp."""
        told = [
            ("As of", self.as_of),
            ("Period", self.period),
            ("Filters", self.filter_words()),
            ("Not applied on this page", _joined(self.not_applied)),
            ("Source", self.source),
            ("Ranking model", self.model),
            ("Written", f"{self.written_at:%Y-%m-%d %H:%M} UTC by {self.author}"),
            ("Address", self.address),
        ]
        return [(label, text) for label, text in told if text]

    def filter_words(self) -> str:
        """Return the filters in force as one text."""
        return _joined(self.filters) or "None: everything in scope"


@dataclass(frozen=True, slots=True)
class PageReport:
    """A page: its title, what is under each heading in the order shown, and its stamp."""

    title: str
    sections: tuple[Section, ...]
    stamp: PageStamp

    def items(self) -> Iterator[Item]:
        """Return everything the page shows, in order."""
        return (item for section in self.sections for item in section.items)

    def tables(self) -> list[Table]:
        """Return the page's tables in order."""
        return [item for item in self.items() if isinstance(item, Table)]

    def is_empty(self) -> bool:
        """Return whether the page shows neither a number nor a picture."""
        return all(isinstance(item, Words) for item in self.items())

    def definitions(self) -> list[tuple[str, str]]:
        """Return term and meaning of every metric that is shown, each once."""
        found: dict[str, str] = {}
        for item in self.items():
            for label, meaning in _meanings(item):
                if meaning:
                    found.setdefault(label, meaning)
        return list(found.items())

    def groups(self) -> list[tuple[Section, ...]]:
        """Return the sections in groups: the page's beginning, and one per main heading."""
        groups: list[list[Section]] = []
        for section in self.sections:
            if not groups or section.level == MAIN:
                groups.append([])
            groups[-1].append(section)
        return [tuple(group) for group in groups]


def _meanings(item: Item) -> Sequence[tuple[str, str]]:
    if isinstance(item, Cards):
        return [(card.label, card.help) for card in item.cards]
    if isinstance(item, Table):
        return [(column.label, column.help) for column in item.columns]
    return ()


def _joined(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{label}: {text}" for label, text in pairs)
