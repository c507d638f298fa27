"""The overview from small frames: cards, what changed and why, associations, concentration."""

import pandas as pd
import pytest

from data_access.types import Filters
from insights.months import month_index
from insights.views.overview import TWINS, OverviewRows, first_month, overview_view

SEP, OCT = month_index(2026, 9), month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT, before=SEP)

MEASURES = [
    "pairs",
    "paid_available_units",
    "monthly_active_users",
    "pairs_from_15",
    "pairs_from_40",
    "kept_units",
    "kept_users",
    "prior_units",
    "prior_users",
    "associated_pairs",
]


def usage(*rows):
    return pd.DataFrame(rows, columns=["month", "workload", "workload_name", *MEASURES])


# Teams: 100 seats, 20 then 30 users. Exchange: 300 seats, 240 then 210 users.
USAGE = usage(
    (SEP, "EXO", "Exchange Online", 3, 300, 240, 3, 3, 0, 0, 0, 0, 3),
    (SEP, "TEAMS", "Microsoft Teams", 1, 100, 20, 1, 0, 0, 0, 0, 0, 1),
    (OCT, "EXO", "Exchange Online", 3, 300, 210, 3, 3, 300, 210, 300, 240, 3),
    (OCT, "TEAMS", "Microsoft Teams", 1, 100, 30, 1, 0, 100, 30, 100, 20, 0),
)
TENANTS = pd.DataFrame(
    {
        "month": [SEP, OCT],
        "tenants": [3, 3],
        "seats": [300, 300],
        "people": [240, 210],
        "associated_tenants": [2, 3],
    }
)
CHANGES = pd.DataFrame(
    [(OCT, "new", "", 4), (OCT, "lost", "moved", 1), (OCT, "lost", "not reported", 2)],
    columns=["month", "change", "reason", "associations"],
)


def partners(*units):
    """Return one partner per number of seats, used by half."""
    return pd.DataFrame(
        {
            "month": OCT,
            "partner_id": [f"p{n}" for n in range(len(units))],
            "partner_name": [f"Partner {n}" for n in range(len(units))],
            "paid_available_units": units,
            "monthly_active_users": [unit // 2 for unit in units],
            "kept_units": 0,
            "kept_users": 0,
            "prior_units": 0,
            "prior_users": 0,
        }
    )


def largest(count):
    return pd.DataFrame(
        {"tenant_id": [f"t{n}" for n in range(count)], "paid_available_units": [10] * count}
    )


def rows(**changed):
    frames = {
        "usage": USAGE,
        "tenants": TENANTS,
        "partners": partners(200, 100),
        "changes": CHANGES,
        "largest": largest(3),
    }
    return OverviewRows(**(frames | changed))


def card(view, label):
    (found,) = [card for card in (*view.cards, *view.structure) if card.label == label]
    return found


def test_headline_numbers_are_sums_and_ratios_of_sums():
    view = overview_view(rows(), FILTERS)
    assert card(view, "Associated tenants").value == "3"
    assert card(view, "Associated tenants").delta_text == "+1 (+50.0%)"
    assert card(view, "Paid available units").value == "400"
    assert card(view, "Active usage").value == "60.0%"  # 240 of 400, not (70 % + 30 %) / 2
    assert card(view, "Active usage").delta_text == "−5.0 pts"
    assert card(view, "People, at least").value == "210"


def test_one_workload_has_users_in_place_of_people():
    teams = USAGE[USAGE["workload"] == "TEAMS"]
    assert card(overview_view(rows(usage=teams), FILTERS), "Monthly active users").value == "30"


def test_trend_shows_seats_and_people_of_several_workloads():
    view = overview_view(rows(), FILTERS)
    assert [metric.name for metric in view.volumes] == ["seats", "people"]
    assert view.trend[["month", "seats", "people"]].to_numpy().tolist() == [[OCT, 300, 210]]


def test_trend_shows_units_and_users_of_one_workload():
    view = overview_view(rows(usage=USAGE[USAGE["workload"] == "TEAMS"]), FILTERS)
    assert [metric.name for metric in view.volumes] == [
        "paid_available_units",
        "monthly_active_users",
    ]
    assert view.trend["monthly_active_users"].tolist() == [30]


def test_trend_shows_units_where_people_are_unknown():
    period = Filters(as_of=OCT, since=SEP, before=None)
    view = overview_view(rows(tenants=TENANTS.tail(1)), period)
    assert [metric.name for metric in view.volumes] == ["paid_available_units"]


def test_tables_have_the_columns_they_show():
    changes = pd.DataFrame(
        columns=[
            *("month", "change", "reason", "tenant_name", "tenant_id"),
            *("workload_name", "partner_name", "partner_id"),
        ]
    )
    view = overview_view(rows(), FILTERS)
    for code, title in TWINS.items():
        table = view.twin(code, lambda: changes)
        assert (table.code, table.title) == (code, title)
        assert {column.name for column in table.columns} <= set(table.rows.columns)


def test_only_the_list_of_associations_reads_it():
    asked = []
    view = overview_view(rows(), FILTERS)
    for code in TWINS:
        view.twin(code, lambda code=code: asked.append(code) or pd.DataFrame())
    assert asked == ["changes"]


def test_what_changed_is_said_with_its_reason():
    said = [(line.lead, line.detail) for line in overview_view(rows(), FILTERS).headlines]
    assert said == [
        (
            "Active usage is 60.0% in Oct 2026, from 65.0%",
            "−5.0 pts fewer active users on the same seats",
        ),
        (
            "Microsoft Teams +10.0 pts to 30.0%",
            "10 active users gained: +10.0 pts more active users on the same seats",
        ),
        (
            "Exchange Online −10.0 pts to 70.0%",
            "30 active users lost: −10.0 pts fewer active users on the same seats",
        ),
        (
            "4 associations began and 3 ended",
            "1 moved to another partner, 2 no longer reported, Oct 2026",
        ),
    ]


def test_steps_lead_from_before_to_now():
    steps = overview_view(rows(), FILTERS).steps
    assert steps["label"].tolist() == ["Sep 2026", "Users", "Seats", "Joined", "Left", "Oct 2026"]
    assert steps["share"].iloc[:-1].sum() == pytest.approx(steps["share"].iloc[-1])


def test_without_a_comparison_nothing_is_compared():
    view = overview_view(rows(), Filters(as_of=OCT, since=OCT, before=None))
    assert view.headlines[0].lead == "Active usage is 60.0% in Oct 2026"
    assert view.steps.empty
    assert view.workloads.empty
    assert view.cards[0].delta is None


def test_no_report_in_the_month_has_no_view():
    assert overview_view(rows(), Filters(as_of=OCT + 1, since=OCT, before=SEP)) is None


def test_what_is_worth_most_users_moved_most():
    assert overview_view(rows(), FILTERS).workloads["code"].tolist() == ["EXO", "TEAMS"]


def test_association_months_without_change_are_zero():
    wide = overview_view(rows(), Filters(as_of=OCT, since=SEP, before=None)).associations
    assert wide.to_dict("records") == [
        {"month": SEP, "new": 0, "moved": 0, "disassociated": 0, "not reported": 0},
        {"month": OCT, "new": 4, "moved": 1, "disassociated": 0, "not reported": 2},
    ]


def test_no_change_of_associations_is_not_spoken_of():
    view = overview_view(rows(changes=CHANGES.head(0)), FILTERS)
    assert not [line for line in view.headlines if "associations" in line.lead]
    assert view.associations[["new", "moved"]].to_numpy().tolist() == [[0, 0]]


def test_coverage_and_concentration():
    view = overview_view(rows(partners=partners(200, 100, 60, 40), largest=largest(10)), FILTERS)
    assert card(view, "Coverage").value == "75.0%"  # 3 of 4 pairs
    assert card(view, "Ten largest customers").value == "25.0%"  # 100 of 400
    assert card(view, "Three largest partners").value == "90.0%"  # 360 of 400


def test_concentration_is_left_out_where_it_says_nothing():
    view = overview_view(rows(), Filters(as_of=OCT, since=OCT, before=SEP, partner_id="p0"))
    assert view.structure == ()


def test_history_reaches_a_year_and_the_compared_month():
    assert first_month(Filters(as_of=OCT, since=OCT - 2, before=OCT - 3)) == OCT - 12
    assert first_month(Filters(as_of=OCT, since=OCT - 23, before=OCT - 24)) == OCT - 24
