"""The model record as people meet it: not trained, too little history, and a whole record."""

import pytest

from tests.app.performance_store import fill_portfolio
from tests.builders import bring_in
from tests.ranking_builders import ranked, world

RECORD = "pages/trust/model_record.py"


def words(page):
    shown = [*page.markdown, *page.caption, *page.info]
    return "\n".join(one.value.replace("\\", "").replace("\u2060", "") for one in shown)


@pytest.fixture
def open_record(shown_store, without_exception):
    """A function that opens the page on an invented world of so many tenants and months."""

    def open_it(tenants: int, months: int, **query: str):
        bring_in(shown_store, world(tenants, 2, months))
        ranked(shown_store)
        return without_exception(RECORD, query=query)

    return open_it


def test_untrained_store_says_so(shown_store, without_exception):
    fill_portfolio(shown_store)
    assert "not trained yet" in words(without_exception(RECORD))


def test_little_history_says_what_is_missing(open_record):
    said = words(open_record(12, 2))
    assert "Only the order is shown" in said
    assert "no past month has a known outcome" in said


def test_whole_record_compares_with_every_rule(open_record):
    page = open_record(30, 16, mr_days="30", mr_top="10")
    names = page.dataframe[0].value["name"].tolist()
    assert names[:2] == ["Learned model", "Gap rule, calibrated"]
    assert names[-1] == "Base rate"
    said = words(page)
    assert "Of the 10 ranked first" in said
    assert "Average precision" in said
    assert "who is likely to get there" in said
