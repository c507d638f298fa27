"""Every situation of tests/samples/milestone_cases.toml comes out as it says."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from data_access.types import OPEN_END
from insights.growth import designation_growth_points, useful_units
from insights.milestone_states import STATES_BY_CODE
from insights.milestones import growth_earnings, milestone_rows, portfolio
from insights.months import month_code
from tests.milestone_builders import PROGRAM, claim, earning, facts, held, month, usage_rows

FILE = Path(__file__).parents[1] / "samples" / "milestone_cases.toml"
SAMPLES = tomllib.loads(FILE.read_text(encoding="utf-8"))
CASES = SAMPLES["case"]

FLAGS = (
    "is_slipping",
    "is_stalled",
    "is_small_base",
    "is_above_100",
    "is_data_late",
    "is_too_late_to_claim",
)
COLUMNS = {
    "state": "state",
    "users_needed": "users_needed",
    "reason": "reason",
    "reason_code": "reason_code",
    "rule": "rule",
    "year": "program_year",
    "earner": "earner_partner_key",
    "holder": "holder_partner_key",
    "bucket": "bucket",
    "example": "is_example",
}
MONTHS = {"reached": "reached_month", "crossed": "crossed_month", "due": "payment_due_month"}
MONEY = {"usd": "value_usd_e4", "added": "added_value_usd_e4"}


def situation(case):
    """Return the portfolio that a case describes."""
    first, users = month(case["first_month"]), case["users"]
    seats = case["seats"] if isinstance(case["seats"], list) else [case["seats"]] * len(users)
    counts = [[None if each == "-" else each for each in row] for row in (seats, users)]
    known = facts(
        usage_rows(first, *counts),
        associations=[association(each) for each in case.get("associations", [])],
        claims=[claim(**each) for each in case.get("claims", [])],
        earnings=[earned(each) for each in case.get("earnings", [])],
        workload=case["workload"],
    )
    as_of = month(case["as_of"]) if "as_of" in case else first + len(users) - 1
    return portfolio(known, PROGRAM, as_of, known_on=case.get("known_on"))


def association(told):
    until = month(told["until"]) if "until" in told else OPEN_END
    kind = told.get("kind", "CPOR")
    return held(told["on"], until=until, partner=told.get("partner", 1), kind=kind)


def earned(told):
    payment = month(told["payment"]) if "payment" in told else None
    return earning(
        told.get("milestone"),
        told["usd"],
        earning_on=told["earned"],
        estimated_payment_month=payment,
        payment_status=told.get("status"),
        reason_code=told.get("code"),
    )


def shown(row, key):
    """Return what a row says under a key of the file, in the file's words."""
    if key == "flags":
        return [flag for flag in FLAGS if row[flag]]
    if key == "seat_points":
        return round(row["seat_points"], 6)
    if key == "usage_at_claim":
        share = row["usage_at_claim"]
        return "none" if pd.isna(share) else round(100 * share, 6)
    value = row[{**COLUMNS, **MONTHS, **MONEY}[key]]
    if pd.isna(value):
        return "none"
    if key in MONTHS:
        return month_code(value)
    return value / 10_000 if key in MONEY else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_situation_comes_out_as_the_file_says(case):
    rows = milestone_rows(situation(case)).set_index("milestone")
    for percent, expected in case["expect"].items():
        row = rows.loc[int(percent)]
        assert {key: shown(row, key) for key in expected} == expected, percent


GROWTH = {
    "earned": "earned_units",
    "opportunity": "opportunity_units",
    "reason": "reason_code",
    "prior": "prior_high_water_mark",
    "usd": "amount_usd_e4",
}


@pytest.mark.parametrize(
    "case", [case for case in CASES if "growth" in case], ids=lambda case: case["name"]
)
def test_growth_pays_month_by_month_as_the_file_says(case):
    rows = growth_earnings(situation(case)).to_dict("records")
    assert [month_code(row["month"]) for row in rows] == [each["month"] for each in case["growth"]]
    for row, expected in zip(rows, case["growth"], strict=True):
        told = {key: row[GROWTH[key]] for key in expected if key != "month"}
        told["usd"] = row["amount_usd_e4"] / 10_000
        said = {key: "none" if pd.isna(value) else value for key, value in told.items()}
        assert {"month": month_code(row["month"]), **said} == expected


@pytest.mark.parametrize("case", SAMPLES["useful_units"])
def test_units_that_still_pay(case):
    units = useful_units(
        case["opportunity"],
        per_unit_e4=case["per_unit_usd"] * 10_000,
        maximum_e4=case["maximum_usd"] * 10_000,
        paid_units=case["paid_units"],
    )
    assert units == case["expect"]


@pytest.mark.parametrize("case", SAMPLES["designation"])
def test_designation_points(case):
    assert designation_growth_points(case["growth"]) == case["expect"]


def test_file_has_enough_situations_and_every_state_and_example():
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)
    expected = {row["state"] for case in CASES for row in case["expect"].values() if "state" in row}
    assert expected == set(STATES_BY_CODE)
    assert {case["name"][:2] for case in CASES} >= {"A:", "B:", "C:", "D:"}
