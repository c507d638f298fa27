"""The claim assistant as people meet it, in a store with one customer."""

from datetime import UTC, datetime

import pytest

from data_access import claim_drafts
from data_access.types import LOCAL_USER, OPEN_END
from insights.months import month_index
from tests.builders import fill_store
from tests.claim_builders import TENANT, good_draft, signed_pdf

PAGE = "pages/incentives/claim_assistant.py"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OCT = month_index(2026, 10)


@pytest.fixture
def filled_store(shown_store):
    usage = [
        (TENANT, workload, month, 400, users)
        for workload, users in (("TEAMS", 20), ("EXO", 100))
        for month in range(OCT - 5, OCT + 1)
    ]
    held = [("1234567", TENANT, "EXO", OCT - 5, OPEN_END)]
    about = {TENANT: {"name": "Contoso *bold*", "domain": "contoso.com", "market": "DE"}}
    fill_store(shown_store, usage, held, tenants=about)
    return shown_store


def new_draft(store, **changes):
    return claim_drafts.start_draft(store, LOCAL_USER, good_draft(**changes), now=NOW)


def text_of(page):
    kinds = (page.markdown, page.caption, page.error, page.warning, page.success, page.info)
    return " ".join(element.value for kind in kinds for element in kind)


def field(page, kind, name):
    return next(each for each in page.get(kind) if each.key and each.key.endswith(f"_{name}"))


def test_without_a_draft_a_new_claim_can_be_started(filled_store, without_exception):
    page = without_exception(PAGE)
    assert "no claim draft" in text_of(page)
    page.button(key="ca_new").click().run()
    assert page.header[0].value == "Step 1 of 5: Solution area and role"
    assert len(claim_drafts.my_drafts(filled_store, LOCAL_USER)) == 1


def test_drafts_are_listed_with_status_and_age(filled_store, without_exception):
    new_draft(filled_store)
    table = without_exception(PAGE).dataframe[0].value
    assert table[["title", "customer", "status_words"]].values.tolist() == [
        ["Contoso Teams", "contoso.com", "○ Draft"]
    ]
    assert table["age"][0].endswith("ago") or table["age"][0] == "just now"


def test_link_with_tenant_and_workload_starts_one_draft(filled_store, open_page):
    query = {"ca_tenant": TENANT, "ca_wl": ["TEAMS"]}
    for _ in range(2):
        page = open_page("", {})
        page.switch_page(PAGE)
        for key, value in query.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception
    drafts = claim_drafts.my_drafts(filled_store, LOCAL_USER)
    assert len(drafts) == 1
    assert f'"tenant_id": "{TENANT}"' in drafts["content"][0]
    assert '"TEAMS"' in drafts["content"][0]


def test_every_answer_is_stored_at_once(filled_store, without_exception):
    draft_id = new_draft(filled_store, claim_name="", contact_email="")
    page = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "2"})
    field(page, "text_input", "claim_name").set_value("Autumn").run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id)
    assert stored.draft.claim_name == "Autumn"
    again = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "2"})
    assert field(again, "text_input", "claim_name").value == "Autumn"
    assert r"Customer contact, e\-mail: nothing yet" in again.info[0].value


def test_choosing_another_area_asks_for_the_role_again(filled_store, without_exception):
    draft_id = new_draft(filled_store)
    page = without_exception(PAGE, query={"ca_draft": draft_id})
    field(page, "radio", "solution_area").set_value("Business Applications").run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert (stored.solution_area, stored.partner_role) == ("Business Applications", "")
    assert "Dynamics subscriptions" in page.error[0].value


def test_known_customer_is_found_and_taken(filled_store, without_exception):
    draft_id = new_draft(filled_store, tenant_id="", domain="")
    page = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "2"})
    page.text_input(key="ca_find").set_value("contos").run()
    page.button(key=f"ca_take_{TENANT}").click().run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert (stored.tenant_id, stored.domain) == (TENANT, "contoso.com")
    assert field(page, "text_input", "tenant_id").value == TENANT


def test_workloads_show_holder_usage_and_limits(filled_store, without_exception):
    draft_id = new_draft(filled_store, workloads=(), in_proof=())
    page = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "4"})
    text = text_of(page)
    assert r"5\.0% active in Oct 2026" in text  # 20 of 400
    assert "Nobody holds it" in text
    assert "This location holds it" in text
    assert "400 seats" in text
    field(page, "checkbox", "workloads_TEAMS").check().run()
    assert "not ticked as part of the proof" in text_of(page)
    field(page, "checkbox", "in_proof_TEAMS").check().run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert (stored.workloads, stored.in_proof) == (("TEAMS",), ("TEAMS",))
    field(page, "checkbox", "workloads_TEAMS").uncheck().run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert (stored.workloads, stored.in_proof) == ((), ())


def test_proof_is_taken_and_its_text_gives_hints(filled_store, without_exception):
    draft_id = new_draft(filled_store, proof=None)
    page = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "3"})
    page.file_uploader[0].set_value(("../signed proof.pdf", signed_pdf(), "text/html")).run()
    assert not page.exception
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert stored.proof.file_name == "signed proof.pdf"
    assert stored.proof.media_type == "application/pdf"
    assert "✓ Tenant id: found in the text" in text_of(page)
    page.button(key="ca_proof_remove").click().run()
    assert claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft.proof is None


def test_wrong_file_is_refused_and_nothing_is_attached(filled_store, open_page):
    draft_id = new_draft(filled_store, proof=None)
    page = open_page(PAGE, {"ca_draft": draft_id, "ca_step": "3"})
    page.file_uploader[0].set_value(("proof.pdf", b"<html>hello</html>", "application/pdf")).run()
    assert "but a web page" in page.error[0].value
    assert claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft.proof is None


def test_complete_claim_is_packed_downloaded_and_reopened(filled_store, without_exception):
    draft_id = new_draft(filled_store, proof=None)
    page = without_exception(PAGE, query={"ca_draft": draft_id, "ca_step": "3"})
    page.file_uploader[0].set_value(("proof.pdf", signed_pdf(), "application/pdf")).run()
    page.segmented_control(key="ca_step_box").set_value(5).run()
    assert not page.error
    page.button(key="ca_pack").click().run()
    assert "ready to be entered in Partner Center" in text_of(page)
    assert claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).status == "packed"
    page.button(key="ca_reopen").click().run()
    assert claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).status == "draft"
    events = claim_drafts.draft_events(filled_store, LOCAL_USER, draft_id)["event"].tolist()
    assert events == ["started", "packed", "reopened"]


def test_incomplete_claim_cannot_be_packed(filled_store, open_page):
    draft_id = new_draft(filled_store, proof=None)
    page = open_page(PAGE, {"ca_draft": draft_id, "ca_step": "5"})
    assert page.button(key="ca_pack").disabled
    assert "Upload the signed proof" in text_of(page)


def test_discarding_can_be_undone(filled_store, without_exception):
    draft_id = new_draft(filled_store)
    page = without_exception(PAGE, query={"ca_draft": draft_id})
    page.button(key="ca_discard").click().run()
    assert "was discarded" in text_of(page)
    page.button(key="ca_undo").click().run()
    assert claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).status == "draft"


def test_second_window_is_told_and_can_put_the_other_answer_back(filled_store, without_exception):
    draft_id = new_draft(filled_store, claim_name="First")
    query = {"ca_draft": draft_id, "ca_step": "2"}
    one, other = without_exception(PAGE, query=query), without_exception(PAGE, query=query)
    field(one, "text_input", "claim_name").set_value("From one").run()
    field(other, "text_input", "claim_name").set_value("From other").run()
    assert "also changed in another window" in other.warning[0].value
    assert "Claim name" in other.warning[0].value
    other.button(key="ca_put_back").click().run()
    stored = claim_drafts.draft_of(filled_store, LOCAL_USER, draft_id).draft
    assert stored.claim_name == "From one"


@pytest.mark.usefixtures("filled_store")
def test_unknown_draft_leads_back_to_the_list(without_exception):
    page = without_exception(PAGE, query={"ca_draft": "nobody"})
    assert "not known here" in text_of(page)
    page.button(key="ca_close_unknown").click().run()
    assert page.button(key="ca_new")


@pytest.mark.usefixtures("shown_store")
def test_assistant_works_in_an_empty_store(without_exception):
    page = without_exception(PAGE)
    page.button(key="ca_new").click().run()
    for step in range(1, 6):
        page.segmented_control(key="ca_step_box").set_value(step).run()
        assert not page.exception
