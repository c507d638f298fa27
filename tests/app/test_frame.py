"""The frame: store states, scope bar, chips, links, saved views."""

import pytest

from data_access.types import OPEN_END
from insights.months import month_index
from pages.shared import scope_bar, scope_state
from tests.builders import fill_store

OCT = month_index(2026, 10)
PAGE = "pages/trust/data_health.py"


@pytest.fixture
def three_tenants(shown_store):
    """Two tenants with Teams and one with Exchange, held by two partners, for two months."""
    usage = [
        (tenant, workload, month, 200, users)
        for tenant, workload, users in (("a", "TEAMS", 50), ("b", "TEAMS", 80), ("c", "EXO", 30))
        for month in (OCT - 1, OCT)
    ]
    held = [("p1", "a", "TEAMS", OCT - 1, OPEN_END), ("p2", "b", "TEAMS", OCT - 1, OPEN_END)]
    about = {"a": {"name": "Alpha *bold*", "market": "France"}, "b": {"market": "Norway"}}
    fill_store(shown_store, usage, held, tenants=about)
    return shown_store


@pytest.mark.usefixtures("shown_store")
def test_pages_show_how_to_begin_when_the_store_is_empty(open_page):
    page = open_page(PAGE)
    assert not page.exception
    assert "There is no data yet" in page.info[0].value
    assert page.get("page_link")


def test_a_damaged_store_is_explained_without_a_traceback(tmp_path, monkeypatch, open_page):
    path = tmp_path / "store.db"
    path.write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("PARTNER_INSIGHTS_STORE", f"sqlite:///{path}")
    page = open_page()
    assert not page.exception
    assert "Error id" in page.error[0].value


@pytest.mark.usefixtures("three_tenants")
def test_filters_default_to_everything_when_the_link_names_none(without_exception):
    page = without_exception(PAGE)
    filters = page.session_state["scope_filters"]
    assert (filters.since, filters.as_of, filters.before) == (OCT - 1, OCT, OCT - 1)
    assert (filters.partner_id, filters.workloads, filters.markets) == (None, (), ())


@pytest.mark.usefixtures("three_tenants")
def test_filters_come_from_the_link(without_exception):
    query = {"p": "p1", "wl": ["TEAMS", "EXO"], "mk": ["Norway"], "per": "3m", "cmp": "none"}
    filters = without_exception(PAGE, query).session_state["scope_filters"]
    assert filters.partner_id == "p1"
    assert filters.workloads == ("EXO", "TEAMS")
    assert filters.markets == ("Norway",)
    assert filters.before is None


@pytest.mark.usefixtures("three_tenants")
def test_an_unknown_value_leaves_the_link_with_a_toast(open_page):
    page = open_page("", {"p": "gone", "wl": ["TEAMS"]})
    assert ["Partner “gone” is not known here" in toast.value for toast in page.toast] == [True]
    filters = page.session_state["scope_filters"]
    assert (filters.partner_id, filters.workloads) == (None, ("TEAMS",))


@pytest.mark.usefixtures("three_tenants")
def test_a_choice_in_the_bar_sets_the_filter_of_the_link(open_page):
    page = open_page()
    page.selectbox(key="scope_p").set_value("p2").run()
    assert page.session_state["p"] == "p2"
    assert page.session_state["scope_filters"].partner_id == "p2"


@pytest.mark.usefixtures("three_tenants")
def test_a_chip_removes_its_filter(open_page):
    page = open_page("", {"wl": ["TEAMS", "EXO"]})
    page.button(key="chip_wl_TEAMS").click().run()
    assert page.session_state["scope_filters"].workloads == ("EXO",)


@pytest.mark.usefixtures("three_tenants")
def test_reset_clears_every_filter(open_page):
    page = open_page("", {"wl": ["TEAMS"], "p": "p1", "per": "3m"})
    page.button(key="scope_reset").click().run()
    filters = page.session_state["scope_filters"]
    assert (filters.workloads, filters.partner_id) == ((), None)
    assert page.session_state["per"] == "12m"


@pytest.mark.usefixtures("three_tenants")
def test_the_bar_counts_what_the_filters_leave(open_page):
    captions = [caption.value for caption in open_page("", {"wl": ["TEAMS"]}).caption]
    assert "2 customers · 1 workload · as of Oct 2026" in captions


@pytest.mark.usefixtures("three_tenants")
def test_a_customer_is_found_by_part_of_its_name(open_page):
    page = open_page()
    page.text_input(key="scope_find").set_value("alph").run()
    labels = [link.proto.label for link in page.get("page_link")]
    assert r"Alpha \*bold\*" in labels


@pytest.mark.usefixtures("three_tenants")
def test_a_saved_view_brings_its_filters_back(open_page):
    page = open_page("", {"wl": ["TEAMS"], "p": "p1"})
    page.text_input(key="views_name").set_value("Teams of p1").run()
    page.button(key="views_save").click().run()
    page.button(key="scope_reset").click().run()
    [view] = [button for button in page.button if button.label == "Teams of p1"]
    view.click().run()
    assert not page.exception
    filters = page.session_state["scope_filters"]
    assert (filters.partner_id, filters.workloads) == ("p1", ("TEAMS",))


@pytest.mark.usefixtures("three_tenants")
def test_a_view_saved_for_the_team_can_be_taken_back(open_page):
    page = open_page()
    page.text_input(key="views_name").set_value("All of us")
    page.toggle(key="views_for_team").set_value(True)
    page.button(key="views_save").click().run()
    assert "**Mine**" in [each.value for each in page.markdown]
    [given] = [button for button in page.button if button.label == "Team"]
    given.click().run()
    assert [button.label for button in page.button if button.key.startswith("view_team_")] == [
        "Personal"
    ]


def test_page_keys_and_filter_keys_do_not_collide():
    keys = [spec.key for spec in scope_state.FILTERS]
    assert len(keys) == len(set(keys))
    named = {key for ignored in scope_bar.IGNORED_FILTERS.values() for key in ignored}
    assert named <= set(keys)
