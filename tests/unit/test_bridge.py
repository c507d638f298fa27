"""The bridge of active usage: every term means what it says, and together they add up."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.bridge import TERMS, usage_bridge


def month(index, *, seats, users, kept=(0, 0), prior=(0, 0), workload="TEAMS"):
    """Return one month's sums; kept and prior are (seats, users) of pairs in both months."""
    return {
        "workload": workload,
        "month": index,
        "paid_available_units": seats,
        "monthly_active_users": users,
        "kept_units": kept[0],
        "kept_users": kept[1],
        "prior_units": prior[0],
        "prior_users": prior[1],
    }


def bridge(*months):
    steps = usage_bridge(pd.DataFrame(months), before=0, as_of=months[-1]["month"])
    return steps.iloc[0]


def test_more_users_on_the_same_seats_are_users():
    row = bridge(
        month(0, seats=100, users=30),
        month(1, seats=100, users=40, kept=(100, 40), prior=(100, 30)),
    )
    assert row["users"] == pytest.approx(0.10)
    assert (row["seats"], row["joined"], row["left"], row["gap"]) == (0, 0, 0, 0)


def test_bought_seats_lower_usage():
    row = bridge(
        month(0, seats=100, users=40),
        month(1, seats=200, users=40, kept=(200, 40), prior=(100, 40)),
    )
    assert row["seats"] == pytest.approx(-0.20)
    assert row["users"] == 0


def test_joined_and_left_customers_are_told_apart():
    # Before: A 100 seats 50 users, B 100 seats 10 users (30 %). B leaves (50 %), C 100/0 joins.
    row = bridge(
        month(0, seats=200, users=60),
        month(1, seats=200, users=50, kept=(100, 50), prior=(100, 50)),
    )
    assert row["left"] == pytest.approx(0.20)
    assert row["joined"] == pytest.approx(-0.25)
    assert row["change"] == pytest.approx(-0.05)
    assert row["users_worth"] == pytest.approx(-10)


def test_missing_month_is_a_gap_and_not_a_guess():
    row = bridge(month(0, seats=100, users=30), month(2, seats=100, users=40))
    assert row["gap"] == pytest.approx(0.10)
    assert row[["users", "seats", "joined", "left"]].tolist() == [0, 0, 0, 0]


def test_group_without_one_of_the_ends_is_left_out():
    usage = pd.DataFrame(
        [
            month(0, seats=10, users=1),
            month(1, seats=10, users=2, kept=(10, 2), prior=(10, 1)),
            month(1, seats=10, users=2, workload="EXO"),
        ]
    )
    assert usage_bridge(usage, "workload", before=0, as_of=1)["workload"].tolist() == ["TEAMS"]


def test_no_rows_give_no_bridge():
    empty = pd.DataFrame([month(0, seats=1, users=1)]).head(0)
    row = usage_bridge(empty, "workload", before=0, as_of=1)
    assert row.empty
    assert set(TERMS) <= set(row.columns)
    assert usage_bridge(empty, before=0, as_of=1).empty


pair_month = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.integers(0, 500), st.integers(0, 500)
)


@given(st.lists(pair_month, max_size=16, unique_by=lambda row: row[:2]))
def test_terms_add_up_to_the_change(rows):
    facts = pd.DataFrame(rows, columns=["pair", "month", "units", "users"]).astype("int64")
    prior = facts.assign(month=facts["month"] + 1).rename(
        columns={"units": "prior_units", "users": "prior_users"}
    )
    joined = facts.merge(prior, on=["pair", "month"], how="left")
    is_kept = joined["prior_units"].notna()
    usage = joined.assign(
        paid_available_units=joined["units"],
        monthly_active_users=joined["users"],
        kept_units=joined["units"].where(is_kept, 0),
        kept_users=joined["users"].where(is_kept, 0),
    ).fillna(0)
    bridged = usage_bridge(usage, before=0, as_of=3)
    ends = usage[usage["month"].isin([0, 3])].groupby("month")["paid_available_units"].sum()
    assert len(bridged) == int((ends > 0).sum() == 2)
    assert bridged[list(TERMS)].sum(axis="columns").tolist() == pytest.approx(
        bridged["change"].tolist(), abs=1e-9
    )
