"""Programme rules: the shipped files hold together, and every kind of mistake is named."""

from datetime import date

import pytest

from data_access.errors import RulesError
from data_access.rules import (
    SHIPPED_RULES,
    compare_years,
    load_program,
    parse_rules,
    program_of,
    rules_on,
    with_years,
)
from insights.program import CLOCKS, rule_lines, usd_text
from insights.program_text import program_markdown

FILES = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED_RULES.glob("*.toml")}
FY23 = FILES["fy23.toml"]
FY27 = FILES["fy27.toml"]


def problems_of(text, name="fy23.toml"):
    with pytest.raises(RulesError) as refusal:
        parse_rules(text, name)
    return refusal.value.problems


@pytest.mark.parametrize("name", sorted(FILES))
def test_shipped_file_is_accepted_and_every_value_has_a_reference(name):
    lines = rule_lines(parse_rules(FILES[name], name))
    assert len(lines) > 15
    assert all(len(line.reference) > 10 for line in lines)


def test_shipped_program_covers_fy20_to_fy27_and_is_open_ended():
    program = load_program()
    assert [rules.title for rules in program.years] == [f"FY{year}" for year in range(20, 28)]
    assert program.years[0].starts == date(2019, 10, 1)
    assert program.years[-1].ends is None
    assert program.percents() == (15, 40)


@pytest.mark.parametrize(
    ("day", "title", "model"),
    [
        (date(2019, 10, 1), "FY20", "milestone"),
        (date(2023, 9, 30), "FY23", "milestone"),
        (date(2023, 10, 1), "FY24", "growth"),
        (date(2026, 9, 30), "FY26", "growth"),
        (date(2040, 1, 1), "FY27", "growth"),
    ],
)
def test_rules_on_a_day_are_those_of_its_year_first_and_last_day_included(day, title, model):
    rules = rules_on(day)
    assert (rules.title, rules.model) == (title, model)


def test_no_rules_before_the_first_year():
    with pytest.raises(RulesError, match="30 September 2019"):
        rules_on(date(2019, 9, 30))


def test_public_figures_are_not_examples_and_the_rest_is():
    rules = rules_on(date(2023, 1, 1))
    amounts = {(rate.milestone, rate.workloads, rate.is_example): rate for rate in rules.rates}
    seen = amounts[15, ("MDO", "TEAMSPLATFORM"), False]
    assert seen.amounts_usd_e4 == (("XL", 45_000_000),)
    assert all(rate.is_example for rate in rules.rates if rate.workloads == ("all",))
    assert [limit.bucket for limit in rules.maximum_usage_at_claim if not limit.is_example] == [
        "XXS"
    ]


def test_clocks_are_those_of_2021_until_fy22_and_of_2023_since():
    days = {
        rules.title: [rules.clock(name).days for name in CLOCKS] for rules in load_program().years
    }
    assert days["FY20"] == days["FY22"] == [5, 5, 5, 7, 30, 5]
    assert days["FY23"] == days["FY27"] == [5, 14, 14, 7, 30, 5]


def test_forty_percent_workloads_change_with_fy23():
    changes = {change.subject: change for change in compare_years("FY22", "FY23")}
    forty = changes["Milestone 40%"]
    assert forty.before.value == "TEAMS, INTUNE, PROPLUS, AIP"
    assert forty.after.value == "PROPLUS, TEAMSPLATFORM"
    assert changes["Not paid: usage recognition only"].before is None
    assert "Milestone 15%" not in changes


def test_comparing_a_year_with_itself_finds_nothing_and_an_unknown_year_is_named():
    assert compare_years("FY23", "FY23") == []
    with pytest.raises(RulesError, match="FY19"):
        compare_years("FY19", "FY23")


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("percent = 40", "percent = 15", "milestones[2].percent", "15 does not rise above 15"),
        ("percent = 15", "treshold = 15", "milestones[1].treshold", "unknown key"),
        ("percent = 15", "treshold = 15", "milestones[1].percent", "missing"),
        ("percent = 15", 'percent = "15"', "milestones[1].percent", "not a whole number"),
        ("percent = 15", "percent = true", "milestones[1].percent", "not a whole number"),
        ("percent = 15", "percent = 0", "milestones[1].percent", "not between 1 and 100"),
        ('"PROPLUS", ', '"TAEMS", ', "milestones[2].workloads", "unknown workload TAEMS"),
        ('"PROPLUS", ', '"TEAMSPLATFORM", ', "milestones[2].workloads", "twice"),
        ('["SFB"]', "[]", "not_paid[2].workloads", "empty"),
        ('["SFB"]', '["YAM"]', "not_paid[2].workloads", "named before"),
        ('model = "milestone"', 'model = "bonus"', "model", "not one of milestone, growth"),
        ('model = "milestone"', 'model = "growth"', "unit_rates", "is missing"),
        ('model = "milestone"', 'model = "growth"', "rates", "does not belong"),
        ("ends = 2023-09-30", "ends = 2023-09-29", "ends", "not the last day of a month"),
        ("starts = 2022-10-01", "starts = 2022-10-02", "starts", "not the first day of a month"),
        ("starts = 2022-10-01", "starts = 2024-10-01", "ends", "2023-09-30 is before 2024-10-01"),
        ("starts = 2022-10-01", 'starts = "October"', "starts", "not a date"),
        ("starts = 2022-10-01", "starts = 2022-10-01T00:00:00", "starts", "time of day"),
        ("from_units = 300", "from_units = 1", "buckets[2].from_units", "1 does not rise above 1"),
        ('name = "XS"', 'name = "XXS"', "buckets[2]", "XXS is there twice"),
        ('bucket = "XS"', 'bucket = "XXS"', "maximum_usage_at_claim[2]", "twice"),
        ('bucket = "XS"', 'bucket = "Q"', "maximum_usage_at_claim[2].bucket", "no bucket 'Q'"),
        ("XXS = 500", "TINY = 500", "rates[1].amounts_usd.TINY", "no such bucket"),
        ("XXS = 500", "XXS = -5", "rates[1].amounts_usd.XXS", "0 or more"),
        ("XXS = 500", "XXS = 1e999999999", "rates[1].amounts_usd.XXS", "up to 1,000,000"),
        ("XXS = 500", "XXS = 1" + "0" * 400, "rates[1].amounts_usd.XXS", "up to 1,000,000"),
        ("XXS = 500", "XXS = nan", "rates[1].amounts_usd.XXS", "0 or more"),
        ('title = "FY23"', 'title = "Fiscal year 23"', "title", "at most 10 letters"),
        ('name = "XXS"', 'name = "X\\u0000S"', "buckets[1].name", "at most 10 letters"),
        ("XXS = 500", "XXS = 0.00001", "rates[1].amounts_usd.XXS", "four decimals"),
        ("XXS = 500", 'XXS = "500"', "rates[1].amounts_usd.XXS", "not an amount"),
        ("milestone = 40", "milestone = 60", "rates[2].milestone", "no milestone of 60%"),
        ("milestone = 40", "milestone = 15", "rates[2]", "given before"),
        ("days = 30", "days = 0", "claim_clocks.rejected.days", "not between 1 and 366"),
        ('"calendar"', '"working"', "claim_clocks.customer_opt_out.days_are", "not one of"),
        ("[claim_clocks.dispute]", "[claim_clocks.quarrel]", "claim_clocks.quarrel", "unknown key"),
        ("[claim_clocks.dispute]", "[claim_clocks.quarrel]", "claim_clocks.dispute", "missing"),
        ("[proof_maximum_months]", "[proof]", "proof", "unknown key"),
        ("[[milestones]]", "[[milestone]]", "milestones", "missing"),
        ("example = true", 'example = "yes"', "example", "not true or false"),
    ],
)
def test_mistake_in_a_file_is_refused_with_file_and_key(old, new, key, words):
    assert old in FY23
    found = [problem for problem in problems_of(FY23.replace(old, new)) if words in problem]
    assert any(problem.startswith("fy23.toml: ") and f"{key}: " in problem for problem in found)


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 5000, "\x00", "{"])
def test_text_that_no_parser_can_read_is_refused_in_one_line(text):
    assert len(problems_of(text)) == 1
    assert problems_of(text)[0].startswith("fy23.toml: is not TOML: ")


def test_missing_and_empty_references_are_refused():
    line = next(line for line in FY23.splitlines() if line.startswith('reference = "fpc.'))
    assert problems_of(FY23.replace(line, "")) == (
        "fy23.toml: payment_days_after_month_end.reference: is missing; a text is needed",
    )
    assert problems_of(FY23.replace(line, 'reference = " "')) == (
        "fy23.toml: payment_days_after_month_end.reference: is empty; a text is needed",
    )


def test_all_problems_of_all_files_come_together():
    texts = {
        "a.toml": FY23.replace("percent = 40", "percent = 5"),
        "b.toml": "not toml at all",
    }
    with pytest.raises(RulesError) as refusal:
        program_of(texts)
    problems = refusal.value.problems
    assert any(
        each.startswith("a.toml: milestones[2].percent: 5 does not rise") for each in problems
    )
    assert any(each.startswith("b.toml: is not TOML") for each in problems)


def test_growth_year_without_rate_per_unit_is_refused():
    text = FY27.replace("[[unit_rates]]", "[[unit_rate]]")
    assert any("unit_rates: is missing" in problem for problem in problems_of(text, "fy27.toml"))


def test_workload_with_two_rates_per_unit_is_refused():
    text = FY27.replace('["MDO", ', '["MDO", "MDO", ')
    found = problems_of(text, "fy27.toml")
    assert any("names a workload twice" in problem for problem in found)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("fy23.toml", "ends = 2023-09-30", "ends = 2023-08-31", "from 2023-09-01 to 2023-09-30"),
        ("fy23.toml", "ends = 2023-09-30", "ends = 2023-10-31", "overlaps fy23.toml"),
        ("fy23.toml", "ends = 2023-09-30", "", "fy23.toml: ends: is missing, but fy24.toml"),
        ("fy23.toml", 'title = "FY23"', 'title = "FY22"', "title of another file"),
        (
            "fy27.toml",
            "starts = 2026-10-01",
            "starts = 2026-10-01\nends = 2027-09-30",
            "open-ended",
        ),
    ],
)
def test_gap_overlap_and_open_end_between_files_are_refused(name, old, new, words):
    texts = {**FILES, name: FILES[name].replace(old, new)}
    with pytest.raises(RulesError) as refusal:
        program_of(texts)
    assert any(words in problem for problem in refusal.value.problems)


def test_program_without_files_is_refused(tmp_path):
    with pytest.raises(RulesError, match="no file of programme rules"):
        load_program(tmp_path)


def test_uploaded_year_replaces_the_year_of_its_title():
    text = FY27.replace("per_unit_usd = 3", "per_unit_usd = 3.25")
    program = with_years(load_program(), {"new.toml": parse_rules(text, "new.toml")})
    assert program.on(date(2026, 11, 1)).unit_rates[0].per_unit_usd_e4 == 32_500
    assert len(program.years) == 8


def test_uploaded_year_that_leaves_a_gap_is_refused():
    text = FY27.replace("starts = 2026-10-01", "starts = 2026-12-01")
    with pytest.raises(RulesError, match=r"no rules are in force from 2026-10-01 to 2026-11-30"):
        with_years(load_program(), {"new.toml": parse_rules(text, "new.toml")})


@pytest.mark.parametrize(
    ("amount", "text"), [(45_000_000, "4,500 USD"), (32_500, "3.25 USD"), (5_000, "0.50 USD")]
)
def test_money_is_written_without_losing_cents(amount, text):
    assert usd_text(amount) == text


def test_document_of_the_rules_is_current():
    page = SHIPPED_RULES.parents[1] / "docs" / "programme_rules.md"
    expected = program_markdown(load_program())
    assert page.read_text(encoding="utf-8") == expected, "run: python -m data_access.rules"
    assert "Changed from FY22: Milestone 40%" in expected
    assert "| Bucket M | from 2,500 paid units | **example** |" in expected
