"""What an uploaded proof really is: told by its content, opened for real, and its text.

PDF, Word (DOCX), PNG and JPEG are taken. A file is refused when it is none of these, is broken,
asks for a password, or could do something by itself (scripts, attachments, programs to start,
macros). Its name is used in messages only.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from data_access.errors import RefusedFileError

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = "image/png"
JPEG = "image/jpeg"

MEDIA_NAMES: dict[str, str] = {PDF: "PDF", DOCX: "Word document", PNG: "PNG", JPEG: "JPEG"}
"""What people call the types that are taken."""

MAX_PROOF_MB = 25
MAX_PROOF_BYTES = MAX_PROOF_MB * 1024 * 1024

MOST_TEXT = 200_000
"""Letters of a proof's text that are kept for hints."""

_MOST_PAGES = 200
_MOST_OBJECTS = 200_000
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_DOCUMENT = 20 * 1024 * 1024
_MOST_PIXELS = 120_000_000
_TAKEN = "Upload a PDF, a Word document (DOCX), a PNG or a JPEG."
_PRINT = "Print it to a new PDF and upload that one."

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"PK\x03\x04", DOCX),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)

# A damaged file breaks a parser anywhere inside; these are all the ways seen.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class ProofContent:
    """What a proof is: its type, and its text (None: a picture, or nothing that can be read)."""

    media_type: str
    text: str | None


def read_proof(file_name: str, content: bytes) -> ProofContent:
    """Return type and text of a proof; raises RefusedFileError with the reason and what to do."""
    if not content:
        raise RefusedFileError(file_name, "the file is empty.", "Choose the signed document.")
    if len(content) > MAX_PROOF_BYTES:
        raise RefusedFileError(
            file_name,
            f"it has {len(content) / 1024 / 1024:.1f} MB; {MAX_PROOF_MB} MB is the most.",
            "Scan it with fewer dots per inch, or leave supporting documents out.",
        )
    media_type = next((kind for start, kind in _SIGNATURES if content.startswith(start)), None)
    if media_type is None:
        raise RefusedFileError(file_name, f"it is not a document {_looks_like(content)}.", _TAKEN)
    readers = {PDF: _pdf_text, DOCX: _docx_text, PNG: _no_text, JPEG: _no_text}
    text = readers[media_type](file_name, content)
    return ProofContent(media_type, None if text is None else text[:MOST_TEXT])


def _looks_like(content: bytes) -> str:
    """Return what a file is that is none of ours, as the middle of a sentence."""
    import puremagic

    if content.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<script")):
        return "but a web page"
    if content.startswith(b"MZ"):
        return "but a program"
    try:
        found = puremagic.magic_string(content[:65_536])
    except (puremagic.PureError, *_BROKEN):
        found = []
    names = [each.name for each in found if each.name and each.confidence >= 0.4]
    return f"that can be taken: by its content it is “{names[0]}”" if names else "that we know"


# --- PDF -----------------------------------------------------------------------------------------

_ACTIVE_KEYS: dict[str, str] = {
    "/JS": "it holds a script",
    "/JavaScript": "it holds a script",
    "/EF": "another file is attached inside it",
    "/EmbeddedFiles": "another file is attached inside it",
    "/RichMedia": "it holds media that run by themselves",
    "/XFA": "it is a form that runs by itself",
}
_ACTIVE_ACTIONS: dict[str, str] = {
    "/JavaScript": "it holds a script",
    "/Launch": "it can start a program",
    "/ImportData": "it can read other files",
    "/SubmitForm": "it can send what is entered to somebody",
    "/GoToE": "another file is attached inside it",
}
_ACTIVE_SUBTYPES = ("/FileAttachment", "/RichMedia", "/Movie", "/3D")


def _pdf_text(file_name: str, content: bytes) -> str | None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = PdfReader(io.BytesIO(content))
            is_encrypted = reader.is_encrypted
            danger = None if is_encrypted else _pdf_danger(reader)
            has_page = not is_encrypted and len(reader.pages) > 0
    except (PyPdfError, *_BROKEN) as error:
        raise RefusedFileError(file_name, "the PDF is broken and does not open.", _PRINT) from error
    if is_encrypted:
        raise RefusedFileError(
            file_name, "the PDF is protected by a password or limits on its use.", _PRINT
        )
    if danger is not None:
        raise RefusedFileError(file_name, f"the PDF is not plain: {danger}.", _PRINT)
    if not has_page:
        raise RefusedFileError(file_name, "the PDF has no page.", _PRINT)
    return _text_of_pages(reader)


def _pdf_danger(reader: Any) -> str | None:  # noqa: ANN401 - pypdf's reader
    """Return what a PDF could do by itself, looking at every object that can be reached."""
    for dictionary in _dictionaries(reader):
        for key, danger in _ACTIVE_KEYS.items():
            if key in dictionary:
                return danger
        action = _resolved(dictionary, "/S")
        if action in _ACTIVE_ACTIONS:
            return _ACTIVE_ACTIONS[action]
        if _resolved(dictionary, "/Subtype") in _ACTIVE_SUBTYPES:
            return "another file is attached inside it"
    return None


def _resolved(dictionary: dict[str, Any], key: str) -> str:
    """Return a name that stands under a key, directly or by reference; empty for none."""
    from pypdf.generic import IndirectObject

    value = dict.get(dictionary, key)
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, str) else ""


def _dictionaries(reader: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every dictionary that can be reached from the trailer; raises ValueError for too many.

    An object that is not there counts as nothing, as it does for every viewer.
    """
    from pypdf.generic import IndirectObject

    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            name = (found.idnum, found.generation)
            if name not in seen:
                seen.add(name)
                waiting.append(found.get_object())
        elif isinstance(found, dict):
            yield found
            waiting.extend(dict.values(found))
        elif isinstance(found, list):
            waiting.extend(list.__iter__(found))
    raise ValueError("more objects than a proof has")


def _text_of_pages(reader: Any) -> str | None:  # noqa: ANN401
    """Return the text of the pages; None where there is none, e.g. in a scan."""
    from pypdf.errors import PyPdfError

    texts: list[str] = []
    length = 0
    for page in reader.pages[:_MOST_PAGES]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                texts.append(page.extract_text())
        except (PyPdfError, *_BROKEN):
            continue  # the page can be seen, only not read; hints say "not found"
        length += len(texts[-1])
        if length > MOST_TEXT:
            break
    return "\n".join(texts) if any(text.strip() for text in texts) else None


# --- Word ----------------------------------------------------------------------------------------

_ACTIVE_PARTS = re.compile(
    r"(?i)vbaproject|vbadata|/activex/|/embeddings/.*\.(bin|exe|js|vbs|bat)$"
)
_RUN = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>|(</w:p>)")


def _docx_text(file_name: str, content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            danger = _docx_danger(archive)
            text = None if danger else _docx_words(archive)
    except _BROKEN as error:
        raise RefusedFileError(
            file_name, "the ZIP or Word file is broken and does not open.", _TAKEN
        ) from error
    if danger:
        raise RefusedFileError(file_name, danger, "Save it as PDF and upload that one.")
    return text


def _docx_danger(archive: zipfile.ZipFile) -> str | None:
    """Return why an archive is not a plain Word document, as a sentence."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        return "it is an archive or another Office file, not a Word document."
    if any(member.flag_bits & 1 for member in members):
        return "the Word document is protected by a password."
    if sum(member.file_size for member in members) > _MOST_UNPACKED:
        return "the Word document unpacks to more than any proof needs."
    types = _member(archive, "[Content_Types].xml")
    if "macroenabled" in types.lower() or any(_ACTIVE_PARTS.search(name) for name in names):
        return "the Word document holds macros or programs."
    return None


def _docx_words(archive: zipfile.ZipFile) -> str | None:
    found = _RUN.findall(_member(archive, "word/document.xml"))
    text = unescape("".join("\n" if end else run for run, end in found))
    return text if text.strip() else None


def _member(archive: zipfile.ZipFile, name: str) -> str:
    """Return a member's text, cut off beyond what a proof needs, whatever its header promises."""
    with archive.open(name) as member:
        return member.read(_MOST_DOCUMENT).decode("utf-8", errors="replace")


# --- pictures ------------------------------------------------------------------------------------


def _no_text(file_name: str, content: bytes) -> None:
    """Check that a picture opens and ends where its file ends; its text is not read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                is_too_large = picture.width * picture.height > _MOST_PIXELS
                if not is_too_large:
                    picture.load()
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise RefusedFileError(file_name, "the picture is broken and does not open.") from error
    if is_too_large:
        raise RefusedFileError(
            file_name, "the picture has more points than any scan.", "Scan it in a lower quality."
        )
