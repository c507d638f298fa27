"""Step 5 of the claim assistant: all findings, the checklist, all answers, and the pack."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data_access import proofs
from insights.claims.finding import blocking
from insights.claims.form import STEPS
from insights.claims.pack import PackContents, claim_pack, form_parts, pack_name
from pages.shared import cached, claim_check, claim_fields, claim_state, headings, scope_bar
from pages.shared.audit_export import Made, audited
from pages.shared.claim_check import ClaimCheck, checked
from pages.shared.text import plain


def show_review(check: ClaimCheck) -> None:
    """Draw step 5: what is left, the pack, the checklist, and the form as it will be entered."""
    stored = check.stored
    if stored.status == "packed":
        _show_pack(check)
    else:
        _show_left(check)
        st.button(
            "Make claim pack",
            key="ca_pack",
            icon=":material/inventory_2:",
            on_click=_pack,
            args=(stored.draft_id,),
            disabled=stored.status != "draft" or bool(blocking(check.found)),
            help="A ZIP with summary, answers, proof and checklist.",
        )
    headings.subheader("Proof checklist")
    st.markdown(
        "\n".join(
            f"- {line.symbol} **{plain(line.title)}** – {plain(line.wants)} *{plain(line.known)}*"
            for line in claim_check.checklist_of(check)
        )
    )
    headings.subheader("As it is entered in Partner Center")
    for part in form_parts(check.draft, check.names):
        lines = [f"- {plain(label)}: **{_in_line(value)}**" for label, value in part.lines]
        st.markdown("\n".join([f"**{plain(part.title)}**", *lines]))


def _in_line(value: str) -> str:
    """Return an answer of several lines as one line."""
    return plain(" · ".join(line for line in value.splitlines() if line))


def _show_left(check: ClaimCheck) -> None:
    """Draw the findings by step, each with the way to its step."""
    if not check.found:
        claim_fields.show_findings((), nothing="Nothing is missing and no risk is known.")
    for step in STEPS:
        here = [each for each in check.found if each.step == step.number]
        if here:
            st.button(
                f"{step.number} {step.title}",
                key=f"ca_to_{step.number}",
                on_click=claim_state.go_to,
                args=(step.number,),
                type="tertiary",
                icon=":material/edit:",
            )
            claim_fields.show_findings(here, nothing="")


def _pack(draft_id: str) -> None:
    """Pack the claim unless another window has broken it meanwhile; in callbacks only."""
    stored = claim_state.stored_draft(draft_id)
    if stored is not None and not blocking(checked(stored).found):
        claim_state.change_status(draft_id, "packed")


def _show_pack(check: ClaimCheck) -> None:
    """Draw the finished pack with its download and the way back."""
    stored = check.stored
    st.success(
        "The claim pack is ready to be entered in Partner Center.",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Download claim pack",
            data=audited(_pack_maker(check), title=f"Claim pack {stored.draft_id}", kind="zip"),
            file_name=pack_name(check.draft, stored.saved_at.date()),
            mime="application/zip",
            key="ca_pack_download",
            on_click="ignore",
            icon=":material/download:",
        )
        st.button(
            "Reopen to change it",
            key="ca_reopen",
            on_click=claim_state.change_status,
            args=(stored.draft_id, "draft"),
            icon=":material/edit:",
        )
    risks = [each for each in check.found if each.severity == "warning"]
    if risks:
        claim_fields.show_findings(risks, nothing="")


def _pack_maker(check: ClaimCheck) -> Callable[[], Made]:
    """Return a function that makes the pack without a session, for a download."""
    read, stored = proofs.proof_reader(cached.store(), check.draft), check.stored
    lines, who = claim_check.checklist_of(check), scope_bar.current_scope().who
    warnings = tuple(each for each in check.found if each.severity == "warning")

    def made() -> Made:
        pack = claim_pack(
            PackContents(
                draft=stored.draft,
                proof=read(),
                warnings=warnings,
                checklist=lines,
                names=check.names,
                packed_on=stored.saved_at.date(),
                packed_by=who,
                rules=check.rules_title,
            )
        )
        return Made(pack)

    return made
