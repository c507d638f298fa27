"""What the overview says of milestones and money, worked out by hand."""

import pandas as pd

from insights.months import month_index
from insights.views.overview_incentives import incentives_view

NOV = month_index(2026, 11)  # the second month of FY27 Q2

CROSSINGS = pd.DataFrame(
    {
        "month": [NOV - 2, NOV - 1, NOV, NOV, NOV, 0],
        "milestone": [15, 15, 15, 40, 15, 40],
        "state": ["reached", "paid", "reached", "reached", "missed", "in_flight"],
        "pairs": [100, 7, 2, 3, 50, 60],
    }
)
MONEY = pd.DataFrame(
    {
        "code": ["in_flight", "in_flight", "earned"],
        "pairs": [3, 1, 9],
        "amount_usd_e4": [20_000_000, 4_000_000, 70_000_000],
        "example_pairs": [1, 0, 0],
    }
)
CLOCKS = pd.DataFrame(
    {
        "tenant_id": ["t0", "t1", "t2", "t3", "t4", "t5"],
        "tenant_name": ["Adatum", "Contoso", "Fabrikam", "Northwind", "Tailspin", "Proseware"],
        "days_left": [-1, 0, 1, 4, 4, 5],
        "left": ["1 day over", "today", "1 day (1 business)", "4 days", "4 days", "5 days"],
        "what": ["The partner answers the reviewer"] * 6,
        "claim_id": [f"C{number}" for number in range(6)],
        "workloads": ["Teams"] * 6,
    }
)


def view(crossings=CROSSINGS, money=MONEY, clocks=CLOCKS):
    return incentives_view(crossings, money, clocks, as_of=NOV)


def cards(found):
    return {card.label: (card.value, card.note) for card in found.cards}


def test_crossings_count_the_month_and_its_fiscal_quarter():
    shown = cards(view())
    assert shown["Crossed in Nov"] == ("5", "2 at 15% · 3 at 40%")
    assert shown["Crossed in Q2"] == ("12", "9 at 15% · 3 at 40%")
    assert "FY27 Q2 (Oct–Dec 2026)" in view().cards[1].help


def test_in_flight_is_the_sum_with_its_mark():
    assert cards(view())["In flight"] == ("$2.4k", "4 milestones · example rate")
    real = view(money=MONEY.assign(example_pairs=0).iloc[1:])
    assert cards(real)["In flight"] == ("$400", "1 milestone")


def test_clocks_under_five_days_are_counted_and_the_nearest_three_named():
    found = view()
    assert cards(found)["Urgent clocks"] == ("4", "under 5 days · 1 more overdue")
    assert [deadline.tenant_name for deadline in found.deadlines] == [
        "Contoso",
        "Fabrikam",
        "Northwind",
    ]
    assert found.deadlines[0].text == "The partner answers the reviewer: today · claim C1, Teams"


def test_nothing_is_said_to_be_nothing():
    found = view(CROSSINGS.head(0), MONEY.head(0), CLOCKS.head(0))
    assert cards(found) == {
        "Crossed in Nov": ("0", "no milestone"),
        "Crossed in Q2": ("0", "no milestone"),
        "In flight": ("$0", "0 milestones"),
        "Urgent clocks": ("0", "under 5 days · none overdue"),
    }
    assert found.deadlines == ()
