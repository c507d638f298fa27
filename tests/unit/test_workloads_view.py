"""The workloads page from small frames."""

import pandas as pd
import pytest

from data_access.types import Filters
from insights.months import month_index
from insights.views.workloads import workloads_view
from tests.unit.test_overview_view import TENANTS, USAGE

SEP, OCT = month_index(2026, 9), month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=SEP, before=SEP)

CUSTOMERS = pd.DataFrame(
    [
        ("t1", "EXO", 1000, 149),
        ("t1", "TEAMS", 1000, 150),
        ("t2", "EXO", 1000, 400),
        ("t2", "TEAMS", 0, 5),
    ],
    columns=["tenant_id", "workload", "paid_available_units", "monthly_active_users"],
)


def ages(*rows):
    columns = ["workload", "workload_name", "start_year", "age", "pairs"]
    table = pd.DataFrame(rows, columns=[*columns, "paid_available_units", "monthly_active_users"])
    return table.astype({"start_year": "int64"})


AGES = ages(
    ("TEAMS", "Microsoft Teams", 2025, 0, 8, 100, 10),
    ("TEAMS", "Microsoft Teams", 2026, 0, 2, 100, 30),
    ("TEAMS", "Microsoft Teams", 2025, 1, 4, 50, 20),
    ("TEAMS", "Microsoft Teams", 2025, 2, 6, 50, 30),
)


def view(filters=FILTERS):
    return workloads_view(USAGE, TENANTS, customers=CUSTOMERS, ages=AGES, filters=filters)


def test_scorecard_has_each_workloads_figures_and_changes():
    scorecard = view().scorecard.set_index("workload")
    assert scorecard.index.tolist() == ["EXO", "TEAMS"]
    assert scorecard.loc["TEAMS", "active_usage"] == pytest.approx(0.3)
    assert scorecard.loc["TEAMS", "active_usage_change"] == pytest.approx(0.1)
    assert scorecard.loc["EXO", "monthly_active_users_change"] == -30
    assert scorecard.loc["EXO", "trend"] == pytest.approx([0.8, 0.7])
    assert scorecard.loc["TEAMS", "why"] == "+10.0 pts more active users on the same seats"


def test_scorecard_without_comparison_shows_no_change():
    names = {column.name for column in view(Filters(OCT, SEP, None)).scorecard_columns}
    assert "active_usage" in names
    assert not names & {"active_usage_change", "why"}


def test_every_column_shown_is_in_the_frame():
    shown = view()
    assert {column.name for column in shown.scorecard_columns} <= set(shown.scorecard.columns)


def test_new_workload_has_no_change():
    only_now = USAGE[(USAGE["month"] == OCT) | (USAGE["workload"] == "EXO")]
    shown = workloads_view(only_now, TENANTS, customers=CUSTOMERS, ages=AGES, filters=FILTERS)
    assert shown.scorecard.set_index("workload")["active_usage_change"].isna().tolist() == [
        False,
        True,
    ]


def test_customers_lie_in_milestone_bands():
    customers = view().customers
    assert customers["band"].tolist() == ["below_15", "from_15", "from_40", "no_seats"]
    assert customers["users_needed"].tolist() == [1, 250, pd.NA, pd.NA]


def test_curve_is_a_ratio_of_sums_and_ends_where_pairs_get_few():
    curve = view().by_workload
    assert curve[["name", "age", "pairs"]].to_numpy().tolist() == [["Microsoft Teams", 0, 10]]
    assert curve["active_usage"].tolist() == [0.2]  # 40 of 200


def test_curves_by_the_fiscal_year_of_the_association():
    curves = view().by_start_year
    assert curves[["name", "age"]].to_numpy().tolist() == [["FY25", 0]]
    assert curves["active_usage"].tolist() == [0.1]


def test_no_association_has_no_curves():
    shown = workloads_view(
        USAGE, TENANTS, customers=CUSTOMERS.head(0), ages=AGES.head(0), filters=FILTERS
    )
    assert shown.by_workload.empty
    assert shown.by_start_year.empty
    assert shown.customers.empty


def test_no_report_in_the_month_has_no_view():
    assert view(Filters(OCT + 1, SEP, None)) is None
