"""Checking and importing uploaded files, with the same code as the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from data_access.errors import InsightsError
from data_access.import_store import store_for_import
from data_access.types import ImportReport
from pages.shared import cached, ranking_state, scope_bar, store_access
from pages.shared.states import show_failure
from pages.shared.text import plain

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

Reports = tuple[ImportReport, ...]

CHOSEN_BATCH = "imports_batch"
"""Key of the selection whose details the page shows."""

_CHECKED = "imports_checked"
_IMPORTED = "imports_done"
_ROUND = "imports_round"


def uploader_key() -> str:
    """Return the uploader's key; it changes after an import, so that the files leave the page."""
    return f"imports_files_{st.session_state.get(_ROUND, 0)}"


def checked(files: Sequence[UploadedFile], tenant_id: str) -> Reports | None:
    """Return what an import of the files would do, from a dry run; None where it is refused.

    The same files are checked once per state of the store.
    """
    version = cached.store().data_version()
    signature = (*(file.file_id for file in files), tenant_id, cached.store().url, version)
    known = st.session_state.get(_CHECKED)
    if known is None or known[0] != signature:
        known = (signature, _run(files, tenant_id, dry_run=True))
        if known[1] is not None:
            st.session_state[_CHECKED] = known
    reports: Reports | None = known[1]
    return reports


def import_now(files: Sequence[UploadedFile], tenant_id: str) -> None:
    """Import the files, keep the reports for `just_imported` and show the page anew."""
    reports = _run(files, tenant_id, dry_run=False)
    if reports is not None:
        st.session_state[_IMPORTED] = reports
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state.pop(_CHECKED, None)
        st.rerun()


def choose_batch(batch_id: str) -> None:
    """Show the details of an import of the history; in callbacks only."""
    st.session_state[CHOSEN_BATCH] = int(batch_id)


def just_imported() -> Reports | None:
    """Return the reports of the last import of this session until they are put away."""
    reports: Reports | None = st.session_state.get(_IMPORTED)
    return reports


def put_away() -> None:
    """Forget the reports of the last import; in callbacks only."""
    st.session_state.pop(_IMPORTED, None)


def _run(files: Sequence[UploadedFile], tenant_id: str, *, dry_run: bool) -> Reports | None:
    """Run the importer with its progress on the page; a failure is shown in one line."""
    from data_access.importer import import_files
    from data_access.validate import ImportOptions

    now, scope = datetime.now(UTC), scope_bar.current_scope()
    bar = st.progress(0.0, text="Checking the files" if dry_run else "Importing")
    waiting = st.empty()

    def show(step: str, share: float) -> None:
        bar.progress(min(share, 1.0), text=plain(step))

    def wait_for(holder: str) -> None:
        waiting.info(f"Waiting for {plain(holder)}", icon=":material/hourglass_top:")

    try:
        with store_for_import(store_access.store_for_imports(), dry_run=dry_run) as store:
            reports = import_files(
                store,
                [(file.name, file.getvalue()) for file in files],
                scope=scope,
                now=now,
                options=ImportOptions(tenant_id=tenant_id or None, today=now.date()),
                dry_run=dry_run,
                progress=show,
                on_wait=wait_for,
            )
            if not dry_run:
                ranking_state.rank_if_due(store, scope)
    except InsightsError as error:
        show_failure(error)
        return None
    finally:
        bar.empty()
        waiting.empty()
    return tuple(reports)
