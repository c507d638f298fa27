"""What people see who may not see anything: sign in, session ended, no role, wrong directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import streamlit as st

from data_access.roles import ROLE_LABELS
from data_access.types import Scope
from pages.shared import links, signing_in
from pages.shared.signing_in import Standing
from pages.shared.text import counted, plain

TITLE = "Sign in"

_LIMITS = (
    ("partner_ids", "partner"),
    ("account_ids", "global account"),
    ("tenant_ids", "customer"),
    ("markets", "market"),
    ("segments", "segment"),
)


def stands_in_the_way() -> bool:
    """Draw the screen that belongs to the viewer's standing, if it keeps them out.

    Then nothing else may be drawn: no page is named, no store is opened for it.
    """
    state = signing_in.standing()
    if state in ("local", "in"):
        return False

    def screen() -> None:
        _show(state)

    # The address of the page stays as it is, for the way back after sign-in; without a page of
    # that name Streamlit would say that there is none.
    asked = _page_asked_for()
    first = st.Page(screen, title=TITLE, url_path="sign_in", default=True)
    others = [st.Page(screen, title=TITLE, url_path=asked)] if asked else []
    st.navigation([first, *others], position="hidden").run()
    return True


def _page_asked_for() -> str:
    """Return the name of the page in the address, "" for the first one or an unknown one."""
    name = PurePosixPath(urlsplit(st.context.url or "").path).stem
    known = {PurePosixPath(path).stem for path in links.PAGES}
    return name if name in known else ""


def _show(state: Standing) -> None:
    if state == "no_role":
        _show_no_role()
    elif state == "foreign":
        _show_foreign()
    else:
        _show_sign_in(has_ended=state == "ended")


def _show_sign_in(*, has_ended: bool) -> None:
    st.title("Your session has ended" if has_ended else "Partner Insights")
    if has_ended:
        hours = signing_in.access_mapping().session_hours
        st.markdown(
            f"Everybody signs in again after {hours:g} hours. Nothing that was saved is lost, and "
            "you come back to this page."
        )
    else:
        st.markdown("Performance by workload for Microsoft 365 partners. Sign in to go on.")
    for provider, label in _providers().items():
        st.button(
            label,
            key=f"sign_in_{provider}",
            icon=":material/login:",
            on_click=st.login,
            args=(provider,) if provider else (),
        )


def _providers() -> Mapping[str, str]:
    """Return the identity providers by name in the settings, "" for the only one."""
    sections = st.secrets["auth"]
    named = [name for name in sections if isinstance(sections[name], Mapping)]
    again = "Sign in again" if signing_in.standing() == "ended" else TITLE
    if len(named) > 1 or (named and "client_id" in sections):
        told = {name: f"{again} with {plain(name)}" for name in named}
        return {**({"": again} if "client_id" in sections else {}), **told}
    return {named[0] if named else "": again}


def _show_no_role() -> None:
    claims = signing_in.claims_now()
    st.title("No access yet")
    st.markdown(
        "You are signed in, but nobody has given you a role here, so there is nothing to see."
    )
    _show_contact()
    if claims is not None:
        st.markdown("They need to know who you are. Send them this:")
        st.code(
            f"{claims.name} {claims.email}\n"
            f"directory {claims.identity[0]}\nuser {claims.identity[1]}",
            language=None,
        )
    st.button("Look again", key="sign_in_look", icon=":material/refresh:")
    _show_sign_out()


def _show_foreign() -> None:
    st.title("Not for this organisation")
    st.markdown(
        "You signed in with an account of another organisation. Sign out and use one of the "
        "organisation that runs this installation."
    )
    _show_contact()
    _show_sign_out()


def _show_contact() -> None:
    contact = signing_in.access_mapping().contact
    st.markdown(f"Ask for access: {plain(contact)}" if contact else "Ask whoever runs this server.")


def _show_sign_out() -> None:
    st.button("Sign out", key="sign_out", icon=":material/logout:", on_click=signing_in.sign_out)


def show_account(scope: Scope) -> None:
    """Draw who is here, in which role, what that lets them see, and the way out."""
    if not signing_in.is_configured():
        st.caption("One local user, no sign-in", width="content")
        return
    with st.popover(plain(scope.who), icon=":material/account_circle:", key="account"):
        st.markdown(f"**{plain(scope.who)}**")
        st.caption(f"{ROLE_LABELS[scope.role]} · sees {seen_words(scope)}")
        ends = signing_in.session_ends_at()
        if ends is not None:
            st.caption(f"Sign in again by {ends:%d %B, %H:%M} UTC")
        _show_sign_out()


def seen_words(scope: Scope) -> str:
    """Return in words which customers a scope lets somebody see."""
    if scope.is_unrestricted:
        return "every customer"
    limits = [(getattr(scope, name), noun) for name, noun in _LIMITS]
    told = [counted(len(values), noun) for values, noun in limits if values]
    if not told or any(values == () for values, _ in limits):
        return "no customer yet: ask for partners, customers or markets"
    return " and ".join(["customers of " + told[0], *told[1:]])
