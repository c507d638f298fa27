"""Whitespace: seats without use, never below zero, and its words, worked out by hand."""

import pandas as pd
import pytest

from insights.views.whitespace import whitespace_table, whitespace_words


def listed():
    return pd.DataFrame(
        {
            "tenant_id": ["t1", "t2", "t3"],
            "name": ["Contoso", "Fabrikam", "Tailspin"],
            "workload": ["TEAMS", "EXO", "SPO"],
            "workload_name": ["Teams", "Exchange", "SharePoint"],
            "paid_available_units": pd.array([1000, 100, 0], dtype="Int64"),
            "monthly_active_users": pd.array([250, 120, 0], dtype="Int64"),
            "value_usd_e4": pd.array([30_000_000, None, None], dtype="Int64"),
            "state": ["unclaimed", "in_flight", "in_flight"],
        }
    )


def test_seats_without_use_are_units_less_users_and_never_below_zero():
    rows = whitespace_table(listed())
    assert rows["unused"].tolist() == [750, 0, 0]
    assert rows["usage"].tolist() == pytest.approx([0.25, 1.2, float("nan")], nan_ok=True)
    assert rows["link"].tolist() == ["t1\tTEAMS", "t2\tEXO", "t3\tSPO"]


def test_words_tell_sums_and_the_first():
    assert whitespace_words(whitespace_table(listed()), "unused") == (
        "3 workloads listed under “Seats without use”: 750 seats without use, $3k of milestones "
        "ahead. First: Contoso, Teams, 750 seats without use."
    )


def test_nothing_of_a_kind_is_said():
    words = whitespace_words(whitespace_table(listed().head(0)), "unclaimed")
    assert words == "No workload is of this kind."
