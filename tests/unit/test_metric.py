"""Sums, ratios of sums, and the sums that are refused."""

from math import isnan, nan

import pandas as pd
import pytest

from insights.metrics.catalogue import (
    ACTIVE_USAGE,
    ASSOCIATED_TENANTS,
    CATALOGUE,
    LOST_ASSOCIATIONS,
    METRICS,
    MONTHLY_ACTIVE_USERS,
    NEW_ASSOCIATIONS,
    PAID_AVAILABLE_UNITS,
    SHARE_FROM_15,
)
from insights.metrics.metric import DIMENSION_OF_COLUMN, NotAdditiveError, metrics_by


def usage(*rows):
    """Return month, workload, tenant_id, seats, users."""
    columns = ["month", "workload", "tenant_id", "paid_available_units", "monthly_active_users"]
    return pd.DataFrame(rows, columns=columns)


TWO_TENANTS = usage((0, "TEAMS", "t1", 1000, 900), (0, "TEAMS", "t2", 100, 10))


def test_usage_is_a_ratio_of_sums_not_a_mean_of_ratios():
    assert ACTIVE_USAGE.total(TWO_TENANTS) == pytest.approx(910 / 1100)


def test_usage_by_tenant_keeps_each_tenants_own_ratio():
    by_tenant = ACTIVE_USAGE.by(TWO_TENANTS, "tenant_id")
    assert by_tenant["tenant_id"].tolist() == ["t1", "t2"]
    assert by_tenant["active_usage"].tolist() == [0.9, 0.1]


def test_tenant_without_seats_has_no_usage():
    assert isnan(ACTIVE_USAGE.total(usage((0, "TEAMS", "t1", 0, 3))))


def test_users_add_over_tenants():
    assert MONTHLY_ACTIVE_USERS.total(TWO_TENANTS) == 910


@pytest.mark.parametrize(
    ("metric", "rows", "dimension"),
    [
        (
            MONTHLY_ACTIVE_USERS,
            usage((0, "TEAMS", "t1", 9, 5), (0, "EXO", "t1", 9, 6)),
            "workload",
        ),
        (MONTHLY_ACTIVE_USERS, usage((0, "EXO", "t1", 9, 5), (1, "EXO", "t1", 9, 6)), "month"),
        (PAID_AVAILABLE_UNITS, usage((0, "EXO", "t1", 9, 5), (1, "EXO", "t1", 9, 6)), "month"),
        (ACTIVE_USAGE, usage((0, "EXO", "t1", 9, 5), (1, "EXO", "t1", 9, 6)), "month"),
        (
            PAID_AVAILABLE_UNITS,
            usage((0, "EXO", "t1", 9, 5)).merge(pd.DataFrame({"partner_id": ["a", "b"]}), "cross"),
            "partner",
        ),
    ],
)
def test_sum_that_counts_twice_is_refused(metric, rows, dimension):
    with pytest.raises(NotAdditiveError, match=f"does not add over {dimension}"):
        metric.total(rows)


def test_dimension_with_one_value_may_be_dropped():
    assert MONTHLY_ACTIVE_USERS.total(usage((7, "EXO", "t1", 9, 5))) == 5


def test_name_column_keeps_its_dimension():
    rows = usage((0, "TEAMS", "t1", 9, 5), (0, "EXO", "t1", 9, 6)).assign(
        workload_name=["Microsoft Teams", "Exchange Online"]
    )
    assert MONTHLY_ACTIVE_USERS.by(rows, "workload_name").shape == (2, 2)


def test_seats_and_usage_add_over_workloads():
    rows = usage((0, "TEAMS", "t1", 100, 20), (0, "EXO", "t1", 100, 80))
    assert PAID_AVAILABLE_UNITS.total(rows) == 200
    assert ACTIVE_USAGE.total(rows) == 0.5


def test_events_add_over_months_and_partners():
    rows = pd.DataFrame({"month": [0, 1], "partner_id": ["a", "b"], "new_associations": [2, 3]})
    assert NEW_ASSOCIATIONS.total(rows) == 5


def test_no_rows_have_no_value():
    assert isnan(PAID_AVAILABLE_UNITS.total(TWO_TENANTS.head(0)))
    assert ACTIVE_USAGE.by(TWO_TENANTS.head(0), "tenant_id").empty


def test_unknown_measure_stays_unknown_and_is_not_zero():
    rows = usage((0, "TEAMS", "t1", None, None)).astype({"paid_available_units": "Int64"})
    assert isnan(PAID_AVAILABLE_UNITS.total(rows))


def test_metrics_by_puts_metrics_side_by_side():
    table = metrics_by(TWO_TENANTS, [PAID_AVAILABLE_UNITS, ACTIVE_USAGE], "tenant_id")
    assert table.columns.tolist() == ["tenant_id", "paid_available_units", "active_usage"]
    assert table["paid_available_units"].tolist() == [1000, 100]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (ACTIVE_USAGE, 0.1234, "12.3%"),
        (ACTIVE_USAGE, nan, "—"),
        (ACTIVE_USAGE, None, "—"),
        (PAID_AVAILABLE_UNITS, 1234567.0, "1,234,567"),
        (PAID_AVAILABLE_UNITS, 0, "0"),
    ],
)
def test_text_reads_as_people_write_it(metric, value, text):
    assert metric.text(value) == text


@pytest.mark.parametrize(
    ("metric", "now", "before", "text"),
    [
        (ACTIVE_USAGE, 0.42, 0.40, "+2.0 pts"),
        (ACTIVE_USAGE, 0.40, 0.42, "−2.0 pts"),
        (ACTIVE_USAGE, 0.42, None, "—"),
        (PAID_AVAILABLE_UNITS, 1100, 1000, "+100 (+10.0%)"),
        (PAID_AVAILABLE_UNITS, 1000, 1000, "0 (0.0%)"),
        (ASSOCIATED_TENANTS, 5, 0, "+5"),
    ],
)
def test_change_is_in_points_for_shares_and_in_percent_for_counts(metric, now, before, text):
    assert metric.change_text(now, before) == text


def test_names_are_unique_and_every_metric_is_explained():
    assert len(METRICS) == len(CATALOGUE)
    assert len({metric.label for metric in CATALOGUE}) == len(CATALOGUE)
    assert all(metric.description.endswith(".") for metric in CATALOGUE)


def test_only_events_add_over_months():
    over_months = {
        metric.name
        for metric in CATALOGUE
        if all("month" in measure.adds_over for measure in metric.measures)
    }
    assert over_months == {NEW_ASSOCIATIONS.name, LOST_ASSOCIATIONS.name}
    assert over_months == {metric.name for metric in CATALOGUE if not metric.point_in_time}


def test_every_dimension_can_be_seen_in_a_column():
    dimensions = {d for m in CATALOGUE for measure in m.measures for d in measure.adds_over}
    assert dimensions <= set(DIMENSION_OF_COLUMN.values())


def test_share_of_pairs_needs_pairs():
    rows = pd.DataFrame({"workload": ["EXO"], "pairs": [0], "pairs_from_15": [0]})
    assert isnan(SHARE_FROM_15.total(rows))
