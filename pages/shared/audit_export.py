"""Every file that leaves the app is noted before it is given out, or it is not given out.

A download is made on the click, outside the session. So what the note needs is taken while the
page is drawn, and the rights are looked up again on the click: they may have been taken away
since.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from data_access import access_store
from data_access.access_mapping import AccessMapping
from data_access.audit import Export, note_export
from data_access.errors import DeniedError
from data_access.store import Store
from data_access.types import Scope
from pages.shared import cached, links, scope_bar, scope_state, signing_in


@dataclass(frozen=True, slots=True)
class Made:
    """A file's content, and how many rows of data it holds; None where it holds no rows."""

    content: bytes
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """What a click needs of the session in which the button was drawn."""

    store: Store
    scope: Scope
    mapping: AccessMapping | None
    ends_at: datetime | None
    export: Export


def audited(make: Callable[[], Made], *, title: str, kind: str) -> Callable[[], bytes]:
    """Return a download's callable: it makes the file, notes it, and only then gives it out.

    `title` is what the file shows, `kind` its ending. The callable raises DeniedError where the
    rights of the viewer are not those with which the page was drawn any more, and StoreError
    where the note cannot be written.
    """
    click = Click(
        store=cached.store(),
        scope=scope_bar.current_scope(),
        mapping=signing_in.access_mapping() if signing_in.is_configured() else None,
        ends_at=signing_in.session_ends_at(),
        export=Export(page=_page(), kind=kind, title=title, filters=_filters()),
    )

    return partial(given, click, make)


def given(click: Click, make: Callable[[], Made]) -> bytes:
    """Return the file that a click asks for, noted; raises as `audited` says."""
    _check_rights(click)
    file = make()
    note_export(click.store, click.scope, click.export, rows=file.rows, now=datetime.now(UTC))
    return file.content


def _page() -> str:
    return str(st.session_state.get(links.CURRENT_PAGE, "")).rpartition("/")[2].removesuffix(".py")


def _filters() -> Sequence[tuple[str, str]]:
    active = scope_state.active_filters([spec.key for spec in scope_state.FILTERS])
    return tuple((spec.label, code) for spec, code in active)


def _check_rights(click: Click) -> None:
    """Refuse a file to who lost rights since the page was drawn, or should sign in again."""
    if click.mapping is None:
        return
    if click.ends_at is not None and datetime.now(UTC) >= click.ends_at:
        raise DeniedError("Your session has ended.", "Sign in again.")
    own = click.scope.viewed_by or click.scope.user_key
    viewer = access_store.scope_of(click.store, own, mapping=click.mapping)
    seen = viewer
    if click.scope.viewed_by:
        may_look = viewer is not None and viewer.may("access")
        seen = _scope_of(click, click.scope.user_key) if may_look else None
    if seen is None or seen.rights != click.scope.rights:
        raise DeniedError("What you may see has changed.", "Load the page again.")


def _scope_of(click: Click, user_key: str) -> Scope | None:
    mapping = click.mapping or AccessMapping()
    return access_store.scope_of(click.store, user_key, mapping=mapping)
