"""Which files are taken as proofs: told by what they hold, whatever they are called."""

import contextlib
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from data_access import proof_content
from data_access.errors import RefusedFileError
from data_access.proof_content import DOCX, JPEG, PDF, PNG, read_proof
from tests.claim_builders import TENANT, docx, pdf, picture, signed_pdf

ACTION = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def refusal(content, name="proof.pdf"):
    with pytest.raises(RefusedFileError) as caught:
        read_proof(name, content)
    assert str(caught.value).startswith(f"{name}: ")
    return caught.value.reason


def take_or_refuse(content):
    """Anything but these two answers is a failure that nobody explains."""
    with contextlib.suppress(RefusedFileError):
        assert read_proof("x", content).media_type


def test_pdf_is_taken_with_its_text():
    told = read_proof("anything.exe", signed_pdf())
    assert told.media_type == PDF
    assert TENANT in told.text


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", PNG), ("JPEG", JPEG)])
def test_pictures_are_taken_without_text(kind, media_type):
    told = read_proof("scan.pdf", picture(kind))
    assert (told.media_type, told.text) == (media_type, None)


def test_word_documents_are_taken_with_their_text():
    told = read_proof("sow.docx", docx("Teams &amp; Exchange"))
    assert told.media_type == DOCX
    assert "Teams & Exchange" in told.text


def test_pdf_without_text_is_taken_as_a_scan():
    assert read_proof("scan.pdf", pdf()).text is None


def test_empty_file_is_refused():
    assert refusal(b"") == "the file is empty."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00" + bytes(200), "but a program"),
        (b"<html><script>alert(1)</script></html>", "but a web page"),
        (b"\n <!DOCTYPE html><p>", "but a web page"),
        (b"{\\rtf1 hello}", "not a document"),
        (b"\x89PN", "not a document"),
        (b"just words", "not a document"),
        (b"  %PDF-1.7", "not a document"),
        (b"<html>%PDF-1.7", "but a web page"),
    ],
)
def test_other_files_are_refused_whatever_their_name(content, reason):
    assert reason in refusal(content)


def test_too_large_file_is_refused(monkeypatch):
    monkeypatch.setattr(proof_content, "MAX_PROOF_BYTES", 100)
    assert "25 MB is the most" in refusal(signed_pdf())


def test_broken_pdf_is_refused():
    assert "broken" in refusal(b"%PDF-1.7\nnothing here")


def test_encrypted_pdf_is_refused():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(signed_pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    assert "protected by a password" in refusal(content.getvalue())


def test_pdf_without_a_page_is_refused():
    content = io.BytesIO()
    PdfWriter().write(content)
    assert "no page" in refusal(content.getvalue())


@pytest.mark.parametrize(
    ("catalog", "extra", "reason"),
    [
        (b"/OpenAction 6 0 R", [ACTION], "script"),
        (b"/OpenAction " + ACTION, [], "script"),
        (b"/OpenAction << /S 6 0 R >>", [b"/JavaScript"], "script"),
        (b"/Names << /JavaScript 6 0 R >>", [b"<< /Names [] >>"], "script"),
        (b"/Names << /J#61vaScript 6 0 R >>", [b"<< /Names [] >>"], "script"),
        (b"/AA << /WC 6 0 R >>", [b"<< /S /Launch /F (cmd.exe) >>"], "start a program"),
        (b"/Names << /EmbeddedFiles 6 0 R >>", [b"<< /Names [] >>"], "attached inside"),
        (b"/X [ << /Y 6 0 R >> ]", [b"<< /Type /Filespec /EF << >> >>"], "attached inside"),
        (b"/AcroForm << /XFA 6 0 R >>", [b"[]"], "form that runs"),
    ],
)
def test_pdf_that_could_do_something_is_refused(catalog, extra, reason):
    assert reason in refusal(pdf("words", catalog=catalog, extra=extra))


def test_objects_that_refer_to_each_other_come_to_an_end():
    content = pdf("words", catalog=b"/X 6 0 R", extra=[b"<< /A 7 0 R >>", b"<< /B 6 0 R >>"])
    assert read_proof("loop.pdf", content).media_type == PDF


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (docx(extra={"word/vbaProject.bin": b"x"}), "macros"),
        (docx(extra={"word/embeddings/oleObject1.bin": b"x"}), "programs"),
        (docx(types='<Types><Default ContentType="x.macroEnabled.main+xml"/></Types>'), "macros"),
        (docx()[:60], "broken"),
        (docx().replace(b"word/document.xml", b"xl/workbook_a.xml"), "not a Word document"),
    ],
    ids=["macros", "programs", "macro type", "cut off", "workbook"],
)
def test_archives_that_are_no_plain_word_document_are_refused(content, reason):
    assert reason in refusal(content, "sow.docx")


def test_word_document_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(proof_content, "_MOST_UNPACKED", 10)
    assert "unpacks" in refusal(docx())


def test_broken_picture_is_refused():
    assert "broken" in refusal(picture("PNG")[:60], "scan.png")


STARTS = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(start, rest):
    take_or_refuse(start + rest)


@given(st.integers(0, 2**32))
def test_damaged_proofs_are_taken_or_refused(seed):
    chance = random.Random(seed)
    content = bytearray(chance.choice([signed_pdf(), docx(), picture("PNG"), picture("JPEG")]))
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    take_or_refuse(bytes(content))
