"""What Microsoft would object to in a claim, and what is wiser to know before it is sent.

A pure function over a draft and the facts known about its customer. *Blocking* is what the form
or the reviewer refuses; a *warning* is a risk for the claim or for what it earns. Every finding
names its step, its field and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
from email_validator import EmailNotValidError, validate_email

from insights.claims.draft import ClaimDraft, as_values
from insights.claims.finding import Finding
from insights.claims.form import (
    ACKNOWLEDGEMENTS,
    FIELDS_BY_NAME,
    PAID_ROLES,
    ROLE_IS_FINAL,
    WORKLOAD_AREAS,
    form_year,
    roles_of,
)
from insights.claims.standing import ClaimFacts, is_public_sector
from insights.claims.workload_findings import workload_findings
from insights.program import Program

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NULL_GUID = "00000000-0000-0000-0000-000000000000"
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]{2,59}|[a-z]{2,63})"
)
_MPN_ID = re.compile(r"[0-9]{4,12}")


MANDATORY: dict[str, str] = {
    "solution_area": "Choose the solution area.",
    "partner_role": "Choose the role in which you work for the customer.",
    "tenant_id": "Enter the customer's tenant id, or find the customer by name.",
    "domain": "Enter the customer's domain, e.g. contoso.com.",
    "partner_id": "Choose the partner location that did the work.",
    "claim_name": "Give the claim a name that you recognise later.",
    "contact_name": "Enter the name of the customer's contact.",
    "contact_title": "Enter the job title of the customer's contact.",
    "contact_email": "Enter the e-mail address of the customer's contact; Microsoft writes to it.",
    "own_name": "Enter the name of your own contact.",
    "own_email": "Enter the e-mail address of your own contact.",
    "proof": "Upload the signed proof of execution.",
    "signed_on": "Enter the day on which the customer signed the proof.",
    "workloads": "Tick at least one workload.",
}
"""Fields that no claim can do without, with the remedy."""


def findings(
    draft: ClaimDraft,
    facts: ClaimFacts,
    standing: pd.DataFrame,
    *,
    program: Program,
    today: date,
) -> tuple[Finding, ...]:
    """Return everything found in a draft, in the order of the steps, blocking ones first in each.

    `standing` is `standing.workload_standing` of the same draft and facts.
    """
    tidy = draft.trimmed()
    found = [
        *_missing(tidy),
        *_role(tidy, today),
        *_tenant(tidy, facts),
        *_domain(tidy, facts),
        *_partner(tidy, facts),
        *_contacts(tidy),
        *_signature(tidy, program, today),
        *_disclosure(tidy, facts),
        *_acknowledgements(tidy),
        *workload_findings(tidy, facts, standing, today=today),
    ]
    return tuple(sorted(found, key=lambda each: (each.step, each.severity != "blocking")))


def _missing(draft: ClaimDraft) -> Iterator[Finding]:
    values: dict[str, Any] = as_values(draft)
    for name, remedy in MANDATORY.items():
        if not values[name]:
            label = FIELDS_BY_NAME[name].label
            yield Finding(f"{name}_missing", name, "blocking", f"{label}: nothing yet.", remedy)


def _role(draft: ClaimDraft, today: date) -> Iterator[Finding]:
    area, role = draft.solution_area, draft.partner_role
    year = form_year(today)
    if area and area not in [each.name for each in year.areas]:
        yield Finding(
            "solution_area_unknown",
            "solution_area",
            "blocking",
            f"{area} is not a solution area of today's form.",
            "Choose one of the list.",
        )
    elif area and area not in WORKLOAD_AREAS:
        yield Finding(
            "solution_area_without_workloads",
            "solution_area",
            "blocking",
            f"A claim of {area} names Dynamics subscriptions, not workloads of Microsoft 365.",
            "Enter that claim in Partner Center itself, or choose the other area.",
        )
    if area and role and role not in roles_of(year, area):
        yield Finding(
            "partner_role_unknown",
            "partner_role",
            "blocking",
            f"{area} has no role {role}.",
            "Choose a role of the list. " + ROLE_IS_FINAL,
        )
    elif area in WORKLOAD_AREAS and role and role not in PAID_ROLES:
        yield Finding(
            "partner_role_unpaid",
            "partner_role",
            "warning",
            f"Usage is not paid under the role {role}.",
            "Choose a role for usage if that is what you did. " + ROLE_IS_FINAL,
        )


def _tenant(draft: ClaimDraft, facts: ClaimFacts) -> Iterator[Finding]:
    tenant_id = draft.tenant_id.lower()
    if not tenant_id:
        return
    if not _GUID.fullmatch(tenant_id) or tenant_id == _NULL_GUID:
        yield Finding(
            "tenant_id_wrong",
            "tenant_id",
            "blocking",
            "This is not a tenant id: 32 letters and digits in five groups, as in "
            "72f988bf-86f1-41af-91ab-2d7cd011db47.",
            "Copy it from the customer's admin centre (Microsoft Entra ID, Overview).",
        )
    elif facts.tenants.empty:
        yield Finding(
            "tenant_id_unknown",
            "tenant_id",
            "warning",
            "No report names this tenant, so nothing here can be compared with it.",
            "Compare the id letter by letter with the customer's own.",
        )


def _domain(draft: ClaimDraft, facts: ClaimFacts) -> Iterator[Finding]:
    domain = draft.domain
    if not domain:
        return
    if not _DOMAIN.fullmatch(domain):
        yield Finding(
            "domain_wrong",
            "domain",
            "blocking",
            f"{domain} is not a domain name.",
            "Enter the part behind the @ of the customer's addresses, e.g. contoso.com.",
        )
        return
    known = facts.tenants["domain"].dropna().astype("str").str.casefold().tolist()
    others = facts.domain_tenants[facts.domain_tenants["tenant_id"] != draft.tenant_id.lower()]
    if domain in known or not draft.tenant_id:
        return
    if not others.empty:
        yield Finding(
            "domain_of_another_tenant",
            "domain",
            "blocking",
            f"{domain} is the domain of {others['tenant_name'].iloc[0]}, which is another tenant.",
            "Correct the domain or the tenant id; Microsoft refuses a pair that does not match.",
        )
    else:
        told = f" The reports say {known[0]}." if known else ""
        yield Finding(
            "domain_unconfirmed",
            "domain",
            "warning",
            f"No report confirms that {domain} belongs to this tenant.{told}",
            "Ask the customer; Microsoft refuses a domain that does not match the tenant.",
        )


def _partner(draft: ClaimDraft, facts: ClaimFacts) -> Iterator[Finding]:
    if not draft.partner_id or draft.partner_id in set(facts.partners["partner_id"]):
        return
    is_number = _MPN_ID.fullmatch(draft.partner_id) is not None
    yield Finding(
        "partner_id_unknown" if is_number else "partner_id_wrong",
        "partner_id",
        "warning" if is_number else "blocking",
        f"{draft.partner_id} is "
        + ("in no report so far." if is_number else "not a partner id, which has digits only."),
        "Choose the location that is enrolled in the incentive; a headquarters' id earns nothing.",
    )


def _contacts(draft: ClaimDraft) -> Iterator[Finding]:
    for name in ("contact_email", "own_email"):
        address = str(getattr(draft, name))
        fault = email_fault(address) if address else ""
        if fault:
            yield Finding(
                f"{name}_wrong",
                name,
                "blocking",
                f"{address} is not an e-mail address: {fault}",
                "Correct it; Microsoft asks the customer at this address.",
            )
    if draft.own_email and draft.own_email.casefold() == draft.contact_email.casefold():
        yield Finding(
            "contact_is_own",
            "contact_email",
            "warning",
            "The customer's contact has the same address as your own contact.",
            "Name somebody who works for the customer.",
        )


def email_fault(address: str) -> str:
    """Return what is wrong with an address's form, empty for nothing; nobody is asked."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        return str(error)
    return ""


def _signature(draft: ClaimDraft, program: Program, today: date) -> Iterator[Finding]:
    signed, rules = draft.signed_on, program.on(today)
    if signed is None:
        return
    if signed > today:
        yield Finding(
            "signed_on_future",
            "signed_on",
            "blocking",
            f"The proof cannot be signed on {signed:%d %B %Y}: that day is still to come.",
            "Enter the date beside the customer's signature.",
        )
    elif rules is not None and valid_until(signed, rules.proof_maximum_months.value) < today:
        months = rules.proof_maximum_months.value
        yield Finding(
            "signed_on_old",
            "signed_on",
            "blocking",
            f"The proof was signed on {signed:%d %B %Y}, more than {months} months ago "
            f"(rules of {rules.title}).",
            "Have the customer sign a new one.",
        )


def valid_until(signed: date, months: int) -> date:
    """Return the last day on which a proof signed on a day may be submitted."""
    return (pd.Timestamp(signed) + pd.DateOffset(months=months)).date()


def needs_disclosure(draft: ClaimDraft, facts: ClaimFacts) -> bool:
    """Return whether the customer has to sign the public-sector disclosure."""
    if draft.public_sector:
        return draft.public_sector == "yes"
    return is_public_sector(facts) is True


def _disclosure(draft: ClaimDraft, facts: ClaimFacts) -> Iterator[Finding]:
    if needs_disclosure(draft, facts) and not draft.is_disclosed:
        yield Finding(
            "disclosure_missing",
            "is_disclosed",
            "blocking",
            "Customers of the public sector in the US and Puerto Rico sign a disclosure that the "
            "partner may be paid.",
            "Have it signed and attach it to the proof, then tick it.",
        )
    if draft.public_sector == "no" and is_public_sector(facts):
        yield Finding(
            "public_sector_reported",
            "public_sector",
            "warning",
            "The reports place this customer in the public sector of the US or Puerto Rico.",
            "Make sure that no disclosure is needed: without it the claim is rejected.",
        )


def _acknowledgements(draft: ClaimDraft) -> Iterator[Finding]:
    for code, sentence in ACKNOWLEDGEMENTS.items():
        if code not in draft.acknowledged:
            yield Finding(
                f"acknowledged_{code}_missing",
                "acknowledged",
                "blocking",
                f"Not acknowledged: {sentence}",
                "Tick it when it is so.",
            )
