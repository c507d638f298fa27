"""The page on associations: each view filled, without claims, without a match, and its ways on."""

import pytest

from tests.app.performance_store import fill_portfolio
from tests.claim_store import TODAY, fill_claims

PAGE = "pages/incentives/associations.py"
VIEWS = ("", "coverage", "register", "proofs", "unclaimed", "changes")
NEEDING_CLAIMS = ("", "register", "proofs")


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch):
    for module in ("claim_views", "coverage_views"):
        monkeypatch.setattr(f"pages.shared.{module}.today", lambda: TODAY)


@pytest.fixture
def open_view(shown_store, without_exception):
    """A function that fills the store and opens a view by link."""

    def open_it(view="", *, claims=True, **query):
        fill_claims(shown_store, claims=claims)
        return without_exception(PAGE, query=({"as_view": view} if view else {}) | query)

    return open_it


def table(page, *columns):
    """The rows of the first table with these columns, as lists."""
    shown = next(frame.value for frame in page.dataframe if {*columns} <= {*frame.value.columns})
    return shown[list(columns)].to_numpy().tolist()


def texts(page):
    kinds = (page.caption, page.info, page.markdown, page.subheader, page.header)
    return "\n".join(each.value.replace("\\", "") for kind in kinds for each in kind)


def test_inbox_says_who_must_act_by_when(open_view):
    page = open_view()
    assert table(page, "claim_id", "who_words", "left") == [
        ["C4", "Partner", "3 days (3 business)"]
    ]
    assert "2 clocks run, 0 of them overdue" in texts(page)
    assert "public holidays are not known" in texts(page)
    assert [each.value for each in page.subheader] == [
        "Overdue: 0",
        "Within 7 days: 1",
        "Later: 1",
    ]


def test_inbox_of_one_side(open_view):
    page = open_view(as_who="Microsoft")
    assert table(page, "claim_id", "tenant_name") == [["C2", "Contoso *bold*"]]


def test_chosen_clock_is_shown_alone_and_leads_to_its_claim(open_view):
    page = open_view(as_clock="C4 t3 partner_action_required")
    assert "The partner answers the reviewer: 3 days (3 business)" in texts(page)
    page.button(key="as_clock_claim").click().run()
    assert not page.exception
    assert page.query_params["as_view"] in ("register", ["register"])
    assert "Claim C4: Tailspin" in texts(page)


def test_coverage_counts_every_workload(open_view):
    page = open_view("coverage")
    assert table(page, "workload_name", "mine", "in_claim", "unclaimed", "lost", "other") == [
        ["EXO", 0, 0, 1, 1, 0],
        ["TEAMS", 2, 1, 0, 0, 0],
    ]
    assert "2 of 5 workloads of customers are held (40.0%)" in texts(page)


def test_coverage_leads_to_the_rows_of_one_count(open_view):
    page = open_view("coverage", as_wl="EXO", as_kind="lost")
    assert table(page, "tenant_name", "workload_name", "coverage_words") == [
        ["Contoso *bold*", "EXO", "✕ Lost"]
    ]


def test_page_of_the_grid_beyond_the_last_one_is_the_last(open_view):
    page = open_view("coverage", as_page="7")
    assert "Customers 1 to 3 of 3" in texts(page)


def test_register_tells_how_a_claim_ended(open_view):
    page = open_view("register", as_status="Rejected final")
    assert table(page, "claim_id", "status_words") == [
        ["C3", "⊘ Rejected final: Disassociated after approval"],
        ["C5", "⊘ Rejected final: Dispute lost, never approved"],
    ]


def test_chosen_claim_has_history_and_checklist(open_view):
    page = open_view("register", as_claim="C4")
    assert "Claim C4: Tailspin" in texts(page)
    assert ["This workload is on the proof", "▶ yes"] in table(page, "title", "mark")
    page.query_params["as_claim"] = "C1"
    page.run()
    assert table(page, "status_words", "path") == [
        ["➜ Submitted", "Submitted → Under review"],
        ["✔ Approved", "Approved → Rejected or Rejected final"],
    ]


def test_proofs_put_the_contested_one_first(open_view):
    page = open_view("proofs")
    assert table(page, "claim_id", "risk_words") == [
        ["C1", "‼ Contested, rival's proof is newer"],
        ["C2", "! Contested"],
        ["C4", "◷ Ageing"],
    ]


def test_unclaimed_workload_leads_to_the_claim_assistant(open_view):
    page = open_view("unclaimed", as_pair="t2 EXO")
    assert ["Fabrikam", 14] in table(page, "tenant_name", "users_needed")
    labels = [link.proto.label for link in page.get("page_link")]
    assert "Prepare the claim" in labels


def test_changes_name_contested_and_lost_workloads(open_view):
    page = open_view("changes")
    assert table(page, "rival_words", "claim_id") == [["p2", "C2"]]
    assert table(page, "gained", "lost", "disassociated") == [[1, 1, 1]]
    assert table(page, "change_words", "tenant_name") == [
        ["✕ Lost", "Contoso *bold*"],
        ["● Gained", "Contoso *bold*"],
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_view_without_a_match_says_so(open_view, view):
    page = open_view(view, wl="TEAMS", seg="Public Sector", p="p2")
    assert page.info


@pytest.mark.parametrize("view", NEEDING_CLAIMS)
def test_view_without_claims_says_which_file_brings_them(open_view, view):
    page = open_view(view, claims=False)
    assert "No claims were imported yet" in texts(page)
    assert "docs/files.md" in texts(page)


@pytest.mark.parametrize("view", ["coverage", "unclaimed", "changes"])
def test_view_that_needs_no_claims_stands_without_them(open_view, view):
    page = open_view(view, claims=False)
    assert page.dataframe


@pytest.mark.parametrize("view", ["coverage", "unclaimed"])
def test_view_before_the_first_judgement_says_so(shown_store, without_exception, view):
    fill_portfolio(shown_store)
    page = without_exception(PAGE, query={"as_view": view})
    assert "Milestones are not judged yet" in texts(page)


def test_search_without_a_match_says_so(open_view):
    page = open_view("register", as_q="nobody at all")
    assert "No claim matches" in texts(page)


@pytest.mark.usefixtures("shown_store")
@pytest.mark.parametrize("view", VIEWS)
def test_empty_store_has_nothing_but_the_welcome(without_exception, view):
    page = without_exception(PAGE, query={"as_view": view} if view else {})
    assert page.title[0].value == "Welcome"
