"""Every kind of alert as a sentence, worked out by hand; what is not known is left out."""

from datetime import date

import pandas as pd
import pytest

from data_access.incentive_tables import alert
from insights.alerts import ALERT_KINDS
from insights.months import month_index
from insights.views.alerts import AlertLine, counts_text, failing_since, list_caption, told

ROW = {
    "tenant_name": "Contoso",
    "tenant_id": "t1",
    "workload": "TEAMS",
    "workload_name": "Microsoft Teams",
    "partner_name": "Alderway Hamburg",
    "milestone": 15,
    "month": month_index(2026, 10),
    "paid_available_units": 1540,
    "monthly_active_users": 231,
    "users_needed": 12,
    "value_usd_e4": 9_000_000,
    "is_example": True,
    "claim_id": "CLM-7",
    "due_on": date(2026, 11, 27),
    "detail": "",
}

SENTENCES = {
    "crossed": (
        "Contoso · Teams crossed 15% in Oct 2026: 231 of 1,540 seats; earned by Alderway Hamburg, "
        "about $900 (example rate)"
    ),
    "slipping": (
        "Contoso · Teams fell below 15% again in Oct 2026: 231 of 1,540 seats, "
        "12 more active users to be back; Alderway Hamburg"
    ),
    "stalled": (
        "Contoso · Teams has stalled just under 15% for 3 months: 231 of 1,540 seats in Oct 2026, "
        "12 more active users, about $900 (example rate); Alderway Hamburg"
    ),
    "too_late": (
        "Contoso · Teams: too late to claim 15% since Oct 2026: 231 of 1,540 seats, "
        "$900 (example rate) no longer within reach"
    ),
    "missed": (
        "Contoso · Teams crossed 15% in Oct 2026 without an association: 231 of 1,540 seats, "
        "about $900 (example rate) missed"
    ),
    "association_gained": (
        "Contoso · Teams: Alderway Hamburg holds the association since Oct 2026, "
        "$900 (example rate) in flight"
    ),
}
WITH_DETAIL = {
    ("clock", "partner_action_required"): (
        "Contoso · Teams: Partner action required; the partner answers the reviewer by "
        "27 Nov 2026 (claim CLM-7), Alderway Hamburg"
    ),
    ("association_lost", "moved"): (
        "Contoso · Teams: Alderway Hamburg lost the association in Oct 2026 "
        "(moved to another partner), $900 (example rate) in flight"
    ),
    ("contested", "Borealis Cloud"): (
        "Contoso · Teams: held by Alderway Hamburg, now claimed by Borealis Cloud (claim CLM-7)"
    ),
    ("paid", "$1,200"): (
        "Contoso · Teams: Microsoft lists 15% as earned by Alderway Hamburg, $1,200"
    ),
    ("not_earnable", "usage_at_claim"): (
        "Contoso · Teams: 15% can no longer be earned, usage at claim was above the most that the "
        "bucket allows; Alderway Hamburg"
    ),
    ("not_earnable", "IR-12"): (
        "Contoso · Teams: 15% can no longer be earned, reason code IR-12; Alderway Hamburg"
    ),
    ("seats_moved", "2.4"): (
        "Contoso · Teams: new seats took 2.4 points off active usage; "
        "231 of 1,540 seats in Oct 2026, 12 more active users to 15%; Alderway Hamburg"
    ),
}


def sentence_of(kind, **values):
    return told(pd.DataFrame([ROW | values | {"kind": kind}]))["sentence"].iloc[0]


@pytest.mark.parametrize(("kind", "expected"), SENTENCES.items())
def test_alert_is_one_sentence_with_its_numbers(kind, expected):
    assert sentence_of(kind) == expected


@pytest.mark.parametrize(("kind", "detail", "expected"), [(*k, v) for k, v in WITH_DETAIL.items()])
def test_alert_tells_its_detail(kind, detail, expected):
    assert sentence_of(kind, detail=detail) == expected


def test_every_kind_has_a_sentence_here_and_fits_the_table():
    told_here = set(SENTENCES) | {kind for kind, _ in WITH_DETAIL}
    assert told_here == {kind.code for kind in ALERT_KINDS}
    assert all(len(kind.code) <= alert.c.kind.type.length for kind in ALERT_KINDS)


def test_kinds_stand_in_the_order_of_their_weight():
    weights = [kind.weight for kind in ALERT_KINDS]
    assert weights == sorted(set(weights), reverse=True)


def test_what_is_not_known_is_left_out_of_the_sentence():
    unknown = dict.fromkeys(
        ("paid_available_units", "monthly_active_users", "value_usd_e4", "partner_name")
    )
    assert sentence_of("crossed", **unknown) == "Contoso · Teams crossed 15% in Oct 2026"
    assert sentence_of("missed", value_usd_e4=0).endswith("231 of 1,540 seats")


def test_one_missing_user_is_one():
    assert "1 more active user to be back" in sentence_of("slipping", users_needed=1)


@pytest.mark.parametrize(
    ("kind", "rest"),
    [("contested", "held by Alderway Hamburg"), ("stalled", "has stalled just under 15%")],
)
def test_line_names_its_place_once(kind, rest):
    row = told(pd.DataFrame([ROW | {"kind": kind}])).iloc[0]
    line = AlertLine(row["sentence"], "t1", row["place"])
    assert line.place == "Contoso · Teams"
    assert line.rest.startswith(rest)


def test_real_rate_carries_no_mark():
    assert sentence_of("crossed", is_example=False).endswith("about $900")


COUNTS = pd.DataFrame({"kind": ["clock", "missed"], "alerts": [2, 1_300]})


def test_counts_are_told_by_kind():
    assert counts_text(COUNTS) == "◷ Claim clock 2 · ✕ Missed 1,300"


@pytest.mark.parametrize(
    ("listed", "downloaded", "expected"),
    [
        (1_302, 10_000, "◷ Claim clock 2 · ✕ Missed 1,300"),
        (200, 10_000, "The first 200 of 1,302; the download has all · ◷ Claim clock 2"),
        (200, 1_000, "The first 200 of 1,302; the download has the first 1,000 · ◷"),
    ],
)
def test_caption_says_what_is_not_listed(listed, downloaded, expected):
    assert list_caption(COUNTS, listed=listed, downloaded=downloaded).startswith(expected)


def test_failure_is_told_only_while_it_is_the_newest():
    sent = pd.DataFrame(
        {
            "is_delivered": [False, True],
            "tried_at": pd.to_datetime(["2026-11-22 09:14", "2026-11-21 09:14"]),
            "failure": ["example.com answered 500 to every try.", ""],
        }
    )
    assert failing_since(sent) == (
        "The last digest was not delivered (22 Nov 2026, 09:14 UTC): example.com answered 500 to "
        "every try. Its alerts are in the next one."
    )
    assert failing_since(sent.iloc[1:]) == ""
    assert failing_since(sent.head(0)) == ""
