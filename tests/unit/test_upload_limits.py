"""Files that ask for more than a server can give are refused before it is given."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data_access import files, limits
from data_access.errors import RefusedFileError
from data_access.files import read_tables
from data_access.parsing import delimited, workbook_guard, workbooks
from tests.reading import CONTOSO, USAGE_HEADER
from tests.workbook_parts import cell, shared_texts, sheet, workbook_of

ROW = f"{CONTOSO},Teams,2024-05-01,10,5"
GOOD = f"{USAGE_HEADER}\n{ROW}\n"
HEADER_ROW = f'<row r="1">{cell("A1", "left")}{cell("B1", "right")}</row>'
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{step} "{f"&l{step - 1};" * 10}">' for step in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def archive(*members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return packed.getvalue()


def refusal(content, name="file.xlsx"):
    """Return the message and the remedy with which a file is refused."""
    with pytest.raises(RefusedFileError) as caught:
        read_tables(name, content)
    assert str(caught.value).startswith(f"{name}: ")
    assert caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        workbook_of(sheet(f'<row r="1">{cell("A1", "&l9;")}</row>', doctype=LAUGHS)),
        workbook_of(sheet(HEADER_ROW), shared_texts("<si><t>&l9;</t></si>", doctype=LAUGHS)),
        workbook_of(sheet(f'<row r="1">{cell("A1", "&x;")}</row>', doctype=OUTSIDE)),
        workbook_of(sheet(HEADER_ROW), parts={"xl/styles.xml": OUTSIDE.lower()}),
    ],
    ids=["entities in a sheet", "entities in texts", "another file", "any part"],
)
def test_workbook_that_declares_entities_is_refused(content):
    assert "declares XML entities" in refusal(content)


# Each of these has a few kilobytes, and ended the whole process: the reader of workbooks allots
# all cells between the first and the last one, and as many texts as are promised, at once.
@pytest.mark.parametrize(
    "content",
    [
        workbook_of(sheet(f'{HEADER_ROW}<row r="1048576">{cell("XFD1048576", "x")}</row>')),
        workbook_of(sheet(f'{HEADER_ROW}<row r="2">{cell("B4294967295", "x")}</row>')),
        workbook_of(sheet(f'<row r="1">{cell("A1", "a")}{cell("ZZZZZZ1", "x")}</row>')),
        workbook_of(
            sheet(HEADER_ROW + '<row r="9000000"><c s="1" r="ZZ9000000"><v>1</v></c></row>')
        ),
        workbook_of(
            sheet(HEADER_ROW + "<row r='9000000'><c><v>1</v></c><c><v>1</v></c><c/></row>")
        ),
        workbook_of(
            sheet(HEADER_ROW),
            parts={
                "xl/media/picture.png": sheet(f'<row r="1">{cell("XFD999999", "x")}</row>'),
            },
        ),
        workbook_of(sheet(HEADER_ROW), shared_texts(promise='count="1" uniqueCount="4000000000"')),
    ],
    ids=["far corner", "far row", "far column", "later", "without places", "any part", "promise"],
)
def test_workbook_that_reaches_too_far_is_refused(content):
    assert len(content) < 10_000
    assert "reaches over more than 25,000,000 cells" in refusal(content)


def test_workbook_whose_cells_do_not_say_where_they_stand_is_read():
    unplaced = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(
        f"<row>{''.join(map(unplaced.format, line))}</row>"
        for line in (("left", "right"), ("1", "2"))
    )
    [table] = read_tables("file.xlsx", workbook_of(sheet(rows)))
    assert table.header == ("left", "right")
    assert [column.text(0) for column in table.columns] == ["1", "2"]


def test_cell_cut_by_the_end_of_a_piece_is_still_placed(monkeypatch):
    monkeypatch.setattr(files, "_CHUNK", 7)
    far = workbook_of(sheet(f'{HEADER_ROW}<row r="9">{cell("XFD1048576", "x")}</row>'))
    assert "reaches over more than" in refusal(far)
    assert read_tables("file.xlsx", workbook_of(sheet(HEADER_ROW)))[0].header == ("left", "right")


def test_workbook_that_shows_one_part_as_many_sheets_is_refused(monkeypatch):
    for module in (workbooks, workbook_guard):
        monkeypatch.setattr(module, "MAX_WORKBOOK_CELLS", 10)
    book = "".join(
        f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(6)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{book}</sheets>'
        "</workbook>"
    }
    assert "holds more than 10 cells" in refusal(workbook_of(sheet(HEADER_ROW), parts=parts))


@pytest.mark.parametrize("part", ["xl/workbook.bin", "content.xml"])
def test_workbook_of_two_kinds_at_once_is_refused(part):
    content = workbook_of(sheet(HEADER_ROW), parts={part: "x"})
    assert "is a document of another kind" in refusal(content)


def test_workbook_that_ends_twice_is_refused():
    two = workbook_of(sheet(f'{HEADER_ROW}<row r="9">{cell("XFD9", "x")}</row>'))
    assert "ends twice" in refusal(two + workbook_of(sheet(HEADER_ROW)))


def test_archive_with_a_long_list_of_files_is_refused_before_the_list_is_read(monkeypatch):
    many = archive(*((f"{number}.csv", "") for number in range(12_000)))
    monkeypatch.setattr(files.zipfile, "ZipFile", None)  # it would take the list into memory
    assert "holds more than 1,000 files" in refusal(many, "many.zip")


def test_length_of_the_list_is_found_in_the_end_record_of_a_large_archive():
    small = archive(("a.csv", GOOD))
    end = small.rfind(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)
    tail = bytearray(small[end:])
    tail[12:16] = b"\xff" * 4
    assert "holds more than 1,000 files" in refusal(
        small[:end] + record + locator + bytes(tail), "large.zip"
    )


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "/abs.csv", "C:\\x\\y.csv", "..\\..\\z.csv"]
)
def test_member_that_names_another_folder_is_only_text(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    [table] = read_tables("a.zip", archive((name, GOOD)))
    assert table.file == f"a.zip › {name}"
    assert not list(tmp_path.rglob("*"))


def test_long_and_invisible_names_are_shown_short_and_on_one_line():
    name = "a\u202e\n" + "é" * 500 + ".csv"
    [table] = read_tables(name, GOOD.encode())
    assert len(table.file) == limits.MAX_NAME_LETTERS
    assert table.file.isprintable()
    assert table.file.endswith("….csv".replace("…", "éééé"))


def test_limits_of_a_text_table_name_the_limit(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_ROWS", 3)
    assert "has 5 lines; at most 3 are read" in refusal(b"a,b\n" + b"1,2\n" * 4, "rows.csv")
    monkeypatch.setattr(delimited, "MAX_ROWS", 100)
    monkeypatch.setattr(delimited, "MAX_CELLS", 9)
    assert "at most 9 cells are read" in refusal(b"a,b\n" + b"1,2\n" * 4, "cells.csv")
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    assert "is larger than 0 GB" in refusal(b"a,b\n" + b"1,2\n" * 4, "file.csv")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"a,b\n1,{'x' * 32_768}\n", "has a cell of 32,768 letters in column “b”"),
        (f"a,b\n1,2,{'x' * 40_000}\n", "has a cell of 40,000 letters in row 1"),
        (f"a,b\n1,2,{'x' * 200_000}\n", "letters in row 1"),
        (f"a,{'b' * 256}\n1,2\n", "a column whose name is longer than 255 letters"),
        (f"{','.join('c' * 500)}\n", "has 500 columns; at most 499"),
        (f"{','.join('c' * 600_000)}\n", "has a line of more than 1,048,576 bytes (line 1)"),
        (f"a,b\n1,{'x' * 2_000_000}\n", "has a line of more than 1,048,576 bytes (line 2)"),
        ("x" * 3_000_000, "has a line of more than 1,048,576 bytes (line 1)"),
        (f"a,b\r1,2\r{'x' * 2_000_000}\r", "has a line of more than 1,048,576 bytes (line 3)"),
    ],
)
def test_long_cells_lines_and_headers_are_refused(content, reason):
    assert reason in refusal(content.encode(), "file.csv")


def test_cell_of_the_most_letters_is_read():
    [table] = read_tables("file.csv", f"a,b\n1,{'x' * 32_767}\n".encode())
    assert len(table.columns[1].text(0)) == 32_767


def test_endless_line_takes_no_memory(tmp_path: Path):
    path = tmp_path / "line.csv"
    with path.open("wb") as made:
        made.write(b"a,b\n")
        for _ in range(200):
            made.write(b"x" * 2**20)
    told = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    ).stdout
    before, after = map(int, told.split())
    assert after - before < 20_000  # kilobytes, for a file of 200 MB


_MEASURED = """
import resource, sys
from pathlib import Path
from data_access.errors import RefusedFileError
from data_access.files import read_tables

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

try:
    read_tables("small.csv", b"a,b")
    before = most()
    read_tables("line.csv", Path(sys.argv[1]))
except RefusedFileError:
    print(before, most())
"""
