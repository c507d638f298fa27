"""The people list: saved with its history, brought in from files, and who owns what alone."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
import pytest
from click.testing import CliRunner
from xlsxwriter import Workbook

from data_access.cli import main
from data_access.errors import ChangedMeanwhileError, InsightsError, RefusedFileError
from data_access.people_store import (
    people,
    people_from_file,
    person_history,
    save_people,
    save_person,
    sole_owners,
    unknown_ids,
)
from data_access.types import LOCAL_USER, Scope
from insights.actions.people import Person
from tests.claim_store import fill_claims

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = Person("ana@example.com", "Ana Lind", partner_ids=("p1",), hours_per_week=6.0)
LIST = b"Name,E-mail,Partners,Hours\nAna Lind,Ana@example.com,p1;p9,6\nBo Berg,bo@example.com,p2,\n"


def test_a_person_is_saved_with_every_change(store):
    assert save_person(store, LOCAL_USER, ANA, version=None, now=NOW) == 1
    moved = Person("ana@example.com", "Ana Lind", partner_ids=("p2",), hours_per_week=4.0)
    assert save_person(store, LOCAL_USER, moved, version=1, now=NOW) == 2
    assert save_person(store, LOCAL_USER, moved, version=2, now=NOW) == 2  # nothing changed
    row = people(store).iloc[0]
    assert (row["email"], row["hours_per_week"], row["version"]) == ("ana@example.com", 4.0, 2)
    changes = [json.loads(text) for text in person_history(store, "ana@example.com")["changes"]]
    assert changes[1] == {"hours_per_week": [6.0, 4.0], "partner_ids": ['["p1"]', '["p2"]']}


def test_the_second_of_two_editors_is_told_what_the_first_changed(store):
    save_person(store, LOCAL_USER, ANA, version=None, now=NOW)
    other = Scope("cy@example.com", "admin")
    first = Person("ana@example.com", "Ana Lind-Berg", partner_ids=("p1",), hours_per_week=6.0)
    save_person(store, other, first, version=1, now=NOW)
    with pytest.raises(ChangedMeanwhileError, match="changed Name on 23 November"):
        save_person(store, LOCAL_USER, ANA, version=1, now=NOW)
    assert people(store).iloc[0]["name"] == "Ana Lind-Berg"


def test_a_known_address_and_a_wrong_person_are_refused(sqlite_store):
    save_person(sqlite_store, LOCAL_USER, ANA, version=None, now=NOW)
    with pytest.raises(InsightsError, match="on the list already"):
        save_person(sqlite_store, LOCAL_USER, ANA, version=None, now=NOW)
    with pytest.raises(InsightsError, match="Hours per week: 99 hours a week"):
        save_person(
            sqlite_store,
            LOCAL_USER,
            Person("bo@example.com", "Bo", hours_per_week=99),
            version=None,
            now=NOW,
        )
    with pytest.raises(InsightsError, match="may not change people"):
        save_person(sqlite_store, Scope("x", "sales"), ANA, version=1, now=NOW)
    assert len(people(sqlite_store)) == 1


def excel(text: bytes) -> bytes:
    """Return the list as a workbook."""
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(text.decode().splitlines()):
            sheet.write_row(
                at, 0, [int(cell) if cell.isdigit() else cell for cell in line.split(",")]
            )
    return content.getvalue()


@pytest.mark.parametrize(("name", "content"), [("p.csv", LIST), ("p.xlsx", excel(LIST))])
def test_a_list_is_read_from_csv_and_excel_alike(name, content):
    found, problems = people_from_file(content, name)
    assert problems.empty
    assert found["email"].tolist() == ["ana@example.com", "bo@example.com"]
    assert found["hours_per_week"].tolist() == [6.0, 5.0]
    assert json.loads(found["partner_ids"].iloc[0]) == ["p1", "p9"]


def test_a_malformed_row_is_told_and_what_is_no_table_is_refused():
    _, problems = people_from_file(
        b"Name,E-mail\nAna,ana@example.com,more\nBo,bo@example.com\n", "p"
    )
    assert problems.iloc[0]["row"] == 1
    with pytest.raises(RefusedFileError):
        people_from_file(b"%PDF-1.7", "p.csv")


def test_a_list_is_saved_as_a_whole_and_replays_as_unchanged(store):
    fill_claims(store, claims=False)
    found, _ = people_from_file(LIST, "p.csv")
    notes = unknown_ids(store, found)
    assert notes[["row", "column"]].to_numpy().tolist() == [[1, "Partners"]]  # p9
    saved = save_people(store, LOCAL_USER, found, now=NOW)
    assert saved.new == ("ana@example.com", "bo@example.com")
    again = save_people(store, LOCAL_USER, found, now=NOW)
    assert again.unchanged == saved.new
    assert len(person_history(store, "ana@example.com")) == 1


def test_only_what_exactly_one_active_person_owns_has_an_owner():
    rows = pd.DataFrame(
        {
            "email": ["a", "b", "c"],
            "partner_ids": ['["p1", "p2"]', '["p2"]', '["p1"]'],
            "tenant_ids": ["[]", '["t1"]', "[]"],
            "is_active": [True, True, False],
        }
    )
    assert sole_owners(rows) == ({"p1": "a"}, {"t1": "b"})


@pytest.fixture
def call(sqlite_url):
    """A function that calls the command on an empty store."""
    return lambda *words: CliRunner().invoke(main, [*words, "--store", sqlite_url])


def test_the_command_brings_a_list_in_or_leaves_everything_as_it_was(call, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(LIST)
    bad.write_bytes(LIST + b"Cy,cy,,\n")
    refused = call("people", "--import", str(bad))
    assert refused.exit_code == 1
    assert "bad.csv: nothing was changed.\nrow 3, E-mail: " in refused.output
    dry = call("people", "--import", str(good), "--dry-run")
    assert (dry.exit_code, "2 people would be saved." in dry.output) == (0, True)
    assert json.loads(call("people", "--json").stdout) == []
    done = call("people", "--import", str(good), "--json")
    assert json.loads(done.stdout)["new"] == 2
    listed = json.loads(call("people", "--json").stdout)
    assert [each["email"] for each in listed] == ["ana@example.com", "bo@example.com"]
    assert listed[0]["partner_ids"] == ["p1", "p9"]
    assert "Ana Lind <ana@example.com>" in call("people").output
    assert call("people", "--dry-run").exit_code == 2
