"""Sending to a Teams workflow, against a local server: retries, time limits, secrecy."""

import logging

import pytest

from data_access import teams
from data_access.errors import InsightsError
from data_access.teams import Outcome, Patience, checked_address, send
from tests.integration.webhook import webhook

QUICK = Patience(connect=1, answer=5, pause=0.01)


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No proxy stands between the tests and this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def test_message_arrives_once_when_it_is_accepted():
    with webhook(202) as hook:
        assert send(hook.url, '{"name":"Müller"}'.encode(), patience=QUICK) == Outcome(1)
    assert hook.received == ['{"name":"Müller"}'.encode()]


def test_message_is_sent_again_after_temporary_failures():
    with webhook(500, 503, 202) as hook:
        assert send(hook.url, b"{}", patience=QUICK) == Outcome(3)
    assert len(hook.received) == 3


def test_message_fails_after_four_refusals():
    with webhook(500) as hook:
        outcome = send(hook.url, b"{}", patience=QUICK)
    assert outcome == Outcome(4, "127.0.0.1 answered 500 to every try.")
    assert len(hook.received) == 4


def test_pause_asked_for_is_kept_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(teams, "LONGEST_RETRY_AFTER", 0)
    with webhook((429, {"Retry-After": "3600"}, ""), 202) as hook:
        assert send(hook.url, b"{}", patience=QUICK) == Outcome(2)


def test_hanging_server_is_given_up_on_in_time():
    with webhook("hang", hang_seconds=1) as hook:
        outcome = send(hook.url, b"{}", patience=Patience(connect=1, answer=0.1, pause=0.01))
    assert outcome == Outcome(4, "127.0.0.1 did not answer within 0.1 seconds.")


def test_redirect_is_not_followed():
    with webhook(202) as other, webhook((302, {"Location": other.url}, "")) as hook:
        outcome = send(hook.url, b"{}", patience=QUICK)
    assert outcome.attempts == 1
    assert "answered 302, another address" in outcome.failure
    assert other.received == []


@pytest.mark.parametrize(
    ("status", "words"), [(404, "deleted, turned off or has a new address"), (413, "not accept")]
)
def test_lasting_refusal_is_not_tried_again(status, words):
    with webhook(status) as hook:
        outcome = send(hook.url, b"{}", patience=QUICK)
    assert outcome.attempts == 1
    assert words in outcome.failure


def test_success_that_says_it_failed_is_a_failure():
    text = "Webhook message delivery failed with error: returned HTTP error 413"
    with webhook((200, {}, text)) as hook:
        assert "was not delivered" in send(hook.url, b"{}", patience=QUICK).failure


def test_nobody_there_is_said_without_the_address():
    with webhook(202) as hook:
        url = hook.url
    outcome = send(url, b"{}", patience=QUICK)
    assert outcome == Outcome(4, "No connection to 127.0.0.1: it was refused or broke off.")


def test_secret_of_the_address_is_never_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with webhook(500, "hang", 202, hang_seconds=0.4) as hook:
        send(hook.url, b"{}", patience=Patience(connect=1, answer=0.1, pause=0.01))
    assert "SECRETSIGNATURE" not in caplog.text
    assert "secret-part" not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/hook",
        "ftp://127.0.0.1/hook",
        "https:///hook",
        "https://user:pass@example.com/hook",
        "hook",
        "",
    ],
)
def test_unsafe_address_is_refused_without_being_repeated(address):
    with pytest.raises(InsightsError) as refused:
        checked_address(address)
    assert not address or address not in str(refused.value)


def test_encrypted_address_is_accepted():
    assert checked_address(" https://example.com/hook?sig=1 ").hostname == "example.com"
