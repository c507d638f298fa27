"""docs/files.md is current: its tables are compared with the code that they describe."""

import re
from pathlib import Path

import pytest

from data_access import limits
from data_access.problems import PROBLEMS, REPAIRS
from data_access.sources import SOURCES
from data_access.sources.claims import STATUSES

TEXT = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")


def block(name):
    """Return the lines between the comments that mark a table."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", TEXT, re.DOTALL)
    assert found, f"docs/files.md has no block “{name}”"
    return found.group(1)


def table(titles, rows):
    """Return a table in Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def columns_of(source):
    """Return the table of the columns that a kind of file uses."""
    rows = []
    for name, spellings in source.columns.items():
        need = "yes" if name in source.key else "one of" if name in source.any_of else ""
        shown = list(dict.fromkeys(spellings))
        others = ", ".join(f"`{each}`" for each in shown[1:])
        rows.append([name.replace("_", " "), f"`{shown[0]}`", need, others])
    return table(["meaning", "column", "needed", "also read as"], rows)


def without_details(text):
    """Return a message with an ellipsis for each detail."""
    return re.sub(r"\{\w+\}", "…", text)


@pytest.mark.parametrize(
    "number",
    [
        f"{limits.MAX_FILE_BYTES // 2**30} GB",
        f"{limits.MAX_EXPANSION} times",
        f"{limits.MAX_MEMBERS:,}",
        f"{limits.MAX_COLUMNS}",
        f"{limits.MAX_ROWS:,}",
        f"{limits.MAX_CELLS:,}",
        f"{limits.MAX_WORKBOOK_CELLS:,}",
        f"{limits.MAX_LINE_BYTES:,}",
        f"{limits.MAX_CELL_LETTERS:,}",
        f"{limits.MAX_HEADER_LETTERS}",
    ],
)
def test_limits_are_listed(number):
    assert f"| {number} |" in block("limits")


def test_codes_of_problems_are_listed():
    rows = [
        [f"`{kind.code}`", kind.severity, without_details(kind.says), without_details(kind.remedy)]
        for kind in PROBLEMS.values()
    ]
    assert block("problems") == table(["code", "the row is", "meaning", "what to do"], rows)


def test_codes_of_repairs_are_listed():
    rows = [[f"`{code}`", meaning] for code, meaning in REPAIRS.items()]
    assert block("repairs") == table(["code", "what was done"], rows)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_columns_of_each_kind_are_listed(source):
    assert f"`{source.kind}`" in TEXT
    assert source.title in TEXT
    assert block(f"columns {source.kind}") == columns_of(source)


def test_claim_statuses_are_listed():
    rows = [
        [f"`{name}`", ", ".join(f"`{each}`" for each in others)]
        for name, others in STATUSES.items()
    ]
    assert block("statuses") == table(["status", "also read as"], rows)
