"""One user of the page of access: who it is, grants given and taken away, and their history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from data_access import access_changes, access_lists
from data_access.access_rules import User
from data_access.access_transaction import ReadUser
from data_access.errors import InsightsError
from insights.grants import KINDS, KINDS_BY_CODE, ROLES, Grant
from insights.views import access as views
from pages.shared import (
    access_frames,
    access_view_as,
    cached,
    links,
    signing_in,
    states,
    url_state,
)
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain
from pages.shared.today import today

_SAID = "ax_said"

Names = Mapping[str, Mapping[str, str]]


def open_user(user_key: str) -> None:
    """Open a user, "" for none; in callbacks only."""
    url_state.set_in_address(links.ACCESS_USER_KEY, user_key)


def chosen_user() -> str | None:
    """Return the key of the user that the address names, None without one."""
    return next(iter(url_state.values_in_address(links.ACCESS_USER_KEY)), None)


def show_said() -> None:
    """Say once how the last change went."""
    for words, is_refusal in st.session_state.pop(_SAID, []):
        (st.warning if is_refusal else st.success)(plain(words))


def show_without_sign_in() -> None:
    """Say that grants limit nobody yet where no sign-in tells who somebody is."""
    if not signing_in.is_configured():
        st.caption(
            "No sign-in is configured: whoever opens this app is the one local admin. Grants wait "
            "for sign-in; with View as you see what they will show."
        )


def change(said: str, write: Callable[[], Any]) -> bool:
    """Make a change, keep in mind what the page has to say, and return whether it was made.

    In callbacks only.
    """
    try:
        write()
    except InsightsError as error:
        st.session_state[_SAID] = [(f"{error} {error.hint}".strip(), True)]
        return False
    st.session_state[_SAID] = [(said, False)]
    return True


def show_user(user_key: str) -> None:
    """Draw a user with grants, history and everything that can be changed."""
    user = access_frames.user(user_key)
    if user is None:
        states.show_nothing("There is no such user.", "The link may be of another store.")
        st.button("Close", key="ax_close_unknown", on_click=open_user, args=("",))
        return
    held = access_frames.granted().get(user_key, set())
    access = access_frames.access_of([user], {user_key: held})[user_key]
    names = access_frames.names_with_customers(held | access.by_provider)
    with st.container(border=True, key="ax_user"):
        st.header(plain(user.title), anchor=False)
        _show_what_it_gives(user, access, names)
        _show_acts(user, can_look=access.scope is not None)
        _show_give(user, names)
        _show_take_away(user, sorted(held), names)
        _show_person(user)
        links.audit_link("What this user did", user_key=user.user_key)
        _show_history(user, names)


def _show_what_it_gives(user: User, access: views.UserAccess, names: Names) -> None:
    """Say what the user may see now, where it comes from, and who it is."""
    scope = access.scope
    sees = "Sees nothing" if scope is None else views.seen_words(scope, names)
    source = views.role_source(access)
    lines = [
        f"**{views.role_words(access)}**" + (f" (from: {source})" if source else ""),
        plain(sees) + ("" if access.customers is None else f" · {access.customers:,} customers"),
    ]
    if not user.is_active:
        lines.append("**Inactive:** sees nothing, whatever the grants.")
    if user.groups is None:
        lines.append(views.LEFT_OUT)
    if access.by_provider:
        told = [views.grant_words(one.kind, one.value, names) for one in sorted(access.by_provider)]
        lines.append(f"By the identity provider: {plain('; '.join(told))}")
    st.markdown("  \n".join(lines))
    st.caption(plain(f"{user.email} · object {user.object_id} · directory {user.directory_id}"))


def _show_acts(user: User, *, can_look: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        looks = st.button(
            "View as this user",
            key="ax_view_as",
            icon=":material/visibility:",
            disabled=not can_look,
            help=None if can_look else "This user sees nothing, so there is nothing to look at.",
        )
        label = "Deactivate" if user.is_active else "Activate again"
        st.button(label, key="ax_active", on_click=_switch, args=(user,))
        st.button("Close", key="ax_close", type="tertiary", on_click=open_user, args=("",))
    if looks:
        access_view_as.begin(user.user_key)


def _show_give(user: User, names: Names) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.selectbox(
            "Give",
            [kind.code for kind in KINDS],
            format_func=lambda code: KINDS_BY_CODE[code].label,
            key="ax_kind",
            width=190,
        )
        _show_value(kind, names)
        st.button("Give grant", key="ax_give", on_click=_give, args=(user,))
    st.caption(KINDS_BY_CODE[kind].meaning)


def _show_value(kind: str, names: Names) -> None:
    """Draw the field of a kind's value: a list to choose from, or ids to type."""
    if not KINDS_BY_CODE[kind].has_value:
        return
    if kind == "tenant":
        st.text_input("Tenant ids, with blanks between", key=_value_key(kind), width=380)
        return
    offered = dict(ROLES) if kind == "role" else names.get(kind, {})
    st.selectbox(
        KINDS_BY_CODE[kind].label,
        list(offered),
        index=None,
        format_func=lambda value: views.named(kind, value, {kind: offered}),
        accept_new_options=kind != "role",
        placeholder="Choose" if kind == "role" else "Choose, or type an id",
        key=_value_key(kind),
        width=380,
    )


def _value_key(kind: str) -> str:
    return f"ax_value_{kind}"


def _wanted() -> list[Grant]:
    """Return the grants that the fields name."""
    kind = str(st.session_state["ax_kind"])
    if not KINDS_BY_CODE[kind].has_value:
        return [Grant(kind)]
    value = str(st.session_state.get(_value_key(kind)) or "")
    values = value.replace(",", " ").split() if kind == "tenant" else [value]
    return [Grant(kind, one) for one in values or [""]]


def _give(user: User) -> None:
    wanted, read = _wanted(), ReadUser(user.user_key, user.version)
    store, on = cached.store(), access_frames.occasion()
    unknown = access_lists.unknown_grants(store, wanted)
    said = f"{user.title} has the grant."
    if unknown:
        ids = ", ".join(sorted(grant.value for grant in unknown))
        said += f" To check: no report names {ids} yet."
    change(
        said,
        lambda: access_changes.give(store, access_frames.acting_scope(), read, wanted, on=on),
    )


def _show_take_away(user: User, held: list[Grant], names: Names) -> None:
    if not held:
        st.caption("Nothing is granted in this store.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = st.selectbox(
            "Take away",
            range(len(held)),
            index=None,
            format_func=lambda at: views.grant_words(held[at].kind, held[at].value, names),
            placeholder=f"One of {len(held):,} in force",
            key=f"ax_held_{user.user_key}_{user.version}",
            width=500,
        )
        st.button(
            "Take away",
            key="ax_take",
            disabled=place is None,
            on_click=_take,
            args=(user, None if place is None else held[place]),
        )


def _take(user: User, grant: Grant | None) -> None:
    if grant is None:
        return
    read, on = ReadUser(user.user_key, user.version), access_frames.occasion()
    change(
        f"{user.title} does not have the grant any more; it ends within seconds.",
        lambda: access_changes.revoke(
            cached.store(), access_frames.acting_scope(), read, [grant], on=on
        ),
    )


def _switch(user: User) -> None:
    read, on = ReadUser(user.user_key, user.version), access_frames.occasion()
    write = access_changes.deactivate if user.is_active else access_changes.activate
    said = "is inactive and sees nothing any more" if user.is_active else "is active again"
    change(
        f"{user.title} {said}.",
        lambda: write(cached.store(), access_frames.acting_scope(), read, on=on),
    )


def _show_person(user: User) -> None:
    """Draw who of the people list the user is; an equal address is proposed, never taken."""
    people = access_frames.people()
    key = f"ax_person_{user.user_key}_{user.version}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        codes = ["", *people] if user.person in ("", *people) else ["", user.person, *people]
        st.selectbox(
            "Person on the people list",
            codes,
            index=codes.index(user.person),
            format_func=lambda email: "Nobody" if not email else f"{people.get(email, '')} {email}",
            key=key,
            width=380,
            help="Whose actions are this user's own.",
        )
        st.button("Link", key="ax_link", on_click=_link, args=(user, key))
    suggested = views.suggested_person(user.email, people)
    if suggested and not user.person:
        st.caption(
            plain(f"{people[suggested]} of the people list has the same e-mail: choose and link.")
        )


def _link(user: User, key: str) -> None:
    email, read = str(st.session_state[key]), ReadUser(user.user_key, user.version)
    on = access_frames.occasion()
    said = f"{user.title} is {email}." if email else f"{user.title} is nobody of the people list."
    change(
        said,
        lambda: access_changes.link_person(
            cached.store(), access_frames.acting_scope(), read, email, on=on
        ),
    )


def _show_history(user: User, names: Names) -> None:
    rows = views.grant_rows(access_frames.grants(user.user_key), names)
    if rows.empty:
        return
    in_force = int(rows["revoked_at"].isna().sum())
    alt = f"{in_force:,} grants in force and {len(rows) - in_force:,} taken away, by when and whom"
    show_table(rows, views.GRANT_COLUMNS, key="ax_grants", alt=alt)
    download_buttons(
        rows,
        views.GRANT_COLUMNS,
        name="grants",
        title=f"Grants of {user.title}",
        as_of=f"{today():%Y-%m-%d}",
    )
