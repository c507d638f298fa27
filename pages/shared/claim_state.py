"""The claim draft that a session works on: which one, which step, and storing every answer.

The address holds the draft's id and the step, the app database the answers. Widgets are filled
from what is stored, unless it could not be stored; so a reload or another window shows the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from data_access import claim_drafts
from data_access.claim_drafts import SavedChange, Status, StoredDraft
from data_access.errors import InsightsError
from insights.claims.draft import ClaimDraft
from insights.claims.form import FIELDS_BY_NAME, REVIEW
from pages.shared import cached, links, scope_bar, url_state
from pages.shared.text import plain

DRAFT_KEY = "ca_draft"
STEP_KEY = "ca_step"
STEP_BOX = "ca_step_box"

_SEEN = "ca_seen"
_UNSTORED = "ca_unstored"
_NOTICE = "ca_notice"

Answers = Mapping[str, Any]


def take_over_link() -> None:
    """Start the draft that a link with a tenant and workloads asks for, and open it."""
    tenant_id = "".join(st.query_params.get_all(links.CLAIM_TENANT_KEY)[:1])
    workloads = tuple(dict.fromkeys(st.query_params.get_all(links.CLAIM_WORKLOADS_KEY)))
    if not tenant_id and not workloads:
        return
    for key in (links.CLAIM_TENANT_KEY, links.CLAIM_WORKLOADS_KEY):
        url_state.set_in_address(key, None)
    first = ClaimDraft(tenant_id=tenant_id[: url_state.LONGEST], workloads=workloads)
    _start(first)


def open_new() -> None:
    """Start an empty draft and open it; in callbacks only."""
    _start(ClaimDraft())


def _start(draft: ClaimDraft) -> None:
    scope, now = scope_bar.current_scope(), datetime.now(UTC)
    open_draft(claim_drafts.start_draft(cached.store(), scope, draft, now=now))


def open_draft(draft_id: str) -> None:
    """Open a draft at its first step; in callbacks or before anything is drawn."""
    st.query_params[DRAFT_KEY] = draft_id
    url_state.set_in_address(STEP_KEY, None)


def close_draft() -> None:
    """Go back to the list of drafts; in callbacks only."""
    url_state.set_in_address(DRAFT_KEY, None)
    url_state.set_in_address(STEP_KEY, None)
    st.session_state.pop(_NOTICE, None)


def chosen_draft() -> str | None:
    """Return the id of the draft that the address names, None for the list of drafts."""
    return next(iter(url_state.values_in_address(DRAFT_KEY)), None)


def current_step() -> int:
    """Return the step that the address names, the first one without."""
    code = url_state.code_in_address(STEP_KEY, [str(number) for number in range(1, REVIEW + 1)])
    return int(code or 1)


def go_to(step: int) -> None:
    """Open a step; in callbacks only."""
    url_state.set_in_address(STEP_KEY, str(min(max(step, 1), REVIEW)))


def go_to_chosen() -> None:
    """Open the step that was chosen in the row of steps; in callbacks only."""
    chosen = st.session_state[STEP_BOX]
    if chosen is not None:
        go_to(chosen)


def stored_draft(draft_id: str) -> StoredDraft | None:
    """Return the draft as it is stored now, and take it as what this window shows."""
    found = claim_drafts.draft_of(cached.store(), scope_bar.current_scope(), draft_id)
    if found is not None:
        st.session_state[_SEEN] = found
    return found


def fill(key: str, value: Any) -> None:  # noqa: ANN401 - whatever the widget holds
    """Fill a widget with what is stored, before it is drawn.

    Left alone where it shows just that, so that what is typed meanwhile stays, and where its
    answer could not be stored.
    """
    if key in st.session_state.setdefault(_UNSTORED, set()):
        return
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def store_answer(draft_id: str, name: str, key: str) -> None:
    """Store what a widget holds as the answer of one field; in callbacks only."""
    value = st.session_state[key]
    store(draft_id, {name: "" if value is None and name != "signed_on" else value}, key=key)


def store(draft_id: str, answers: Answers, *, key: str = "") -> bool:
    """Store answers by field, and keep in mind what the page has to say about it."""
    return store_change(draft_id, lambda _draft: answers, key=key)


def store_change(draft_id: str, change: Callable[[ClaimDraft], Answers], *, key: str = "") -> bool:
    """Store what a function makes of the draft as this window shows it; False where refused."""
    unstored: set[str] = st.session_state.setdefault(_UNSTORED, set())
    seen: StoredDraft = st.session_state[_SEEN]
    try:
        saved = claim_drafts.save_answers(
            cached.store(),
            scope_bar.current_scope(),
            draft_id,
            answers=change(seen.draft),
            seen=seen,
            now=datetime.now(UTC),
        )
    except InsightsError as error:
        unstored.add(key)
        hint = error.hint or "Change the answer once more to try again."
        st.session_state[_NOTICE] = ("error", f"Not stored: {plain(error)} {plain(hint)}", {})
        return False
    unstored.discard(key)
    st.session_state[_SEEN] = saved.stored
    _tell(saved)
    return True


def _tell(saved: SavedChange) -> None:
    """Keep in mind that another window was here, and what it had entered."""
    if not saved.is_changed_elsewhere:
        return
    told = "This draft was also changed in another window; you see both windows' answers now."
    if saved.replaced:
        labels = ", ".join(FIELDS_BY_NAME[name].label for name in saved.replaced)
        told += f" Your answer replaced the other one in: {plain(labels)}."
    st.session_state[_NOTICE] = ("warning", told, dict(saved.replaced))


def notice() -> tuple[str, str, dict[str, Any]] | None:
    """Return kind and words of what has to be said, and the answers that can be put back."""
    kept: tuple[str, str, dict[str, Any]] | None = st.session_state.get(_NOTICE)
    return kept


def put_notice_away() -> None:
    """Forget what was said; in callbacks only."""
    st.session_state.pop(_NOTICE, None)


def put_back(draft_id: str, answers: Answers) -> None:
    """Store the other window's answers again; in callbacks only."""
    put_notice_away()
    store(draft_id, answers)


def change_status(draft_id: str, status: Status) -> None:
    """Pack, discard or reopen a draft; in callbacks only."""
    put_notice_away()
    now = datetime.now(UTC)
    claim_drafts.set_status(cached.store(), scope_bar.current_scope(), draft_id, status, now=now)
