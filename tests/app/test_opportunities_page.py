"""The page Opportunities as people meet it: lists, ways of reading, links, and empty states."""

import pytest

from data_access.queries.ranking import newest_run
from tests import ranking_builders
from tests.builders import bring_in

OPPORTUNITIES = "pages/growth/opportunities.py"


@pytest.fixture
def ranked(shown_store):
    bring_in(shown_store, ranking_builders.world(40, 2, 30))
    ranking_builders.ranked(shown_store)
    return shown_store


def listed(page, column):
    return next((each.value for each in page.dataframe if column in each.value), None)


def told(page):
    return " ".join(each.value.replace("\\", "") for each in [*page.info, *page.caption])


def test_an_empty_store_says_how_to_begin(shown_store, without_exception):
    assert shown_store.data_version() == 0
    page = without_exception(OPPORTUNITIES)
    assert any("There is no data yet" in each.value for each in page.info)


def test_a_store_without_ranking_says_so(shown_store, without_exception):
    bring_in(shown_store, ranking_builders.world(3, 1, 4))
    assert "Nothing is ranked yet" in told(without_exception(OPPORTUNITIES))


def test_the_list_holds_the_ranked_pairs_in_the_asked_order(ranked, without_exception):
    page = without_exception(OPPORTUNITIES, {"op_sort": "users_needed"})
    needed = listed(page, "users_needed")["users_needed"].tolist()
    with ranked.read() as connection:
        run = newest_run(connection)
    assert needed == sorted(needed)
    assert len(needed) == run.pairs
    assert sum(int(card.value) for card in page.metric) == run.pairs  # quadrants part the whole
    assert run.verdicts[90].why in told(page)


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize(
    ("query", "column"),
    [
        ({"op_by": "customer"}, "best"),
        ({"op_by": "workload"}, "expected_pairs"),
        ({"op_list": "space"}, "unused"),
    ],
)
def test_other_ways_of_reading_show_their_table(query, column, without_exception):
    assert not listed(without_exception(OPPORTUNITIES, query), column).empty


@pytest.mark.usefixtures("ranked")
def test_at_risk_states_its_rule(without_exception):
    page = without_exception(OPPORTUNITIES, {"op_list": "risk"})
    assert "At risk is a rule, not the model" in told(page)


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize("query", [{"op_q": "nobody"}, {"op_q": "nobody", "op_by": "customer"}])
def test_a_search_without_a_match_says_so(query, without_exception):
    assert "matches" in told(without_exception(OPPORTUNITIES, query))
