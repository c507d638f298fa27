"""Recommended actions as people meet them: whose, worked on how, and that nothing is lost."""

from datetime import UTC, date, datetime

import pytest

from data_access.actions_store import action_of, change_action
from data_access.types import LOCAL_USER, Scope
from pages.shared import today
from tests.action_builders import action_row, add_actions, add_people
from tests.app.performance_store import fill_portfolio

ACTIONS = "pages/growth/recommended_actions.py"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA, BO = "ana@partner.com", "bo@partner.com"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A function that sets the day; it is 23 November 2026 first."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(today, "now", lambda: moment)
        monkeypatch.setattr(today, "today", moment.date)
        for module in ("action_frames", "action_edit"):
            monkeypatch.setattr(f"pages.shared.{module}.now", lambda: moment)
        for module in ("action_frames", "action_list", "action_detail", "action_bulk"):
            monkeypatch.setattr(f"pages.shared.{module}.today", moment.date)

    set_to(NOW)
    return set_to


@pytest.fixture
def open_actions(shown_store, without_exception):
    """A function that opens the page on four actions: Ana's, Bo's overdue, nobody's and a done."""
    fill_portfolio(shown_store)
    add_people(shown_store, ana="Ana Lind", bo="Bo Berg")
    add_actions(
        shown_store,
        action_row("a1", owner=ANA),
        action_row("a2", owner=BO, tenant_id="t2", partner_id="p2", urgency=3,
                   due_on=date(2026, 11, 20)),
        action_row("a3", kind="data", workload="", probability=None, value_usd_e4=None,
                   model_id=None, basis="fact", expected_usd_e4=0, urgency=0, due_on=None,
                   facts='{"finding": "Get the missing reports", "workloads": ["Teams"]}'),
        action_row("a4", status="done", outcome="reached", ended_at=NOW),
    )  # fmt: skip
    return lambda **query: without_exception(ACTIONS, query=query)


def listed(page):
    """Return the column "What to do" of the list; history comes before it where one is open."""
    return page.dataframe[-1].value["what"].tolist()


def words(page):
    shown = [
        *page.markdown,
        *page.caption,
        *page.info,
        *page.success,
        *page.warning,
        *page.subheader,
    ]
    return "\n".join(one.value for one in shown).replace("\\", "")


def press(page, label):
    button = next(one for one in page.button if one.label == label)
    return button.click().run()


def stored(store, action_id="a1"):
    return action_of(store, LOCAL_USER, action_id, now=NOW)


# --- lists ----------------------------------------------------------------------------------------


def test_everybodys_actions_come_by_urgency_where_nobody_is_chosen(open_actions):
    page = open_actions()
    assert page.dataframe[-1].value["tenant_name"].tolist() == [
        "Fabrikam",
        "Contoso *bold*",
        "Contoso *bold*",
    ]
    assert "3 actions: 1 overdue, 1 for this week; $800 expected in all." in words(page)


def test_each_tab_has_its_own(open_actions):
    assert len(listed(open_actions(ac_me=ANA))) == 1
    assert len(listed(open_actions(ac_me=ANA, ac_tab="team"))) == 2
    assert listed(open_actions(ac_me=ANA, ac_tab="unassigned")) == [
        "Get the missing reports: Teams"
    ]
    ended = open_actions(ac_tab="ended")
    assert ended.dataframe[-1].value["result"].tolist() == ["Goal reached"]


def test_filters_of_the_address_narrow_the_list(open_actions):
    assert len(listed(open_actions(ac_kind="activate"))) == 2
    assert len(listed(open_actions(ac_late="1"))) == 1
    assert len(listed(open_actions(ac_q="fabrikam"))) == 1
    assert len(listed(open_actions(ac_tab="team", ac_owner=BO))) == 1
    assert len(listed(open_actions(p="p2"))) == 1
    assert "No action matches." in words(open_actions(ac_status="snoozed"))


def test_weeks_show_overdue_first_and_undated_last(open_actions):
    page = open_actions(ac_view="weeks")
    assert [one.value.replace("\\", "") for one in page.subheader] == [
        "Overdue: 1 action, $400 expected",
        "Next week, 30 Nov to 6 Dec 2026: 1 action, $400 expected",
        "Without a day: 1 action",
    ]


def test_chance_value_and_product_stand_beside_each_other(open_actions):
    text = words(open_actions(ac_a="a1"))
    assert "high chance × $1,000 (example rate): $400 expected" in text
    assert "learned model, model 3" in text


# --- states ---------------------------------------------------------------------------------------


def test_no_people_lead_to_the_people_page(shown_store, without_exception):
    fill_portfolio(shown_store)
    add_actions(shown_store, action_row("a1"))
    page = without_exception(ACTIONS)
    labels = [link.proto.label for link in page.get("page_link")]
    assert "Add people who own actions" in labels
    assert len(listed(page)) == 1


@pytest.mark.parametrize("tab", ["mine", "team", "unassigned", "ended"])
def test_every_tab_stands_without_any_action(shown_store, without_exception, tab):
    fill_portfolio(shown_store)
    page = without_exception(ACTIONS, query={"ac_tab": tab})
    assert "Nothing is ranked yet" in words(page)


@pytest.mark.usefixtures("shown_store")
def test_empty_store_offers_an_import(without_exception):
    assert "There is no data yet" in words(without_exception(ACTIONS))


def test_link_to_an_action_that_is_not_seen_says_so(open_actions):
    assert "This action is not known here." in words(open_actions(ac_a="nowhere"))


def test_action_outside_the_scope_is_as_unknown_as_none(open_actions, monkeypatch):
    from pages.shared import scope_bar

    narrow = Scope("eve", "account_manager", partner_ids=("p2",))
    monkeypatch.setattr(scope_bar, "current_scope", lambda: narrow)
    page = open_actions(ac_a="a1")
    assert "This action is not known here." in words(page)
    assert "Contoso" not in words(page)


# --- work -----------------------------------------------------------------------------------------


def test_taking_one_makes_it_mine_and_can_be_undone(open_actions, shown_store):
    page = press(open_actions(ac_a="a2", ac_me=ANA), "Take it")
    assert (stored(shown_store, "a2")["owner"], stored(shown_store, "a2")["status"]) == (
        ANA,
        "in_progress",
    )
    press(page, "Undo")
    assert (stored(shown_store, "a2")["owner"], stored(shown_store, "a2")["status"]) == (BO, "open")


def test_done_is_one_click_with_its_outcome(open_actions, shown_store):
    page = press(open_actions(ac_a="a1", ac_me=ANA), "✔ No effect")
    assert stored(shown_store)["status"] == "done"
    assert stored(shown_store)["outcome"] == "no_effect"
    assert "Done: No effect." in words(page)
    press(page, "Open again")
    assert stored(shown_store)["status"] == "open"


def test_dismissing_states_its_effect_before(open_actions, shown_store):
    page = open_actions(ac_a="a1")
    page = next(one for one in page.radio if one.label == "Reason").set_value("declined").run()
    assert "the workload is left alone and ranked last by effort for 180 days" in words(page)
    press(page, "Dismiss it")
    assert stored(shown_store)["status_reason"] == "declined"


def test_snoozing_needs_a_reason_and_returns_on_its_day(open_actions, shown_store, clock):
    page = press(open_actions(ac_a="a1"), "Snooze it")
    assert "Snoozing needs a reason" in words(page)
    assert stored(shown_store)["status"] == "open"
    page = next(one for one in page.text_input if one.label == "Reason").set_value("budget").run()
    press(page, "Snooze it")
    assert stored(shown_store)["snoozed_until"].date() == date(2026, 11, 30)
    assert len(listed(open_actions(ac_me=ANA, ac_status="snoozed"))) == 1
    clock(datetime(2026, 11, 30, 6, 0, tzinfo=UTC))
    assert len(listed(open_actions(ac_me=ANA))) == 1


def test_step_is_stored_at_once(open_actions, shown_store):
    page = open_actions(ac_a="a1")
    next(one for one in page.checkbox if "champion" in one.label).check().run()
    assert stored(shown_store)["steps_done"] == '["pick_group"]'


def fill_form(page, due=None, note=None):
    if due is not None:
        next(one for one in page.date_input if one.label == "Due date").set_value(due)
    if note is not None:
        next(one for one in page.text_area if one.label == "Note").set_value(note)
    return page


def test_form_saves_fields_and_note(open_actions, shown_store):
    page = fill_form(open_actions(ac_a="a1", ac_me=ANA), date(2026, 12, 24), "Called them")
    page = press(page, "Save")
    assert stored(shown_store)["due_on"].date() == date(2026, 12, 24)
    assert "Called them" in words(page)
    assert next(one for one in page.text_area if one.label == "Note").value == ""


def test_change_of_somebody_else_is_told_and_nothing_typed_is_lost(open_actions, shown_store):
    page = open_actions(ac_a="a1", ac_me=ANA)
    bo = Scope(BO, "account_manager")
    change_action(shown_store, bo, "a1", version=1, changes={"owner": BO}, now=NOW)
    page = press(fill_form(page, date(2026, 12, 24), "Called them"), "Save")
    text = words(page)
    assert "Somebody else changed this action while you had it open." in text
    assert "Bo Berg, 09:00 UTC on 23 Nov 2026: Owner Ana Lind → Bo Berg" in text
    assert next(one for one in page.text_area if one.label == "Note").value == "Called them"
    assert stored(shown_store)["due_on"].date() == date(2026, 12, 4)
    press(page, "Save mine on top of it")
    found = stored(shown_store)
    assert (found["due_on"].date(), found["owner"]) == (date(2026, 12, 24), BO)


def test_ones_own_click_does_not_count_as_somebody_elses(open_actions, shown_store):
    page = press(open_actions(ac_a="a1", ac_me=ANA), "Start")
    assert "Somebody else" not in words(page)
    press(fill_form(page, date(2026, 12, 24)), "Save")
    assert stored(shown_store)["due_on"].date() == date(2026, 12, 24)


def test_marked_ones_are_changed_together_and_refusals_named(open_actions, shown_store):
    page = open_actions(ac_m=["a1", "a3"], ac_me="")
    next(one for one in page.selectbox if one.label == "Change").set_value("done").run()
    change_action(shown_store, Scope(BO, "sales"), "a1", version=1, changes={"owner": BO}, now=NOW)
    page = press(page, "Apply to marked")
    assert stored(shown_store, "a3")["status"] == "done"
    assert stored(shown_store, "a1")["status"] == "open"
    assert "1 of 2 done." in words(page)
    assert "Contoso *bold*, Activate 5 more users of TEAMS to reach 15%" in words(page)


def test_own_action_is_added_by_hand(open_actions):
    page = open_actions(ac_me=ANA)
    page = next(one for one in page.text_input if one.label == "Find the customer").set_value(
        "fabri"
    )
    page = page.run()
    next(one for one in page.text_input if one.label == "What to do").set_value("Send *the* deck")
    page = press(page, "Add it")
    assert "Fabrikam: Send *the* deck" in words(page)
    assert "added by hand" in words(page)
    assert "Send *the* deck" in listed(page)


def test_customer_page_has_its_actions_with_buttons_and_in_the_timeline(
    open_actions, shown_store, without_exception
):
    open_actions()
    page = without_exception("pages/performance/customer.py", query={"cust": "t1", "ac_me": BO})
    text = words(page)
    assert "Activate 5 more users of TEAMS to reach 15%" in text
    assert "Done and dismissed (1)" in [box.label for box in page.expander]
    page = press(page, "Take it")
    assert stored(shown_store, "a1")["owner"] == BO
    page = press(page, "✔ Moved in the right direction")
    assert stored(shown_store, "a1")["status"] == "done"
    assert any("Claims and actions over time" in one.value for one in page.subheader)
