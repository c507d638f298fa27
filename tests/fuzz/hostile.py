"""Texts and files as nobody should send them, and what strategies make of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import strategies as st

SAMPLES = Path(__file__).parents[1] / "samples" / "good"

TEXTS = (
    "",
    " ",
    "NULL",
    "n/a",
    "#REF!",
    "0",
    "-1",
    "1e999",
    "NaN",
    "1,234",
    "1.234",
    "٣",
    "²",
    "9" * 40,
    "9" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2024-13-45",
    "05/04/2024",
    "29 February 2023",
    "2024-05-01T25:61:00Z",
    "=1+1",
    "+1",
    "-1+1|cmd",
    "@SUM(A1)",
    "\t=1",
    "\ufeff=1",
    "＝1",
    '=HYPERLINK("https://evil.example","x")',
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "$\\frac{1}{0}$",
    ":red[x] :smile: :material/delete:",
    "a\u202eb\u2066c\u200b",
    "\u0000",
    "\x1b[31m",
    "'; DROP TABLE tenant; --",
    "%s %(name)s {0} {name}",
    "../../etc/passwd",
    "\U0001f469\u200d\U0001f4bb",
    "é" * 300,
    "x" * 40_000,
    "{72F988BF-86F1-41AF-91AB-2D7CD011DB47}",
    "00000000-0000-0000-0000-000000000000",
    "72f988bf86f141af91ab2d7cd011db47",
    "Exchange; Teams;;",
    "true",
    "TRUE",
    '"',
    '""',
    "a\nb",
    "a\r\nb",
)
"""One each of what has ever broken a reader of tables."""

letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
texts = st.sampled_from(TEXTS) | letters
numbers = st.integers(-(10**12), 10**20).map(str) | st.floats().map(repr) | st.decimals().map(str)
days = st.dates().map(str) | st.datetimes().map(str) | st.dates().map("{:%d/%m/%Y}".format)
cells = texts | numbers | days

_KINDS = sorted(path.name for path in SAMPLES.iterdir())


def _sample(name: str) -> list[list[str]]:
    text = (SAMPLES / name).read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


TABLES = {name: _sample(name) for name in _KINDS}
"""The cells of each sample file, its header first."""


@st.composite
def tables(draw: st.DrawFn, *, names: tuple[str, ...] = tuple(TABLES)) -> list[list[str]]:
    """Return a table of a known kind with some columns left out, moved, and cells replaced."""
    header, *rows = TABLES[draw(st.sampled_from(names))]
    places = list(range(len(header)))
    if draw(st.booleans()):
        dropped = draw(st.sets(st.sampled_from(places), max_size=3))
        places = draw(st.permutations([place for place in places if place not in dropped]))
    kept = draw(st.lists(st.sampled_from(rows), max_size=6))
    table = [[header[place] for place in places], *([row[p] for p in places] for row in kept)]
    if draw(st.integers(0, 4)) == 0:
        for place, row in enumerate(table):
            row.append(draw(cells) if place else "quarantine_id")
    if len(table) > 1 and places:
        for _ in range(draw(st.integers(0, 5))):
            row = draw(st.integers(1, len(table) - 1))
            table[row][draw(st.integers(0, len(places) - 1))] = draw(cells)
    if draw(st.integers(0, 9)) == 0:
        table[0][draw(st.integers(0, max(len(places) - 1, 0))) : 1] = [draw(texts)]
    if len(table) > 1 and draw(st.integers(0, 4)) == 0:
        table[-1] = draw(st.lists(cells, max_size=4))
    return table


@st.composite
def delimited(draw: st.DrawFn, table: list[list[str]]) -> bytes:
    """Return a table as the bytes of a text file in one of the spellings that there are."""
    written = io.StringIO()
    writer = csv.writer(
        written,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    writer.writerows(table)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]))
    return written.getvalue().encode(encoding, errors="replace")


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Return bytes with up to four places cut out, repeated, overwritten or put in."""
    made = bytearray(content)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, max(len(made) - 1, 0)))
        end = min(start + draw(st.integers(0, 40)), len(made))
        how = draw(st.sampled_from(["cut", "repeat", "overwrite", "insert", "end"]))
        if how == "cut":
            del made[start:end]
        elif how == "repeat":
            made[start:start] = made[start:end]
        elif how == "overwrite":
            put = draw(st.binary(max_size=8))
            made[start : start + len(put)] = put
        elif how == "insert":
            made[start:start] = draw(_PIECES)
        else:
            del made[start:]
    return bytes(made)


_PIECES = st.binary(max_size=12) | st.sampled_from(
    [
        b"\0",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b",",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"<!DOCTYPE a>",
        b"PK\x03\x04",
    ]
)

files = tables().flatmap(delimited)
"""Text files of known kinds with hostile cells."""

broken_files = files.flatmap(damaged)
"""The same with bytes that are lost, added or changed."""
