"""Partner Center's claim form as data: its steps, its fields in their order, and its lists.

After Partner Center docs, submit-osa-claim (July 2021 and Oct 2023), and the proof of execution
template. The form asks for the proof after the workloads; the assistant asks for it before, so
that every workload can be compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the assistant: its number, short and full title, and what it is about."""

    number: int
    short: str
    title: str
    about: str


STEPS: tuple[Step, ...] = (
    Step(1, "Role", "Solution area and role", "What kind of claim it is."),
    Step(2, "Customer", "Customer tenant and contacts", "Whose tenant, and who may be asked."),
    Step(3, "Proof", "Proof of execution", "The signed document, its date and the disclosures."),
    Step(4, "Workloads", "Workloads", "What is claimed, and what a claim could still earn."),
    Step(5, "Review", "Review and claim pack", "Everything once more, then the pack."),
)
"""The five steps in their order."""

REVIEW = 5


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its name in the draft, its label, the assistant's step, Partner Center's part."""

    name: str
    label: str
    step: int
    part: str


FORM_FIELDS: tuple[FormField, ...] = (
    FormField("solution_area", "Solution area", 1, "Select solution area"),
    FormField("partner_role", "Partner role", 1, "Select solution area"),
    FormField("is_recognition_only", "Recognition only", 1, "Select solution area"),
    FormField("tenant_id", "Directory / tenant ID", 2, "Identify customer tenant"),
    FormField("domain", "Customer domain name", 2, "Identify customer tenant"),
    FormField("partner_id", "Partner location (MPN ID)", 2, "Identify customer tenant"),
    FormField("claim_name", "Claim name", 2, "Identify customer tenant"),
    FormField("contact_name", "Customer contact, name", 2, "Share customer contact"),
    FormField("contact_title", "Customer contact, title", 2, "Share customer contact"),
    FormField("contact_email", "Customer contact, e-mail", 2, "Share customer contact"),
    FormField("own_name", "Your contact, name", 2, "Share customer contact"),
    FormField("own_email", "Your contact, e-mail", 2, "Share customer contact"),
    FormField("workloads", "Workloads", 4, "Select workloads"),
    FormField("in_proof", "Workloads in the proof", 4, "Select workloads"),
    FormField("proof", "Proof of execution", 3, "Provide proof of execution"),
    FormField("signed_on", "Signed by the customer on", 3, "Provide proof of execution"),
    FormField("public_sector", "Public-sector customer", 3, "Provide proof of execution"),
    FormField("is_disclosed", "Disclosure signed", 3, "Provide proof of execution"),
    FormField("comments", "Comments", 3, "Provide proof of execution"),
    FormField("acknowledged", "Acknowledgements", 3, "Provide proof of execution"),
)
"""Every field in the order in which Partner Center asks for it."""

FIELDS_BY_NAME: dict[str, FormField] = {field.name: field for field in FORM_FIELDS}


@dataclass(frozen=True, slots=True)
class SolutionArea:
    """One solution area with the partner roles that it offers."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormYear:
    """The lists of the form from a day on."""

    since: date
    areas: tuple[SolutionArea, ...]
    reference: str


MODERN_WORK = "Modern Work and Security"
MICROSOFT_365 = "Microsoft 365"
BUSINESS_APPLICATIONS = "Business Applications"
USE_OR_CONSUME = "Use or consume"
USAGE = "Usage"

WORKLOAD_AREAS: tuple[str, ...] = (MODERN_WORK, MICROSOFT_365)
"""Areas whose claims name Microsoft 365 workloads; the other one names Dynamics subscriptions."""

PAID_ROLES: tuple[str, ...] = (USE_OR_CONSUME, USAGE)
"""Roles under which usage of workloads is evaluated for pay."""

_ROLES_2021 = ("Presales", USAGE, "Revenue association")

FORM_YEARS: tuple[FormYear, ...] = (
    FormYear(
        date(2019, 10, 1),
        (
            SolutionArea(MICROSOFT_365, _ROLES_2021),
            SolutionArea(BUSINESS_APPLICATIONS, _ROLES_2021),
        ),
        "Partner Center docs July 2021, submit-osa-claim",
    ),
    FormYear(
        date(2022, 10, 1),
        (
            SolutionArea(MODERN_WORK, (USE_OR_CONSUME,)),
            SolutionArea(
                BUSINESS_APPLICATIONS,
                (
                    "Build intent - Advisor",
                    "Influenced Revenue recognition - Non-Incentivized",
                    "Usage recognition - Non-Incentivized",
                ),
            ),
        ),
        "Partner Center docs Oct 2023, submit-osa-claim; the day of the change is not public",
    ),
)
"""The lists by year, oldest first."""

ROLE_IS_FINAL = "A claim with the wrong role cannot be converted: it has to be claimed again."

ACKNOWLEDGEMENTS: dict[str, str] = {
    "customer": "The customer agrees to this claim and knows that Microsoft writes to the contact.",
    "proof": "The proof is complete and shows work that this partner location delivered.",
}
"""What has to be acknowledged before a claim is submitted, in our words, by code."""

PUBLIC_SECTOR: dict[str, str] = {"": "As the reports say", "yes": "Yes", "no": "No"}
"""Answers to whether the customer is in the public sector of the US or Puerto Rico."""


def form_year(day: date) -> FormYear:
    """Return the lists in use on a day; before the first ones, those."""
    known = [year for year in FORM_YEARS if year.since <= day]
    return known[-1] if known else FORM_YEARS[0]


def roles_of(year: FormYear, area: str) -> tuple[str, ...]:
    """Return the roles that an area offers, none for an unknown one."""
    return next((each.roles for each in year.areas if each.name == area), ())
