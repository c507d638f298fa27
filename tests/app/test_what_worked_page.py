"""What worked as people meet it: nothing yet, too few, told by group, and one action's path."""

from datetime import UTC, datetime

import pytest

from pages.shared import today
from tests.action_builders import add_people
from tests.app.performance_store import fill_portfolio
from tests.outcome_builders import fill_worked

WORKED = "pages/growth/what_worked.py"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A function that sets the time; it is 23 November 2026 first."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(today, "now", lambda: moment)
        monkeypatch.setattr("pages.shared.outcome_frames.now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def open_worked(shown_store, without_exception):
    """A function that opens the page on so many customers that were worked on in June."""

    def open_it(acted: int, **query: str):
        fill_worked(shown_store, acted=acted)
        add_people(shown_store, ana="Ana Lind")
        return without_exception(WORKED, query=query)

    return open_it


def words(page):
    shown = [*page.markdown, *page.caption, *page.info]
    return "\n".join(one.value.replace("\\", "").replace("\u2060", "") for one in shown)


def test_lift_of_all_is_said_with_interval_and_number(open_worked):
    said = words(open_worked(30))
    assert "Usage moved 5.0 points more than at similar customers" in said
    assert "over 30 actions of 30 customers" in said
    assert "not proof of a cause" in said
    # June's 225 users become 295 of 1,000 at the customers worked on, 245 at the others.
    assert "100% reached their milestone within 3 months, similar customers 0%" in said


def test_groups_have_their_own_lift(open_worked):
    league = open_worked(30).dataframe[0].value
    assert league["label"].tolist() == ["Activation sprint"]
    assert league["lift"].round(3).tolist() == [5.0]
    assert league["compared"].tolist() == [30]
    assert league["users"].round(1).tolist() == [50.0]


@pytest.mark.parametrize(
    ("grouping", "label"),
    [("kind", "▲ Drive activation"), ("workload", "Teams"), ("owner", "Ana Lind")],
)
def test_grouping_is_chosen_by_the_address(open_worked, grouping, label):
    page = open_worked(30, ww_by=grouping)
    assert page.dataframe[0].value["label"].tolist() == [label]


def test_few_actions_are_too_few_to_tell(open_worked):
    page = open_worked(12)
    assert "Too few to tell: 12 actions of 12 customers" in words(page)
    league = page.dataframe[0].value
    assert league["verdict_label"].tolist() == ["… too few to tell"]
    assert league["lift"].isna().all()
    assert not page.get("plotly_chart")


def test_action_opens_with_its_path_and_similar_customers(open_worked):
    page = open_worked(30, ww_a="w3")
    assert "Customer a3, Teams: usage moved +7.0 points; at 5 customers like it, +2.0 points." in (
        words(page)
    )
    similar = page.dataframe[2].value
    assert similar["tenant_name"].str.startswith("Customer o").all()
    assert len(page.get("plotly_chart")) == 2


def test_unknown_action_in_the_address_is_ignored(open_worked):
    assert len(open_worked(30, ww_a="nothing").get("plotly_chart")) == 1


def test_months_to_the_milestone_are_told(open_worked):
    times = open_worked(30).dataframe[1].value
    assert times["reached"].tolist() == [30, 30, 0, 0]
    assert times["watched"].tolist() == [30, 30, 0, 0]


def test_young_actions_wait_for_their_third_month(open_worked, clock):
    clock(datetime(2026, 6, 20, tzinfo=UTC))
    page = open_worked(30, p="p1")
    assert "15 actions about usage begun" in words(page)


def test_partner_filter_narrows_actions_but_not_similar_customers(open_worked):
    page = open_worked(42, p="p1")
    assert "over 21 actions of 21 customers" in words(page)
    assert page.dataframe[2].value["matches"].tolist() == [5] * 21


def test_without_begun_actions_the_page_says_what_counts(shown_store, without_exception):
    fill_portfolio(shown_store)
    page = without_exception(WORKED)
    assert "was begun yet" in words(page)
    assert any(link.proto.label == "Recommended actions" for link in page.get("page_link"))


@pytest.mark.usefixtures("shown_store")
def test_empty_store_offers_an_import(without_exception):
    assert "There is no data yet" in words(without_exception(WORKED))
