"""Whatever is uploaded besides reports: people, programme rules, playbooks, proofs, drafts."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from data_access.errors import InsightsError, RefusedFileError, RulesError
from data_access.people_store import people_from_file
from data_access.playbook_files import PlaybookError, parse_playbook, playbook_texts
from data_access.proof_content import read_proof
from data_access.rules import parse_rules, rules_texts
from data_access.rules_change import uploaded_changes
from insights.actions.people import template_csv
from insights.claims.draft import from_json, to_json
from tests.claim_builders import docx, good_draft, picture, signed_pdf
from tests.fuzz.amount import inputs
from tests.fuzz.hostile import TEXTS, cells, damaged, delimited

RULES = rules_texts()
PLAYBOOKS = playbook_texts()

PEOPLE_HEADER = template_csv().splitlines()[0].lstrip("\ufeff").split(",")


@inputs(normal=30, nightly=1_500)
@given(st.lists(st.lists(cells, min_size=1, max_size=len(PEOPLE_HEADER)), max_size=4), st.data())
def test_list_of_people(rows, data):
    content = data.draw(delimited([PEOPLE_HEADER, *rows]).flatmap(damaged))
    try:
        people, problems = people_from_file(content, "people.csv")
    except RefusedFileError:
        return
    assert people["email"].is_unique
    assert not set(people["row"]) & set(problems["row"])


@st.composite
def changed_lines(draw, texts):
    """Return a TOML text with some values replaced, and lines moved, doubled or lost."""
    lines = draw(st.sampled_from(sorted(texts))).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[place].partition("=")
        lines[place] = draw(
            st.just(f"{key}{equals} {draw(VALUES)}")
            | st.just(lines[draw(st.integers(0, len(lines) - 1))])
            | st.just("")
            | st.sampled_from(TEXTS)
        )
    return "\n".join(lines)


VALUES = st.sampled_from(
    [
        "true",
        "-1",
        "1e400",
        "nan",
        "9" * 30,
        "[]",
        "[[[]]]",
        "{}",
        "{a = 1}",
        '""',
        "2023-02-29",
        "0001-01-01",
        "07:32:00",
        "1979-05-27T07:32:00Z",
        '["exo", 1]',
        "'''",
        "0x" + "f" * 40,
        "0x" + "f" * 5_000,
        "[0x" + "f" * 5_000 + "]",
        '[{a = 1}, "exo"]',
        "1.5",
        '"javascript:alert(1)"',
        '"https://user:pw@microsoft.com:99999/"',
        '"https://[::1"',
    ]
) | cells.map(lambda text: '"' + text.replace("\\", "/").replace('"', "'") + '"')


@inputs(normal=30, nightly=1_500)
@given(changed_lines(list(RULES.values())) | st.text(max_size=80))
def test_rules(text):
    try:
        parse_rules(text, "fy27.toml")
    except RulesError as error:
        assert all(problem.startswith("fy27.toml") for problem in error.problems)  # noqa: PT017 - both ends are right


@inputs(normal=20, nightly=800)
@given(
    st.lists(
        st.sampled_from([each.encode() for each in RULES.values()]).flatmap(damaged), max_size=2
    )
)
def test_uploaded_rules(contents):
    try:
        uploaded_changes([(f"{number}.toml", content) for number, content in enumerate(contents)])
    except RulesError as error:
        assert error.problems  # noqa: PT017 - both ends are right


@inputs(normal=30, nightly=1_500)
@given(changed_lines(list(PLAYBOOKS.values())) | st.text(max_size=80))
def test_playbook(text):
    try:
        parse_playbook(text, "activate")
    except PlaybookError as error:
        assert error.problems  # noqa: PT017 - both ends are right


def _blank_pdf() -> bytes:
    written = io.BytesIO()
    made = PdfWriter()
    made.add_blank_page(100, 100)
    made.write(written)
    return written.getvalue()


PROOFS = (signed_pdf(), docx("Teams"), picture("PNG"), picture("JPEG"), _blank_pdf(), b"%PDF-1.7\n")


@inputs(normal=40, nightly=2_000)
@given(st.sampled_from(PROOFS).flatmap(damaged))
def test_proof(content):
    try:
        assert read_proof("proof.pdf", content).media_type
    except RefusedFileError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both ends are right


@inputs(normal=30, nightly=1_500)
@given(
    st.just(to_json(good_draft()).encode()).flatmap(damaged)
    | st.recursive(st.none() | st.booleans() | cells, lambda inner: st.lists(inner, max_size=2))
    .map(repr)
    .map(lambda text: text.encode(errors="replace"))
)
def test_stored_draft(content):
    try:
        draft = from_json(content.decode("utf-8", "replace"))
    except ValueError:
        return
    assert from_json(to_json(draft)) == draft


def test_refusals_are_of_our_own_kind():
    for kind in (RefusedFileError, RulesError, PlaybookError):
        assert issubclass(kind, InsightsError)
    with pytest.raises(RefusedFileError):
        read_proof("empty", b"")
