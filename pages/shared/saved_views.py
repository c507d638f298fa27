"""Saving what is shown under a name, and opening what was saved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import streamlit as st

from data_access import saved_views
from data_access.errors import InsightsError
from data_access.types import Scope
from pages.shared import cached, links, scope_bar, scope_state
from pages.shared.text import plain

_NAME = "views_name"
_FOR_TEAM = "views_for_team"
_GIVE = "Only you see it; press to give it to the team"
_TAKE_BACK = "The team sees it; press to keep it to yourself"
_WHAT_TEAM_MEANS = "Everybody may open it; only you can change it."
_READS_ONLY = "Your role reads only, so your views stay your own."


def show_saved_views(scope: Scope) -> None:
    """Draw saved views, the viewer's own and the team's, and the field that saves one more."""
    views = saved_views.saved_views(cached.store(), scope)
    for title, group in (("Mine", views[views["is_own"]]), ("Team", views[~views["is_own"]])):
        if not group.empty:
            st.markdown(f"**{title}**")
        for view in group.to_dict("records"):
            _show_view(scope, view)
    if views.empty:
        st.caption("No view is saved yet.")
    st.text_input(
        "Save this view as",
        key=_NAME,
        max_chars=saved_views.LONGEST_NAME,
        placeholder="e.g. Teams in Germany",
    )
    can_give = scope.may("work")
    st.toggle(
        "For the team",
        key=_FOR_TEAM,
        help=_WHAT_TEAM_MEANS if can_give else _READS_ONLY,
        disabled=not can_give,
    )
    st.button("Save view", key="views_save", on_click=_save)


def _show_view(scope: Scope, view: Mapping[Hashable, Any]) -> None:
    name = plain(view["name"])
    label = name if view["is_own"] else f"{name} (by {plain(view['owner'])})"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label,
            key=f"view_{view['view_id']}",
            on_click=_open,
            args=(str(view["page"]), str(view["query"])),
            width="stretch",
        )
        if view["is_own"]:
            st.button(
                "Team" if view["is_team"] else "Personal",
                key=f"view_team_{view['view_id']}",
                help=_team_help(scope, view),
                disabled=not scope.may("work"),
                icon=":material/group:" if view["is_team"] else ":material/person:",
                on_click=_give,
                args=(str(view["view_id"]),),
                kwargs={"is_team": not view["is_team"]},
                type="tertiary",
            )
            st.button(
                "✕",
                key=f"view_delete_{view['view_id']}",
                help=f"Delete the view {plain(name)}",
                on_click=_delete,
                args=(str(view["view_id"]),),
                type="tertiary",
            )


def current_query() -> str:
    """Return the address's query string: filters that are set, then the page's own keys."""
    values: list[tuple[str, str]] = [
        (spec.key, code)
        for spec, code in scope_state.active_filters(list(scope_state.RESERVED_KEYS))
    ]
    own = [key for key in st.query_params if key not in scope_state.RESERVED_KEYS]
    values.extend((key, value) for key in own for value in st.query_params.get_all(key))
    return urlencode(values)


def _team_help(scope: Scope, view: Mapping[Hashable, Any]) -> str:
    if not scope.may("work"):
        return _READS_ONLY
    return _TAKE_BACK if view["is_team"] else _GIVE


def _give(view_id: str, *, is_team: bool) -> None:
    scope, now = scope_bar.current_scope(), datetime.now(UTC)
    try:
        saved_views.set_team(cached.store(), scope, view_id, is_team=is_team, now=now)
    except InsightsError as error:
        st.toast(plain(error), icon=":material/warning:", duration="infinite")


def _delete(view_id: str) -> None:
    scope, now = scope_bar.current_scope(), datetime.now(UTC)
    try:
        saved_views.delete_view(cached.store(), scope, view_id, now=now)
    except InsightsError as error:
        st.toast(plain(error), icon=":material/warning:", duration="infinite")


def _save() -> None:
    try:
        saved_views.save_view(
            cached.store(),
            scope_bar.current_scope(),
            name=st.session_state[_NAME],
            page=st.session_state[links.CURRENT_PAGE],
            query=current_query(),
            now=datetime.now(UTC),
            is_team=bool(st.session_state[_FOR_TEAM]),
        )
    except InsightsError as error:
        st.toast(plain(error), icon=":material/warning:", duration="infinite")
        return
    st.toast("View saved.", icon=":material/bookmark:")
    st.session_state[_NAME], st.session_state[_FOR_TEAM] = "", False


def _open(page: str, query: str) -> None:
    """Set the filters as saved and go to the page; a page that is gone leads to the overview."""
    values = parse_qs(query)
    for spec in scope_state.FILTERS:
        codes = values.pop(spec.key, [])
        scope_state.set_filter(spec.key, codes if spec.is_multiple else next(iter(codes), None))
    if page == st.session_state[links.CURRENT_PAGE]:
        _set_own_keys(values)
    else:
        st.switch_page(page if page in links.PAGES else links.OVERVIEW, query_params=values)


def _set_own_keys(values: Mapping[str, list[str]]) -> None:
    """Set the page's own keys of the address: a key that a widget holds through the widget."""
    for key, codes in values.items():
        if key not in st.session_state:
            st.query_params[key] = codes
        elif isinstance(st.session_state[key], list):
            st.session_state[key] = codes
        else:
            st.session_state[key] = codes[0]
