"""A customer's page from small frames: facts, flags, thresholds, associations in words."""

from dataclasses import replace

import pandas as pd
import pytest

from data_access.types import OPEN_END, Filters
from insights.charts.customer import association_timeline, seats_and_people, workload_history
from insights.months import first_day, month_index
from insights.views.customer import CustomerRows, customer_view

OCT = month_index(2026, 10)
FILTERS = Filters(as_of=OCT, since=OCT - 2, before=OCT - 3)

FACTS = pd.DataFrame(
    {
        "tenant_id": ["t1"],
        "tenant_name": ["Ada <Ltd>"],
        "is_name_masked": [False],
        "tpid": [None],
        "domain": ["ada.example"],
        "segment": ["SMB"],
        "market": [""],
        "country": [None],
        "industry": [None],
        "attributes_month": [OCT],
    }
)


def history(*rows):
    columns = ["workload", "month", "paid_available_units", "monthly_active_users"]
    frame = pd.DataFrame(list(rows), columns=columns)
    counts = dict.fromkeys(columns[2:], "Int64")
    return frame.astype(counts).assign(workload_name=frame["workload"].str.title())


HISTORY = history(
    ("TEAMS", OCT - 3, 1000, 350),
    ("TEAMS", OCT - 2, 1000, 380),
    ("TEAMS", OCT, 1000, 420),
    ("EXO", OCT, 100, 101),
    ("YAM", OCT - 2, 300, 30),
)
PAIRS = pd.DataFrame(
    {
        "workload": ["TEAMS", "EXO", "YAM"],
        "workload_name": ["Teams", "Exo", "Yam"],
        "is_known": True,
        "first_month": [OCT - 3, OCT, OCT - 2],
        "latest_month": [OCT, OCT, OCT - 2],
        "months_reported": [3, 1, 1],
        "high_water_mark": pd.array([450, 101, 30], dtype="Int64"),
        "restated_values": [2, 0, 0],
        "moves": [1, 0, 0],
    }
)


def held(*rows):
    columns = [
        "workload",
        "partner_id",
        "start_month",
        "end_month",
        "end_reason",
        "attribution_type",
    ]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(
        workload_name=frame["workload"].str.title(), partner_name=frame["partner_id"].str.title()
    )


ASSOCIATIONS = held(
    ("TEAMS", "north", OCT - 20, OCT - 5, "moved", "CPOR"),
    ("TEAMS", "south", OCT - 4, OPEN_END, None, "CPOR"),
    ("EXO", "north", OCT - 2, OPEN_END, None, ""),
)
ROWS = CustomerRows(FACTS, HISTORY, PAIRS, ASSOCIATIONS, pd.DataFrame())


def test_facts_leave_out_what_no_file_told():
    facts = {fact.label: fact.value for fact in customer_view(ROWS, FILTERS).facts}
    assert facts == {
        "Segment": "SMB",
        "Domain": "ada.example",
        "Partners now": "South, North",
        "Tenant id": "t1",
    }


def test_cards_show_totals_of_the_as_of_month():
    cards = {card.label: card for card in customer_view(ROWS, FILTERS).cards}
    assert cards["Active usage"].value == "47.4%"  # 521 of 1,100
    assert cards["Active usage"].delta == pytest.approx(521 / 1100 - 0.35)
    assert cards["Seats"].value == "1,000"
    assert cards["Workloads at 15%"].value == "2 of 2"
    assert cards["Workloads at 40%"].value == "2 of 2"


def test_flags_say_where_they_show_and_what_they_mean():
    flags = {flag.words: flag.where for flag in customer_view(ROWS, FILTERS).flags}
    assert flags == {
        "◌ No data": "Engage",
        "▲ Above 100%": "Exchange",
        "▫ Small base": "Exchange",
        "┄ Missing months": "Teams",
        "↺ Restated": "Teams",
        "⇄ Moved": "Teams",
        "⚭ Several partners": "South, North",
    }
    masked = replace(ROWS, facts=FACTS.assign(is_name_masked=True))
    assert "▒ Masked name" in {flag.words for flag in customer_view(masked, FILTERS).flags}


def test_multiples_have_every_month_and_tell_where_the_workload_stands():
    view = customer_view(ROWS, FILTERS)
    standings = {multiple.code: multiple.standing for multiple in view.multiples}
    assert standings == {
        "EXO": "● 101.0%",
        "TEAMS": "● 42.0%, +7.0 pts",
        "YAM": "○ 10.0% in Aug 2026, the newest report",
    }
    teams = next(multiple for multiple in view.multiples if multiple.code == "TEAMS")
    assert teams.months["month"].tolist() == [OCT - 2, OCT - 1, OCT]
    assert teams.months["active_usage"].tolist() == pytest.approx(
        [0.38, float("nan"), 0.42], nan_ok=True
    )
    assert view.top_share == pytest.approx(1.01 * 1.08)


def test_workload_table_has_newest_figures_and_users_needed():
    table = customer_view(ROWS, FILTERS).workloads.set_index("workload")
    assert table.index.tolist() == ["EXO", "TEAMS", "YAM"]
    assert table["needed_15"].tolist() == [0, 0, 15]
    assert table["needed_40"].tolist() == [0, 0, 90]  # 40 % of 300 is 120
    assert table["high_water_mark"].tolist() == [101, 450, 30]
    assert table["reported"].tolist() == [OCT, OCT, OCT - 2]
    assert table.loc["TEAMS", "partners"] == "South"
    assert pd.isna(table.loc["YAM", "partners"])


def test_timeline_tells_spans_and_moves_in_words():
    view = customer_view(ROWS, FILTERS)
    assert view.timeline["label"].tolist() == ["Exchange", "Teams", "Teams"]
    assert view.timeline["told"].tolist() == [
        "North, since Aug 2026",
        "North, Feb 2025 to May 2026, moved to another partner (CPOR)",
        "South, since Jun 2026 (CPOR)",
    ]
    assert view.timeline["ends"].tolist()[1:] == [first_day(OCT - 4), first_day(OCT + 1)]


def test_as_of_an_earlier_month_the_later_association_is_not_there_yet():
    earlier = replace(FILTERS, as_of=OCT - 5, since=OCT - 6, before=None)
    view = customer_view(replace(ROWS, history=HISTORY.head(0), pairs=PAIRS.head(0)), earlier)
    assert view.timeline["partner_name"].tolist() == ["North"]
    assert view.timeline["told"].tolist() == [
        "North, Feb 2025 to May 2026, moved to another partner (CPOR)"
    ]


def test_customer_without_reports_or_associations_has_an_empty_page_not_a_failure():
    bare = replace(
        ROWS,
        history=HISTORY.head(0),
        pairs=PAIRS.head(0),
        associations=ASSOCIATIONS.head(0),
    )
    view = customer_view(bare, FILTERS)
    assert view.multiples == ()
    assert view.workloads.empty
    assert [card.value for card in view.cards] == ["—"] * 5
    assert view.timeline_words == "No partner is associated with this customer."


def test_charts_draw_gaps_thresholds_and_spans():
    view = customer_view(ROWS, FILTERS)
    teams = next(multiple for multiple in view.multiples if multiple.code == "TEAMS")
    line = workload_history(teams.months, code="TEAMS", top=view.top_share, goals=teams.goals)
    assert pd.isna(line.data[0].y[1])
    assert line.data[0].customdata[1][0] == "—"
    assert [shape.y0 for shape in line.layout.shapes] == [0.15, 0.4]
    bars = association_timeline(view.timeline)
    assert [bar.name for bar in bars.data] == ["North", "South"]
    days = (first_day(OCT - 4) - first_day(OCT - 20)).days
    assert list(bars.data[0].x) == [
        (first_day(OCT + 1) - first_day(OCT - 2)).days * 86_400_000,
        days * 86_400_000,
    ]
    seats = seats_and_people(view.months)
    assert list(seats.data[0].y)[::2] == [1000.0, 1000.0]
