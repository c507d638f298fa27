"""The simulator asks the same model again: more users bring milestones nearer or reach them."""

from pages.shared import links
from tests.builders import bring_in
from tests.ranking_builders import ranked, world


def table(page):
    return page.dataframe[0].value


def test_the_same_model_answers_for_more_users_and_seats(shown_store, without_exception):
    bring_in(shown_store, world(30, 2, 14))
    ranked(shown_store)

    def shown(**query):
        return without_exception(links.SIMULATOR, query=query)

    as_it_is = table(shown())
    assert (as_it_is["chance_before"] == as_it_is["chance_after"]).all()
    assert (as_it_is["expected_before"] == as_it_is["expected_after"]).all()
    named = shown(si_users="100", si_name="Spring campaign")
    everybody = table(named)
    assert (everybody["chance_after"] == "reached").all()
    assert (everybody["needed_after"] == 0).all()
    assert "Spring campaign" in [one.value for one in named.subheader]
    seats = table(shown(si_seats="50"))
    assert (seats["needed_after"] > seats["users_needed"]).all()
    other = shown(si_rules="FY23")
    assert any("by the rules of FY23" in one.value for one in other.markdown)
    assert (table(other)["chance_after"] == as_it_is["chance_after"]).all()
    first = as_it_is["name"].iloc[0]
    assert set(table(shown(si_c=first))["name"]) == {first}


def test_nothing_ranked_is_said(shown_store, without_exception):
    bring_in(shown_store, world(3, 1, 6))
    page = without_exception(links.SIMULATOR)
    assert "Nothing is ranked yet" in page.info[0].value
