"""One opportunity as people meet it: reasons, path, levers, and what cannot be explained."""

import pytest
from sqlalchemy import update

from data_access.queries.opportunities import OpportunityQuestion, opportunity_list
from data_access.schema import score_run
from data_access.types import LOCAL_USER, Filters
from tests import ranking_builders
from tests.builders import bring_in

OPPORTUNITIES = "pages/growth/opportunities.py"


@pytest.fixture
def first(shown_store):
    """The store and the first opportunity of its newest ranking, as the address names it."""
    bring_in(shown_store, ranking_builders.world(40, 2, 30))
    ranking_builders.ranked(shown_store)
    with shown_store.read() as connection:
        as_of = connection.scalar(score_run.select().with_only_columns(score_run.c.as_of))
        filters = Filters(as_of=as_of, since=as_of - 11, before=None)
        rows = opportunity_list(
            connection, LOCAL_USER, filters, question=OpportunityQuestion(), limit=1
        )
    row = rows.iloc[0]
    return shown_store, row, {"op_t": str(row["tenant_id"]), "op_w": str(row["workload"])}


def tables(page, column):
    return [each.value for each in page.dataframe if column in each.value]


def test_detail_explains_the_score_and_names_levers(first, without_exception):
    _, row, query = first
    page = without_exception(OPPORTUNITIES, query)
    assert len(tables(page, "contribution")[0]) in (1, 2, 3)
    levers = tables(page, "after")[0]
    assert f"{row['users_needed']:,} users" in " ".join(levers["text"])
    assert "reached" in levers["after"].tolist()
    shown = " ".join(one.value.replace("\\", "") for one in page.caption)
    assert "describes, it does not promise" in shown


def test_ranking_of_an_older_version_says_that_nothing_explains_it(first, without_exception):
    store, _, query = first
    with store.write() as connection:
        connection.execute(update(score_run).values(climate="{}"))
    page = without_exception(OPPORTUNITIES, query)
    assert any("Nothing explains this ranking" in one.value for one in page.info)
    assert tables(page, "contribution") == []
