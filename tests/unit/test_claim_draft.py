"""A claim draft as JSON and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.claims.draft import AttachedProof, ClaimDraft, changed_fields, from_json, to_json
from tests.claim_builders import good_draft

texts = st.text(max_size=30)
codes = st.lists(texts, max_size=4).map(tuple)
proofs = st.builds(AttachedProof, texts, texts, texts, st.integers(0, 10**9))
drafts = st.builds(
    ClaimDraft,
    solution_area=texts,
    tenant_id=texts,
    comments=texts,
    is_disclosed=st.booleans(),
    workloads=codes,
    in_proof=codes,
    acknowledged=codes,
    signed_on=st.none() | st.dates(),
    proof=st.none() | proofs,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(drafts)
def test_draft_survives_json(draft):
    assert from_json(to_json(draft)) == draft


def test_complete_draft_survives_json():
    assert from_json(to_json(good_draft())) == good_draft()


def test_fields_that_are_missing_are_not_answered():
    assert from_json('{"claim_name": "Autumn"}') == ClaimDraft(claim_name="Autumn")


@given(st.dictionaries(st.sampled_from(sorted(json.loads(to_json(ClaimDraft())))), json_values))
def test_any_json_is_a_draft_or_refused(told):
    try:
        draft = from_json(json.dumps(told))
    except ValueError:
        return
    assert from_json(to_json(draft)) == draft


@pytest.mark.parametrize("text", ["", "[]", "{", '{"novelty": 1}', "[" * 100_000])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        from_json(text)


def test_trimmed_draft_compares_texts_as_people_mean_them():
    draft = ClaimDraft(domain=" @Contoso.COM. ", claim_name="  Two   words ", comments=" a\n b ")
    tidy = draft.trimmed()
    assert (tidy.domain, tidy.claim_name, tidy.comments) == ("contoso.com", "Two words", "a\n b")


def test_changed_fields_are_named():
    assert changed_fields(good_draft(), good_draft(domain="x", comments="y")) == [
        "domain",
        "comments",
    ]
