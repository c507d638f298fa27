"""Changing programme rules in a real store: figures move, move back, and nobody sees half of it."""

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from data_access import schema
from data_access.cli import main
from data_access.errors import RulesError, StoreBusyError
from data_access.locks import Holder, import_lock
from data_access.program_store import (
    activations,
    active_program,
    program_on_date,
    rules_hash,
    shipped_text,
    text_in_force,
)
from data_access.rules_change import Person, activate, preview, reset_changes, uploaded_changes
from data_access.types import Scope
from tests.builders import NOW, bring_in

FY27 = shipped_text("FY27")
DEARER = FY27.replace("per_unit_usd = 3", "per_unit_usd = 5", 1)
LARGER = FY27.replace("value = 150", "value = 500", 1)
ADA = Person(Scope("Ada", "admin"), NOW)

# Teams of t1 is held since June 2026: 40 % of 1,000 seats needs 150 users more in October 2026,
# when the programme year FY27 has begun. t2 has 300 seats, twice the minimum.
USAGE = """
tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Teams,2026-08,1000,200,p1,2026-06-01
t1,Teams,2026-09,1000,220,p1,2026-06-01
t1,Teams,2026-10,1000,250,p1,2026-06-01
t2,Teams,2026-09,300,30,p1,2026-06-01
t2,Teams,2026-10,300,30,p1,2026-06-01
"""
MARTS = (
    schema.milestone_status,
    schema.milestone_sum,
    schema.growth_earning,
    schema.money_month,
    schema.reconciliation,
)


@pytest.fixture
def judged(store):
    """A store of two customers, judged by the shipped rules."""
    bring_in(store, USAGE)
    return store


def marts(store):
    """Everything that the rules decide, as text, table by table."""
    with store.read() as connection:
        return {
            table.name: pd.read_sql(select(table).order_by(*table.primary_key), connection).to_csv()
            for table in MARTS
        }


def values(store):
    """What each milestone is worth, by tenant and milestone."""
    status, tenant = schema.milestone_status, schema.tenant
    statement = select(
        tenant.c.tenant_id, status.c.milestone, status.c.state, status.c.value_usd_e4
    )
    with store.read() as connection:
        rows = connection.execute(
            statement.join_from(status, tenant, tenant.c.tenant_key == status.c.tenant_key)
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def uploaded(text, name="fy27.toml"):
    return uploaded_changes([(name, text.encode())])


def activations_of(store):
    with store.read() as connection:
        return activations(connection)


def count(store, table):
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_dearer_rate_moves_amounts_and_going_back_gives_exactly_the_old_figures(judged):
    before, version = marts(judged), judged.data_version()
    # Growth model, 3 USD a unit: t1 lacks 400 - 250 users to 40 %, t2 45 - 30 to 15 % and
    # 120 - 30 to 40 %.
    assert values(judged)["t1", 40] == ("in_flight", 4_500_000)
    assert values(judged)["t2", 15] == ("in_flight", 450_000)
    activate(judged, uploaded(DEARER), ADA)
    assert judged.data_version() == version + 1
    assert values(judged)["t1", 40] == ("in_flight", 7_500_000)
    assert values(judged)["t2", 15] == ("in_flight", 750_000)
    activate(judged, reset_changes(activations_of(judged), ["FY27"]), ADA)
    assert judged.data_version() == version + 2
    assert marts(judged) == before
    assert count(judged, schema.program_rules) == 2
    assert count(judged, schema.milestone_run) == 3


def test_figures_that_a_later_import_judges_follow_the_activated_rules(judged):
    activate(judged, uploaded(LARGER), ADA)
    assert values(judged)["t2", 15][0] == "below_minimum"
    bring_in(judged, USAGE.strip().splitlines()[0] + "\nt2,Teams,2026-10,300,31,p1,2026-06-01")
    assert values(judged)["t2", 15] == ("below_minimum", 420_000)  # 14 users are left


def test_no_alert_is_raised_by_a_change_of_rules(judged):
    before = count(judged, schema.alert)
    activate(judged, uploaded(LARGER), ADA)
    assert count(judged, schema.alert) == before


def test_preview_tells_before_and_after_and_changes_nothing(judged):
    before, version = marts(judged), judged.data_version()
    found = preview(judged, uploaded(DEARER), ADA)
    money = [
        figures.set_index(["kind", "code"])["amount_usd_e4"]["money", "in flight"]
        for figures in (found.figures_before, found.figures_after)
    ]
    # t1 to 40 %: 450 USD; t2 to 15 %: 45 USD and to 40 % another 225 USD; then 5 instead of 3.
    assert money == [7_200_000, 12_000_000]
    assert (marts(judged), judged.data_version()) == (before, version)
    assert count(judged, schema.program_rules) == 0
    with judged.read() as connection:
        assert active_program(connection).year("FY27").unit_rates[0].per_unit_usd_e4 == 30_000


def test_programme_of_a_past_day_stays_known(judged):
    activate(judged, uploaded(DEARER), replace(ADA, now=datetime(2026, 11, 2, 9, tzinfo=UTC)))
    later = replace(ADA, now=datetime(2026, 11, 5, 9, tzinfo=UTC))
    activate(judged, reset_changes(activations_of(judged), ["FY27"]), later)
    with judged.read() as connection:
        rates = {
            day: program_on_date(connection, date(2026, 11, day))
            .year("FY27")
            .unit_rates[0]
            .per_unit_usd_e4
            for day in (1, 2, 4, 5)
        }
    assert rates == {1: 30_000, 2: 50_000, 4: 50_000, 5: 30_000}


def test_hash_of_the_rules_is_that_of_their_content(judged):
    with judged.read() as connection:
        shipped = rules_hash(connection)
    activate(judged, uploaded(DEARER), ADA)
    with judged.read() as connection:
        changed = rules_hash(connection)
    activate(judged, reset_changes(activations_of(judged), ["FY27"]), ADA)
    with judged.read() as connection:
        assert rules_hash(connection) == shipped != changed


def test_new_year_comes_with_the_end_of_the_one_before_and_goes_with_it(judged):
    ended = FY27.replace("starts = 2026-10-01", "starts = 2026-10-01\nends = 2027-09-30")
    next_year = FY27.replace('"FY27"', '"FY28"').replace("2026-10-01", "2027-10-01", 1)
    alone = uploaded(next_year, "fy28.toml")
    with pytest.raises(RulesError, match=r"FY27 in force: ends: is missing, but fy28\.toml"):
        activate(judged, alone, ADA)
    activate(judged, (*uploaded(ended), *alone), ADA)
    rows = activations_of(judged)
    assert text_in_force(rows, "FY28") == next_year
    with pytest.raises(RulesError, match="FY27 in force: ends: is missing"):
        activate(judged, reset_changes(rows, ["FY27"]), ADA)
    activate(judged, reset_changes(rows, ["FY27", "FY28"]), ADA)
    with judged.read() as connection:
        assert active_program(connection).years[-1].title == "FY27"


def test_year_of_an_activated_one_can_be_replaced_again(judged):
    ended = FY27.replace("starts = 2026-10-01", "starts = 2026-10-01\nends = 2027-09-30")
    next_year = FY27.replace('"FY27"', '"FY28"').replace("2026-10-01", "2027-10-01", 1)
    activate(judged, (*uploaded(ended), *uploaded(next_year, "fy28.toml")), ADA)
    activate(judged, uploaded(next_year.replace("per_unit_usd = 3", "per_unit_usd = 7")), ADA)
    with judged.read() as connection:
        program = active_program(connection)
    assert program.year("FY28").unit_rates[0].per_unit_usd_e4 == 70_000
    assert program.year("FY27").ends == date(2027, 9, 30)


def test_rules_that_no_longer_fit_say_the_way_out_and_can_be_taken_back(judged):
    """As after an update whose own rules do not go with an earlier activation."""
    ended = FY27.replace("starts = 2026-10-01", "starts = 2026-10-01\nends = 2027-09-30")
    with judged.write() as connection:
        connection.execute(
            insert(schema.program_rules).values(
                title="FY27",
                content=ended,
                content_hash="0" * 64,
                file_name="fy27.toml",
                activated_at=NOW,
                activated_by="Ada",
            )
        )
    with (
        judged.read() as connection,
        pytest.raises(RulesError, match="taken back with: partner-insights rules reset FY27"),
    ):
        active_program(connection)
    activate(judged, reset_changes(activations_of(judged), ["FY27"]), ADA)
    assert values(judged)["t1", 40] == ("in_flight", 4_500_000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "fy27.toml: is empty"),
        (b" \n", "fy27.toml: is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "fy27.toml: is no text in UTF-8"),
        (b"# " + b"x" * 5_000_000, "fy27.toml: has 5,000,002 bytes"),
        (b"tenant_id,workload", "fy27.toml: is not TOML"),
        (FY27.replace("percent = 40", "percent = 10").encode(), "milestones[2].percent: 10 does"),
        (
            FY27.replace('"SFB"', '"SKYPE"').encode(),
            "not_paid[1].workloads: unknown workload SKYPE",
        ),
        (FY27.replace("value = 150", "amount = 150").encode(), "amount: is an unknown key"),
    ],
)
def test_file_that_is_no_rules_file_is_refused(content, words):
    with pytest.raises(RulesError) as refusal:
        uploaded_changes([("fy27.toml", content)])
    assert any(words in problem for problem in refusal.value.problems)
    assert all(problem.startswith("fy27.toml: ") for problem in refusal.value.problems)


def test_two_files_of_one_name_are_refused():
    with pytest.raises(RulesError, match=r"fy27\.toml: is there twice"):
        uploaded_changes([("fy27.toml", FY27.encode()), ("fy27.toml", DEARER.encode())])


def test_refused_change_leaves_everything_as_it_was(judged):
    before, version = marts(judged), judged.data_version()
    gap = uploaded(FY27.replace("starts = 2026-10-01", "starts = 2026-12-01"))
    with pytest.raises(RulesError, match="no rules are in force from 2026-10-01 to 2026-11-30"):
        activate(judged, gap, ADA)
    with pytest.raises(RulesError, match="word for word what is in force for FY27"):
        activate(judged, uploaded(FY27), ADA)
    with pytest.raises(RulesError, match="FY26: no other rules than the shipped ones"):
        reset_changes(activations_of(judged), ["FY26"])
    assert (marts(judged), judged.data_version()) == (before, version)


def test_file_with_byte_order_mark_and_windows_line_ends_is_read(judged):
    content = b"\xef\xbb\xbf" + DEARER.replace("\n", "\r\n").encode()
    activate(judged, uploaded_changes([("fy27.toml", content)]), ADA)
    assert text_in_force(activations_of(judged), "FY27") == DEARER


def test_store_without_usage_takes_rules_for_later(store):
    activate(store, uploaded(DEARER), ADA)
    bring_in(store, USAGE)
    assert values(store)["t1", 40] == ("in_flight", 7_500_000)


def test_activation_waits_for_an_import_and_says_for_whom(judged):
    waited, holder = [], Holder.here("Bob", ["usage.csv"], NOW)
    began = threading.Event()

    def wait_for(who):
        waited.append(who)
        began.set()

    person = replace(ADA, on_wait=wait_for)
    work = threading.Thread(target=activate, args=(judged, uploaded(DEARER), person))
    with import_lock(judged.backend, holder):
        work.start()
        assert began.wait(20)
        assert count(judged, schema.program_rules) == 0
    work.join(30)
    assert "Bob" in waited[0]
    assert count(judged, schema.program_rules) == 1


def test_activation_gives_up_waiting_and_changes_nothing(judged):
    with (
        import_lock(judged.backend, Holder.here("Bob", ["usage.csv"], NOW)),
        pytest.raises(StoreBusyError, match="Bob"),
    ):
        activate(judged, uploaded(DEARER), replace(ADA, timeout=0.3))
    assert count(judged, schema.program_rules) == 0


# --- command line ---------------------------------------------------------------------------------


@pytest.fixture
def run(judged, tmp_path):
    """A function that runs `partner-insights rules` on the store, with FY27 at 5 USD a unit."""
    path = tmp_path / "fy27.toml"
    path.write_text(DEARER, encoding="utf-8")

    def run_it(*arguments):
        named = [str(path) if each == "FILE" else each for each in arguments]
        return CliRunner().invoke(main, ["rules", *named, "--store", judged.url])

    return run_it


def test_command_shows_the_rules_of_a_day(run):
    shown = run("--on", "2023-01-01")
    assert shown.exit_code == 0
    assert shown.output.startswith("FY23: 2022-10-01 to 2023-09-30\n")
    assert "  Bucket M: from 2,500 paid units [example]\n" in shown.output
    told = json.loads(run("--on", "2023-01-01", "--json").output)
    assert (told["title"], told["model"], told["ends"]) == ("FY23", "milestone", "2023-09-30")
    minimum = next(rule for rule in told["rules"] if rule["subject"] == "Minimum paid units")
    assert (minimum["value"], minimum["is_example"]) == ("150", False)
    assert run("--on", "2001-01-01").exit_code == 1


def test_command_checks_activates_and_undoes(run, judged):
    before = marts(judged)
    checked = run("check", "FILE")
    assert checked.exit_code == 0, checked.output
    assert "3 USD, at most 6,000 USD a year (◇ example) -> 5 USD" in checked.output
    assert "  In flight: $720 -> $1,200\n" in checked.output
    assert checked.output.endswith("Nothing was changed.\n")
    assert marts(judged) == before
    assert run("activate", "FILE").output.endswith("In force: FY27.\n")
    assert "5 USD" in run("--on", "2026-11-22").output
    assert run("activate", "FILE").exit_code == 1
    assert run("reset", "FY27").output.endswith("Back to the shipped rules: FY27.\n")
    assert marts(judged) == before
    assert run("reset", "FY27").exit_code == 1
    assert run("check").exit_code == 2
