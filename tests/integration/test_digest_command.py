"""`partner-insights digest`: what it writes, what it sends, and where the next one begins."""

import json

import pytest
from click.testing import CliRunner

from data_access import teams
from data_access.cli import main
from data_access.deliveries import recent_deliveries
from data_access.types import LOCAL_USER, Scope
from tests.action_builders import action_row, add_actions, add_people
from tests.alert_builders import add_alert, fill_alerts
from tests.integration.webhook import webhook


@pytest.fixture
def filled(sqlite_store):
    fill_alerts(sqlite_store)
    return sqlite_store


@pytest.fixture
def call(filled, monkeypatch):
    """Run the command on the filled store, with no proxy between here and this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv(teams.WEBHOOK_VARIABLE, raising=False)
    monkeypatch.setattr(teams, "PATIENT", teams.Patience(1, 0.5, 0.01))

    def run(*arguments: str, webhook_url: str | None = None):
        env = {teams.WEBHOOK_VARIABLE: webhook_url} if webhook_url else {}
        return CliRunner(env=env).invoke(main, ["digest", *arguments, "--store", filled.url])

    return run


def sent(store, scope=LOCAL_USER):
    return recent_deliveries(store, scope)


def told(result):
    return [line.strip() for line in result.stdout.splitlines() if line.startswith("  - ")]


def test_text_has_the_alerts_since_a_day_most_urgent_first(call):
    result = call("--since", "2026-11-21")
    assert result.exit_code == 0
    assert told(result) == [
        "- Fabrikam · Teams: Partner action required; the partner answers the reviewer by "
        "27 Nov 2026 (claim CLM-1), p2",
        "- Contoso *bold* · Exchange crossed 40% in Oct 2026: 80 of 100 seats; earned by p1",
    ]
    assert "Raised 21 Nov 2026, 00:00 UTC to" in result.stdout


def test_open_actions_of_each_person_come_after_the_alerts(call, filled):
    add_people(filled, ana="Ana Lind")
    asked = action_row("a1", owner="ana@partner.com")
    add_actions(filled, asked, action_row("a2", owner=""))
    text = call("--since", "2026-11-22").stdout
    assert "No alerts." in text
    assert "☐ Ana Lind: open actions (1)\n  - Contoso *bold*: " in text


def test_digest_of_actions_alone_is_sent(call, filled):
    add_people(filled, ana="Ana Lind")
    add_actions(filled, action_row("a1", owner="ana@partner.com"))
    with webhook(202) as hook:
        result = call("--since", "2026-11-22", "--send", webhook_url=hook.url)
    assert result.stdout == "Sent to Teams: 0 alerts, 1 try.\n"


def test_until_includes_its_whole_day(call):
    assert len(told(call("--since", "2026-11-20", "--until", "2026-11-20"))) == 3
    assert len(told(call("--since", "2026-11-20", "--until", "2026-11-21"))) == 5
    assert told(call("--since", "2026-11-22")) == []


def test_top_counts_the_rest_and_partner_narrows(call):
    result = call("--since", "2026-11-20", "--top", "1")
    assert "  and 1 more" in result.stdout
    assert "5 alerts, 1 of them only counted here" in result.stdout
    mine = call("--since", "2026-11-20", "--partner", "p2")
    assert "alerts for p2" in mine.stdout
    assert len(told(mine)) == 2


def test_unknown_partner_and_wrong_days_are_refused(call):
    unknown = call("--since", "2026-11-20", "--partner", "nobody")
    assert unknown.exit_code == 1
    assert "No partner has the id nobody" in unknown.stderr
    assert call("--since", "2026-11-20", "--until", "2026-11-19").exit_code == 2
    assert call("--since", "20 November").exit_code == 2


def test_first_digest_asks_for_its_first_day(call):
    result = call()
    assert result.exit_code == 1
    assert "--since" in result.stderr


def test_formats_are_written_to_a_file(call, tmp_path):
    page, card = tmp_path / "digest.html", tmp_path / "card.json"
    assert call("--since", "2026-11-20", "--format", "html", "--out", str(page)).exit_code == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert call("--since", "2026-11-20", "--format", "card", "--out", str(card)).exit_code == 0
    assert json.loads(card.read_bytes())["type"] == "message"
    missing = call("--since", "2026-11-20", "--out", str(tmp_path / "no" / "folder.txt"))
    assert missing.exit_code == 1


def test_next_digest_begins_after_the_last_delivered_one(call, filled):
    with webhook(202) as hook:
        result = call("--since", "2026-11-20", "--send", webhook_url=hook.url)
        assert result.exit_code == 0
        assert result.stdout == "Sent to Teams: 5 alerts, 1 try.\n"
        assert told(call()) == []
        nothing = call("--send", webhook_url=hook.url)
        assert nothing.stdout == "No alerts in this time and no open actions; nothing was sent.\n"
        add_alert(filled, "missed", ("t3", "TEAMS"), milestone=40)  # raised before, written later
        assert len(told(call())) == 1
        assert call("--send", webhook_url=hook.url).exit_code == 0
    assert len(hook.received) == 2
    assert json.loads(hook.received[0])["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert sent(filled)["alerts"].tolist() == [1, 5]


def test_failed_digest_loses_nothing(call, filled):
    with webhook(500) as hook:
        failed = call("--since", "2026-11-20", "--send", webhook_url=hook.url)
    assert failed.exit_code == 1
    assert "not delivered after 4 tries: 127.0.0.1 answered 500 to every try." in failed.stderr
    assert "SECRETSIGNATURE" not in failed.output
    assert "--since" in call().stderr  # still none delivered
    with webhook(503, 202) as hook:
        assert call("--since", "2026-11-20", "--send", webhook_url=hook.url).exit_code == 0
    rows = sent(filled)
    assert rows["is_delivered"].tolist() == [True, False]
    assert rows["attempts"].tolist() == [2, 4]
    assert "SECRETSIGNATURE" not in rows.to_csv()


def test_digest_of_one_partner_does_not_move_the_one_of_all(call, filled):
    with webhook(202) as hook:
        own = ("--partner", "p1", "--since", "2026-11-20", "--send")
        assert call(*own, webhook_url=hook.url).exit_code == 0
    assert told(call("--partner", "p1")) == []
    assert call().exit_code == 1
    assert len(sent(filled, Scope("ann", "sales", partner_ids=("p1",)))) == 1
    assert sent(filled, Scope("ann", "sales", partner_ids=("p2",))).empty


def test_sending_without_or_to_an_unsafe_address_is_refused(call, filled):
    missing = call("--since", "2026-11-20", "--send")
    assert missing.exit_code == 1
    assert "PARTNER_INSIGHTS_TEAMS_WEBHOOK is not set" in missing.stderr
    unsafe = call("--since", "2026-11-20", "--send", webhook_url="http://example.com/secret")
    assert unsafe.exit_code == 1
    assert "secret" not in unsafe.output
    assert sent(filled).empty
