"""The parts of the milestone engine one by one, on the smallest data that shows them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.types import OPEN_END
from insights.earnings import lasting_reasons, milestone_percent, paid_milestones, payment_month
from insights.eligibility import REASON_CODES, claims_known_on, paying_spans
from insights.months import month_code
from insights.panel import highest_before, last_true, next_true, usage_panel
from insights.rule_tables import rule_tables
from tests.milestone_builders import PROGRAM, claim, earning, frame, held, month, usage_rows

JAN = month("2022-01")


# --- panel ----------------------------------------------------------------------------------------


def test_panel_is_dense_from_the_first_to_the_as_of_month_with_gaps_marked():
    rows = [*usage_rows(JAN, [10, 20], [1, None], tenant=9), *usage_rows(JAN + 2, [5], [3])]
    usage = frame("usage", rows).astype({"monthly_active_users": "Int64"})
    panel = usage_panel(usage, JAN + 3)
    assert panel.tenant_key.tolist() == [7, 9]
    assert panel.workload_key.tolist() == [1, 1]
    assert panel.units.tolist() == [[-1, -1, 5, -1], [10, 20, -1, -1]]
    assert panel.users.tolist() == [[-1, -1, 3, -1], [1, -1, -1, -1]]
    assert panel.reported().tolist() == [[False, False, True, False], [True] + [False] * 3]


def test_zero_is_a_report_and_a_missing_count_is_not():
    counts = {"paid_available_units": "Int64", "monthly_active_users": "Int64"}
    rows = usage_rows(JAN, [0, 5, None, 5], [5, 0, 5, None])
    panel = usage_panel(frame("usage", rows).astype(counts), JAN + 3)
    assert panel.reported().tolist() == [[True, True, False, False]]


def test_panel_is_the_same_whatever_the_order_of_rows():
    rows = [*usage_rows(JAN, [10, 20], [1, 2], tenant=9), *usage_rows(JAN, [5, 6], [3, 4])]
    usage = frame("usage", rows).astype("int64")
    panels = [
        usage_panel(each, JAN + 1) for each in (usage, usage[::-1], usage.sort_values("month"))
    ]
    assert all(panel.units.tolist() == [[5, 6], [10, 20]] for panel in panels)


def test_panel_leaves_later_months_out_and_gives_other_pairs_an_empty_row():
    usage = frame("usage", usage_rows(JAN, [5, 6], [3, 4])).astype("int64")
    more = pd.DataFrame({"tenant_key": [2], "workload_key": [3]})
    panel = usage_panel(usage, JAN, [more])
    assert panel.units.tolist() == [[-1], [5]]
    assert panel.rows_of(more).tolist() == [0]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_next_and_last_true_are_what_a_loop_finds(values):
    months = len(values)
    ahead = [next((at for at in range(m, months) if values[at]), months) for m in range(months + 1)]
    behind = [max((at for at in range(m) if values[at]), default=-1) for m in range(months + 1)]
    mask = np.array([values])
    assert next_true(mask)[0].tolist() == ahead
    assert last_true(mask)[0].tolist() == behind


def test_highest_before_looks_at_earlier_months_only():
    assert highest_before(np.array([[3, -1, 5, 4]])).tolist() == [[-1, 3, 3, 5, 5]]


# --- rules as arrays ------------------------------------------------------------------------------


def test_tables_hold_each_years_rules_and_nothing_before_the_first():
    tables = rule_tables(PROGRAM, ["INTUNE", "TEAMS", "MDO", "something else"])
    years = tables.years_of(month("2019-09"), 50)
    assert (years[0], years[1], years[-1]) == (-1, 0, 4)
    fy23 = 3
    assert tables.is_paid[fy23].tolist() == [True, False, True, True]
    assert tables.is_milestone[fy23, :, 1].tolist() == [False] * 4
    assert not tables.is_milestone[-1].any()
    assert not tables.is_paid[-1].any()
    xl = tables.bucket_names.index("XL")
    assert tables.rate_e4[fy23, :, xl, 0].tolist() == [45_000_000, 45_000_000, 45_000_000, -1]
    assert tables.rate_is_example[fy23, :, xl, 0].tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("units", "bucket"),
    [(0, ""), (1, "XXS"), (299, "XXS"), (300, "XS"), (12743, "L"), (12744, "XL"), (10**7, "XL")],
)
def test_bucket_begins_at_its_first_paid_unit(units, bucket):
    tables = rule_tables(PROGRAM, ["INTUNE"])
    found = tables.buckets(np.array([0]), np.array([units]))[0]
    assert [*tables.bucket_names, ""][found] == bucket


# --- associations and claims ----------------------------------------------------------------------


def spans(associations, *claims, horizon=JAN + 11, known=date(2022, 12, 31)):
    known_claims = claims_known_on(frame("claims", claims), known)
    found = paying_spans(frame("associations", associations), known_claims, horizon)
    columns = ["partner_key", "start_month", "end_month", "eligible_from"]
    return sorted(map(tuple, found[columns].to_numpy().tolist()))


def test_span_counts_from_its_first_full_month():
    first, middle = held(date(2022, 1, 1)), held(date(2022, 3, 2), partner=2)
    unknown = {**held(date(2022, 5, 1), partner=3), "associated_on": None}
    assert spans([first, middle, unknown]) == [
        (1, JAN, OPEN_END, JAN),
        (2, JAN + 2, OPEN_END, JAN + 3),
        (3, JAN + 4, OPEN_END, JAN + 4),
    ]


def test_span_that_starts_after_the_horizon_is_left_out():
    assert spans([held(date(2022, 3, 1))], horizon=JAN + 1) == []
    assert len(spans([held(date(2022, 2, 1))], horizon=JAN + 1)) == 1


def test_approved_claim_is_a_span_only_where_no_report_gives_one():
    approved = claim("Approved", approved_on=date(2022, 2, 10))
    assert spans([], approved) == [(1, JAN + 1, OPEN_END, JAN + 2)]
    assert spans([held(date(2022, 1, 1))], approved) == [(1, JAN, OPEN_END, JAN)]


def test_ended_claim_ends_the_reported_span_and_reports_can_end_it_earlier():
    ended = claim("Rejected final", approved_on=date(2022, 1, 1), ended_on=date(2022, 4, 9))
    assert spans([held(date(2022, 1, 1))], ended) == [(1, JAN, JAN + 3, JAN)]
    assert spans([held(date(2022, 1, 1), until=JAN + 2)], ended) == [(1, JAN, JAN + 2, JAN)]


def test_span_that_the_ended_claim_does_not_touch_stays():
    ended = claim("Rejected final", approved_on=date(2022, 1, 1), ended_on=date(2022, 3, 9))
    both = [held(date(2022, 1, 1), until=JAN + 2), held(date(2022, 6, 1))]
    assert spans(both, ended) == [(1, JAN, JAN + 2, JAN), (1, JAN + 5, OPEN_END, JAN + 5)]


def test_end_of_one_partners_claim_leaves_the_others_span_alone():
    ended = claim("Rejected final", approved_on=date(2022, 1, 1), ended_on=date(2022, 3, 9))
    other = held(date(2022, 4, 1), partner=2)
    assert spans([other], ended) == [(1, JAN, JAN + 2, JAN), (2, JAN + 3, OPEN_END, JAN + 3)]


def test_claim_is_seen_as_it_stood_on_the_day():
    told = claim(
        "Rejected final",
        submitted_on=date(2022, 1, 5),
        approved_on=date(2022, 2, 1),
        ended_on=date(2022, 6, 1),
        status_on=date(2022, 6, 1),
    )
    seen = {
        day: claims_known_on(frame("claims", [told]), day)["status"].tolist()
        for day in (date(2022, 1, 4), date(2022, 1, 5), date(2022, 2, 1), date(2022, 6, 1))
    }
    assert list(seen.values()) == [[], ["Submitted"], ["Approved"], ["Rejected final"]]


# --- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("15%", 15),
        ("Milestone 1 - 40 %", 40),
        ("0.15", 15),
        ("0,4", 40),
        ("40", 40),
        ("15.0", 15),
        ("1", 0),
        ("Milestone 15", 0),
        ("60%", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_threshold_is_read_from_microsofts_text(text, percent):
    assert milestone_percent(pd.Series([text], dtype="object"), (15, 40)).tolist() == [percent]


@pytest.mark.parametrize(
    ("reached", "due"),
    [
        ("2022-06", "2022-08"),
        ("2022-12", "2023-02"),
        ("2023-01", "2023-03"),
        ("2022-01", "2022-03"),
    ],
)
def test_payment_is_due_45_days_after_the_months_end(reached, due):
    # June ends on the 30th: 14 August. December: 14 February. January: 17 March.
    found = payment_month(np.array([month(reached)]), np.array([45]))
    assert month_code(int(found[0])) == due


def test_payments_are_summed_net_and_per_milestone():
    on = date(2022, 3, 16)
    told = [
        earning("15%", 1500, earning_on=on, estimated_payment_month=JAN + 4, payment_status="Sent"),
        earning("15%", -200, earning_on=date(2022, 4, 16), payment_status="Upcoming"),
        earning("40%", 1000, earning_on=on),
        earning("40%", -1000, earning_on=on),
        earning(None, 80, earning_on=None, calculated_on=on),
        earning("15%", 9, earning_on=on, tenant_key=None),
    ]
    paid = paid_milestones(frame("earnings", told), date(2022, 12, 31), (15, 40))
    assert paid["milestone"].tolist() == [0, 15]
    assert paid["amount_usd_e4"].tolist() == [800_000, 13_000_000]
    assert paid["is_sent"].tolist() == [False, False]
    assert paid["payment_month"].tolist() == [pd.NA, JAN + 4]
    assert paid["earnings"].tolist() == [1, 2]


def test_newest_lasting_reason_stands_and_monthly_ones_are_left_out():
    told = [
        earning(None, 0, earning_on=date(2022, 1, 16), reason_code="IVDPOE"),
        earning(None, 0, earning_on=date(2022, 2, 16), reason_code=" ivdgeo "),
        earning(None, 0, earning_on=date(2022, 3, 16), reason_code="MAULWPHWM"),
        earning(None, 5, earning_on=date(2022, 4, 16), reason_code="IVDCUST"),
    ]
    reasons = lasting_reasons(frame("earnings", told), date(2022, 12, 31), (15, 40))
    assert reasons["reason_code"].tolist() == ["IVDGEO"]


def test_every_published_reason_code_is_known():
    assert len(REASON_CODES) == 19
    monthly = {code for code, reason in REASON_CODES.items() if not reason.is_lasting}
    assert monthly == {"PAULWPHWM", "MAULWPHWM", "MINTHNTMT"}
