"""Programme rules as people read them: tables of a year, changes, figures before and after."""

from datetime import UTC, date, datetime

import pandas as pd

from data_access.program_store import (
    activations_until,
    hash_of_activations,
    program_of_activations,
    shipped_text,
    text_hash,
    text_in_force,
)
from data_access.rules import load_program
from insights.views.program_rules import EXAMPLE, Origin, line_rows, rules_view, year_labels
from insights.views.rule_changes import (
    activation_rows,
    change_rows,
    compared,
    figure_changes,
    neighbours,
    program_changes,
)

PROGRAM = load_program()
FY23, FY27 = PROGRAM.year("FY23"), PROGRAM.year("FY27")
TEXT = shipped_text("FY27")
DEARER = TEXT.replace("per_unit_usd = 3", "per_unit_usd = 5", 1)


def tables(rules):
    return {table.code: table.rows for table in rules_view(rules, Origin()).tables}


def test_year_tells_dates_model_and_origin():
    view = rules_view(FY27, Origin())
    assert (view.title, view.validity) == (
        "FY27",
        "1 October 2026 until a newer year follows",
    )
    assert view.model.startswith("growth model")
    assert view.origin == "as shipped with the app"
    moment = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    activated = rules_view(FY23, Origin("own.toml", "Ada", moment))
    assert activated.validity == "1 October 2022 to 30 September 2023"
    assert activated.origin == "activated by Ada on 2026-11-22 09:05 UTC from own.toml"


def test_thresholds_of_fy23_by_workload():
    rows = tables(FY23)["thresholds"].set_index("workload")
    assert rows.loc["Microsoft 365 Apps", ["at_15", "at_40", "earns"]].tolist() == ["✓", "✓", "yes"]
    assert rows.loc["Exchange Online", ["at_15", "at_40"]].tolist() == ["✓", "–"]
    assert rows.loc["Microsoft Teams", "earns"] == "no: usage recognition only"
    assert rows.loc["Microsoft Teams", "reference"].count(" · ") == 1  # 15 % and not paid
    assert rows["example"].to_dict()["Microsoft 365 Apps"] == EXAMPLE
    assert rows.loc["Exchange Online", "example"] == ""


def test_sizes_of_fy23_have_minimum_limits_and_marks_of_each():
    rows = tables(FY23)["sizes"].set_index("bucket")
    assert rows.loc["Minimum", "from_units"] == 150
    assert pd.isna(rows.loc["Minimum", "limit"])
    assert rows.loc["XXS", ["from_units", "limit", "limit_example"]].tolist() == [1, 0.2, ""]
    assert rows.loc["M", ["from_units", "limit", "limit_example"]].tolist() == [2500, 0.3, EXAMPLE]


def test_rate_card_has_one_row_per_milestone_and_group_of_workloads():
    rows = tables(FY23)["rates"]
    assert rows["milestone"].tolist() == ["15%", "40%", "15%", "40%"]
    assert rows.loc[0, ["XXS", "XL", "example"]].tolist() == ["500 USD", "4,500 USD", EXAMPLE]
    assert rows.loc[2, "workloads"] == "Defender O365, Teams Apps"
    assert pd.isna(rows.loc[2, "M"])
    assert rows.loc[2, "example"] == ""


def test_growth_year_has_rates_per_unit_with_the_most_of_a_year():
    rows = tables(FY27)["rates"]
    assert rows.loc[0, ["workloads", "per_unit", "maximum"]].tolist() == [
        "All workloads",
        "3 USD",
        "6,000 USD",
    ]


def test_days_are_the_six_clocks_proof_and_payment():
    rows = tables(FY27)["days"].set_index("subject")["value"]
    assert len(rows) == 8
    assert rows["Until the partner answers the reviewer"] == "14 business days"
    assert rows["Oldest proof of execution"] == "12 months"
    assert rows["Payment"] == "45 days after the month's end"


def test_every_value_is_in_the_download_with_its_reference():
    rows = line_rows(FY27)
    assert (rows["reference"].str.len() > 10).all()
    assert rows.loc[rows["subject"] == "Minimum paid units", "example"].tolist() == [EXAMPLE]


def test_years_are_offered_newest_first():
    labels = year_labels(PROGRAM.years)
    assert next(iter(labels)) == "FY27"
    assert labels["FY20"] == "FY20 (1 October 2019 to 30 September 2020)"


def test_year_is_first_compared_with_the_one_before():
    assert neighbours(PROGRAM, "FY27") == ("FY26", "FY27")
    assert neighbours(PROGRAM, "FY20") == ("FY20", "FY21")


def test_compared_years_show_old_beside_new():
    rows = compared(PROGRAM, "FY22", "FY23").set_index("subject")
    assert rows.loc["Milestone 40%", "before"] == f"TEAMS, INTUNE, PROPLUS, AIP ({EXAMPLE})"
    assert rows.loc["Milestone 40%", "after"] == f"PROPLUS, TEAMSPLATFORM ({EXAMPLE})"
    assert rows.loc["Not paid: usage recognition only", "before"] == "—"
    assert compared(PROGRAM, "FY23", "FY23").empty


# --- activations ----------------------------------------------------------------------------------


def activated(*rows):
    """Activations as told by the store: title, content, day of November 2026 (noon UTC)."""
    return pd.DataFrame(
        [
            {
                "rules_id": number,
                "title": title,
                "content": content,
                "content_hash": text_hash(content or ""),
                "file_name": "own.toml",
                "activated_at": pd.Timestamp(2026, 11, day, 12, tz="UTC"),
                "activated_by": "Ada",
            }
            for number, (title, content, day) in enumerate(rows, start=1)
        ]
    )


def rate(program):
    return program.on(date(2026, 11, 1)).unit_rates[0].per_unit_usd_e4


def test_newest_activation_of_a_year_is_in_force_and_the_past_can_be_had_again():
    rows = activated(("FY27", DEARER, 2), ("FY27", None, 5))
    assert rate(program_of_activations(rows)) == 30_000
    on = {day: activations_until(rows, date(2026, 11, day)) for day in (1, 2, 4, 5)}
    rates = {day: rate(program_of_activations(known)) for day, known in on.items()}
    assert rates == {1: 30_000, 2: 50_000, 4: 50_000, 5: 30_000}
    hashes = {day: hash_of_activations(known) for day, known in on.items()}
    assert hashes[1] == hashes[5] != hashes[2] == hashes[4]
    assert text_in_force(on[4], "FY27") == DEARER
    assert text_in_force(rows, "FY27") == TEXT
    assert text_in_force(rows, "FY99") is None


def test_history_says_what_is_in_force():
    rows = activation_rows(activated(("FY27", DEARER, 2), ("FY26", DEARER, 3), ("FY27", None, 5)))
    assert rows["rules_id"].tolist() == [3, 2, 1]
    assert rows["standing"].tolist() == ["in force", "in force", "replaced"]
    assert rows["what"].tolist() == ["back to the shipped rules", "activated", "activated"]


def test_change_of_a_programme_is_told_by_year():
    later = program_of_activations(activated(("FY27", DEARER, 2)))
    [(title, changes)] = program_changes(PROGRAM, later)
    assert title == "FY27"
    assert change_rows(changes)[["subject", "before", "after"]].to_numpy().tolist() == [
        [
            "Rate per unit, all workloads",
            f"3 USD, at most 6,000 USD a year ({EXAMPLE})",
            f"5 USD, at most 6,000 USD a year ({EXAMPLE})",
        ]
    ]
    assert program_changes(later, later) == []


def test_new_year_and_the_end_of_the_one_before_are_changes():
    ended = TEXT.replace("starts = 2026-10-01", "starts = 2026-10-01\nends = 2027-09-30")
    next_year = TEXT.replace('"FY27"', '"FY28"').replace("2026-10-01", "2027-10-01", 1)
    later = program_of_activations(activated(("FY27", ended, 2), ("FY28", next_year, 2)))
    told = dict(program_changes(PROGRAM, later))
    assert change_rows(told["FY27"])[["subject", "before", "after"]].to_numpy().tolist() == [
        ["Ends", "open-ended", "2027-09-30"]
    ]
    assert change_rows(told["FY28"])["before"].unique().tolist() == ["—"]
    assert dict(program_changes(later, PROGRAM))["FY28"][0].after is None


def figures(**amounts):
    return pd.DataFrame(
        [
            {"kind": kind, "code": code, "milestones": count, "amount_usd_e4": amount}
            for (kind, code), (count, amount) in amounts["rows"].items()
        ]
    )


def test_figures_before_and_after_are_side_by_side_and_told_in_words():
    before = figures(
        rows={
            ("state", "reached"): (5, 0),
            ("state", "in_flight"): (7, 0),
            ("money", "earned"): (5, 10_000_000),
            ("money", "in flight"): (7, 20_000_000),
        }
    )
    after = figures(
        rows={
            ("state", "reached"): (6, 0),
            ("state", "in_flight"): (6, 0),
            ("money", "earned"): (6, 15_000_000),
            ("money", "missed"): (1, 5_000_000),
        }
    )
    told = figure_changes(before, after)
    assert told.words == "At least one milestone changes its state. Amounts change as shown."
    assert told.states[["state", "before", "after", "change"]].to_numpy().tolist() == [
        ["● Reached", 5, 6, 1],
        ["◑ In flight", 7, 6, -1],
    ]
    assert told.money[["group", "before", "after", "change"]].to_numpy().tolist() == [
        ["Earned", 10_000_000, 15_000_000, 5_000_000],
        ["In flight", 20_000_000, 0, -20_000_000],
        ["Missed", 0, 5_000_000, 5_000_000],
    ]
    assert figure_changes(before, before).words == ("No count of a state and no amount changes.")


def test_store_without_milestones_has_no_figures_to_move():
    nothing = figures(rows={("state", "reached"): (1, 1)}).iloc[:0]
    told = figure_changes(nothing, nothing)
    assert told.states.empty
    assert told.money.empty
