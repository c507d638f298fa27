"""The claim pack, the proof's hints and the checklist in it."""

import hashlib
import io
import json
import zipfile
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.claims.checklist import checklist
from insights.claims.draft import AttachedProof
from insights.claims.finding import Finding
from insights.claims.form import FORM_FIELDS
from insights.claims.pack import (
    Names,
    PackContents,
    claim_pack,
    form_parts,
    pack_name,
    proof_name,
)
from insights.claims.proof_hints import dates_in, proof_hints
from tests.claim_builders import PDF, SIGNED_TEXT, TENANT, TODAY, good_draft, signed_pdf

NAMES = {"TEAMS": "Microsoft Teams", "EXO": "Exchange Online", "MCAS": "Defender for Cloud Apps"}


def contents(**changes):
    content_hash = hashlib.sha256(signed_pdf()).hexdigest()
    proof = AttachedProof(content_hash, "My proof (1).pdf", PDF, len(signed_pdf()))
    draft = good_draft(proof=proof, **changes)
    return PackContents(
        draft=draft,
        proof=signed_pdf(),
        warnings=(Finding("w", "domain", "warning", "Risk <b>", "Do & see"),),
        checklist=checklist(draft, None, needs_disclosure=False, names=NAMES),
        names=Names(NAMES, "Berg GmbH", "Contoso"),
        packed_on=TODAY,
        packed_by="local user",
        rules="FY27",
    )


def members(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_pack_holds_everything_and_its_checksums():
    packed = members(claim_pack(contents()))
    assert list(packed) == [
        "summary.html",
        "claim.json",
        "proof/My-proof-1.pdf",
        "checklist.html",
        "checklist.txt",
        "SHA256SUMS",
    ]
    assert packed["proof/My-proof-1.pdf"] == signed_pdf()
    listed = [line.split("  ") for line in packed.pop("SHA256SUMS").decode().splitlines()]
    assert {name: digest for digest, name in listed} == {
        name: hashlib.sha256(held).hexdigest() for name, held in packed.items()
    }


def test_same_claim_gives_the_same_bytes():
    assert claim_pack(contents()) == claim_pack(contents())


def test_answers_are_in_the_json():
    told = json.loads(members(claim_pack(contents(claim_name="  Auto  mn ")))["claim.json"])
    assert told["claim"]["claim_name"] == "Auto mn"
    assert told["claim"]["tenant_id"] == TENANT
    assert told["packed_on"] == "2026-11-22"
    assert told["warnings"][0]["code"] == "w"


TAGS = {"html", "head", "meta", "title", "style", "body"}
TAGS |= {"h1", "h2", "p", "br", "table", "tr", "th", "td"}


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.words += data


@given(st.text(max_size=40) | st.just("<script>alert(1)</script>\"'><img src=x onerror=y>&amp;"))
def test_pages_hold_text_as_text_and_nothing_active(text):
    packed = members(claim_pack(contents(claim_name="x" + text, comments=text, own_name=text)))
    for name in ("summary.html", "checklist.html"):
        parser = Tags()
        parser.feed(packed[name].decode())
        assert parser.tags <= TAGS
        assert parser.attributes <= {"lang", "charset", "class", "scope"}


def test_pages_show_what_was_entered():
    parser = Tags()
    parser.feed(members(claim_pack(contents(comments='<b>"1" & 2</b>')))["summary.html"].decode())
    assert '<b>"1" & 2</b>' in parser.words
    assert "Risk <b>" in parser.words
    assert "Berg GmbH" in parser.words


def test_form_is_in_partner_centers_order_with_every_field():
    parts = form_parts(good_draft(), Names())
    assert [part.title for part in parts] == [
        "Select solution area",
        "Identify customer tenant",
        "Share customer contact",
        "Select workloads",
        "Provide proof of execution",
    ]
    labels = [label for part in parts for label, _ in part.lines]
    assert labels == [field.label for field in FORM_FIELDS]
    assert dict(parts[4].lines)["Comments"] == "—"


def test_other_proof_than_the_attached_one_is_refused():
    with pytest.raises(ValueError, match="not those that were attached"):
        claim_pack(PackContents(**{**_fields(contents()), "proof": b"other"}))


def _fields(packed):
    return {name: getattr(packed, name) for name in PackContents.__slots__}


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("proof.pdf", "proof.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\x.html", "x.pdf"),
        ("con.pdf", "proof-con.pdf"),
        (".hidden", "hidden.pdf"),
        ("…", "proof.pdf"),
        ("Müller & Söhne.docx", "Müller-Söhne.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
        ("a\u202efdp.exe", "a-fdp.pdf"),
    ],
)
def test_proofs_get_names_that_every_system_takes(name, cleaned):
    assert proof_name(name, PDF) == cleaned


@given(st.text(max_size=100))
def test_any_name_is_cleaned(name):
    cleaned = proof_name(name, PDF)
    assert cleaned.endswith(".pdf")
    assert not set(cleaned) & set('/\\:*?"<>|\x00\n')
    assert cleaned[0] not in ".-"
    assert len(cleaned) <= 90


def test_pack_is_named_by_claim_and_day():
    assert pack_name(good_draft(claim_name="Größe / Teams!"), TODAY) == (
        "claim-groe-teams-2026-11-22.zip"
    )
    assert pack_name(good_draft(claim_name="日本"), TODAY) == "claim-2026-11-22.zip"


# --- hints ---------------------------------------------------------------------------------------


def hints(text, **changes):
    found = proof_hints(text, good_draft(**changes), today=TODAY, months=12, names=NAMES)
    return {each.workload or each.code: each.is_found for each in found}


def test_everything_that_the_proof_names_is_found():
    assert hints("\n".join(SIGNED_TEXT), workloads=("TEAMS", "EXO")) == {
        "tenant": True,
        "domain": True,
        "dates": True,
        "TEAMS": True,
        "EXO": True,
    }


def test_nothing_is_found_in_other_words():
    assert not any(hints("An agreement of 3 March 2019 about steamships").values())


def test_tenant_id_is_found_across_lines():
    assert hints(f"Tenant {TENANT[:20]}\n{TENANT[20:]}")["tenant"]


@pytest.mark.parametrize("text", ["mycontoso.com", "contoso.company", "contoso"])
def test_domain_is_found_as_a_whole_only(text):
    assert not hints(text)["domain"]


@pytest.mark.parametrize(
    ("text", "code", "is_found"),
    [
        ("Microsoft Cloud App Security", "MCAS", True),
        ("MDA for all", "MCAS", True),
        ("agenda", "MCAS", False),
        ("Office Exchange", "EXO", True),
        ("Micro soft Te-\nams", "TEAMS", True),
        ("steamships", "TEAMS", False),
    ],
)
def test_workloads_are_found_by_any_of_their_spellings(text, code, is_found):
    assert hints(text, workloads=(code,))[code] is is_found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-10-12", [date(2026, 10, 12)]),
        ("12 october 2026", [date(2026, 10, 12)]),
        ("12th oct, 2026", [date(2026, 10, 12)]),
        ("october 12th, 2026", [date(2026, 10, 12)]),
        ("12/10/2026", [date(2026, 10, 12), date(2026, 12, 10)]),
        ("30.01.2026", [date(2026, 1, 30)]),
        ("31/02/2026 1.1.1899 45 march 2026", []),
    ],
)
def test_dates_are_read_in_every_way_they_may_be_meant(text, days):
    assert sorted(dates_in(text)) == days


@given(st.text(max_size=200))
def test_any_text_gives_hints(text):
    assert set(hints(text)) == {"tenant", "domain", "dates", "TEAMS"}


# --- checklist -----------------------------------------------------------------------------------


def test_checklist_has_a_line_per_workload_and_what_is_known():
    draft = good_draft(workloads=("TEAMS", "EXO"), in_proof=("TEAMS",))
    found = proof_hints("Microsoft Teams", draft, today=TODAY, months=12, names=NAMES)
    lines = checklist(draft, found, needs_disclosure=False, names=NAMES)
    told = {line.title: (line.symbol, line.known) for line in lines}
    assert told["Microsoft Teams is on the proof"] == (
        "✓",
        "Ticked as part of the proof. Microsoft Teams in the file's text: found.",
    )
    assert told["Exchange Online is on the proof"][0] == "✕"
    assert told["The tenant ID is on the proof"] == (
        "○",
        "Tenant id in the file's text: not found; look yourself.",
    )
    assert "Public sector: the disclosure is signed" not in told


@pytest.mark.parametrize(("is_disclosed", "symbol"), [(True, "✓"), (False, "✕")])
def test_checklist_asks_for_the_disclosure_where_it_is_needed(is_disclosed, symbol):
    draft = good_draft(is_disclosed=is_disclosed)
    last = checklist(draft, None, needs_disclosure=True, names=NAMES)[-1]
    assert (last.symbol, last.title) == (symbol, "Public sector: the disclosure is signed")
