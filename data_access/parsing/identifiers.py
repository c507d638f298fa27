"""Tenant ids, partner ids and names as partner files spell them."""

from __future__ import annotations

import re

from data_access.parsing.columns import Cell, clean_text, optional_text
from data_access.problems import fault

_GUID = re.compile(
    r"(?:urn:uuid:)?[{(\[]?"
    r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})"
    r"[})\]]?",
    re.IGNORECASE,
)
_NULL_GUID = "00000000-0000-0000-0000-000000000000"
_MASKED = re.compile(
    r"[0-9a-f]{32}|.*\*\*.*|[*x#•.\-_ ]*[*#•][*x#•.\-_ ]*|x{3,}|"
    r".*\b(obfuscated|masked|redacted|concealed|anonymi[sz]ed)\b.*|hidden|confidential",
    re.IGNORECASE,
)


def guid(text: str) -> str | None:
    """Return the GUID that a text spells, in lower case with dashes, or None."""
    match = _GUID.fullmatch("".join(clean_text(text).strip("'\"").split()))
    return "-".join(match.groups()).lower() if match else None


def read_guid_tenant(text: str) -> Cell[str]:
    """Return the tenant id of one of Microsoft's files, which is always a GUID."""
    written = clean_text(text)
    if not written:
        return Cell()
    found = guid(written)
    if found is None or found == _NULL_GUID:
        return Cell(fault=fault("bad_tenant_id", value=written))
    return Cell(found, repair="" if written.lower() == found else "tenant_id_spelling")


def read_any_tenant(text: str) -> Cell[str]:
    """Return the tenant id of the canonical layout: a GUID unified, any other text as it is."""
    written = clean_text(text)
    if not written:
        return Cell()
    found = guid(written)
    spelt = found is not None and written.lower() != found
    return Cell(found or written, repair="tenant_id_spelling" if spelt else "")


def partner_id(text: str) -> str | None:
    """Return a partner id as text: the decimals that spreadsheets add are cut off."""
    told = optional_text(text)
    return None if told is None else re.sub(r"^([0-9]+)\.0+$", r"\1", told)


def is_masked_name(name: str) -> bool:
    """Return whether a customer name is a placeholder: a hash, asterisks or a word that says so."""
    return _MASKED.fullmatch(name.strip()) is not None
