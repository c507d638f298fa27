"""Announcing users, and lists of users and grants from a file: checked first, stored on demand."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data_access import access_changes, access_lists
from data_access.access_lists import ListPlan
from data_access.access_rules import ProviderClaims
from data_access.errors import InsightsError
from insights.exports.table_files import safe_text
from insights.grant_lists import list_rows, template_csv
from insights.grants import ROLES, Grant
from insights.views import access as views
from pages.shared import access_detail, access_frames, cached, states
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import file_stem
from pages.shared.tables import show_table
from pages.shared.text import plain

_ROUND = "ax_round"
_FIELDS = ("directory", "object", "name", "email", "role")


def show_announce() -> None:
    """Draw the form that enters a user before the first sign-in."""
    with st.expander("Announce a user", key="ax_announce"):
        st.markdown(
            "Somebody who has not signed in yet. The ids are those of the identity provider "
            "(Entra: Tenant ID, and Object ID of the user); an e-mail address is no identity."
        )
        with st.container(horizontal=True, gap="small"):
            st.text_input("Directory id", key=_key("directory"), max_chars=200, width=330)
            st.text_input("Object id", key=_key("object"), max_chars=200, width=330)
            st.text_input("Name", key=_key("name"), max_chars=200, width=240)
            st.text_input("E-mail", key=_key("email"), max_chars=200, width=240)
            st.selectbox(
                "Role",
                list(ROLES),
                index=None,
                format_func=ROLES.__getitem__,
                placeholder="None yet",
                key=_key("role"),
                width=180,
            )
        st.button("Announce", key="ax_announce_save", on_click=_announce)


def _key(field: str) -> str:
    return f"ax_new_{field}"


def _announce() -> None:
    values = {field: str(st.session_state.get(_key(field)) or "") for field in _FIELDS}
    who = ProviderClaims(
        values["directory"], values["object"], name=values["name"], email=values["email"]
    )
    granted = [Grant("role", values["role"])] if values["role"] else []
    made: list[str] = []

    def write() -> None:
        on = access_frames.occasion()
        scope = access_frames.acting_scope()
        made.append(access_changes.announce_user(cached.store(), scope, who, granted, on=on))

    if access_detail.change(f"{who.name or who.object_id} is announced.", write):
        for field in _FIELDS:
            st.session_state.pop(_key(field), None)
        access_detail.open_user(made[0])


def show_upload() -> None:
    """Draw what takes a list, shows what is wrong and what it would change, and stores it."""
    with st.expander("Upload a list of grants", key="ax_upload"):
        st.markdown(
            "A CSV or Excel file with one row per user. For the users in it, the grants of each "
            "column become those of the file; users who are not in it, and kinds of grants "
            "without a column, stay as they are. Nothing changes before you save it."
        )
        with st.container(horizontal=True, gap="small"):
            _file("Template", template_csv().encode("utf-8-sig"), "access-template.csv")
            content = audited(_present_list(), title="Users and grants", kind="csv")
            _file("This list, to change and upload", content, f"{file_stem('access')}.csv")
        file = st.file_uploader(
            "List of users and grants",
            type=["csv", "tsv", "txt", "xlsx"],
            max_upload_size=5,
            key=f"ax_file_{st.session_state.get(_ROUND, 0)}",  # another one once it is stored
        )
        if file is not None:
            _show_check(file.getvalue(), file.name)


def _present_list() -> Callable[[], Made]:
    rows = list_rows(access_frames.users(), access_frames.granted())
    text = rows.map(safe_text).to_csv(index=False, lineterminator="\r\n")
    made = Made(text.encode("utf-8-sig"), len(rows))
    return lambda: made


def _file(label: str, content: bytes | Callable[[], bytes], name: str) -> None:
    st.download_button(
        label,
        data=content,
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        key=f"ax_file_{label}",
        icon=":material/download:",
        type="tertiary",
    )


def _show_check(content: bytes, name: str) -> None:
    """Draw what is wrong with a list and what it would do, with the button that stores it."""
    try:
        listed, problems = access_lists.users_from_file(content, name)
        plan = access_lists.plan_of(cached.store(), listed, on=access_frames.occasion("upload"))
    except InsightsError as error:
        states.show_failure(error)
        return
    unknown = access_lists.unknown_in_list(cached.store(), listed)
    for title, rows in (("Problems", problems), ("To check, but allowed", unknown)):
        if not rows.empty:
            st.markdown(f"**{title}: {len(rows):,}**")
            show_table(rows, views.PROBLEM_COLUMNS, key=f"ax_{title}", alt=f"{title}: {len(rows)}")
    if not listed:
        st.warning("No row of this file can be used; nothing was changed.")
        return
    _show_plan(plan, len(problems))


def _show_plan(plan: ListPlan, problems: int) -> None:
    names = access_frames.names()
    says = views.effects_words(plan.effects, plan.announced, problems)
    st.markdown(f"**What saving it would do.** {plain(says)}")
    if not plan.effects.empty:
        rows = views.effect_rows(plan.effects, names)
        show_table(rows, views.EFFECT_COLUMNS, key="ax_effects", alt=says)
    st.button("Save this list", key="ax_accept", on_click=_store, args=(plan,))


def _store(plan: ListPlan) -> None:
    def write() -> None:
        on = access_frames.occasion("upload")
        access_lists.take_over(cached.store(), access_frames.acting_scope(), plan, on=on)

    new, taken, same = (plan.count(effect) for effect in ("new", "taken away", "unchanged"))
    said = f"{new:,} grants given, {taken:,} taken away, {same:,} as they were."
    if access_detail.change(said, write):
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
