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
    """One edge case: which tenant (position in the world), which workload, and what it shows.

    `is_free`: no partner holds the workload, so that it can be claimed.
    """

    key: str
    tenant: int
    workload: str | None
    shows: str
    is_free: bool = False


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
    Case("unclaimed", 0, "MCAS", "a workload nobody claimed", is_free=True),
    Case(
        "crossed_unclaimed",
        5,
        "MDO",
        "15 % and 40 % crossed while nobody claimed it",
        is_free=True,
    ),
    Case("untouched", 7, "MCAS", "seats, and not a single active user"),
    Case("never_reported", 8, "AIP", "an approved claim without any usage yet"),
    # milestones and money
    Case("paid_as_rated", 18, "MDO", "15 % reached in FY23 and paid as the public rate says"),
    Case("amount_differs", 15, "MDO", "15 % reached in FY23, paid late and 500 dollars short"),
    Case("example_rate", 15, "INTUNE", "15 % reached in FY23 and paid, our rate is an example"),
    Case("amount_not_told", 12, "EXO", "15 % reached in FY23 and paid, not told in dollars"),
    Case("paid_before_data", 12, "SPO", "15 % paid for a month before the first report"),
    Case("payment_overdue", 14, "MDO", "15 % reached in FY23 and never paid"),
    Case("not_claimed", 12, "MCAS", "15 % crossed in FY23 while unclaimed", is_free=True),
    Case("workload_not_paid", 18, "TEAMS", "15 % crossed in FY23, recognition only"),
    Case("no_such_milestone", 15, "SPO", "40 % crossed in FY23, which paid 15 % only"),
    Case("usage_at_claim", 18, "PROPLUS", "too much usage at claim in FY23, then 40 %"),
    Case("reason_code", 18, "AADP", "Microsoft gives a reason: a designation is missing"),
    Case("reached_not_eligible", 18, "INTUNE", "15 % reached, but the proof is not approved"),
    Case("growth_paid", 13, "SPO", "growth above the high-water mark, paid as earned"),
    Case("growth_overdue", 12, "PROPLUS", "growth that was never paid"),
    Case("growth_not_due", 12, "AADP", "growth in the newest month only, not due yet"),
    Case("growth_capped", 13, "MDO", "more growth in a month than the year's maximum pays"),
    Case("slipping", 18, "SPO", "15 % reached, below it again in the newest month"),
    Case("newly_stalled", 4, "AADP", "stalled just under 15 % since the newest month"),
    Case("newest_purchase", 6, "SPO", "seats bought in the newest month moved the goal"),
    Case("newly_missed", 5, "MCAS", "15 % crossed unclaimed in the newest month", is_free=True),
    Case("too_late", 16, "AIP", "above 15 % with too few seats, unclaimed", is_free=True),
    # associations and claims
    Case("reclaimed", 13, "PROPLUS", "disassociated and claimed again after the pilot"),
    Case("newly_moved", 3, "AIP", "an association lost to another account in the newest month"),
    Case("newly_ended", 3, "YAM", "an association that the customer ended in the newest month"),
    Case("newly_claimed", 0, "AIP", "an association since the newest month"),
    Case("in_claim", 18, "MCAS", "a claim under review", is_free=True),
    Case("answer_tomorrow", 1, "MCAS", "one business day left to answer", is_free=True),
    Case("answer_overdue", 9, "MCAS", "an answer that is overdue", is_free=True),
    Case("submitted", 2, "AIP", "a claim just submitted", is_free=True),
    Case("disputed", 4, "MCAS", "a dispute, answered within three business days", is_free=True),
    Case("dispute_until", 6, "MCAS", "rejected, four days left to dispute", is_free=True),
    Case("opt_out", 10, "MCAS", "approved three days ago, the customer may opt out", is_free=True),
    Case("draft", 13, "MCAS", "a claim that is still a draft", is_free=True),
    Case("contested_free", 14, "MCAS", "two partners claim a free workload", is_free=True),
    Case("contested_newer", 13, "TEAMS", "a rival claims it with a newer proof"),
    Case("contested_older", 14, "TEAMS", "a rival claims it with an older proof"),
    Case("proof_2", 14, "EXO", "a proof of execution signed 2 months ago"),
    Case("proof_10", 18, "EXO", "a proof of execution signed 10 months ago"),
    Case("proof_11_5", 15, "EXO", "a proof of execution signed 11.5 months ago"),
    Case("proof_14", 13, "EXO", "a proof of execution signed 14 months ago"),
)

BY_KEY = {case.key: case for case in CASES}
