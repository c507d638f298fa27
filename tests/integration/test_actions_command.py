"""The command that lists actions: for people, and as JSON for other programs."""

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from data_access.cli import main
from data_access.store import Store
from tests.action_builders import action_row, add_actions
from tests.claim_store import fill_claims

LONG_AGO = date(2020, 1, 6)
ENDED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def call(sqlite_url):
    """A function that calls the command on a store with four actions."""
    with Store.open(sqlite_url) as store:
        fill_claims(store)
        add_actions(
            store,
            action_row("a1", owner="ana@partner.com", due_on=LONG_AGO),
            action_row("a2", tenant_id="t2", partner_id="p2", urgency=3, due_on=None),
            action_row("a3", kind="claim", status="snoozed", snoozed_until=date(2999, 1, 1)),
            action_row("a4", status="done", outcome="moved", ended_at=ENDED),
        )
    return lambda *words: CliRunner().invoke(main, ["actions", *words, "--store", sqlite_url])


def ids(outcome) -> list[str]:
    assert outcome.exit_code == 0
    return [each["action_id"] for each in json.loads(outcome.stdout)]


def test_live_actions_are_listed_by_urgency(call):
    lines = call().stdout.splitlines()
    assert (
        lines[0] == "no date     ○ Fabrikam: Activate 5 more users of TEAMS to reach 15% (nobody)"
    )
    assert lines[1].startswith("2020-01-06! ○ Contoso *bold*: Activate 5 more users")
    assert lines[-1] == "3 actions."


def test_json_has_one_object_per_action_with_plain_values(call):
    found = json.loads(call("--json").stdout)
    assert [each["action_id"] for each in found] == ["a2", "a1", "a3"]
    first, second = found[:2]
    assert (first["probability"], first["value_usd"], first["expected_usd"]) == (0.4, 1000.0, 400.0)
    assert (first["due_on"], second["due_on"]) == (None, "2020-01-06")
    assert (first["milestone"], first["steps_done"], first["is_overdue"]) == (15, [], False)
    assert second["is_overdue"]


def test_status_owner_and_kind_choose(call):
    assert ids(call("--json", "--status", "done")) == ["a4"]
    assert len(ids(call("--json", "--status", "all"))) == 4
    assert ids(call("--json", "--owner", "ANA@partner.com")) == ["a1"]
    assert ids(call("--json", "--owner", "")) == ["a2", "a3"]
    assert ids(call("--json", "--kind", "claim")) == ["a3"]


def test_wrong_usage_and_a_missing_store_have_their_codes(call, tmp_path):
    assert call("--status", "gone").exit_code == 2
    missing = f"sqlite:///{tmp_path}/none.db"
    outcome = CliRunner().invoke(main, ["actions", "--store", missing])
    assert outcome.exit_code == 1
    assert "There is no store at" in outcome.output
