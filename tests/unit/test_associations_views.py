"""The views of the page on associations, on frames of a few rows counted by hand."""

from datetime import date

import pandas as pd
import pytest

from insights.charts.coverage import coverage_grid
from insights.claim_life import CLAIM_STATUSES, STATUSES_BY_NAME, path_words, status_words
from insights.views import association_changes, clock_inbox, coverage, unclaimed
from insights.views.claim_register import POINTED, claim_detail, register_rows, status_options
from insights.views.proof_radar import proof_view, signed_before
from tests.milestone_builders import PROGRAM

TODAY = date(2026, 11, 22)  # a Sunday
DAYS = ("status_on", "submitted_on", "approved_on", "ended_on", "proof_signed_on")


def claims(*rows):
    """Claims of one workload of one customer each, with days as such."""
    common = {
        "tenant_key": 1,
        "workload_key": 1,
        "partner_key": 1,
        "status_reason": None,
        "tenant_id": "t1",
        "tenant_name": "Contoso",
        "workload": "TEAMS",
        "workload_name": "Microsoft Teams",
        "partner_id": "p1",
        "partner_name": "Fabrikam",
        "segment": "",
        "was_approved": False,
        **dict.fromkeys(DAYS),
    }
    frame = pd.DataFrame([{**common, **row} for row in rows])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in DAYS})


# --- clocks ---------------------------------------------------------------------------------------

ANSWER = {
    "claim_id": "C1",
    "status": "Partner action required",
    "status_on": date(2026, 11, 5),  # 14 business days: until 25 November
}
REVIEW = {"claim_id": "C2", "status": "Under review", "status_on": date(2026, 11, 20)}
LATE = {"claim_id": "C3", "status": "Submitted", "submitted_on": date(2026, 11, 2)}


def test_clocks_are_grouped_by_urgency():
    view = clock_inbox.inbox_view(claims(ANSWER, REVIEW, LATE), PROGRAM, TODAY, who=None)
    assert [(group.title, list(group.rows["claim_id"])) for group in view.groups] == [
        ("Overdue", ["C3"]),
        ("Within 7 days", ["C1"]),
        ("Later", ["C2"]),
    ]
    words = view.rows.set_index("claim_id")
    assert words.loc["C1", "left"] == "3 days (3 business)"
    assert words.loc["C3", "left"] == "13 days over"  # due on Monday, 9 November
    assert words.loc["C1", "rule_text"].startswith("14 business days (FY27)")
    assert words.loc["C1", "who_words"] == "Partner"
    assert view.takeaway == (
        "3 clocks run, 1 of them overdue. Next: Contoso, the partner answers the reviewer, "
        "due 2026-11-25."
    )


def test_one_side_is_left_when_chosen():
    view = clock_inbox.inbox_view(claims(ANSWER, REVIEW), PROGRAM, TODAY, who="Microsoft")
    assert view.rows["claim_id"].tolist() == ["C2"]
    assert clock_inbox.inbox_view(claims(ANSWER), PROGRAM, TODAY, who="customer") is None


def test_workloads_of_a_claim_share_a_row():
    second = {**ANSWER, "workload_key": 2, "workload": "EXO"}
    view = clock_inbox.inbox_view(claims(ANSWER, second), PROGRAM, TODAY, who=None)
    assert view.rows["workloads"].tolist() == ["Exchange, Teams"]


def test_no_claim_is_no_inbox():
    assert clock_inbox.inbox_view(claims(ANSWER).head(0), PROGRAM, TODAY, who=None) is None


def test_clock_due_today_is_not_overdue():
    row = {**ANSWER, "status_on": date(2026, 11, 5)}
    view = clock_inbox.inbox_view(claims(row), PROGRAM, date(2026, 11, 25), who=None)
    assert view.rows["left"].tolist() == ["today"]
    assert len(view.groups[1].rows) == 1


def test_statuses_whose_clock_ends_are_read_from_a_day_on():
    since = dict(clock_inbox.since_days(PROGRAM, TODAY))
    assert since["Submitted"] is None
    assert since["Rejected"] == date(2026, 10, 22)  # 30 days and one
    assert since["Approved"] < date(2026, 11, 15)


# --- register -------------------------------------------------------------------------------------


def test_final_rejection_tells_disassociated_from_lost():
    rows = register_rows(
        claims(
            {"claim_id": "C1", "status": "Rejected final", "was_approved": True},
            {"claim_id": "C2", "status": "Rejected final", "was_approved": False},
        )
    )
    assert rows["status_words"].tolist() == [
        "⊘ Rejected final: Disassociated after approval",
        "⊘ Rejected final: Dispute lost, never approved",
    ]


def test_status_outside_the_life_cycle_is_shown_as_it_is():
    rows = register_rows(claims({"claim_id": "C1", "status": "Canceled"}))
    assert rows[["status_words", "next_step"]].to_numpy().tolist() == [["Canceled", ""]]
    assert "outside the life cycle" in path_words("Canceled")


def test_every_transition_leads_to_a_known_status():
    assert {name for one in CLAIM_STATUSES for name in one.leads_to} <= set(STATUSES_BY_NAME)
    assert path_words("Dispute") == "Dispute → Approved or Rejected final"
    assert path_words("Rejected final") == "Rejected final → the end"


def test_statuses_are_offered_in_the_order_of_life():
    counts = pd.DataFrame({"status": ["Zzz", "Approved", "Draft"], "claims": [1, 20, 3]})
    assert list(status_options(counts)) == ["Draft", "Approved", "Zzz"]
    assert status_options(counts)["Approved"] == "✔ Approved (20)"


def detail_of(*rows):
    history = pd.DataFrame({"status": ["Submitted"], "status_on": [pd.NaT]})
    return claim_detail(claims(*rows), history)


def test_reason_points_to_the_items_of_its_workload():
    asked = {"claim_id": "C1", "status": "Partner action required"}
    detail = detail_of(
        {**asked, "status_reason": "Missing products"},
        {**asked, "workload_key": 2, "workload": "EXO", "status_reason": "Missing or old dates"},
    )
    named = detail.checklist[detail.checklist["mark"] == POINTED]
    assert named[["title", "asked_for"]].to_numpy().tolist() == [
        ["The dates are there and recent", "The claim"],
        ["This workload is on the proof", "Teams"],
    ]


@pytest.mark.parametrize(
    ("segment", "asked"), [("", True), ("Public Sector", True), ("Enterprise", False)]
)
def test_disclosure_is_asked_of_public_customers(segment, asked):
    detail = detail_of({"claim_id": "C1", "status": "Draft", "segment": segment})
    assert detail.checklist["title"].str.startswith("Public sector").any() == asked


def test_unknown_claim_has_no_detail():
    assert claim_detail(claims(ANSWER).head(0), pd.DataFrame()) is None


# --- proofs ---------------------------------------------------------------------------------------


def proofs(*rows):
    common = {"is_contested": False, "rival_signed_on": None, "value_usd_e4": None}
    frame = claims(*({**common, "is_example": True, **row} for row in rows))
    return frame.assign(
        rival_signed_on=pd.to_datetime(frame["rival_signed_on"]),
        value_usd_e4=frame["value_usd_e4"].astype("Int64"),
    )


def test_greatest_risk_comes_first_and_the_most_valuable_within_it():
    held = {"status": "Approved", "proof_signed_on": date(2025, 10, 1)}
    going = {"status": "Under review", "proof_signed_on": date(2025, 11, 1)}
    view = proof_view(
        proofs(
            {**held, "claim_id": "small", "value_usd_e4": 10_000},
            {**held, "claim_id": "large", "value_usd_e4": 80_000, "workload": "EXO"},
            {**going, "claim_id": "too old"},
            {**held, "claim_id": "won", "is_contested": True, "rival_signed_on": "2025-09-30"},
            {**held, "claim_id": "losing", "is_contested": True, "rival_signed_on": "2025-10-02"},
            {**held, "claim_id": "fresh", "proof_signed_on": date(2026, 9, 1)},
        ),
        PROGRAM,
        TODAY,
    )
    assert view.rows[["claim_id", "risk"]].to_numpy().tolist() == [
        ["losing", "rival_newer"],
        ["won", "contested"],
        ["too old", "too_old"],
        ["large", "old"],
        ["small", "old"],
    ]
    assert view.takeaway == (
        "5 proofs at risk, 2 of them contested; their workloads can still earn about $9."
    )


def test_value_of_a_workload_counts_once_for_both_sides():
    told = {"is_contested": True, "value_usd_e4": 50_000, "proof_signed_on": date(2026, 9, 1)}
    sides = proofs(
        {**told, "claim_id": "holder", "status": "Approved", "rival_signed_on": "2026-10-01"},
        {**told, "claim_id": "rival", "status": "Under review", "rival_signed_on": "2026-08-01"},
    )
    assert "can still earn about $5." in proof_view(sides, PROGRAM, TODAY).takeaway


def test_proof_without_a_date_is_at_risk_unless_it_is_a_draft():
    view = proof_view(
        proofs({"claim_id": "C1", "status": "Under review"}, {"claim_id": "C2", "status": "Draft"}),
        PROGRAM,
        TODAY,
    )
    assert view.rows[["claim_id", "risk"]].to_numpy().tolist() == [["C1", "no_date"]]


def test_fresh_proofs_are_no_radar():
    fresh = {"claim_id": "C1", "status": "Approved", "proof_signed_on": date(2026, 9, 1)}
    assert proof_view(proofs(fresh), PROGRAM, TODAY) is None
    assert proof_view(proofs(fresh).head(0), PROGRAM, TODAY) is None


def test_old_proofs_are_those_with_60_days_left_or_fewer():
    assert signed_before(PROGRAM, TODAY) == date(2026, 1, 21)  # 22 November 2025 and 60 days


# --- coverage -------------------------------------------------------------------------------------


def test_counts_have_shares_and_every_kind():
    counts = pd.DataFrame(
        {
            "workload": ["TEAMS", "TEAMS", "EXO"],
            "workload_name": ["Microsoft Teams", "Microsoft Teams", "Exchange Online"],
            "coverage": ["mine", "unclaimed", "lost"],
            "pairs": [3, 1, 4],
        }
    )
    view = coverage.counts_view(counts)
    table = view.table.set_index("workload")
    assert table.index.tolist() == ["EXO", "TEAMS"]
    assert table["share"].tolist() == [0, 0.75]
    assert table[
        ["mine", "in_claim", "unclaimed", "lost", "other", "pairs"]
    ].to_numpy().tolist() == [
        [0, 0, 0, 4, 0, 4],
        [3, 0, 1, 0, 0, 4],
    ]
    assert "3 of 8 workloads of customers are held (37.5%)" in view.takeaway
    assert coverage.counts_view(counts.head(0)) is None


PAIRS = pd.DataFrame(
    {
        "tenant_id": ["t1", "t1", "t2"],
        "tenant_name": ["A <b>", "A <b>", "B"],
        "seats": [500, 500, 100],
        "workload": ["TEAMS", "EXO", "TEAMS"],
        "workload_name": ["Microsoft Teams", "Exchange Online", "Microsoft Teams"],
        "coverage": ["mine", "other", "unclaimed"],
        "partner_name": pd.array(["P", "Q", None], dtype="str"),
    }
)


def test_grid_has_a_row_per_customer_and_words_in_its_table():
    grid = coverage.grid_view(PAIRS)
    assert grid.workloads == {"EXO": "Exchange", "TEAMS": "Teams"}
    rows = grid.table.set_index("tenant_id")
    assert rows.loc["t1", ["EXO", "TEAMS"]].tolist() == ["◆ Another partner", "● Mine"]
    assert pd.isna(rows.loc["t2", "EXO"])
    assert grid.takeaway.startswith("Workloads of 2 customers: 1 mine, 0 in claim, 1 unclaimed")


def test_chart_has_one_cell_per_pair_that_carries_the_customer():
    grid = coverage.grid_view(PAIRS)
    figure = coverage_grid(grid.cells, grid.workloads)
    assert [trace.name for trace in figure.data] == ["● Mine", "○ Unclaimed", "◆ Another partner"]
    mine, unclaimed_ones, other = figure.data
    assert (mine.customdata[0], mine.base[0], mine.y[0]) == ("t1", 1, 0)
    assert (unclaimed_ones.customdata[0], unclaimed_ones.y[0]) == ("t2", 1)
    assert other.hovertext[0] == "A &lt;b&gt;<br>Exchange Online: ◆ Another partner<br>held by Q"
    assert unclaimed_ones.hovertext[0].endswith("Unclaimed")


# --- unclaimed ------------------------------------------------------------------------------------


def workloads(**values):
    row = {
        "tenant_id": "t1",
        "tenant_name": "Contoso",
        "workload": "TEAMS",
        "workload_name": "Microsoft Teams",
        "milestone": 15,
        "users_needed": 50,
        "monthly_pace": 10.0,
        "paid_available_units": 1000,
        "monthly_active_users": 100,
        "value_usd_e4": 12_340_000,
        "is_example": True,
    }
    counts = ("users_needed", "paid_available_units", "monthly_active_users", "value_usd_e4")
    return pd.DataFrame([row | values]).astype(dict.fromkeys(counts, "Int64"))


def unclaimed_row(**values):
    oct_2026 = 2026 * 12 + 9
    return unclaimed.unclaimed_rows(workloads(**values), PROGRAM, TODAY, as_of=oct_2026).iloc[0]


def test_claim_before_names_day_and_loss():
    row = unclaimed_row()  # 5 months: March 2027; approved by 1 February, 19 business days before
    assert row["urgency"] == "2027-01-05 or lose about $1,234"
    assert row["passes_in"] == 2027 * 12 + 2
    assert (row["next_milestone"], row["active_usage"]) == ("15%", 0.1)


def test_too_fast_a_pace_and_none_are_told_apart():
    assert unclaimed_row(monthly_pace=50.0)["urgency"].startswith("At once")
    assert unclaimed_row(monthly_pace=float("nan"))["urgency"] == "No hurry at this pace"
    assert unclaimed_row(monthly_pace=-1.0)["urgency"] == "No hurry at this pace"


def test_reason_for_too_late_is_the_crossing_or_the_usage():
    late = workloads(monthly_active_users=160)
    missed = late.assign(state="missed", crossed_month=2026 * 12)
    above = late.assign(state="unclaimed", crossed_month=None)
    rows = unclaimed.too_late_rows(pd.concat([missed, above], ignore_index=True))
    assert rows["reason"].tolist() == [
        "Crossed in Jan 2026 while nobody held the workload",
        "Active usage of 16.0% is above what a claim may start from",
    ]


# --- changes --------------------------------------------------------------------------------------


def test_imports_have_one_row_with_reasons_of_losses():
    changes = pd.DataFrame(
        {
            "batch_id": [7, 7, 7, 5],
            "file_name": ["b.csv", "b.csv", "b.csv", "a.csv"],
            "imported_at": pd.to_datetime(["2026-11-22"] * 3 + ["2026-10-06"], utc=True),
            "change": ["gained", "lost", "lost", "gained"],
            "reason": ["", "moved", "not reported", ""],
            "changes": [5, 4, 1, 9],
        }
    )
    view = association_changes.imports_view(changes)
    figures = view.table[["batch_id", "gained", "lost", "moved", "not_reported"]]
    assert figures.to_numpy().tolist() == [[7, 5, 5, 4, 1], [5, 9, 0, 0, 0]]
    assert view.labels["7"] == "2026-11-22 · b.csv: 5 gained, 5 lost"
    assert association_changes.imports_view(changes.head(0)) is None


def test_status_words_carry_a_symbol():
    assert status_words("Approved") == "✔ Approved"
