"""Every page can show what it showed after an earlier import, and leads back to now."""

from datetime import timedelta

import pytest

from data_access.validate import ImportOptions
from pages.shared import links
from tests.builders import NOW, bring_in

HEADER = "tenant_id,workload,month,pau,mau,partner_id,attribution_type,customer_name"
BEFORE = [f"{t},EXO,2026-09,200,{users},p1,CPOR,Contoso" for t, users in (("a", 20), ("b", 40))]
SINCE = [f"{t},EXO,2026-10,200,{users},p1,CPOR,Contoso" for t, users in (("a", 60), ("b", 90))]


@pytest.fixture
def twice_filled(shown_store):
    """A store of two imports: September, and then October with a correction of September."""
    for rows, now in ((BEFORE, NOW - timedelta(days=31)), ([*SINCE, BEFORE[0] + "x"], NOW)):
        text = "\n".join([HEADER, *(row.replace("200,20", "200,25") for row in rows)])
        text = text.replace("200,25", "200,20") if rows is BEFORE else text
        bring_in(shown_store, text, now=now, options=ImportOptions(today=now.date()))
    return shown_store


def active_usage(page):
    card = next(card for card in page.metric if card.label == "Active usage")
    return card.value.replace("\\", "")


@pytest.mark.usefixtures("twice_filled")
def test_figures_are_those_known_then_and_back_to_now_leads_back(without_exception):
    page = without_exception("", {"stood": "1"})
    assert active_usage(page) == "15.0%"  # (20 + 40) / 400
    assert any("As it stood after" in str(one.value) for one in page.markdown)
    page.button("past_end").click().run()
    assert active_usage(page) == "37.5%"  # (60 + 90) / 400 in October
    assert "stood" not in page.query_params


@pytest.mark.usefixtures("twice_filled")
def test_a_month_that_was_not_known_then_falls_back_to_the_newest_known(without_exception):
    page = without_exception("", {"stood": "1", "asof": "2026-10"})
    assert active_usage(page) == "15.0%"


@pytest.mark.usefixtures("twice_filled")
@pytest.mark.parametrize("path", links.PAGES)
def test_every_page_opens_as_it_stood(without_exception, path):
    page = without_exception(path, {"stood": "1", "cust": "a"})
    assert page.title or page.header


@pytest.mark.usefixtures("twice_filled")
def test_an_unknown_moment_is_left_out_with_a_word(without_exception):
    page = without_exception("", {"stood": "99"})
    assert active_usage(page) == "37.5%"
    assert "99" in page.toast[0].value


@pytest.mark.usefixtures("twice_filled")
def test_pages_of_what_people_do_say_that_they_show_the_present(without_exception):
    page = without_exception(links.IMPORTS, {"stood": "1"})
    assert any("shows the present" in caption.value for caption in page.caption)
