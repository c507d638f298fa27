"""What the simulator asks: which customers, how much more of what, and what follows."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from data_access.queries import customer_ranking, simulation
from data_access.types import Filters, Scope
from insights.program import ProgramRules
from pages.shared import cached, rules_frames, several, url_state
from pages.shared.text import counted

CUSTOMERS, USERS, SEATS, NAME, RULES = "si_c", "si_users", "si_seats", "si_name", "si_rules"
FIRST = 5
"""Customers that a scenario begins with: those of highest expected value."""

MOST_PERCENT = 100
OFFERED = 50


def chosen_customers(scope: Scope, filters: Filters) -> tuple[str, ...]:
    """Draw the choice of customers and return their tenant ids."""
    ranked = cached.read(customer_ranking.customer_ranking, scope, filters, limit=OFFERED)
    names = dict(zip(ranked["tenant_id"], ranked["name"], strict=True))
    kept = url_state.values_in_address(CUSTOMERS)[: simulation.MOST_CUSTOMERS]
    names = {**{tenant_id: tenant_id for tenant_id in kept}, **names}
    chosen = list(kept) or list(ranked["tenant_id"].head(FIRST))
    is_full = len(chosen) >= simulation.MOST_CUSTOMERS
    several.several(
        "Add a customer",
        names,
        chosen,
        key=f"{CUSTOMERS}_box",
        on_change=partial(url_state.set_in_address, CUSTOMERS),
        placeholder=counted(len(chosen), "customer"),
        help=f"The {OFFERED} of highest expected value; a link can name others. "
        f"At most {simulation.MOST_CUSTOMERS} at once.",
        disabled=is_full,
    )
    return tuple(chosen)


def percent(key: str, label: str, *, help: str) -> int:
    """Draw a slider from 0 to 100 % and return what it says."""
    st.session_state[f"{key}_box"] = min(url_state.number(key), MOST_PERCENT)
    st.slider(
        label,
        0,
        MOST_PERCENT,
        step=5,
        format="%d%%",
        key=f"{key}_box",
        help=help,
        on_change=_keep,
        args=(key,),
    )
    return int(st.session_state[f"{key}_box"])


def _keep(key: str) -> None:
    url_state.set_in_address(key, str(st.session_state[f"{key}_box"] or ""))


def rule_year() -> ProgramRules | None:
    """Draw the choice of a programme year and return its rules, None for those that apply."""
    years = {
        rules.title: rules
        for rules in reversed(rules_frames.program(rules_frames.activations()).years)
    }
    chosen = url_state.choice(
        RULES,
        "Rules of",
        {title: title for title in years},
        placeholder="The year that applies",
        help="What these milestones would pay if another programme year were in force. "
        "Chances do not change by it: they follow from usage.",
    )
    return None if chosen is None else years[chosen]


def scenario(
    scope: Scope, filters: Filters, tenant_ids: tuple[str, ...], *, users: int, seats: int
) -> pd.DataFrame:
    """Return `simulation.simulated`."""
    return cached.read(
        simulation.simulated,
        scope,
        filters,
        tenant_ids=tenant_ids,
        users_percent=users,
        seats_percent=seats,
    )
