"""The frames that the list of customers and a customer's page are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from data_access.queries import customer as queries
from data_access.queries.customer_ranking import customer_chances
from data_access.queries.customer_rows import list_frames
from data_access.queries.customers import DOWNLOADED_AT_MOST, LISTED_AT_MOST, ListQuestion
from data_access.queries.peer_usage import peer_usage
from data_access.types import Filters, Scope
from insights.exports.customer_review import ReviewRows
from insights.views import customer, customers
from insights.views.opportunities import HORIZON
from pages.shared import cached, ranking_state

Listed = customers.CustomerRows


def listed_customers(
    scope: Scope, filters: Filters, *, search: str = "", flag: str = "", sort: str = "seats"
) -> Listed:
    """Return the frames of the list as shown, with at most LISTED_AT_MOST customers."""
    question = ListQuestion(search=search, flag=flag, sort=sort)
    return _frames(scope, filters, question, limit=LISTED_AT_MOST)


def all_customers(
    scope: Scope, filters: Filters, *, search: str = "", flag: str = "", sort: str = "seats"
) -> Callable[[], pd.DataFrame]:
    """Return what reads the list as downloaded, with at most DOWNLOADED_AT_MOST customers.

    A download is made outside the session, so the store is looked up now.
    """
    question = ListQuestion(search=search, flag=flag, sort=sort)
    store, run = cached.store(), ranking_state.ranking()
    shows = "order" if run is None else run.verdicts[HORIZON].shows

    def table() -> pd.DataFrame:
        with store.read(scope) as connection:
            frames = list_frames(
                connection, scope, filters, question=question, limit=DOWNLOADED_AT_MOST
            )
            chances = customer_chances(connection, scope, filters)
        view = customers.customers_view(Listed(**frames), filters)
        if view is None:
            return pd.DataFrame()
        return view.table if run is None else customers.with_chances(view.table, chances, shows)

    return table


def with_chances(
    scope: Scope, filters: Filters, view: customers.CustomersView
) -> customers.CustomersView:
    """Return the list with a column of chances, as it is where nothing was ever ranked."""
    run = ranking_state.ranking()
    if run is None:
        return view
    ids = tuple(view.table["tenant_id"])
    chances = cached.read(customer_chances, scope, filters, tenant_ids=ids)
    shows = run.verdicts[HORIZON].shows
    return replace(
        view,
        table=customers.with_chances(view.table, chances, shows),
        columns=customers.columns_with_chance(view.columns),
    )


def named_customers(scope: Scope, filters: Filters, tenant_ids: tuple[str, ...]) -> Listed:
    """Return the frames of these customers, as far as the filters leave them."""
    question = ListQuestion(tenant_ids=tenant_ids)
    return _frames(scope, filters, question, limit=len(tenant_ids))


def _frames(scope: Scope, filters: Filters, question: ListQuestion, *, limit: int) -> Listed:
    listed = cached.customer_list(scope, filters, question=question, limit=limit)
    ids = tuple(listed["tenant_id"])
    return Listed(
        listed=listed,
        count=cached.customer_count(scope, filters, question=question),
        trend=cached.customer_trend(scope, filters, tenant_ids=ids),
        usage=cached.customer_usage(
            scope, filters, tenant_ids=ids, months=customers.months_of(listed)
        ),
        flags=cached.customer_flags(scope, filters, tenant_ids=ids),
        partners=cached.customer_partners(scope, filters, tenant_ids=ids),
    )


def one_customer(scope: Scope, filters: Filters, tenant_id: str) -> customer.CustomerView | None:
    """Return a customer's page, None for an id that the scope does not know.

    Made once per version of the data: its frames are too many to be hashed on every rerun.
    """
    return cached.read(_customer_view, scope, filters, tenant_id)


def review_rows(scope: Scope, filters: Filters, tenant_id: str) -> ReviewRows | None:
    """Return what a customer's review is made of, None for an id that the scope does not know."""
    facts = cached.read(queries.customer_facts, scope, tenant_id)
    if facts.empty:
        return None
    known = str(facts["tenant_id"].iloc[0])
    history = cached.read(queries.customer_history, scope, filters, known)
    newest = filters.as_of if history.empty else int(history["month"].max())
    return ReviewRows(
        name=str(facts["tenant_name"].iloc[0]),
        history=history,
        peers=cached.read(peer_usage, scope, tenant_id=known, month=newest),
    )


def _customer_view(
    connection: Any,  # noqa: ANN401 - of the store, handed on to the queries
    scope: Scope,
    filters: Filters,
    tenant_id: str,
) -> customer.CustomerView | None:
    facts = queries.customer_facts(connection, scope, tenant_id)
    if facts.empty:
        return None
    known = str(facts["tenant_id"].iloc[0])
    rows = customer.CustomerRows(
        facts=facts,
        history=queries.customer_history(connection, scope, filters, known),
        pairs=queries.customer_pairs(connection, scope, filters, known),
        associations=queries.customer_associations(connection, scope, known),
        restatements=queries.customer_restatements(connection, scope, filters, known),
    )
    return customer.customer_view(rows, filters)
