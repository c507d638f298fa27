"""The claim pack: everything of one claim in a ZIP, ready to be entered in Partner Center.

Same input, same bytes: members are in a fixed order, uncompressed and without a clock's time.
The pages in it are complete in themselves and hold no script.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from insights.claims.checklist import ChecklistLine
from insights.claims.draft import ClaimDraft, to_json
from insights.claims.finding import Finding
from insights.claims.form import ACKNOWLEDGEMENTS, FORM_FIELDS, PUBLIC_SECTOR

ENDINGS: dict[str, str] = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "image/png": ".png",
    "image/jpeg": ".jpg",
}
"""Endings of the types of proof that are taken."""

LONGEST_NAME = 80

_NOTHING = "—"
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_STYLE = """
body{font:15px/1.5 "Segoe UI",system-ui,sans-serif;color:#1a1a1a;background:#fff;
 max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #c9d1dc;padding:.35rem .6rem;text-align:left;vertical-align:top;
 overflow-wrap:anywhere;white-space:pre-line}
th{background:#f3f6fa;font-weight:600;width:32%}td.symbol{width:1.5rem;text-align:center}
p.about{color:#4a5361;margin:.2rem 0}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
""".strip()


@dataclass(frozen=True, slots=True)
class Names:
    """How codes are written for people: workloads, the partner location, the customer."""

    workloads: Mapping[str, str] = field(default_factory=dict)
    partner: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class PackContents:
    """All that a pack is made of."""

    draft: ClaimDraft
    proof: bytes
    warnings: tuple[Finding, ...]
    checklist: tuple[ChecklistLine, ...]
    names: Names
    packed_on: date
    packed_by: str
    rules: str


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of Partner Center's form with its labels and values as people enter them."""

    title: str
    lines: tuple[tuple[str, str], ...]


def form_parts(draft: ClaimDraft, names: Names) -> tuple[FormPart, ...]:
    """Return the draft's answers in the parts and the order of Partner Center's form."""
    tidy = draft.trimmed()
    titles = list(dict.fromkeys(each.part for each in FORM_FIELDS))
    return tuple(
        FormPart(
            title,
            tuple(
                (each.label, _written(tidy, each.name, names) or _NOTHING)
                for each in FORM_FIELDS
                if each.part == title
            ),
        )
        for title in titles
    )


def _written(draft: ClaimDraft, name: str, names: Names) -> str:
    """Return one answer as text, empty where there is none."""
    value: Any = getattr(draft, name)
    if name in ("workloads", "in_proof"):
        return "\n".join(names.workloads.get(code, code) for code in value)
    if name == "acknowledged":
        return "\n".join(ACKNOWLEDGEMENTS.get(code, code) for code in value)
    if name == "proof":
        return "" if value is None else f"{value.file_name}\nSHA-256 {value.content_hash}"
    if name == "public_sector":
        return PUBLIC_SECTOR.get(str(value), str(value))
    if name == "partner_id" and names.partner and value:
        return f"{value}\n{names.partner}"
    if name == "tenant_id" and names.customer and value:
        return f"{value}\n{names.customer}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def proof_name(file_name: str, media_type: str) -> str:
    """Return a file name that every system takes: cleaned, with the ending of its content."""
    ending = ENDINGS[media_type]
    last = re.split(r"[\\/]", unicodedata.normalize("NFKC", file_name))[-1]
    stem = last.rpartition(".")[0] or last
    clean = re.sub(r"[^\w.-]+", "-", stem).strip(".-_")[:LONGEST_NAME].strip(".-_")
    if not clean or _DEVICE.match(clean):
        clean = f"proof-{clean}".strip("-")
    return clean + ending


def pack_name(draft: ClaimDraft, packed_on: date) -> str:
    """Return the file name of a pack, of plain letters."""
    folded = unicodedata.normalize("NFKD", draft.trimmed().claim_name).encode("ascii", "ignore")
    stem = re.sub(r"[^a-z0-9]+", "-", folded.decode().lower()).strip("-")[:60].strip("-")
    return "-".join(part for part in ("claim", stem, packed_on.isoformat()) if part) + ".zip"


def claim_pack(contents: PackContents) -> bytes:
    """Return the ZIP of a claim: summary, answers, proof, checklist and checksums.

    Raises ValueError where there is no proof or its bytes are not those of the draft.
    """
    attached = contents.draft.proof
    if attached is None or hashlib.sha256(contents.proof).hexdigest() != attached.content_hash:
        raise ValueError("The proof's bytes are not those that were attached to the claim.")
    name = proof_name(attached.file_name, attached.media_type)
    members = {
        "summary.html": summary_html(contents, name).encode(),
        "claim.json": _json(contents, name).encode(),
        f"proof/{name}": contents.proof,
        "checklist.html": checklist_html(contents).encode(),
        "checklist.txt": checklist_text(contents).encode(),
    }
    sums = {member: hashlib.sha256(held).hexdigest() for member, held in members.items()}
    listed = "".join(f"{sums[member]}  {member}\n" for member in sorted(sums))
    return _zip(members | {"SHA256SUMS": listed.encode()})


def _zip(members: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, held in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, held)
    return written.getvalue()


def _json(contents: PackContents, name: str) -> str:
    """Return the answers with who packed them when, and what was warned of."""
    told = {
        "claim": json.loads(to_json(contents.draft.trimmed())),
        "proof_file": f"proof/{name}",
        "packed_on": contents.packed_on.isoformat(),
        "packed_by": contents.packed_by,
        "rules": contents.rules,
        "warnings": [
            {"code": each.code, "workload": each.workload, "message": each.message}
            for each in contents.warnings
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def summary_html(contents: PackContents, name: str) -> str:
    """Return the claim as a page to read and print, in the order of Partner Center's form."""
    title = contents.draft.trimmed().claim_name or "Claim"
    body = [f"<h1>{escape(title)}</h1>"]
    body.append(_about(contents, "Ready to be entered in Partner Center, in the order of its form"))
    for part in form_parts(contents.draft, contents.names):
        body.append(f"<h2>{escape(part.title)}</h2>")
        body.append(_table(part.lines))
    body.append(f"<p class=about>The proof is in this pack as proof/{escape(name)}.</p>")
    if contents.warnings:
        body.append("<h2>Known risks</h2>")
        body.append(_table([(each.message, each.remedy) for each in contents.warnings]))
    return _page(title, body)


def checklist_html(contents: PackContents) -> str:
    """Return the proof checklist as a page to read and print."""
    rows = "".join(
        f"<tr><td class=symbol>{escape(line.symbol)}</td><th scope=row>{escape(line.title)}</th>"
        f"<td>{escape(line.wants)}\n{escape(line.known)}</td></tr>"
        for line in contents.checklist
    )
    title = f"Proof checklist: {contents.draft.trimmed().claim_name}"
    about = "✓ answered here · ✕ missing · ○ check it in the document"
    body = [f"<h1>{escape(title)}</h1>", _about(contents, about), f"<table>{rows}</table>"]
    return _page(title, body)


def checklist_text(contents: PackContents) -> str:
    """Return the proof checklist as plain text."""
    lines = [f"Proof checklist: {contents.draft.trimmed().claim_name}", ""]
    for line in contents.checklist:
        lines += [f"{line.symbol} {line.title}", f"    {line.wants}", f"    {line.known}", ""]
    return "\n".join(lines)


def _about(contents: PackContents, text: str) -> str:
    day, who = contents.packed_on.isoformat(), contents.packed_by
    return (
        f"<p class=about>{escape(text)}.<br>Packed on {escape(day)} by {escape(who)}; "
        f"checked by the rules of {escape(contents.rules)}.</p>"
    )


def _table(lines: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in lines
    )
    return f"<table>{rows}</table>"


def _page(title: str, body: Sequence[str]) -> str:
    content = "\n".join(body)
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style></head>\n"
        f"<body>\n{content}\n</body>\n</html>\n"
    )
