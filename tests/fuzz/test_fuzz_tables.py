"""Whatever bytes are uploaded: tables, or a refusal in one line; never anything else."""

import io
import zipfile
from datetime import UTC, datetime

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import RefusedFileError
from data_access.files import read_tables
from tests.fuzz.amount import inputs
from tests.fuzz.hostile import TEXTS, broken_files, cells, damaged, files, tables
from tests.workbook_parts import cell, sheet, workbook_of


def read_or_refuse(content, name="file"):
    """Return the tables of a file, none where it is refused; check what both must hold."""
    try:
        found = read_tables(name, content)
    except RefusedFileError as error:
        _check_refusal(str(error))
        return []
    for table in found:
        assert 2 <= len(table.header) <= 499
        assert {len(column.codes) for column in table.columns} == {len(table.row_numbers)}
        assert len(set(table.row_numbers)) == len(table.row_numbers)
        assert len(table.rows_as_json(table.row_numbers[:0])) == 0
    return found


def _check_refusal(message):
    assert message.startswith("file")
    assert "\n" not in message
    assert len(message) < 3_000


@inputs(normal=60, nightly=3_000)
@given(st.binary(max_size=400))
def test_any_bytes(content):
    read_or_refuse(content)


@inputs(normal=40, nightly=3_000)
@given(files | broken_files)
def test_any_text_file(content):
    read_or_refuse(content)


@inputs(normal=20, nightly=1_500)
@given(st.lists(broken_files | st.binary(max_size=60), max_size=3), st.data())
def test_any_archive(members, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", data.draw(st.sampled_from([0, 8, 12, 14]))) as archive:
        for number, member in enumerate(members):
            archive.writestr(f"{data.draw(st.sampled_from(NAMES))}{number}", member)
    read_or_refuse(data.draw(damaged(packed.getvalue())))


NAMES = (
    "a.csv",
    "../a",
    "/a",
    "[Content_Types].xml",
    "xl/workbook.xml",
    ".hidden",
    "a/b/",
    "ü\u202e",
)


@inputs(normal=20, nightly=1_500)
@given(tables(), st.data())
def test_any_workbook(table, data):
    packed = io.BytesIO()
    made = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False})
    made.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})  # the same bytes each time
    written = made.add_worksheet()
    for number, row in enumerate(table):
        for place, text in enumerate(row):
            written.write_string(number, place, text[:32_767])
    made.close()
    read_or_refuse(data.draw(damaged(packed.getvalue())))


@inputs(normal=40, nightly=3_000)
@given(st.data())
def test_any_xml_within_a_workbook(data):
    rows = "".join(
        f'<row r="{row}">{"".join(data.draw(st.lists(PARTS, max_size=4)))}</row>'
        for row in range(data.draw(st.integers(0, 3)))
    )
    xml = sheet(f'<row r="1">{cell("A1", "left")}{cell("B1", "right")}</row>{rows}')
    read_or_refuse(workbook_of(data.draw(damaged(xml.encode()))))


PARTS = st.sampled_from(
    [
        cell("A2", "x"),
        cell("A0", "x"),
        cell("ZZ9", "x"),
        cell("XFD1048576", "x"),
        cell("A99999999999", "x"),
        "<c><v>1</v></c>",
        '<c r="A2" t="s"><v>7</v></c>',
        '<c r="A2" t="d"><v>no day</v></c>',
        '<c r="A2" t="e"><v>#REF!</v></c>',
        '<c r="A2" t="b"><v>2</v></c>',
        '<c r="A2" s="99"><v>1e400</v></c>',
        '<c r="A2"><f>1+1</f><v>2</v></c>',
        '<c r="B2" t="shared"><v/></c>',
        "<c r='A2'/>",
        "<!-- <c> -->",
        "<![CDATA[<c>]]>",
        "&lt;",
        "&#0;",
        cell("B2", "_x0000_"),
    ]
) | st.sampled_from([text for text in TEXTS if "<" not in text and "&" not in text])


@inputs(normal=20, nightly=1_000)
@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=5))
def test_what_a_quoted_file_holds_is_what_is_read(rows):
    held = [[text.replace("\r", " ").replace("\0", " ")[:30_000] for text in row] for row in rows]
    lines = [",".join(f'"{text.replace(chr(34), chr(34) * 2)}"' for text in row) for row in held]
    [table] = read_tables("file", "\n".join(["left,right", *lines]).encode())
    read = [
        tuple(column.text(place) for column in table.columns)
        for place in range(len(table.row_numbers))
    ]
    odd = [each.cells for each in table.malformed]
    expected = [tuple(row) for row in held if len(row) == 2 and any(text.strip() for text in row)]
    assert read == expected
    assert odd == [tuple(row) for row in held if len(row) != 2]
