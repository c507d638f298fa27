"""The command line: what it prints, what it changes, and its exit codes."""

import json

import pytest
from click.testing import CliRunner

from data_access.cli import main

TENANT = "6f1c2f5e-8f0a-4c0e-9a52-0c1f5b1a7d01"
HEADER = "CustomerTenantId,WorkloadName,MonthlyActiveUsers,PaidAvailableUnits,MpnId,Date\n"
GOOD = (
    f"{HEADER}{TENANT},Teams,120,400,1234567,2026-08-01\n"
    f"{TENANT},Teams,140,400,1234567,2026-09-01\n"
)


@pytest.fixture
def call(tmp_path):
    """Run a command on a store of its own and return the result."""
    store = f"sqlite:///{tmp_path / 'cli.db'}"

    def run(*arguments: str):
        return CliRunner().invoke(main, [*arguments, "--store", store])

    return run


@pytest.fixture
def csv(tmp_path):
    def write(text: str | bytes, name: str = "export.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_import_reports_one_object_per_table(call, csv):
    result = call("import", csv(GOOD + f"{TENANT},Teams,-1,400,1234567,2026-07-01\n"), "--json")
    assert result.exit_code == 0
    (report,) = json.loads(result.stdout)
    counts = {
        name: report[name]
        for name in ("rows_read", "accepted", "repaired", "quarantined", "unchanged", "restated")
    }
    assert counts == {
        "rows_read": 3,
        "accepted": 2,
        "repaired": 0,
        "quarantined": 1,
        "unchanged": 0,
        "restated": 0,
    }
    assert report["kind"] == "cpor_usage"
    assert report["new_months"] == 2
    (problem,) = report["problems"]
    assert (problem["row"], problem["column"]) == (3, "MonthlyActiveUsers")
    assert problem["code"] == "negative_number"
    assert problem["message"]


def test_dry_run_changes_nothing(call, csv):
    path = csv(GOOD)
    assert json.loads(call("import", path, "--dry-run", "--json").stdout)[0]["accepted"] == 2
    assert call("status").exit_code == 1  # a store begins with its first import
    assert call("import", path).exit_code == 0
    assert json.loads(call("status", "--json").stdout)["usage_rows"] == 2


def test_same_file_again_changes_nothing_and_says_so(call, csv):
    path = csv(GOOD)
    call("import", path)
    (again,) = json.loads(call("import", path, "--json").stdout)
    assert (again["unchanged"], again["new"], again["restated"]) == (2, 0, 0)
    assert any("nothing changed" in note for note in again["notes"])


def test_later_file_restates_and_lists_old_and_new(call, csv):
    call("import", csv(GOOD))
    (report,) = json.loads(
        call("import", csv(GOOD.replace(",140,", ",141,"), "later.csv"), "--json").stdout
    )
    assert (report["restated"], report["unchanged"]) == (1, 1)
    (change,) = report["restatements"]
    assert (change["month"], change["old"], change["new"]) == ("2026-09", 140, 141)
    assert change["column"] == "monthly_active_users"


def test_any_refused_file_refuses_the_whole_call(call, csv):
    picture = csv(b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.csv")
    result = call("import", csv(GOOD), picture)
    assert result.exit_code == 1
    assert "picture.csv" in result.stderr
    assert "Traceback" not in result.stderr
    assert call("status").exit_code == 1


def test_missing_file_is_refused_in_one_line(call, tmp_path):
    result = call("import", str(tmp_path / "nowhere.csv"))
    assert result.exit_code in (1, 2)
    assert "nowhere.csv" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_file_is_wrong_usage(call):
    assert call("import").exit_code == 2


def test_status_of_a_store_that_is_not_there_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["status", "--store", f"sqlite:///{tmp_path / 'no.db'}"])
    assert result.exit_code == 1
    assert "There is no store" in result.stderr


def test_demo_refuses_a_month_that_is_none(call):
    assert call("demo", "--last-month", "October").exit_code == 2
