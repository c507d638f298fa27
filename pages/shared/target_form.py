"""Setting an earnings target, and who set what when."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data_access.errors import InsightsError
from data_access.targets_store import set_target
from data_access.types import Filters, Scope
from insights.money import usd
from insights.months import fiscal_quarter_label
from insights.views.earnings_quarters import (
    HISTORY_COLUMNS,
    history_rows,
    quarters_to_set,
    target_owner,
)
from pages.shared import cached, scope_bar, states
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import now

_QUARTER, _AMOUNT = "er_target_quarter", "er_target_amount"


def show_target_form(scope: Scope, filters: Filters, as_of: int) -> None:
    """Draw the popover that sets or takes back a target of what the page shows."""
    owner = target_owner(filters)
    if owner is None:
        st.caption(
            "Targets are for the whole portfolio or for one partner: with other filters no target "
            "is shown."
        )
        return
    if not scope.may("targets"):
        return
    names = scope_bar.current_options().names["p"]
    with st.popover("Set a target", icon=":material/flag:", key="er_target"):
        st.markdown(f"For **{plain(names.get(owner, owner) if owner else 'the whole portfolio')}**")
        quarters = quarters_to_set(as_of)
        st.selectbox(
            "Fiscal quarter", list(quarters), format_func=lambda one: quarters[one], key=_QUARTER
        )
        st.number_input(
            "Target in US dollars", min_value=0, step=1000, value=None, key=_AMOUNT, format="%d"
        )
        with st.container(horizontal=True):
            told = (scope, owner)
            st.button("Set target", on_click=_set, args=told, key="er_target_set")
            st.button("Take back", on_click=_take_back, args=told, key="er_target_take_back")


def show_target_history(history: pd.DataFrame) -> None:
    """Draw who set which target when; `history` is target_history."""
    with st.expander(f"Who set which target ({len(history)})", key="er_targets"):
        if history.empty:
            states.show_nothing("No target was ever set.", "An admin sets them above.")
            return
        rows = history_rows(history)
        show_table(rows, HISTORY_COLUMNS, key="er_history", alt="Every target, the newest first.")
        download_buttons(rows, HISTORY_COLUMNS, name="earnings-targets", title="Earnings targets")


def _set(scope: Scope, owner: str) -> None:
    amount = st.session_state[_AMOUNT]
    if amount is None:
        st.toast(
            "Give an amount in US dollars first.", icon=":material/warning:", duration="infinite"
        )
        return
    _write(scope, owner, amount)


def _take_back(scope: Scope, owner: str) -> None:
    _write(scope, owner, None)


def _write(scope: Scope, owner: str, amount: int | None) -> None:
    quarter = int(st.session_state[_QUARTER])
    try:
        set_target(
            cached.store(),
            scope,
            quarter_start=quarter,
            partner_id=owner,
            amount_usd=amount,
            now=now(),
        )
    except InsightsError as error:
        st.toast(plain(error), icon=":material/warning:", duration="infinite")
        return
    st.session_state[_AMOUNT] = None
    what = "Target taken back" if amount is None else f"Target of {usd(amount * 10_000)} set"
    st.toast(plain(f"{what} for {fiscal_quarter_label(quarter)}."), icon=":material/flag:")
