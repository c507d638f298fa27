"""What a kind of file is: its columns under all their spellings, its key, its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data_access.checks import Checks
from data_access.parsing.headers import header_key
from data_access.targets import Targets

QUARANTINE_COLUMNS = {"quarantineid": "quarantine_id", "quarantinereason": "quarantine_reason"}
"""Columns of a quarantine download; a mended one may bring them back with any kind."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of file.

    `columns` gives for each of our names the header spellings, best first. `key` must be there;
    of `any_of` at least one must; headers with one of `never` belong to another kind.
    `hints` are spellings that tell this kind from others with the same key.
    """

    kind: str
    title: str
    read: Callable[[Checks], Targets]
    columns: Mapping[str, tuple[str, ...]]
    key: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    hints: frozenset[str] = frozenset()

    def match(self, header: Sequence[str]) -> dict[str, int]:
        """Return the position in the header of each of our columns that is there."""
        positions = {header_key(name): position for position, name in enumerate(header) if name}
        found: dict[str, int] = {}
        for column, spellings in self.columns.items():
            places = [positions[key] for key in map(header_key, spellings) if key in positions]
            if places:
                found[column] = places[0]
        return found

    def missing(self, header: Sequence[str]) -> tuple[str, ...]:
        """Return the columns without which the header is not of this kind, first spelling each."""
        found = self.match(header)
        missing = [self.columns[column][0] for column in self.key if column not in found]
        if self.any_of and not found.keys() & set(self.any_of):
            missing.append(" or ".join(self.columns[column][0] for column in self.any_of[:3]))
        return tuple(missing)

    def excludes(self, header: Sequence[str]) -> bool:
        """Return whether the header has a column that this kind never has."""
        keys = {header_key(name) for name in header}
        return any(header_key(name) in keys for name in self.never)

    def likeness(self, header: Sequence[str]) -> tuple[int, int]:
        """Return how much a header looks like this kind: hints first, then columns known."""
        keys = {header_key(name) for name in header}
        return len(keys & self.hints), len(self.match(header))
