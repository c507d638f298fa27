"""Step 3 of the claim assistant: the proof itself, what its text says, its date and ticks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from data_access import proofs
from data_access.errors import InsightsError
from data_access.proof_content import MAX_PROOF_MB, MEDIA_NAMES
from insights.claims.form import ACKNOWLEDGEMENTS, PUBLIC_SECTOR
from insights.claims.standing import is_public_sector
from pages.shared import cached, claim_check, claim_fields, claim_state, scope_bar
from pages.shared.audit_export import Made, audited
from pages.shared.claim_check import ClaimCheck
from pages.shared.states import show_failure
from pages.shared.text import plain

_ROUND = "ca_proof_round"
_SECTOR_WORDS = {
    True: "public sector of the US or Puerto Rico",
    False: "no public-sector customer of the US or Puerto Rico",
    None: "not known",
}


def show_proof(check: ClaimCheck) -> None:
    """Draw step 3: proof of execution, signature date, comments, ticks, disclosure."""
    stored = check.stored
    if check.draft.proof is None:
        _upload(check)
    else:
        _attached(check)
    rules = check.program.on(check.today)
    months = rules.proof_maximum_months.value if rules is not None else 12
    claim_fields.day(
        stored, "signed_on", help=f"At most {months} months before the claim is submitted."
    )
    claim_fields.long_text(
        stored, "comments", help="For the reviewer; comments do not replace anything in the proof."
    )
    st.markdown("**Acknowledgements**")
    for code, sentence in ACKNOWLEDGEMENTS.items():
        claim_fields.member_tick(stored, "acknowledged", code, label=sentence)
    _public_sector(check)


def _upload(check: ClaimCheck) -> None:
    """Draw the place for the proof and take what is dropped there."""
    stored = check.stored
    key = f"ca_upload_{stored.draft_id}_{st.session_state.get(_ROUND, 0)}"
    uploaded = st.file_uploader(
        "Proof of execution: PDF, Word (DOCX), PNG or JPEG",
        type=["pdf", "docx", "png", "jpg", "jpeg"],
        max_upload_size=MAX_PROOF_MB,
        key=key,
        disabled=stored.status != "draft",
        help="The signed document with all its parts. It stays on this installation.",
    )
    if uploaded is None:
        return
    try:
        with st.spinner("Looking into the file"):
            attached = proofs.store_proof(
                cached.store(),
                scope_bar.current_scope(),
                file_name=uploaded.name,
                content=uploaded.getvalue(),
                now=datetime.now(UTC),
            )
    except InsightsError as error:
        show_failure(error)
        return
    if claim_state.store(stored.draft_id, {"proof": attached}):
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _attached(check: ClaimCheck) -> None:
    """Draw the attached proof, what its text says, and the ways to get or remove it."""
    proof, stored = check.draft.proof, check.stored
    assert proof is not None, "drawn only where one is attached"
    with st.container(border=True, key="ca_proof"):
        st.markdown(f":material/description: **{plain(proof.file_name)}**")
        st.caption(
            f"{proof.size_bytes / 1024:,.0f} KB · {MEDIA_NAMES[proof.media_type]} · "
            f"SHA-256 {proof.content_hash[:16]}…"
        )
        _show_hints(check)
        with st.container(horizontal=True, gap="small"):
            st.download_button(
                "Download",
                data=audited(
                    _proof_reader(check), title=f"Proof {proof.content_hash}", kind="proof"
                ),
                file_name=f"proof-{proof.content_hash[:12]}.bin",
                mime="application/octet-stream",
                key="ca_proof_download",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
                help="As a plain file; the claim pack has it under its own name.",
            )
            st.button(
                "Replace by another file",
                key="ca_proof_remove",
                on_click=_remove,
                args=(stored.draft_id,),
                icon=":material/swap_horiz:",
                type="tertiary",
                disabled=stored.status != "draft",
            )


def _proof_reader(check: ClaimCheck) -> Callable[[], Made]:
    read = proofs.proof_reader(cached.store(), check.draft)
    return lambda: Made(read())


def _remove(draft_id: str) -> None:
    claim_state.store(draft_id, {"proof": None})


def _show_hints(check: ClaimCheck) -> None:
    found = claim_check.hints(check)
    if found is None:
        st.caption("Its text cannot be read (a scan or a picture): compare it yourself.")
        return
    st.markdown("\n".join(f"- {plain(hint.words)}" for hint in found))
    st.caption("Hints from the file's text, no decision: the reviewer reads the document.")


def _public_sector(check: ClaimCheck) -> None:
    """Draw whether the customer is in the public sector, and the disclosure that it then signs."""
    stored = check.stored
    key = claim_fields.field_key(stored, "public_sector")
    claim_state.fill(key, check.draft.public_sector)
    st.radio(
        "Public-sector customer in the US or Puerto Rico",
        list(PUBLIC_SECTOR),
        format_func=lambda code: PUBLIC_SECTOR[code],
        key=key,
        horizontal=True,
        help="They sign a disclosure that the partner may be paid.",
        disabled=stored.status != "draft",
        on_change=claim_state.store_answer,
        args=(stored.draft_id, "public_sector", key),
    )
    st.caption(f"The reports say: {_SECTOR_WORDS[is_public_sector(check.facts)]}.")
    claim_fields.tick(stored, "is_disclosed", "The disclosure is signed and part of the proof")
