"""The page Opportunities beside the ranking: customers at risk, and whitespace."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from data_access.queries import churn, opportunities
from data_access.queries.opportunities import DOWNLOADED_AT_MOST, OpportunityQuestion
from data_access.types import Filters, Scope
from insights import churn as rule
from insights.months import month_label
from insights.views import churn as risk_views
from insights.views import whitespace as space_views
from pages.shared import cached, headings, links, opportunity_list, states, url_state
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

LISTS = {"next": "Next milestones", "risk": "At risk", "space": "Whitespace"}
SHOWN_AT_MOST = 200


def show_at_risk(scope: Scope, filters: Filters, as_of: int) -> None:
    """Draw the customers at risk by the stated rule, those that lost most users first."""
    st.caption(plain(f"As of {month_label(as_of)}. {rule.RULE}"))
    found = cached.read(churn.customers_at_risk, scope, filters, as_of=as_of)
    if found.empty:
        states.show_nothing("No customer shows a sign of risk within these filters.")
        return
    rows = cached.computed(risk_views.risk_table, found)
    words = risk_views.risk_words(rows)
    headings.say(plain(words))
    show_table(
        rows.head(SHOWN_AT_MOST),
        risk_views.COLUMNS,
        key="op_risk",
        alt=words,
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    if len(rows) > SHOWN_AT_MOST:
        st.caption(f"The first {SHOWN_AT_MOST} of {len(rows):,}; the download has all.")
    download_buttons(rows, risk_views.COLUMNS, name="at-risk", title="Customers at risk")


def show_whitespace(scope: Scope, filters: Filters) -> None:
    """Draw paid seats that nobody uses, or workloads that nobody claims."""
    kind = url_state.first_choice("op_space", "Kind", space_views.KINDS)
    st.caption(plain(space_views.MEANINGS[kind]))
    question = OpportunityQuestion(order="unused")
    if kind == "unclaimed":
        question = OpportunityQuestion(states=("unclaimed",), order="value")
    listed = cached.read(opportunities.opportunity_list, scope, filters, question=question)
    rows = space_views.whitespace_table(listed)
    words = space_views.whitespace_words(rows, kind)
    if rows.empty:
        states.show_nothing(words, "Remove a filter, or choose the other kind.")
        return
    headings.say(plain(words))
    show_table(
        rows,
        space_views.COLUMNS,
        key=f"op_space_{kind}",
        alt=words,
        on_select=opportunity_list.open_one,
        id_column="link",
    )
    every = _all_of(scope, filters, question)
    download_buttons(every, space_views.COLUMNS, name="whitespace", title=space_views.KINDS[kind])


def _all_of(
    scope: Scope, filters: Filters, question: OpportunityQuestion
) -> Callable[[], pd.DataFrame]:
    """Return what reads the list as downloaded; made outside the session."""
    store = cached.store()

    def read() -> pd.DataFrame:
        with store.read(scope) as connection:
            rows = opportunities.opportunity_list(
                connection, scope, filters, question=question, limit=DOWNLOADED_AT_MOST
            )
        return space_views.whitespace_table(rows)

    return read
