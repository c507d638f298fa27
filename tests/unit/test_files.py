import hashlib
import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import RefusedFileError
from data_access.files import read_tables
from tests.reading import CONTOSO, USAGE_HEADER, raw_table

ROW = f"{CONTOSO},Teams,2024-05-01,10,5"
GOOD = f"{USAGE_HEADER}\n{ROW}\n"


def cells(table):
    """Return the table's rows as lists of texts."""
    return [[column.text(row) for column in table.columns] for row in range(len(table.row_numbers))]


def archive(*members, compression=zipfile.ZIP_DEFLATED):
    """Return a zip of (name, content) pairs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as made:
        for name, content in members:
            made.writestr(name, content)
    return packed.getvalue()


def workbook(*sheets):
    """Return an .xlsx whose sheets have these rows."""
    packed = io.BytesIO()
    made = xlsxwriter.Workbook(packed, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    made.close()
    return packed.getvalue()


def refusal(content, name="file.csv"):
    """Return the message with which a file is refused."""
    with pytest.raises(RefusedFileError) as caught:
        read_tables(name, content if isinstance(content, bytes) else content.encode())
    message = str(caught.value)
    assert message.startswith(name)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace(",", ";").encode(),
        f"sep=;\n{GOOD.replace(',', ';')}".encode(),
        f"\n,,,,\n{GOOD}\n,,,,\n\n".encode(),
        GOOD.encode("utf-8-sig"),
        "ï»¿".encode() + GOOD.encode(),
        GOOD.encode("utf-16"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        GOOD.replace("CustomerTenantId", "\xa0CustomerTenantId\t").replace(",", ";").encode(),
    ],
)
def test_text_is_read_in_every_spelling(content):
    table = raw_table(content)
    assert table.header == tuple(USAGE_HEADER.split(","))
    assert cells(table) == [ROW.split(",")]
    assert table.notes == ()


def test_content_hash_is_that_of_the_bytes():
    assert raw_table(GOOD).content_hash == hashlib.sha256(GOOD.encode()).hexdigest()


def test_western_text_is_read_with_a_note():
    table = raw_table("a,b\nMüller,1\n".encode("cp1252"))
    assert cells(table) == [["Müller", "1"]]
    assert table.notes == ("Not UTF-8: read as Windows-1252 (Western European).",)


def test_quoted_cells_keep_separators_quotes_and_line_breaks():
    table = raw_table('"a","b"\n"1,5","x ""y""\nz"\n')
    assert cells(table) == [["1,5", 'x "y"\nz']]


def test_row_with_a_wrong_number_of_cells_is_kept_apart_with_its_row():
    table = raw_table("a,b\n1,2\n3\n\n4,5,6\n7,8\n")
    assert cells(table) == [["1", "2"], ["7", "8"]]
    assert table.row_numbers.tolist() == [1, 5]
    assert [(each.row, each.cells) for each in table.malformed] == [
        (2, ("3",)),
        (4, ("4", "5", "6")),
    ]
    assert table.malformed[1].by_header(table.header) == {"a": "4", "b": "5", "surplus 1": "6"}
    assert table.rows_read == 4


def test_raw_rows_are_json_of_the_texts_by_header():
    table = raw_table('name,100%,\n"x ""y""",ü,3\n')
    assert table.rows_as_json(table.row_numbers - 1) == [
        '{"name": "x \\"y\\"", "100%": "ü", "column 3": "3"}'
    ]


def test_header_alone_is_a_table_without_rows():
    assert cells(raw_table(USAGE_HEADER)) == []


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8),
            min_size=2,
            max_size=2,
        )
    ),
    st.sampled_from(",;\t"),
)
def test_any_quoted_table_is_read_back(rows, delimiter):
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    content = "\n".join(delimiter.join(row) for row in [["left", "right"], *quoted])
    expected = [row for row in rows if any(cell.strip() for cell in row)]
    assert cells(raw_table(content)) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content):
    try:
        tables = read_tables("file", content)
    except RefusedFileError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both ends are right
    else:
        assert all(len(table.header) >= 2 for table in tables)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        (" \n\n", "holds no text"),
        ("hello\nworld\n", "is not a table"),
        ("<html><body>Sign in, please</body></html>", "is a web page or JSON"),
        ('{"value": [], "next": 1}', "is a web page or JSON"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "is a picture"),
        (b"\xff\xd8\xff\xe0\0\0", "is a picture"),
        (b"\x1f\x8b\x08\0", "is a .gz archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "is password-protected or an old .xls"),
        (bytes(range(256)), "is not a text file"),
        (GOOD.encode("utf-16-le"), "is not a text file"),
        (b"a\x01b,c\n1,2\n", "is not a text file"),
        ("a,b\n1,\0\n".encode("utf-16"), "is not a text file"),
        (b"a,b\n\x81,2\n", "is neither UTF-8 nor Windows text"),
        (",".join(f"c{number}" for number in range(500)), "has 500 columns"),
        ("a,b,a\n1,2,3\n", "has columns of the same name: a"),
        ("MPN ID,b,MpnId\n1,2,3\n", "has columns of the same name: MPN ID / MpnId"),
        ('a,b\n1,2\n"3,4\n5,6\n', "opens a quotation mark in row 2 that is never closed"),
        ('a,b\n1,2\n3,"4\n5,6\n', "opens a quotation mark in row 2 that is never closed"),
        (archive(), "is an archive without any file"),
        (archive(("a.csv", "")), "is empty"),
        (archive(("a.zip", archive(("a.csv", GOOD)))), "is an archive inside an archive"),
        (archive(("a.csv", GOOD), ("b.png", b"\x89PNG\r\n")), "is a picture"),
        pytest.param(archive(("a.csv", GOOD))[:60], "is a damaged archive", id="cut"),
        (archive(("[Content_Types].xml", ""), ("word/document.xml", "")), "another kind"),
        (
            archive(("[Content_Types].xml", ""), ("xl/workbook.xml", "<x")),
            "not a readable workbook",
        ),
        (workbook([]), "is a workbook without any filled sheet"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(content, reason):
    assert reason in refusal(content)


def test_bomb_is_refused_by_what_it_unpacks_to():
    bomb = archive(("a.csv", GOOD + f"{ROW}\n" * 100_000))
    assert "unpacks to more than 1 GB or 200 times its size" in refusal(bomb)


def test_workbook_bomb_is_refused_before_it_is_read():
    members = [("[Content_Types].xml", ""), ("xl/workbook.xml", ""), ("xl/big.xml", "0" * 10**7)]
    assert "200 times its size" in refusal(archive(*members), "book.xlsx")


def test_archive_whose_index_lies_about_sizes_is_refused():
    lying = bytearray(archive(("a.csv", GOOD + f"{ROW}\n" * 1_000)))
    entry = lying.find(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(lying))


def test_encrypted_archive_is_refused():
    locked = bytearray(archive(("a.csv", GOOD)))
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert "is an encrypted archive" in refusal(bytes(locked))


def test_archive_gives_each_members_table_under_both_names():
    packed = archive(
        ("a.csv", GOOD), ("folder/b.tsv", GOOD.replace(",", "\t")), ("__MACOSX/._a.csv", "x")
    )
    tables = read_tables("export.zip", packed)
    assert [table.file for table in tables] == ["export.zip › a.csv", "export.zip › folder/b.tsv"]
    assert cells(tables[0]) == cells(tables[1])
    assert tables[0].content_hash == hashlib.sha256(GOOD.encode()).hexdigest()


def test_file_is_read_from_its_path(tmp_path):
    path = tmp_path / "usage.csv"
    path.write_text(GOOD)
    assert cells(read_tables("usage.csv", path)[0]) == [ROW.split(",")]
    with pytest.raises(RefusedFileError, match=r"gone\.csv: cannot be read"):
        read_tables("gone.csv", tmp_path / "gone.csv")


def test_typed_cells_of_a_workbook_become_texts():
    (table,) = read_tables(
        "book.xlsx",
        workbook(
            [
                [],
                ["when", "count", "share", "flag", "text"],
                [date(2024, 5, 1), 12, 1.125, True, " x "],
                [],
                [datetime.fromisoformat("2024-05-01T06:30"), 4012345678, 0.5, False, ""],
            ]
        ),
    )
    assert table.header == ("when", "count", "share", "flag", "text")
    assert cells(table) == [
        ["2024-05-01", "12", "1.1250", "1", " x "],
        ["2024-05-01 06:30:00", "4012345678", "0.5", "0", ""],
    ]
    assert table.row_numbers.tolist() == [1, 3]
    assert table.delimiter == ""


def test_sheet_of_no_known_kind_is_left_out_with_a_note():
    notes, usage = [["About", "this"], ["a", "b"]], [USAGE_HEADER.split(","), ROW.split(",")]
    (table,) = read_tables("book.xlsx", workbook(notes, usage))
    assert table.file == "book.xlsx › Sheet2"
    assert table.notes == ("Sheets of no known kind were left out: book.xlsx › Sheet1.",)


def test_sheets_of_a_workbook_have_hashes_of_their_own():
    usage = [USAGE_HEADER.split(","), ROW.split(",")]
    first, second = read_tables("book.xlsx", workbook(usage, usage))
    assert first.content_hash != second.content_hash
