"""Spans of months in which partners hold pairs; months are small numbers, dates in year 1 on."""

from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from data_access.types import OPEN_END
from insights.associations import association_spans
from insights.months import month_index

JAN = month_index(2026, 1)
COLUMNS = {
    "tenant_key": 1,
    "workload_key": 1,
    "partner_key": 1,
    "attribution_type": "CPOR",
    "associated_on": None,
    "first_month": JAN,
    "last_month": JAN,
    "is_duplicate": False,
    "claim_id": None,
    "ended_on": None,
    "partner_last_month": JAN,
}


def evidence(*rows):
    frame = pd.DataFrame([COLUMNS | row for row in rows], columns=list(COLUMNS))
    dates = {name: frame[name].astype(object) for name in ("associated_on", "ended_on")}
    return frame.assign(**dates)


def spans(*rows):
    """Return (partner, start, end, reason) of each span, months counted from January 2026 = 0."""
    found = association_spans(evidence(*rows))
    found = found.astype(object).where(found.notna(), None)
    return [
        (
            row.partner_key,
            row.start_month - JAN,
            None if row.end_month == OPEN_END else row.end_month - JAN,
            row.end_reason,
        )
        for row in found.itertuples()
    ]


def test_starts_when_associated_and_stays_open():
    assert spans({"associated_on": date(2025, 11, 20)}) == [(1, -2, None, None)]


def test_starts_with_the_first_report_when_no_date_is_given():
    assert spans({"first_month": JAN + 2, "last_month": JAN + 4}) == [(1, 2, None, None)]


def test_next_partner_ends_the_earlier_one():
    assert spans(
        {"partner_key": 1, "associated_on": date(2026, 1, 5), "last_month": JAN + 3},
        {"partner_key": 2, "associated_on": date(2026, 5, 20), "first_month": JAN + 4},
    ) == [(1, 0, 3, "moved"), (2, 4, None, None)]


def test_partner_that_comes_back_has_two_spans():
    assert spans(
        {"partner_key": 1, "associated_on": date(2026, 1, 5)},
        {"partner_key": 2, "associated_on": date(2026, 3, 5)},
        {"partner_key": 1, "associated_on": date(2026, 6, 5)},
    ) == [(1, 0, 1, "moved"), (1, 5, None, None), (2, 2, 4, "moved")]


def test_move_within_the_first_month_keeps_that_month():
    assert spans(
        {"partner_key": 1, "associated_on": date(2026, 1, 5)},
        {"partner_key": 2, "associated_on": date(2026, 1, 25)},
    ) == [(1, 0, 0, "moved"), (2, 0, None, None)]


def test_partners_associated_on_the_same_day_both_stay():
    day = date(2026, 1, 5)
    assert spans(
        {"partner_key": 1, "associated_on": day}, {"partner_key": 2, "associated_on": day}
    ) == [(1, 0, None, None), (2, 0, None, None)]


def test_other_workload_or_tenant_is_no_move():
    assert spans(
        {"partner_key": 1, "workload_key": 1},
        {"partner_key": 2, "workload_key": 2, "first_month": JAN + 1, "last_month": JAN + 1},
        {"partner_key": 3, "tenant_key": 2, "first_month": JAN + 1, "last_month": JAN + 1},
    ) == [(1, 0, None, None), (2, 1, None, None), (3, 1, None, None)]


def test_duplicates_within_an_account_move_nothing_and_are_not_moved():
    assert spans(
        {"partner_key": 1, "associated_on": date(2026, 1, 5)},
        {"partner_key": 2, "associated_on": date(2026, 2, 5), "is_duplicate": True},
        {"partner_key": 3, "associated_on": date(2026, 4, 5)},
    ) == [(1, 0, 2, "moved"), (2, 1, None, None), (3, 3, None, None)]


def test_types_other_than_cpor_are_not_exclusive():
    assert spans(
        {"partner_key": 1, "associated_on": date(2026, 1, 5), "attribution_type": "CSP"},
        {"partner_key": 2, "associated_on": date(2026, 3, 5), "attribution_type": "CPOR"},
        {"partner_key": 3, "associated_on": date(2026, 4, 5), "attribution_type": ""},
    ) == [(1, 0, None, None), (2, 2, None, None), (3, 3, None, None)]


def test_claims_file_ends_it_in_the_month_of_the_disassociation():
    assert spans(
        {"associated_on": date(2026, 1, 5), "last_month": JAN + 5, "partner_last_month": JAN + 5},
        {"claim_id": "c1", "associated_on": date(2026, 1, 3), "ended_on": date(2026, 4, 30)},
    ) == [(1, 0, 3, "disassociated")]


def test_end_of_one_claim_spares_another_claim_of_the_partner():
    assert spans(
        {"claim_id": "c1", "associated_on": date(2026, 1, 3), "ended_on": date(2026, 4, 30)},
        {"claim_id": "c2", "associated_on": date(2026, 4, 1)},
    ) == [(1, 0, None, None)]


def test_unnamed_for_three_months_ends_after_the_last_month_named():
    silent = {"last_month": JAN + 1}
    assert spans(silent | {"partner_last_month": JAN + 3}) == [(1, 0, None, None)]
    assert spans(silent | {"partner_last_month": JAN + 4}) == [(1, 0, 1, "not reported")]


def test_claims_file_vouches_for_a_pair_that_reports_do_not_name():
    silent = {"partner_last_month": JAN + 9}
    assert spans(silent | {"claim_id": "c1"}) == [(1, 0, 0, "not reported")]
    assert spans(silent | {"claim_id": "c1", "last_month": None}) == [(1, 0, None, None)]


def test_short_silence_between_two_dates_is_no_break_and_a_long_one_is():
    first = {"associated_on": date(2026, 1, 1), "last_month": JAN + 1}
    seen = {"partner_last_month": JAN + 9}
    again = {"first_month": JAN + 4, "last_month": JAN + 9, "associated_on": date(2026, 5, 1)}
    later = again | {"first_month": JAN + 5, "associated_on": date(2026, 6, 1)}
    assert spans(first | seen, again | seen) == [(1, 0, None, None)]
    assert spans(first | seen, later | seen) == [(1, 0, 1, "not reported"), (1, 5, None, None)]


def test_overlapping_evidence_of_one_partner_is_one_span_with_its_known_facts():
    found = association_spans(
        evidence(
            {"attribution_type": "", "first_month": JAN, "last_month": JAN + 3},
            {"associated_on": date(2026, 2, 9), "claim_id": "c7", "first_month": JAN + 1},
        )
    )
    assert found.pop("end_reason").isna().all()
    assert found.to_dict("records") == [
        {
            "tenant_key": 1,
            "workload_key": 1,
            "partner_key": 1,
            "start_month": JAN,
            "end_month": OPEN_END,
            "associated_on": date(2026, 2, 9),
            "attribution_type": "CPOR",
            "claim_id": "c7",
        }
    ]


def test_no_evidence_gives_no_spans():
    assert association_spans(evidence()).empty


rows = st.fixed_dictionaries(
    {
        "workload_key": st.integers(1, 2),
        "partner_key": st.integers(1, 3),
        "attribution_type": st.sampled_from(["CPOR", "CSP", ""]),
        "associated_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        "first_month": st.integers(JAN, JAN + 5),
        "last_month": st.none() | st.integers(JAN + 5, JAN + 11),
        "is_duplicate": st.booleans(),
        "claim_id": st.none() | st.sampled_from(["c1", "c2"]),
        "ended_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        "partner_last_month": st.just(JAN + 11),
    }
)


@given(st.lists(rows, max_size=8))
def test_spans_are_ordered_apart_and_the_same_whatever_the_order_of_rows(given_rows):
    found = association_spans(evidence(*given_rows))
    assert (found["start_month"] <= found["end_month"]).all()
    keys = ["tenant_key", "workload_key", "partner_key"]
    previous = found.groupby(keys)["end_month"].shift()
    assert (found["start_month"] > previous.fillna(0) + 1).all()
    assert (found["end_reason"].isna() == (found["end_month"] == OPEN_END)).all()
    named = {(row["workload_key"], row["partner_key"]) for row in given_rows}
    assert set(zip(found["workload_key"], found["partner_key"], strict=True)) == named
    backwards = association_spans(evidence(*reversed(given_rows)))
    months = [*keys, "start_month", "end_month"]
    pd.testing.assert_frame_equal(found[months], backwards[months])
