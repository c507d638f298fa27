"""The list of customers from small frames: usage, flags, nearest milestone, marked ones."""

from dataclasses import replace

import pandas as pd
import pytest

from data_access.types import Filters
from insights.months import month_index
from insights.views.customers import (
    CustomerRows,
    columns_with_chance,
    customers_view,
    months_of,
    selected_view,
    with_chances,
)

OCT = month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT - 11, before=OCT - 12)

LISTED = pd.DataFrame(
    {
        "tenant_id": ["ada", "bee"],
        "tenant_name": ["Ada", "Bee"],
        "is_name_masked": [False, True],
        "domain": ["ada.example", None],
        "segment": ["SMB", ""],
        "market": ["UK", ""],
        "month": [OCT, OCT - 2],
        "size_band": [4, 1],
        "seats": [1000, 100],
        "people": [300, 20],
        "pairs": [2, 1],
        "paid_available_units": [1400, 100],
        "monthly_active_users": [700, 20],
        "pairs_above_100": [1, 0],
        "pairs_without_seats": [0, 0],
        "pairs_small": [0, 1],
    }
)
USAGE = pd.DataFrame(
    {
        "tenant_id": ["ada", "ada", "ada", "bee"],
        "workload": ["TEAMS", "EXO", "TEAMS", "TEAMS"],
        "month": [OCT, OCT, OCT - 2, OCT - 2],
        "paid_available_units": pd.array([1000, 400, 1, 100], dtype="Int64"),
        "monthly_active_users": pd.array([360, 440, 1, 14], dtype="Int64"),
    }
)
TREND = pd.DataFrame(
    {
        "tenant_id": ["ada", "ada", "ada", "bee"],
        "month": [OCT - 12, OCT - 1, OCT, OCT - 2],
        "paid_available_units": [1000, 0, 1400, 100],
        "monthly_active_users": [400, 5, 700, 20],
    }
)
FLAGS = pd.DataFrame(
    {"tenant_id": ["ada", "bee"], "flag": ["restated", "no_data"], "pairs": [1, 1]}
)
PARTNERS = pd.DataFrame(
    {
        "tenant_id": ["ada", "ada", "bee"],
        "partner_id": ["n", "s", "n"],
        "partner_name": ["North", "South", "North"],
        "workloads": [1, 2, 1],
    }
)
COUNT = pd.DataFrame({"customers": [40], "quiet": [1]})
ROWS = CustomerRows(LISTED, COUNT, TREND, USAGE, FLAGS, PARTNERS)


def shown(rows=ROWS, filters=FILTERS):
    return customers_view(rows, filters).table.set_index("tenant_id")


def test_active_usage_is_over_all_workloads_and_by_workload_of_the_rows_own_month():
    table = shown()
    assert table["active_usage"].tolist() == pytest.approx([0.5, 0.2])
    assert table.loc["ada", ["TEAMS", "EXO"]].tolist() == pytest.approx([0.36, 1.1])
    assert table.loc["bee", "TEAMS"] == pytest.approx(0.14)
    assert pd.isna(table.loc["bee", "EXO"])


def test_nearest_milestone_is_the_fewest_users_of_a_workload_with_enough_seats():
    table = shown()
    # Teams: 40 % of 1,000 is 400, 40 missing; Exchange is above both.
    assert table.loc["ada", "users_needed"] == 40
    assert table.loc["ada", "next_milestone"] == "Teams 40%"
    # 1 user is missing to 15 % of 100 seats, but fewer than 150 seats count for no milestone.
    assert pd.isna(table.loc["bee", "users_needed"])


def test_change_is_undefined_where_the_as_of_month_is_missing():
    table = shown()
    assert table.loc["ada", "change"] == pytest.approx(0.5 - 0.4)
    assert pd.isna(table.loc["bee", "change"])
    assert shown(filters=replace(FILTERS, before=None))["change"].isna().all()


def test_trend_holds_reported_months_of_the_last_year_oldest_first():
    table = shown()
    assert table.loc["ada", "trend"] == [0.5]  # older than a year and without seats are left out
    assert table.loc["bee", "trend"] == [0.2]


def test_flags_come_from_figures_names_partners_and_the_store():
    table = shown()
    assert table.loc["ada", "flags"] == ["▲ Above 100%", "↺ Restated", "⚭ Several partners"]
    assert table.loc["bee", "flags"] == ["◌ No data", "▫ Small base", "▒ Masked name"]


def test_partners_are_named_with_most_workloads_first():
    assert shown()["partners"].tolist() == ["South · North", "North"]


def test_caption_tells_what_is_not_listed_and_what_is_not_new():
    view = customers_view(ROWS, FILTERS)
    assert view.caption == (
        "The first 2 of 40 customers; the download has up to 10,000"
        " · 1 not reported for Oct 2026, shown with their newest figures"
    )
    assert "Ada, users needed to Teams 40%: 40." in view.takeaway
    everybody = replace(ROWS, count=pd.DataFrame({"customers": [2], "quiet": [0]}))
    assert customers_view(everybody, FILTERS).caption == "2 customers"


def test_nothing_is_shown_without_customers_and_months_are_those_of_the_list():
    assert customers_view(replace(ROWS, listed=LISTED.head(0)), FILTERS) is None
    assert months_of(LISTED) == (OCT, OCT - 2)


def test_customers_without_flags_partners_or_trend_are_listed_all_the_same():
    bare = replace(
        ROWS,
        trend=TREND.head(0),
        usage=USAGE.head(0),
        flags=FLAGS.head(0),
        partners=PARTNERS.head(0),
    )
    table = shown(bare)
    assert table.index.tolist() == ["ada", "bee"]
    assert table["flags"].tolist() == [["▲ Above 100%"], ["▫ Small base", "▒ Masked name"]]
    assert table[["change", "trend", "users_needed", "partners"]].isna().all().all()


def test_marked_customers_stand_side_by_side_as_text():
    view = customers_view(ROWS, FILTERS)
    selected = selected_view(view, TREND, FILTERS)
    figures = selected.table.set_index("figure")
    assert figures.loc["Active usage"].tolist() == ["50.0%", "20.0%"]
    assert figures.loc["Change"].tolist() == ["+10.0 pts", "—"]
    assert figures.loc["Seats"].tolist() == ["1,000", "100"]
    assert figures.loc["Exchange"].tolist() == ["110.0%", "—"]
    assert set(selected.trend["month"]) == {OCT, OCT - 1, OCT - 2}


def test_marked_customers_of_one_name_get_their_ids():
    same = replace(ROWS, listed=LISTED.assign(tenant_name="Ada"))
    selected = selected_view(customers_view(same, FILTERS), TREND, FILTERS)
    assert [column.label for column in selected.columns] == ["", "Ada · ada", "Ada · bee"]


def test_chances_stand_after_what_is_to_be_reached_and_are_missing_where_unknown():
    view = customers_view(ROWS, FILTERS)
    first, *others = view.table["tenant_id"]
    chances = pd.DataFrame({"tenant_id": [first], "chance_90": [0.42]})
    table = with_chances(view.table, chances, "percent")
    assert list(table["chance"]) == ["40%", *["—" for _ in others]]
    assert set(with_chances(view.table, chances, "order")["chance"]) == {"—"}
    names = [column.name for column in columns_with_chance(view.columns)]
    assert names[names.index("next_milestone") + 1] == "chance"
