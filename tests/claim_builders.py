"""Proof files and complete claims for tests; real files, made by hand or with pypdf."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
from PIL import Image

from insights.claims.draft import AttachedProof, ClaimDraft
from insights.claims.form import ACKNOWLEDGEMENTS, MODERN_WORK, USE_OR_CONSUME
from insights.claims.standing import ClaimFacts

TODAY = date(2026, 11, 22)
TENANT = "6f1c2f5e-8f0a-4c0e-9a52-0c1f5b1a7d01"
OTHER_TENANT = "7a2d3f6e-9f1b-4d1e-8b63-1d2a6c2b8e02"
PDF = "application/pdf"
SIGNED_TEXT = (
    "Proof of execution",
    "Customer Contoso, contoso.com",
    f"Tenant {TENANT}",
    "Workloads: Microsoft Teams, Exchange Online",
    "Signed on 12 October 2026",
)


def pdf(*lines: str, extra: Sequence[bytes] = (), catalog: bytes = b"") -> bytes:
    """Return a PDF of one page with lines of text; `extra` objects are numbered from 6 on."""
    words = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
    stream = f"BT /F1 12 Tf 40 740 Td {words}ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *extra,
    ]
    written = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return written + b"startxref\n%d\n%%%%EOF\n" % start


def signed_pdf() -> bytes:
    """Return a proof that names tenant, domain, two workloads and a recent date."""
    return pdf(*SIGNED_TEXT)


def docx(
    text: str = "Tenant and workloads", extra: dict[str, bytes] | None = None, *, types: str = ""
) -> bytes:
    """Return a small Word document; `extra` are more members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", types or "<Types/>")
        archive.writestr("word/document.xml", f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
        for name, held in (extra or {}).items():
            archive.writestr(name, held)
    return content.getvalue()


def picture(kind: str) -> bytes:
    """Return a small picture, "PNG" or "JPEG"."""
    content = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(content, kind)
    return content.getvalue()


def good_draft(**changes: Any) -> ClaimDraft:
    """Return a complete claim of Teams for a known customer."""
    draft = ClaimDraft(
        solution_area=MODERN_WORK,
        partner_role=USE_OR_CONSUME,
        tenant_id=TENANT,
        domain="contoso.com",
        partner_id="1234567",
        claim_name="Contoso Teams",
        contact_name="Ana Anders",
        contact_title="Head of IT",
        contact_email="ana@contoso.com",
        own_name="Bo Berg",
        own_email="bo@partner.example",
        workloads=("TEAMS",),
        in_proof=("TEAMS",),
        proof=AttachedProof("0" * 64, "proof.pdf", PDF, 1000),
        signed_on=date(2026, 10, 12),
        acknowledged=tuple(ACKNOWLEDGEMENTS),
    )
    return draft.with_answers(changes)


def facts(**frames: pd.DataFrame) -> ClaimFacts:
    """Return the facts on Contoso: Teams with 120 of 400 seats active, held and claimed by nobody.

    Keyword arguments replace whole frames.
    """
    known = {
        "tenants": tenants(),
        "domain_tenants": pd.DataFrame({"tenant_id": [TENANT], "tenant_name": ["Contoso"]}),
        "partners": pd.DataFrame({"partner_id": ["1234567"], "partner_name": ["Berg GmbH"]}),
        "workloads": workloads(),
        "milestones": milestones(),
        "claims": claims(),
    }
    return ClaimFacts(**(known | frames))


def tenants(**changes: Any) -> pd.DataFrame:
    """Return the one row of the customer."""
    row = {
        "tenant_id": TENANT,
        "tenant_name": "Contoso",
        "domain": "contoso.com",
        "segment": "Enterprise",
        "market": "DE",
        "industry": "Retail",
    }
    return pd.DataFrame([row | changes])


def _frame(columns: dict[str, str]) -> Callable[..., pd.DataFrame]:
    def build(*rows: dict[str, Any]) -> pd.DataFrame:
        blank = dict.fromkeys(columns)
        return pd.DataFrame([blank | row for row in rows], columns=list(columns)).astype(columns)

    return build


_WORKLOAD = {
    "workload": "str",
    "workload_name": "str",
    "latest_month": "Int64",
    "paid_available_units": "Int64",
    "monthly_active_users": "Int64",
    "is_held": "bool",
    "holder_id": "str",
    "holder_name": "str",
}


def workloads(**changes: Any) -> pd.DataFrame:
    """Return the one row of Teams."""
    row = {
        "workload": "TEAMS",
        "workload_name": "Microsoft Teams",
        "latest_month": 24321,
        "paid_available_units": 400,
        "monthly_active_users": 20,
        "is_held": False,
    }
    return _frame(_WORKLOAD)(row | changes)


milestones = _frame(
    {
        "workload": "str",
        "milestone": "int64",
        "state": "str",
        "users_needed": "Int64",
        "monthly_pace": "float64",
        "added_value_usd_e4": "Int64",
        "is_example": "bool",
        "as_of": "Int64",
    }
)
claims = _frame(
    {
        "claim_id": "str",
        "workload": "str",
        "partner_id": "str",
        "status": "str",
        "proof_signed_on": "object",
    }
)
