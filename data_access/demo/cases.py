"""The edge cases that the demo holds by construction, each at a fixed tenant (and workload).

The first tenants of every demo world are set aside for them, so that a page, a test or a
presenter finds each effect of the real reports at a known place, whatever the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

SET_ASIDE = 20
"""The first tenants, whose workloads, seats and claims are steady apart from their cases."""


@dataclass(frozen=True, slots=True)
class Case:
    """One edge case: which tenant (position in the world), which workload, and what it shows."""

    key: str
    tenant: int
    workload: str | None
    shows: str


CASES: tuple[Case, ...] = (
    Case("formula_name", 0, None, "a name that a spreadsheet would run as a formula"),
    Case("markup_name", 1, None, "a name with HTML, Markdown and LaTeX characters"),
    Case("long_name", 2, None, "a name of more than 200 characters"),
    Case("quoted_name", 3, None, "a name with a comma, quotes and umlauts"),
    Case("masked_name", 4, None, "a name that Microsoft conceals"),
    Case("greek_name", 5, None, "a name in Greek"),
    Case("japanese_name", 6, None, "a name in Japanese"),
    Case("arabic_name", 7, None, "a name written from right to left"),
    Case("cyrillic_name", 8, None, "a name in Cyrillic"),
    Case("twin_name", 9, None, "two customers of one name (first)"),
    Case("twin_name_2", 10, None, "two customers of one name (second)"),
    Case("multi_partner", 11, None, "workloads held by partners of two global accounts"),
    Case("moved_account", 12, "TEAMS", "an association that moved to another global account"),
    Case("moved_location", 12, "INTUNE", "an association that moved inside its global account"),
    Case("pga_duplicate", 13, None, "a second location of the account: IsDuplicateRowForPGA = 1"),
    Case("education", 14, None, "a school that empties in summer"),
    Case("grown_pilot", 15, "TEAMS", "10 seats, 10 users, then 990 more seats"),
    Case("small", 16, None, "under 150 seats in every workload"),
    Case("gone", 17, None, "a customer whose reports stop"),
    Case("wrong_country", 18, None, "a tenant country that is not its market"),
    Case("first_row_late", 19, None, "a first row the month after the association"),
    Case("above_100", 1, "EXO", "more active users than seats"),
    Case("zero_seats", 2, "MCAS", "no paid seats, some users on a trial"),
    Case("just_crossed", 2, "TEAMS", "15 % passed in the newest month"),
    Case("diluted", 3, "TEAMS", "above 15 % until more seats were bought"),
    Case("lost_seats", 3, "PROPLUS", "a fifth of the seats cancelled"),
    Case("users_short", 4, "TEAMS", "3 users short of 15 %"),
    Case("at_threshold", 4, "INTUNE", "exactly 15 %"),
    Case("stalled_15", 5, "INTUNE", "stalled just under 15 %"),
    Case("stalled_40", 6, "TEAMS", "stalled just under 40 %"),
    Case("high_at_claim", 6, "EXO", "usage above 40 % already when it was claimed"),
    Case("spike", 7, "YAM", "a launch spike that fades"),
    Case("declining", 8, "SPO", "from above 40 % to below it"),
    Case("policy_step", 9, "AADP", "a policy switched on for everybody"),
    Case("missing_month", 9, "EXO", "a month without a report"),
    Case("late_month", 10, "EXO", "the newest month still missing"),
    Case("disassociated", 10, "AIP", "an association that the customer ended"),
    Case("unclaimed", 0, "MCAS", "a workload nobody claimed"),
    Case("crossed_unclaimed", 5, "MDO", "15 % and 40 % crossed while nobody claimed it"),
    Case("untouched", 7, "MCAS", "seats, and not a single active user"),
    Case("never_reported", 8, "AIP", "an approved claim without any usage yet"),
)

BY_KEY = {case.key: case for case in CASES}
