"""The views of the page on associations that speak of claims: clocks, register, proofs."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from data_access.queries.claims import LISTED_AT_MOST, ClaimQuestion
from data_access.types import Filters, Scope
from insights.exports.calendar import clock_calendar
from insights.money import rate_card_text
from insights.views import claim_register, clock_inbox, proof_radar
from insights.views.clock_inbox import InboxView
from pages.shared import association_frames as frames
from pages.shared import cached, headings, links, states, url_state
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import download_buttons, file_stem
from pages.shared.tables import show_table
from pages.shared.text import counted, plain
from pages.shared.today import today

CALENDAR = "text/calendar"
NO_CLAIMS = (
    "No claims were imported yet.",
    "Bring in a Customer claims file on the page Imports: one row per claim, with its status and "
    "dates. Partner Center’s export is not documented, so docs/files.md describes our layout.",
)


def show_clocks(scope: Scope, filters: Filters) -> None:
    """Draw the clocks inbox: groups by urgency, one clock's detail, and the calendar file."""
    day, rules = today(), frames.program()
    who = url_state.choice("as_who", "Who must act", clock_inbox.WHO, placeholder="Everybody")
    claims = frames.running_claims(scope, filters, rules, day)
    view = cached.computed(clock_inbox.inbox_view, claims, rules, day, who=who)
    if view is None:
        _show_no_clocks(scope)
        return
    st.caption(plain(f"{view.takeaway} As of {day:%Y-%m-%d}. {clock_inbox.HOLIDAYS}"))
    with st.container(horizontal=True, gap="small"):
        _calendar_button(view.rows, "All as calendar file", name="clocks")
        download_buttons(
            view.rows,
            clock_inbox.COLUMNS,
            name="claim-clocks",
            title="Claim clocks",
            as_of=f"{day:%Y-%m-%d}",
        )
    _show_chosen_clock(view)
    for group in view.groups:
        headings.subheader(f"{group.title}: {len(group.rows):,}")
        if group.rows.empty:
            st.caption("None.")
            continue
        show_table(
            group.rows,
            clock_inbox.COLUMNS,
            key=f"as_clocks_{group.code}",
            alt=f"{counted(len(group.rows), 'clock')} ({group.title.lower()}), soonest first.",
            on_select=_choose_clock,
            id_column="row_id",
        )
    st.caption("A click on a row shows the clock alone, with its own calendar file.")


def _show_no_clocks(scope: Scope) -> None:
    if not frames.has_claims(scope):
        states.show_nothing(*NO_CLAIMS)
        return
    states.show_nothing(
        "No clock runs on the claims of these filters.",
        "Nobody has to act by a day; choose another side above, or remove a filter.",
    )


def _choose_clock(row_id: str) -> None:
    url_state.set_in_address("as_clock", row_id)


def _show_chosen_clock(view: InboxView) -> None:
    """Draw the clock that the address names, with what can be done about it."""
    chosen = url_state.code_in_address("as_clock", list(view.rows["row_id"]))
    if chosen is None:
        return
    row = view.rows[view.rows["row_id"] == chosen].head(1)
    one = row.iloc[0]
    with st.container(border=True, key="as_clock_card"):
        st.markdown(
            f"**{plain(one['what'])}: {plain(one['left'])}**  \n"
            f"{plain(one['who_words'])} · due {one['due_on']:%Y-%m-%d} · "
            f"{plain(one['tenant_name'])} · {plain(one['workloads'])}  \n"
            f"{plain(one['rule_text'])}; source: {plain(one['reference'])}"
        )
        with st.container(horizontal=True, gap="small"):
            _calendar_button(row, "This one as calendar file", name="clock")
            links.customer_link(str(one["tenant_id"]), "Open the customer")
            st.button(
                "Open the claim",
                key="as_clock_claim",
                type="tertiary",
                on_click=_open_claim,
                args=(str(one["claim_id"]),),
            )
            st.button(
                "Close", key="as_clock_close", type="tertiary", on_click=_choose_clock, args=("",)
            )


def _open_claim(claim_id: str) -> None:
    url_state.set_in_address("as_claim", claim_id)
    url_state.set_in_address("as_view", "register")


def _calendar_button(rows: pd.DataFrame, label: str, *, name: str) -> None:
    st.download_button(
        label,
        data=audited(
            lambda: Made(clock_calendar(rows, datetime.now(UTC)), len(rows)),
            title=label,
            kind="ics",
        ),
        file_name=f"{file_stem(name)}.ics",
        mime=CALENDAR,
        key=f"as_calendar_{name}",
        help="All-day events with a reminder; importing it again updates them.",
        on_click="ignore",
        icon=":material/calendar_add_on:",
        type="tertiary",
    )


def show_register(scope: Scope, filters: Filters) -> None:
    """Draw the register of claims and, for the chosen claim, its history and checklist."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = url_state.search("as_q", "Search", placeholder="Claim id, or part of a customer")
        counts = frames.claim_counts(scope, filters, search)
        options = claim_register.status_options(counts)
        status = url_state.choice("as_status", "Status", options, placeholder="All statuses")
    asked = ClaimQuestion(status=status or "", search=search)
    listed = frames.claim_list(scope, filters, asked)
    if listed.empty:
        _show_no_claim_found(scope)
        return
    rows = cached.computed(claim_register.register_rows, listed)
    total = int(counts["claims"].sum() if status is None else _count_of(counts, status))
    st.caption(_listed_words(len(rows), total))
    show_table(
        rows,
        claim_register.COLUMNS,
        key="as_register",
        alt=f"{counted(total, 'claimed workload')}, the latest status first.",
        on_select=lambda claim_id: url_state.set_in_address("as_claim", claim_id),
        id_column="claim_id",
    )
    read = frames.all_claims(scope, filters, asked)
    download_buttons(
        lambda: claim_register.register_rows(read()),
        claim_register.COLUMNS,
        name="claims",
        title="Claims",
    )
    _show_claim(scope, filters)
    with st.expander("The life of a claim"):
        show_table(
            claim_register.life_rows(),
            claim_register.LIFE_COLUMNS,
            key="as_life",
            alt="Every status of a claim, what it means and where it may lead.",
        )


def _count_of(counts: pd.DataFrame, status: str) -> int:
    return int(counts.loc[counts["status"] == status, "claims"].sum())


def _listed_words(listed: int, total: int) -> str:
    if listed < total:
        return f"The first {listed:,} of {total:,} claimed workloads; the download has all."
    return f"{counted(total, 'claimed workload')}. A click on a row shows the claim below."


def _show_no_claim_found(scope: Scope) -> None:
    if not frames.has_claims(scope):
        states.show_nothing(*NO_CLAIMS)
        return
    states.show_nothing("No claim matches.", "Change the search or the status, or remove a filter.")


def _show_claim(scope: Scope, filters: Filters) -> None:
    """Draw the claim that the address names: its status, history and checklist."""
    claim_id = next(iter(url_state.values_in_address("as_claim")), "")
    if not claim_id:
        return
    rows = frames.claim_list(scope, filters, ClaimQuestion(claim_id=claim_id))
    history = frames.claim_history(scope, filters, claim_id)
    detail = cached.computed(claim_register.claim_detail, rows, history)
    if detail is None:
        states.show_nothing("The chosen claim is not within these filters.", "Remove a filter.")
        return
    headings.header(plain(detail.title))
    st.markdown("  \n".join(plain(line) for line in detail.words))
    links.customer_link(str(rows["tenant_id"].iloc[0]), "Open the customer")
    headings.subheader("History")
    show_table(
        detail.history,
        claim_register.HISTORY_COLUMNS,
        key="as_history",
        alt=f"{counted(len(detail.history), 'status')} seen, the first one first.",
    )
    headings.subheader("Proof of execution: checklist")
    st.caption(plain(detail.takeaway))
    show_table(
        detail.checklist,
        claim_register.CHECKLIST_COLUMNS,
        key="as_checklist",
        alt=detail.takeaway,
    )
    download_buttons(
        detail.checklist,
        claim_register.CHECKLIST_COLUMNS,
        name="proof-checklist",
        title=f"Proof checklist of claim {claim_id}",
    )


def show_proofs(scope: Scope, filters: Filters) -> None:
    """Draw the radar of proofs of execution, the greatest risk first."""
    day, rules = today(), frames.program()
    claims = frames.proofs(scope, filters, rules, day)
    view = cached.computed(proof_radar.proof_view, claims, rules, day)
    if view is None:
        if frames.has_claims(scope):
            states.show_nothing(
                "No proof is at risk within these filters.",
                "None is contested, and none is close to its end.",
            )
        else:
            states.show_nothing(*NO_CLAIMS)
        return
    st.caption(
        plain(
            f"{view.takeaway} As of {day:%Y-%m-%d}. Open and contested claims, and the "
            f"{LISTED_AT_MOST} approved ones with an old proof and most to earn."
        )
    )
    show_table(
        view.rows,
        proof_radar.COLUMNS,
        key="as_proofs",
        alt=view.takeaway,
        on_select=_open_claim,
        id_column="claim_id",
    )
    st.caption(
        plain(f"A click on a row opens the claim. Amounts: {rate_card_text(rules.on(day))}.")
    )
    download_buttons(
        view.rows,
        proof_radar.COLUMNS,
        name="proofs",
        title="Proofs of execution at risk",
        as_of=f"{day:%Y-%m-%d}",
    )
    with st.expander("What the risks mean"):
        st.markdown(
            "\n".join(
                f"- **{plain(risk.words)}**: {plain(risk.meaning)}" for risk in proof_radar.RISKS
            )
        )
