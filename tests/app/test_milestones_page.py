"""The milestones page as people meet it: figures, lists by link, empty states."""

import pytest

from tests.builders import bring_in
from tests.integration.test_milestone_queries import USAGE

MILESTONES = "pages/incentives/milestones.py"


@pytest.fixture
def filled(shown_store):
    bring_in(shown_store, USAGE)
    return shown_store


def table(page, column):
    return next(each.value for each in page.dataframe if column in each.value)


def said(page):
    return " ".join(each.value.replace("\\", "") for each in [*page.markdown, *page.caption])


@pytest.mark.usefixtures("filled")
def test_cards_board_and_list_are_those_of_the_store(without_exception):
    page = without_exception(MILESTONES)
    cards = {card.label: card.value for card in page.metric}
    assert cards["Reached in Oct 2026"] == "1"
    assert cards["In flight"] == "3"
    board = table(page, "meaning").set_index("label")
    assert board.loc["● Reached", ["pairs_15", "pairs_40"]].tolist() == [1, 0]
    assert board.loc["◑ In flight", "users_needed"] == 100 + 240 + 350
    nearest = table(page, "months_at_pace")
    assert nearest["users_needed"].tolist() == [100, 240, 350]
    assert "As of Oct 2026" in said(page)
    assert "example rate" in nearest["rate"].tolist()


@pytest.mark.usefixtures("filled")
def test_link_to_a_state_lists_its_rows(without_exception):
    page = without_exception(MILESTONES, {"mi_list": "state", "mi_state": "missed"})
    rows = table(page, "months_at_pace")
    assert rows["tenant_name"].tolist() == ["Fabrikam"]
    assert rows["state_words"].tolist() == ["✕ Missed"]


@pytest.mark.usefixtures("filled")
def test_link_to_a_month_lists_what_was_crossed_in_it(without_exception):
    page = without_exception(MILESTONES, {"mi_list": "crossed", "mi_month": "2026-10"})
    rows = table(page, "starting_high_water_mark")
    assert sorted(rows["state_words"]) == ["● Reached", "✕ Missed"]
    page.button(key="mi_month_chip").click().run()
    assert not page.exception
    assert not [button for button in page.button if button.key == "mi_month_chip"]


@pytest.mark.usefixtures("filled")
def test_link_to_a_reason_says_so_and_can_be_taken_back(without_exception):
    query = {"mi_list": "state", "mi_state": "not_earnable", "mi_reason": "passed_before_claim"}
    page = without_exception(MILESTONES, query)
    chip = page.button(key="mi_reason_chip")
    assert chip.label == "Because the threshold was passed before the claim ✕"
    chip.click().run()
    assert not page.exception
    assert not [button for button in page.button if button.key == "mi_reason_chip"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("asked", ["stalled", "slipping"])
def test_list_without_rows_says_so(without_exception, asked):
    page = without_exception(MILESTONES, {"mi_list": asked})
    assert any("No milestone matches this list" in info.value for info in page.info)


@pytest.mark.usefixtures("filled")
def test_filters_that_leave_nothing_offer_a_reset(without_exception):
    page = without_exception(MILESTONES, {"p": "p1", "wl": "EXO"})
    assert page.button(key="state_reset")


@pytest.mark.usefixtures("shown_store")
def test_empty_store_says_how_to_begin(without_exception):
    page = without_exception(MILESTONES)
    assert page.title[0].value == "Welcome"
