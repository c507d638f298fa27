"""Steps 1, 2 and 4 of the claim assistant: role, customer, workloads."""

from __future__ import annotations

import streamlit as st

from data_access.queries import options
from insights.claims.draft import ClaimDraft
from insights.claims.form import FIELDS_BY_NAME, ROLE_IS_FINAL, form_year, roles_of
from insights.views.claim_assistant import WorkloadLine, workload_lines
from pages.shared import cached, claim_fields, claim_state, scope_bar
from pages.shared.claim_check import ClaimCheck
from pages.shared.text import plain

_FIND = "ca_find"
_MORE = "ca_more_workloads"
_SHORTEST_SEARCH = 2


def show_role(check: ClaimCheck) -> None:
    """Draw step 1: solution area and partner role, from the lists of today's form."""
    stored, year = check.stored, form_year(check.today)
    areas = [each.name for each in year.areas]
    _radio(check, "solution_area", areas)
    roles = list(roles_of(year, check.draft.solution_area))
    if roles:
        _radio(check, "partner_role", roles)
        st.caption(plain(ROLE_IS_FINAL))
    else:
        st.caption("The roles to choose from depend on the solution area.")
    claim_fields.tick(
        stored,
        "is_recognition_only",
        "Recognition only: waive the payment for this claim",
        help="The claim then counts for designations and never earns.",
    )
    st.caption(f"Lists as in {plain(year.reference)}.")


def _radio(check: ClaimCheck, name: str, choices: list[str]) -> None:
    """Draw a choice; an answer that is not in today's list is shown as not chosen."""
    key = claim_fields.field_key(check.stored, name)
    answer = getattr(check.draft, name)
    claim_state.fill(key, answer if answer in choices else None)
    st.radio(
        FIELDS_BY_NAME[name].label,
        choices,
        index=None,
        key=key,
        disabled=check.stored.status != "draft",
        on_change=_store_choice,
        args=(check.stored.draft_id, name, key),
    )


def _store_choice(draft_id: str, name: str, key: str) -> None:
    """Store a choice; with another area the role has to be chosen again."""
    answers = {name: st.session_state[key] or ""}
    if name == "solution_area":
        answers["partner_role"] = ""
    claim_state.store(draft_id, answers, key=key)


def show_customer(check: ClaimCheck) -> None:
    """Draw step 2: tenant, domain, partner location, claim name and contacts."""
    stored = check.stored
    with st.container(border=True, key="ca_tenant_part"):
        if stored.status == "draft":
            _find_customer(check)
        claim_fields.text(stored, "tenant_id", placeholder="72f988bf-86f1-41af-91ab-2d7cd011db47")
        if check.names.customer:
            st.caption(f"● {plain(check.names.customer)}")
        claim_fields.text(stored, "domain", placeholder="contoso.com")
    with st.container(border=True, key="ca_partner_part"):
        _partner_location(check)
        claim_fields.text(stored, "claim_name", placeholder="e.g. Contoso Teams rollout 2026")
    for title, names in (
        ("The customer's contact; Microsoft asks there", _CUSTOMER_CONTACT),
        ("Your own contact", _OWN_CONTACT),
    ):
        with st.container(border=True, key=f"ca_part_{names[0]}"):
            st.markdown(f"**{title}**")
            with st.container(horizontal=True, gap="small", key=f"ca_row_{names[0]}"):
                for name in names:
                    claim_fields.text(stored, name, width=claim_fields.NARROW)


_CUSTOMER_CONTACT = ("contact_name", "contact_title", "contact_email")
_OWN_CONTACT = ("own_name", "own_email")


def _find_customer(check: ClaimCheck) -> None:
    text = st.text_input(
        "Find a known customer",
        key=_FIND,
        type="search",
        placeholder="Name, domain or tenant id",
        live="300ms",
        autocomplete="off",
        width=claim_fields.WIDTH,
        help="Or enter the tenant id below.",
    ).strip()
    if len(text) < _SHORTEST_SEARCH:
        return
    found = cached.read(options.customers_like, scope_bar.current_scope(), text)
    if found.empty:
        st.caption("No known customer matches; enter the tenant id below.")
    for row in found.itertuples(index=False):
        domain = row.domain if isinstance(row.domain, str) else ""
        label = " · ".join(plain(each) for each in (row.name, domain, row.tenant_id) if each)
        st.button(
            label,
            key=f"ca_take_{row.tenant_id}",
            on_click=_take_customer,
            args=(check.stored.draft_id, str(row.tenant_id), domain),
            type="tertiary",
        )


def _take_customer(draft_id: str, tenant_id: str, domain: str) -> None:
    answers = {"tenant_id": tenant_id, **({"domain": domain} if domain else {})}
    if claim_state.store(draft_id, answers):
        st.session_state[_FIND] = ""


def _partner_location(check: ClaimCheck) -> None:
    stored, partners = check.stored, check.facts.partners
    names = dict(zip(partners["partner_id"], partners["partner_name"], strict=True))
    answer = check.draft.partner_id
    known = list(names) if answer in names or not answer else [*names, answer]
    key = claim_fields.field_key(stored, "partner_id")
    claim_state.fill(key, answer or None)
    st.selectbox(
        FIELDS_BY_NAME["partner_id"].label,
        known,
        index=None,
        format_func=lambda code: f"{names[code]} · {code}" if code in names else code,
        key=key,
        accept_new_options=True,
        placeholder="Choose a location, or type its MPN ID",
        help="Each location claims for itself. Enrolled and other locations look alike in the "
        "form; only an enrolled one earns.",
        disabled=stored.status != "draft",
        on_change=claim_state.store_answer,
        args=(stored.draft_id, "partner_id", key),
        width=claim_fields.WIDTH,
    )


def show_workloads(check: ClaimCheck) -> None:
    """Draw step 4: every workload with its standing, and whether it is claimed and in the proof."""
    st.caption(
        f"Tick what you claim, and whether the signed proof names it. Limits, minimum and values "
        f"by the rules of {plain(check.rules_title)}; values are estimates."
    )
    lines = workload_lines(check.standing, check.draft.partner_id.strip())
    for line in lines:
        _workload(check, line)
    if check.stored.status == "draft":
        _more_workloads(check, [line.code for line in lines])


def _workload(check: ClaimCheck, line: WorkloadLine) -> None:
    stored = check.stored
    with st.container(border=True, gap="xsmall", key=f"ca_workload_{line.code}"):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            claim_fields.member_tick(
                stored,
                "workloads",
                line.code,
                label=f"Claim {plain(line.name)}",
                off_too=("in_proof",),
            )
            if line.code in check.draft.workloads:
                label = f"{plain(line.name)} is in the proof"
                claim_fields.member_tick(stored, "in_proof", line.code, label=label)
        st.markdown(
            f"{plain(line.holder)} · {plain(line.usage)}  \n{plain(line.worth)}", width="stretch"
        )


def _more_workloads(check: ClaimCheck, shown: list[str]) -> None:
    more = {code: name for code, name in check.names.workloads.items() if code not in shown}
    st.selectbox(
        "Another workload",
        sorted(more, key=more.__getitem__),
        index=None,
        format_func=lambda code: more.get(code, code),
        key=_MORE,
        placeholder="Claim a workload that no report shows yet",
        on_change=_add_workload,
        args=(check.stored.draft_id,),
        width=claim_fields.WIDTH,
    )


def _add_workload(draft_id: str) -> None:
    code = st.session_state[_MORE]
    st.session_state[_MORE] = None
    if code is None:
        return

    def added(draft: ClaimDraft) -> dict[str, tuple[str, ...]]:
        return {"workloads": tuple(dict.fromkeys((*draft.workloads, code)))}

    claim_state.store_change(draft_id, added)
