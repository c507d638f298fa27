"""Earned by our rules against paid by Microsoft: one hand-made pair per broken link."""

from datetime import date

import pandas as pd
import pytest

from insights.milestones import growth_earnings, milestone_rows, portfolio
from insights.reconciliation import COLUMNS, LINKS_BY_CODE, reconciliation
from tests.milestone_builders import PROGRAM, earning, facts, held, month, usage_rows

JAN = month("2022-01")
HELD = [held(date(2022, 1, 1))]
CROSSED = usage_rows(JAN, [1000, 1000], [100, 150])  # 15 % reached in February, due in April
BELOW = usage_rows(JAN, [1000, 1000], [100, 120])
XL_CROSSED = usage_rows(month("2023-01"), [16600, 16600], [1600, 2490])
XL_HELD = [held(date(2023, 1, 1))]


def reconciled(usage, *, associations=(), earnings=(), workload="INTUNE", known=date(2022, 3, 31)):
    known_facts = facts(usage, associations=associations, earnings=earnings, workload=workload)
    as_of = int(known_facts.usage["month"].max())
    pairs = portfolio(known_facts, PROGRAM, as_of, known_on=known)
    return reconciliation(
        milestone_rows(pairs), growth_earnings(pairs), pairs.paid, pairs.reasons, known_on=known
    )


def paid(usd, percent="15%", **values):
    return earning(percent, usd, earning_on=date(2022, 3, 16), **values)


@pytest.mark.parametrize(
    ("usage", "associations", "earnings", "known", "link"),
    [
        (CROSSED, HELD, [], date(2022, 4, 30), "not_due"),
        (CROSSED, HELD, [], date(2022, 5, 1), "overdue"),
        (CROSSED, HELD, [paid(1500)], date(2022, 5, 1), "agrees"),
        (CROSSED, HELD, [paid(1700)], date(2022, 5, 1), "example_rate"),
        (CROSSED, HELD, [paid(None)], date(2022, 5, 1), "amount_not_told"),
        (CROSSED, [], [], date(2022, 5, 1), "not_claimed"),
        (CROSSED, HELD, [paid(0, reason_code="IVDPOE")], date(2022, 5, 1), "not_eligible"),
        (CROSSED, HELD, [paid(0, None, reason_code="IVDGEO")], date(2022, 5, 1), "not_eligible"),
        (CROSSED, HELD, [paid(1500, payment_status="Failed")], date(2022, 5, 1), "overdue"),
        (BELOW, HELD, [paid(1500)], date(2022, 5, 1), "paid_not_reached"),
        (
            usage_rows(JAN, [1000] * 2, [100, 120]),
            [],
            [paid(9)],
            date(2022, 5, 1),
            "paid_not_reached",
        ),
    ],
)
def test_broken_link_is_named(usage, associations, earnings, known, link):
    rows = reconciled(usage, associations=associations, earnings=earnings, known=known)
    row = rows[rows["milestone"] == 15].squeeze()
    assert row["link"] == link
    assert link in LINKS_BY_CODE


def test_published_rate_that_differs_is_called_a_difference_with_its_amount():
    told = [earning("15%", 4400, earning_on=date(2023, 3, 16), payment_status="Sent")]
    rows = reconciled(
        XL_CROSSED,
        associations=XL_HELD,
        earnings=told,
        workload="TEAMSPLATFORM",
        known=date(2023, 5, 1),
    )
    row = rows.squeeze()
    assert (row["link"], row["state"], row["is_sent"]) == ("amount_differs", "paid", True)
    assert (row["earned_usd_e4"], row["paid_usd_e4"]) == (45_000_000, 44_000_000)
    assert row["difference_usd_e4"] == -1_000_000


def test_crossed_but_not_earnable_says_why():
    rows = reconciled(usage_rows(JAN, [1000], [200]), associations=HELD)
    row = rows.squeeze()
    assert (row["link"], row["reason"]) == ("not_eligible", "passed_before_claim")
    assert pd.isna(row["difference_usd_e4"])


def test_a_reason_of_the_milestone_comes_before_a_general_one():
    told = [paid(0, None, reason_code="IVDGEO"), paid(0, reason_code="IVDPOE")]
    rows = reconciled(CROSSED, associations=HELD, earnings=told, known=date(2022, 5, 1))
    assert rows.squeeze()["reason"] == "IVDPOE"


def test_nothing_is_listed_where_nothing_was_crossed_or_paid():
    rows = reconciled(BELOW, associations=HELD)
    assert rows.empty
    assert tuple(rows.columns) == COLUMNS


GROWN = usage_rows(month("2024-01"), [1000] * 3, [100, 110, 130])  # 10 units, then 20 units
GROWING = [held(date(2024, 1, 1))]


@pytest.mark.parametrize(
    ("known", "usd", "link", "earned"),
    [
        (date(2024, 3, 31), None, "not_due", 900_000),  # both due in April and May: 30 units
        (date(2024, 4, 30), None, "not_due", 300_000),  # February's 10 units by mid April
        (date(2024, 6, 1), None, "overdue", 900_000),
        (date(2024, 6, 1), 90, "agrees", 900_000),
        (date(2024, 6, 1), 60, "example_rate", 900_000),
    ],
)
def test_growth_is_compared_per_pair_with_what_is_due(known, usd, link, earned):
    told = [] if usd is None else [earning(None, usd, earning_on=date(2024, 3, 16))]
    rows = reconciled(GROWN, associations=GROWING, earnings=told, known=known)
    row = rows[rows["milestone"] == 0].squeeze()
    assert (row["link"], row["earned_usd_e4"]) == (link, earned)


def test_growth_that_earned_nothing_is_not_listed():
    falling = usage_rows(month("2024-01"), [1000] * 2, [100, 90])
    assert reconciled(falling, associations=GROWING, known=date(2024, 6, 1)).empty
