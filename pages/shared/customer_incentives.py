"""The parts of a customer's page that speak of milestones, money and claims."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data_access.program_store import active_program
from data_access.queries import customer_milestones as queries
from data_access.types import Filters, Scope
from insights.charts.customer_claims import claim_timeline
from insights.months import month_label
from insights.views import customer_claims, customer_timeline
from insights.views.customer_milestones import CustomerMoney, MilestonesView, milestones_view
from pages.shared import cached, headings, states
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain


def show_milestones(scope: Scope, filters: Filters, tenant_id: str, *, name: str) -> None:
    """Draw value, milestones and the chain to payment of a customer, as of the newest judgement."""
    view = cached.read(_milestones, scope, filters, tenant_id)
    headings.header("Milestones and money")
    if view is None:
        states.show_nothing(
            "No milestone of this customer is judged.",
            "Milestones are judged when usage is imported; choose other workloads above.",
        )
        return
    as_of = month_label(view.as_of)
    st.caption(f"As of {as_of}, the newest complete month: {plain(view.words)}.")
    show_cards(view.cards, key="customer_money")
    st.caption(plain(view.rate_card))
    for title, words, table, columns in (
        ("Milestones", view.words, view.milestones, view.milestone_columns),
        ("From claim to payment", view.broken, view.chain, view.chain_columns),
    ):
        headings.subheader(title)
        if table is view.chain:
            st.markdown(plain(words))
        key = f"customer_{title}"
        show_table(table, columns, key=key, alt=f"{title} as of {as_of}: {words}")
        download_buttons(
            table, columns, name=f"customer-{title}", title=f"{title}, {name}", as_of=as_of
        )


def show_claim_timeline(
    scope: Scope, filters: Filters, tenant_id: str, *, spans: pd.DataFrame, actions: pd.DataFrame
) -> None:
    """Draw claims and actions of a customer over the time of its associations (`spans`).

    `actions` are the steps of its actions. Nothing is drawn where nothing has a date.
    """
    claims = cached.read(_claim_steps, scope, filters, tenant_id)
    steps = customer_timeline.with_actions(claims, actions)
    if steps.empty:
        return
    headings.subheader("Claims and actions over time")
    show_chart(
        cached.built(claim_timeline, steps, spans=spans),
        key="customer_claim_timeline",
        alt=customer_claims.claims_words(steps),
    )


def _milestones(
    connection: Any,  # noqa: ANN401 - of the store, handed on to the queries
    scope: Scope,
    filters: Filters,
    tenant_id: str,
) -> MilestonesView | None:
    """Return the view of the customer's milestones, made once per version of the data."""
    rows = CustomerMoney(
        milestones=queries.customer_milestones(connection, scope, filters, tenant_id),
        growth=queries.customer_growth(connection, scope, filters, tenant_id),
    )
    return milestones_view(rows, active_program(connection))


def _claim_steps(
    connection: Any,  # noqa: ANN401 - of the store, handed on to the queries
    scope: Scope,
    filters: Filters,
    tenant_id: str,
) -> pd.DataFrame:
    """Return the dated steps of the customer's claims."""
    return customer_claims.claim_steps(
        queries.customer_claim_steps(connection, scope, filters, tenant_id)
    )
