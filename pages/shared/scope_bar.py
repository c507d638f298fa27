"""The scope bar above every page: filters, their chips, what is in scope, links and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data_access.types import Filters, Scope
from insights.months import month_label
from pages.shared import cached, copy_link, links, saved_views, scope_state, several, signing_in
from pages.shared.scope_state import FILTERS_BY_KEY, ScopeOptions
from pages.shared.text import counted, plain

set_filter = scope_state.set_filter
reset_filters = scope_state.reset_filters

_FILTERS = "scope_filters"
_OPTIONS = "scope_options"
_BAR_PREFIX = "scope_"

_ONE_CUSTOMER = (
    "Greyed filters do not apply here: a customer's page shows the customer whole, whichever "
    "partner holds it."
)
_AS_JUDGED = (
    "Greyed filters do not apply here: money is judged as of the newest complete month, and shown "
    "by fiscal quarter."
)
_AS_COMPLETE = (
    "Greyed filters do not apply here: milestones are judged as of the newest complete month; the "
    "period is that of the crossings."
)
_AS_IMPORTED = (
    "Greyed filters do not apply here: alerts speak of the month in which something happened; "
    "the period is that of the imports which raised them."
)
_WHOLE_MODEL = "One model ranks the whole store; its record is not filtered."
_AS_WORKED = "Greyed filters do not apply here: actions are shown as they stand now."
_AS_OF_TODAY = (
    "Greyed filters do not apply here: claims are shown as of today, and milestones are judged as "
    "of the newest complete month."
)
IGNORED_FILTERS: Mapping[str, Mapping[str, str]] = {
    "customer": dict.fromkeys(("ga", "p", "seg", "mk", "sz"), _ONE_CUSTOMER),
    "customer_review": dict.fromkeys(("cmp", "ga", "p", "seg", "mk", "sz"), _ONE_CUSTOMER),
    "milestones": dict.fromkeys(("cmp", "asof"), _AS_COMPLETE),
    "earnings": dict.fromkeys(("per", "cmp", "asof"), _AS_JUDGED),
    "alerts": dict.fromkeys(("cmp", "asof"), _AS_IMPORTED),
    "associations": dict.fromkeys(("per", "cmp", "asof"), _AS_OF_TODAY),
    "recommended_actions": dict.fromkeys(("per", "cmp", "asof"), _AS_WORKED),
    "weekly_plan": dict.fromkeys(("per", "cmp", "asof"), _AS_WORKED),
    "what_worked": dict.fromkeys(("per", "cmp", "asof"), _AS_WORKED),
    "model_record": dict.fromkeys(
        ("per", "cmp", "asof", "ga", "p", "wl", "seg", "mk", "sz"), _WHOLE_MODEL
    ),
}
"""Filters that a page does not use, by page and key, with the reason that is shown."""

PRESENT_ONLY = frozenset(
    {
        "access",
        "audit",
        "claim_assistant",
        "imports",
        "people",
        "program_rules",
        "recommended_actions",
        "weekly_plan",
        "what_worked",
    }
)
"""Pages of what people do, which is always that of now."""

PAGES_WITHOUT_FILTERS: Mapping[str, str] = {
    "access": "Access concerns the whole store; your filters stay set for the other pages.",
    "audit": "The audit concerns the whole store; your filters stay set for the other pages.",
    "claim_assistant": "A claim is for one customer; your filters stay set for the other pages.",
    "imports": "Imports concern the whole store; your filters stay set for the other pages.",
    "people": "People and playbooks concern the whole store; your filters stay set.",
    "program_rules": "Programme rules concern the whole store; your filters stay set.",
    "data_health": "Data health looks at the whole store; your filters stay set.",
    "definitions": "Definitions do not depend on filters; yours stay set for the other pages.",
}

IN_POPOVER = ("cmp", "asof", "stood", "ga", "seg", "mk", "sz")

NEARLY_ALL = 0.97
"""Share of the usual reports below which a month's sums are said to be incomplete."""


def current_scope() -> Scope:
    """Return whose data may be shown, and by whom it may be changed."""
    return signing_in.current_scope()


def current_filters() -> Filters:
    """Return what the scope bar is set to; the frame has drawn it before any page runs."""
    filters: Filters = st.session_state[_FILTERS]
    return filters


def current_options() -> ScopeOptions:
    """Return what the filters may hold, e.g. for names of codes."""
    options: ScopeOptions = st.session_state[_OPTIONS]
    return options


def bound_options(footer: DeltaGenerator) -> ScopeOptions | None:
    """Bind the filters to the address, keep them for `current_filters`, return what they may hold.

    `footer` is the place below the page for the widgets that are bound to the address. Returns
    None where the store has no month of usage, so that there is nothing to filter.
    """
    options = scope_state.scope_options(current_scope())
    if options is None:
        return None
    with footer, st.expander("Filters in this link", key="scope_link"):
        st.caption("As the page's address spells them, also for the command line's --filter.")
        with st.container(horizontal=True):
            scope_state.bind_filters(options)
        if query := scope_state.as_query():
            st.code(query, language=None, wrap_lines=True)
    return _in_force(options)


def look_back(options: ScopeOptions) -> ScopeOptions:
    """Take over the months of the past store that is now read; return what filters may hold.

    What else they may hold stays, so that a filter never loses its value on the way back.
    """
    then = scope_state.scope_options(current_scope())
    if then is None:
        return options
    return _in_force(replace(options, coverage=then.coverage, newest_complete=then.newest_complete))


def _in_force(options: ScopeOptions) -> ScopeOptions:
    st.session_state[_OPTIONS] = options
    st.session_state[_FILTERS] = scope_state.filters_of(options)
    return options


def past_moment(page: str) -> int | None:
    """Return the batch after which a page is to be shown as it stood, None for now."""
    chosen = scope_state.chosen("stood")
    return None if chosen is None or page in PRESENT_ONLY else int(chosen)


def show(page: str, options: ScopeOptions, *, tools: Callable[[], None]) -> None:
    """Draw the bar for a page; `tools` draws what stands at its end, such as sharing."""
    if page in PRESENT_ONLY and scope_state.chosen("stood"):
        st.caption("This page shows the present; only figures can be shown as they stood.")
    if page in PAGES_WITHOUT_FILTERS:
        with st.container(horizontal=True, vertical_alignment="center", key="scope_none"):
            st.caption(PAGES_WITHOUT_FILTERS[page], width="content")
            tools()
        return
    ignored = IGNORED_FILTERS.get(page, {})
    with st.container(key="scope_bar", gap="xsmall"):
        _filter_row(options, ignored, tools)
        _chip_row(options, ignored)
        for reason in dict.fromkeys(ignored.values()):
            st.caption(reason)


def _filter_row(
    options: ScopeOptions, ignored: Mapping[str, str], tools: Callable[[], None]
) -> None:
    # Two fields of these widths fit beside each other on a phone of 390 pixels.
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        _single("per", options, ignored, width=168)
        _single("p", options, ignored, placeholder="All partners", width=182)
        _multiple("wl", options, ignored, placeholder="All workloads", width=190)
        with st.popover(_more_label(), icon=":material/tune:", key="scope_more"):
            _more_filters(options, ignored)
        with st.popover("Find customer", icon=":material/person_search:", key=_find_key()):
            _find_customer()
        with st.popover("Views", icon=":material/bookmark:", key="scope_views"):
            saved_views.show_saved_views(current_scope())
        tools()


def _more_label() -> str:
    count = len(scope_state.active_filters(IN_POPOVER))
    return f"More filters ({count})" if count else "More filters"


def _more_filters(options: ScopeOptions, ignored: Mapping[str, str]) -> None:
    newest = f"Newest complete: {month_label(options.newest_complete)}"
    _single("cmp", options, ignored, is_labelled=True)
    _single("asof", options, ignored, placeholder=newest, is_labelled=True)
    _single("stood", options, ignored, placeholder="Now", is_labelled=True)
    _single("ga", options, ignored, placeholder="All global accounts", is_labelled=True)
    _multiple("seg", options, ignored, placeholder="All segments", is_labelled=True)
    _multiple("mk", options, ignored, placeholder="All markets", is_labelled=True)
    _multiple("sz", options, ignored, placeholder="All sizes", is_labelled=True)


def _single(
    key: str,
    options: ScopeOptions,
    ignored: Mapping[str, str],
    **settings: Any,  # noqa: ANN401 - handed on to the widget
) -> None:
    """Draw a filter with one value, filled from the address."""
    spec = FILTERS_BY_KEY[key]
    st.session_state[_BAR_PREFIX + key] = scope_state.chosen(key)
    st.selectbox(
        index=0 if spec.has_default else None,
        **_common(key, options, ignored),
        **_layout(settings),
    )


def _multiple(
    key: str,
    options: ScopeOptions,
    ignored: Mapping[str, str],
    **settings: Any,  # noqa: ANN401 - handed on to the widget
) -> None:
    """Draw a box that adds a value to a filter; the chips below the bar take them out."""
    spec, chosen = FILTERS_BY_KEY[key], list(scope_state.chosen(key) or ())
    if chosen:
        settings["placeholder"] = counted(len(chosen), spec.label.lower())
    several.add_box(
        spec.label,
        options.names[key],
        chosen,
        key=_BAR_PREFIX + key,
        on_change=partial(set_filter, key),
        disabled=key in ignored,
        help=ignored.get(key),
        **_layout(settings),
    )


def _common(key: str, options: ScopeOptions, ignored: Mapping[str, str]) -> dict[str, Any]:
    names = options.names[key]
    return {
        "label": FILTERS_BY_KEY[key].label,
        "options": _offered(key, options),
        "format_func": lambda code: names.get(code, code),
        "key": _BAR_PREFIX + key,
        "on_change": _write_back,
        "args": (key,),
        "disabled": key in ignored,
        "help": ignored.get(key),
    }


def _layout(settings: dict[str, Any]) -> dict[str, Any]:
    is_labelled = settings.pop("is_labelled", False)
    return {**settings, "label_visibility": "visible" if is_labelled else "collapsed"}


def _offered(key: str, options: ScopeOptions) -> list[str]:
    """Return the codes on offer: with an account chosen only its partners, and the chosen one."""
    codes = list(options.names[key])
    account = scope_state.chosen("ga")
    if key != "p" or account is None:
        return codes
    kept = scope_state.chosen("p")
    return [c for c in codes if c == kept or options.account_of_partner.get(c) == account]


def _write_back(key: str) -> None:
    """Copy what was chosen in the bar into the widget bound to the address."""
    st.session_state[key] = st.session_state[_BAR_PREFIX + key]


def _chip_row(options: ScopeOptions, ignored: Mapping[str, str]) -> None:
    own_place = ("per", "stood")  # the period's field, and the badge above the bar
    shown = [key for key in FILTERS_BY_KEY if key not in own_place and key not in ignored]
    active = scope_state.active_filters(shown)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for spec, code in active:
            name = plain(options.names[spec.key].get(code, code))
            st.button(
                f"{spec.label}: {name} ✕",
                key=f"chip_{spec.key}_{code}",
                on_click=scope_state.remove_value,
                args=(spec.key, code),
            )
        st.caption(_in_scope(current_scope(), current_filters(), options), width="content")
        if active or scope_state.chosen("per") != "12m":
            st.button("Reset", key="scope_reset", type="tertiary", on_click=reset_filters)
        copy_link.show_copy_link()


def _in_scope(scope: Scope, filters: Filters, options: ScopeOptions) -> str:
    """Return what the filters leave, the as-of month, and what is still coming in."""
    month = filters.as_of
    tenants = cached.tenants_by_month(scope, filters, first=month, last=month)["tenants"].sum()
    used = cached.usage_by_month(scope, filters, first=month, last=month)["workload"].nunique()
    parts = [
        counted(int(tenants), "customer"),
        counted(used, "workload"),
        f"as of {month_label(month)}{_still_missing(options.coverage.get(month))}",
    ]
    for later in range(options.newest_complete + 1, options.newest + 1):
        share = options.coverage[later]
        parts.append(f"{month_label(later)} is still coming in ({share:.0%})")
    return " · ".join(parts)


def _still_missing(share: float | None) -> str:
    """Return what to say beside a month that not nearly everybody has reported yet."""
    if share is None or not share < NEARLY_ALL:
        return ""
    return f" ({share:.0%} of the usual reports)"


def _find_key() -> str:
    """Return a key that is another one on every page and customer, so that a match closes it."""
    return f"scope_find_{st.session_state[links.CURRENT_PAGE]}_{links.chosen_customer()}"


@st.fragment
def _find_customer() -> None:
    """Draw a search whose matches are links to the customer's page."""
    text = st.text_input(
        "Name, domain, tenant id or TPID",
        key="scope_find",
        type="search",
        live="300ms",
        placeholder="e.g. Contoso",
    ).strip()
    if len(text) < 2:
        st.caption("Two letters are enough.")
        return
    matches = cached.customers_like(current_scope(), text)
    if matches.empty:
        st.caption(f"No customer matches “{plain(text)}”.")
    for match in matches.to_dict("records"):
        links.customer_link(str(match["tenant_id"]), str(match["name"]))
