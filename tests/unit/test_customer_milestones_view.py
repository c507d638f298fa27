"""A customer's milestones in words: states, chain to payment, value, claims over time."""

from datetime import date

import pandas as pd
import pytest

from data_access.rules import load_program
from insights.charts.customer_claims import claim_timeline
from insights.milestone_states import REASONS
from insights.months import month_index
from insights.views.customer_claims import claim_steps, claims_words
from insights.views.customer_milestones import CustomerMoney, group_money, milestones_view

PROGRAM = load_program()
OCT = month_index(2026, 10)
FY23_MONTH = month_index(2023, 3)

BLANK = {
    "workload_name": "Teams",
    "as_of": OCT,
    "reason": "",
    "reason_code": "",
    "rule": "FY27.milestones[1]",
    "program_year": "FY27",
    "is_claiming": False,
    "usage_at_claim": 0.1,
    "monthly_pace": 4.0,
    "bucket": "S",
    "is_example": True,
    "is_slipping": False,
    "is_stalled": False,
    "seat_points": float("nan"),
    "is_small_base": False,
    "is_above_100": False,
    "is_data_late": False,
    "is_too_late_to_claim": False,
    "latest_month": OCT,
    "paid_available_units": 1000,
    "monthly_active_users": 250,
    "high_water_mark": 260,
    "claim_month": None,
    "crossed_month": None,
    "reached_month": None,
    "earned_month": None,
    "users_needed": 0,
    "payment_due_month": None,
    "value_usd_e4": 4_500_000,
    "is_held": True,
    "partner_name": "North",
    "holder_name": "North",
    "link": None,
    "paid_usd_e4": None,
    "difference_usd_e4": None,
    "due_month": None,
}
COUNTS = [name for name, value in BLANK.items() if name.endswith(("_month", "_units", "_users"))]
COUNTS += ["high_water_mark", "users_needed", "paid_usd_e4", "difference_usd_e4", "value_usd_e4"]


def milestones(*rows):
    """Milestones from dicts of what is not as in BLANK; the value is added where not told."""
    frame = pd.DataFrame([{**BLANK, **row} for row in rows])
    if "added_value_usd_e4" not in frame:
        frame = frame.assign(added_value_usd_e4=frame["value_usd_e4"])
    return frame.astype(dict.fromkeys([*COUNTS, "added_value_usd_e4"], "Int64"))


def growth(*rows):
    columns = ["workload", "earned_units", "amount_usd_e4", "last_month", "is_example", "link"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.astype({"amount_usd_e4": "Int64", "is_example": "bool"})


def at(workload, milestone, state, **told):
    return {"workload": workload, "milestone": milestone, "state": state, **told}


PAID_15 = at(
    "EXO",
    15,
    "paid",
    program_year="FY23",
    earned_month=FY23_MONTH,
    reached_month=FY23_MONTH,
    value_usd_e4=15_000_000,
    is_example=False,
    link="agrees",
)
OVERDUE_40 = at(
    "EXO",
    40,
    "reached",
    program_year="FY23",
    earned_month=FY23_MONTH,
    reached_month=FY23_MONTH,
    value_usd_e4=10_000_000,
    link="overdue",
    due_month=FY23_MONTH + 2,
    payment_due_month=FY23_MONTH + 2,
    is_slipping=True,
    users_needed=12,
)
BY_UNITS = at("TEAMS", 15, "reached", earned_month=OCT, reached_month=OCT)
IN_FLIGHT = at("TEAMS", 40, "in_flight", users_needed=150, is_stalled=True, seat_points=2.14)
MISSED = at(
    "SPO",
    15,
    "missed",
    is_held=False,
    holder_name=None,
    partner_name=None,
    crossed_month=OCT - 1,
    is_too_late_to_claim=True,
)
UNCLAIMED = at(
    "SPO", 40, "unclaimed", is_held=False, holder_name=None, partner_name=None, users_needed=1
)
BARRED = at(
    "YAM",
    15,
    "not_earnable",
    reason="reason_code",
    reason_code="IVDPOE",
    value_usd_e4=None,
)
ROWS = milestones(IN_FLIGHT, BY_UNITS, MISSED, UNCLAIMED, BARRED, PAID_15, OVERDUE_40)
UNITS = growth(("TEAMS", 30, 900_000, OCT, True, "not_due"))


@pytest.fixture(scope="module")
def view():
    return milestones_view(CustomerMoney(ROWS, UNITS), PROGRAM)


def test_customer_without_judged_milestones_has_no_view():
    assert milestones_view(CustomerMoney(ROWS.head(0), UNITS.head(0)), PROGRAM) is None


def test_milestones_are_in_the_order_of_the_catalogue_with_symbol_and_word(view):
    rows = view.milestones
    assert (rows["workload"] + " " + rows["goal"]).tolist() == [
        "EXO 15%",
        "EXO 40%",
        "SPO 15%",
        "SPO 40%",
        "TEAMS 15%",
        "TEAMS 40%",
        "YAM 15%",
    ]
    assert rows["state_words"].tolist() == [
        "✔ Paid",
        "● Reached",
        "✕ Missed",
        "○ Unclaimed",
        "● Reached",
        "◑ In flight",
        "⊘ Not earnable",
    ]
    assert view.as_of == OCT
    assert view.words == "2 reached, 1 paid, 1 missed, 1 unclaimed, 1 in flight, 1 not earnable"


def test_flags_marks_reasons_and_rules_stand_beside(view):
    rows = view.milestones.set_index(["workload", "milestone"])
    assert rows.loc[("TEAMS", 40), "flag_words"] == [
        "‖ Stalled",
        "⇈ Seats moved the goal, −2.1 pts",
    ]
    assert rows.loc[("EXO", 40), "flag_words"] == ["↘ Slipping"]
    assert rows.loc[("EXO", 15), "example"] == ""
    assert rows.loc[("EXO", 40), "example"] == "◇ example rate"
    assert rows.loc[("YAM", 15), "example"] == ""  # without an amount there is no rate
    assert rows.loc[("YAM", 15), "why"] == "IVDPOE: the proof of execution is not approved"
    assert rows.loc[("TEAMS", 40), "why"] == ""
    assert rows.loc[("TEAMS", 40), "rule_source"].startswith("FY20 to FY23 milestones")


def test_value_counts_every_dollar_once(view):
    cards = {card.label: (card.value, card.note) for card in view.cards}
    # Earned: 1,500 paid and 1,000 reached in FY23, 90 by units; Teams at 15 % is in the units.
    assert cards == {
        "● Earned": ("$2,590", "with example rates"),
        "◑ In flight": ("$450", "with example rates"),
        "○ Open": ("$450", "with example rates"),
        "✕ Missed": ("$450", "with example rates"),
        "⊘ Not earnable": ("$0", "1 without a rate"),
    }
    assert view.rate_card.startswith("Amounts: estimate by rate card of FY27")
    rows = group_money(ROWS, UNITS, PROGRAM)["earned"]
    assert sorted(rows["amount_usd_e4"]) == [900_000, 10_000_000, 15_000_000]


def test_chain_names_the_first_broken_link(view):
    chain = view.chain.set_index(["workload", "goal"])
    links = ["broken", "claim", "eligible", "reached", "earned", "paid"]
    assert chain[links].to_numpy().tolist() == [
        ["", "✓ North", "✓ eligible", "✓ Mar 2023", "✓ $1,500", "✓ Agrees"],
        [
            "Paid",
            "✓ North",
            "✓ eligible",
            "✓ Mar 2023",
            "✓ $1,000 (example rate)",
            "✕ Overdue, May 2023",
        ],
        ["Claim", "✕ not claimed, too late now", "–", "✓ Sep 2026", "✕ missed", "–"],
        ["Claim", "✕ not claimed", "–", "… 1 user missing", "… worth $450 (example rate)", "–"],
        ["", "✓ North", "✓ eligible", "✓ Oct 2026", "✓ by its units", "… Not yet due"],
        [
            "",
            "✓ North",
            "✓ eligible",
            "… 150 users missing",
            "… worth $450 (example rate)",
            "–",
        ],
        [
            "Eligible",
            "✓ North",
            "✕ IVDPOE",
            "✓ at or above it now",
            "✕ not earnable",
            "–",
        ],
    ]
    assert view.broken == "4 of 7 chains are broken: 2 at claim, 1 at paid, 1 at eligible."


@pytest.mark.parametrize(
    ("told", "column", "text"),
    [
        ({"state": "in_claim", "is_held": False, "is_claiming": True}, "claim", "… in claim"),
        (
            {"state": "not_earnable", "reason": "usage_at_claim"},
            "eligible",
            "✕ too much usage at claim",
        ),
        ({"state": "below_minimum"}, "eligible", "✕ below minimum seats"),
        ({"state": "no_data", "users_needed": None}, "reached", "✕ no data"),
        ({"state": "in_flight", "holder_name": None}, "claim", "✓ another partner"),
        (
            {"state": "reached", "is_held": False, "earned_month": OCT - 40},
            "claim",
            "✓ North when reached",
        ),
        ({"state": "in_flight", "value_usd_e4": None}, "earned", "–"),
        (
            {
                "state": "paid",
                "earned_month": FY23_MONTH,
                "link": "amount_differs",
                "difference_usd_e4": -2_000_000,
            },
            "paid",
            "✕ Amount differs by -$200",
        ),
        ({"state": "paid", "earned_month": FY23_MONTH}, "paid", "✓ paid"),
        (
            {
                "state": "reached",
                "program_year": "FY23",
                "earned_month": FY23_MONTH,
                "payment_due_month": FY23_MONTH + 2,
            },
            "paid",
            "… due May 2023",
        ),
    ],
)
def test_each_link_says_what_is_known(told, column, text):
    row = at("EXO", 15, **told)
    found = milestones_view(CustomerMoney(milestones(row), UNITS.head(0)), PROGRAM)
    assert found.chain[column].tolist() == [text]


@pytest.mark.parametrize("reason", [code for code in REASONS if code])
def test_every_reason_fits_into_the_chain(reason):
    row = at("EXO", 15, "not_earnable", reason=reason)
    found = milestones_view(CustomerMoney(milestones(row), UNITS.head(0)), PROGRAM)
    assert len(found.chain["eligible"].iloc[0]) < 28


# --- claims over time -----------------------------------------------------------------------------

STEPS = pd.DataFrame(
    [
        ("C-1", "TEAMS", "North", "Under review", date(2026, 1, 9)),
        ("C-1", "TEAMS", "North", "Approved", date(2026, 1, 20)),
        ("C-2", "EXO", "South", "Rejected final", date(2026, 5, 4)),
    ],
    columns=["claim_id", "workload", "partner_name", "status", "status_on"],
).assign(
    submitted_on=[date(2026, 1, 5)] * 2 + [None],
    approved_on=[date(2026, 1, 20)] * 2 + [None],
    ended_on=[None, None, date(2026, 5, 4)],
    status_reason=None,
)


def test_claim_steps_are_dated_once_and_in_order():
    steps = claim_steps(STEPS)
    assert (steps["label"] + ": " + steps["told"]).tolist() == [
        "Exchange: Rejected final on 2026-05-04",
        "Teams: Submitted on 2026-01-05",
        "Teams: Under review on 2026-01-09",
        "Teams: Approved on 2026-01-20",
    ]
    assert steps["kind"].tolist() == ["ended", "going", "going", "approved"]
    assert claims_words(steps) == (
        "Exchange: C-2 of South, rejected final on 2026-05-04; Teams: C-1 of North, submitted on "
        "2026-01-05, under review on 2026-01-09, approved on 2026-01-20"
    )


def test_claims_without_a_date_are_said_to_be_none():
    dateless = STEPS.assign(status_on=None, submitted_on=None, approved_on=None, ended_on=None)
    assert claim_steps(dateless).empty
    assert claims_words(claim_steps(dateless)).startswith("No claim with a date")


def test_timeline_has_a_line_per_claim_and_a_symbol_per_kind_of_step():
    held = pd.DataFrame({"starts": [date(2025, 6, 1)], "ends": [date(2026, 11, 1)]})
    chart = claim_timeline(claim_steps(STEPS), spans=held)
    assert [f"{day:%Y-%m-%d}" for day in chart.layout.xaxis.range] == ["2025-05-12", "2026-11-21"]
    lines, *kinds = chart.data
    assert list(lines.y) == ["Exchange · C-2", None] + ["Teams · C-1"] * 3 + [None]
    assert [(kind.name, kind.marker.symbol, len(kind.x)) for kind in kinds] == [
        ("In progress", "circle-open", 2),
        ("Approved", "circle", 1),
        ("Rejected or ended", "x", 1),
        ("Action ended or noted", "diamond", 0),
    ]
