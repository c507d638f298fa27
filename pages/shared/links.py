"""Every page's place, and the links between them; filters travel along by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from data_access.types import Capability, Scope
from pages.shared import signing_in, url_state
from pages.shared.text import plain

OVERVIEW = "pages/performance/overview.py"
REVIEW = "pages/performance/review.py"
WORKLOADS = "pages/performance/workloads.py"
PARTNERS = "pages/performance/partners.py"
CUSTOMERS = "pages/performance/customers.py"
CUSTOMER = "pages/performance/customer.py"
CUSTOMER_REVIEW = "pages/performance/customer_review.py"
MILESTONES = "pages/incentives/milestones.py"
EARNINGS = "pages/incentives/earnings.py"
ASSOCIATIONS = "pages/incentives/associations.py"
ALERTS = "pages/incentives/alerts.py"
CLAIM_ASSISTANT = "pages/incentives/claim_assistant.py"
OPPORTUNITIES = "pages/growth/opportunities.py"
RECOMMENDED_ACTIONS = "pages/growth/recommended_actions.py"
WEEKLY_PLAN = "pages/growth/weekly_plan.py"
WHAT_WORKED = "pages/growth/what_worked.py"
MODEL_RECORD = "pages/trust/model_record.py"
SIMULATOR = "pages/growth/simulator.py"
DATA_HEALTH = "pages/trust/data_health.py"
DEFINITIONS = "pages/trust/definitions.py"
IMPORTS = "pages/admin/imports.py"
PROGRAM_RULES = "pages/admin/program_rules.py"
PEOPLE = "pages/admin/people.py"
ACCESS = "pages/admin/access.py"
AUDIT = "pages/admin/audit.py"

PAGES = (
    OVERVIEW,
    REVIEW,
    WORKLOADS,
    PARTNERS,
    CUSTOMERS,
    CUSTOMER,
    CUSTOMER_REVIEW,
    MILESTONES,
    EARNINGS,
    ASSOCIATIONS,
    ALERTS,
    CLAIM_ASSISTANT,
    OPPORTUNITIES,
    RECOMMENDED_ACTIONS,
    WEEKLY_PLAN,
    WHAT_WORKED,
    SIMULATOR,
    MODEL_RECORD,
    DATA_HEALTH,
    DEFINITIONS,
    IMPORTS,
    PROGRAM_RULES,
    PEOPLE,
    ACCESS,
    AUDIT,
)
PAGE_NEEDS: Mapping[str, Capability] = {
    REVIEW: "money",
    EARNINGS: "money",
    CLAIM_ASSISTANT: "claim",
    IMPORTS: "import",
    PROGRAM_RULES: "rules",
    PEOPLE: "people",
    ACCESS: "access",
    AUDIT: "audit",
}
"""What a viewer must be allowed to open a page; every other page is for all roles."""

CURRENT_PAGE = "current_page"
"""Session key of the path of the page that is shown."""

CUSTOMER_KEY = "cust"
"""The customer page's own part of the address: a tenant id."""

ACCESS_USER_KEY = "ax_u"
"""The page of access' own part of the address: the key of the user that is open."""

AUDIT_EVENT_KEY = "au_event"
"""Part of its address: the code of the event that is shown."""

AUDIT_USER_KEY = "au_who"
"""The audit page's own part of the address: the key of the user whose events are shown."""

CLAIM_TENANT_KEY = "ca_tenant"
"""Part of a link that starts a claim in the claim assistant: the customer's tenant id."""

CLAIM_WORKLOADS_KEY = "ca_wl"
"""Part of such a link: the workloads (codes) to claim."""


def may_open(scope: Scope, path: str) -> bool:
    """Return whether a page is for the scope's role."""
    need = PAGE_NEEDS.get(path)
    return need is None or scope.may(need)


def page_link(path: str, **settings: Any) -> None:  # noqa: ANN401 - handed on to the link
    """Draw a link to a page, or nothing where the page is not for the viewer's role."""
    if may_open(signing_in.current_scope(), path):
        st.page_link(path, **settings)


def customer_link(tenant_id: str, label: str, *, help: str | None = None) -> None:
    """Draw a link to a customer's page; the filters in force stay."""
    st.page_link(CUSTOMER, label=plain(label), help=help, query_params={CUSTOMER_KEY: tenant_id})


def audit_link(label: str, *, user_key: str = "", event: str = "") -> None:
    """Draw a link to the audit of a user or a kind of event, where the viewer may read it."""
    asked = {AUDIT_USER_KEY: user_key, AUDIT_EVENT_KEY: event}
    page_link(
        AUDIT,
        label=plain(label),
        icon=":material/history:",
        query_params={key: value for key, value in asked.items() if value},
    )


def customer_review_link(tenant_id: str) -> None:
    """Draw a link to the review that a customer may see of itself."""
    st.page_link(
        CUSTOMER_REVIEW,
        label="Customer review",
        icon=":material/handshake:",
        help="What this customer may see, to read and to send: no money, no rankings, no names.",
        query_params={CUSTOMER_KEY: tenant_id},
    )


def open_customer(tenant_id: str) -> None:
    """Go to a customer's page at once, e.g. from a selected table row; the filters stay."""
    st.switch_page(CUSTOMER, query_params={CUSTOMER_KEY: tenant_id})


def chosen_customer() -> str | None:
    """Return the tenant id that the address names, None without one."""
    return next(iter(url_state.values_in_address(CUSTOMER_KEY)), None)
