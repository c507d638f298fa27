"""Messages to a Teams workflow's webhook: sent with time limits and retries, never redirected.

The address is a secret, because whoever knows it may post: it is neither stored nor logged, and
no message names more of it than the host.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
    TimeoutError,
)
from urllib3.util.retry import Retry

from data_access.errors import InsightsError

WEBHOOK_VARIABLE = "PARTNER_INSIGHTS_TEAMS_WEBHOOK"

LOOPBACK = ("localhost", "127.0.0.1", "::1")

TEMPORARY = (408, 429, 500, 502, 503, 504)
"""Answers after which the same message may be accepted a little later."""

RETRIES = 3
LONGEST_RETRY_AFTER = 60
"""Seconds; an answer that asks for a longer pause gets this one."""

_OLD_CONNECTOR_FAILURE = "message delivery failed"
"""What the older connectors answer with status 200 when they did not deliver."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for an answer, and between tries.

    The pause doubles with every try.
    """

    connect: float = 5
    answer: float = 15
    pause: float = 1


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: after how many tries, and why it failed ('' if it arrived)."""

    attempts: int
    failure: str = ""


def checked_address(address: str) -> SplitResult:
    """Return a webhook's address in parts.

    Raises InsightsError where it is none, or would travel unencrypted beyond this machine.
    """
    parts = urlsplit(address.strip())
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not parts.hostname or not is_safe or parts.username is not None:
        raise InsightsError(
            f"The address in {WEBHOOK_VARIABLE} is no https address.",
            "Copy the URL of the workflow's trigger “When a Teams webhook request is received”.",
        )
    return parts


def send(address: str, message: bytes, *, patience: Patience | None = None) -> Outcome:
    """Send a JSON message and return what became of it.

    Tries again after connection failures, time-outs and TEMPORARY answers. A message can arrive
    twice where an answer came too late, but it is never lost unsaid. Raises InsightsError for an
    address that may not be used.
    """
    parts, patience = checked_address(address), patience or PATIENT
    host = parts.hostname or ""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    with requests.Session() as session, _quiet():
        session.mount(f"{parts.scheme}://", HTTPAdapter(max_retries=_retries(patience)))
        try:
            answer = session.post(
                parts.geturl(),
                data=message,
                headers=headers,
                timeout=(patience.connect, patience.answer),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return Outcome(RETRIES + 1, _unreachable(error, host, patience))
    history = answer.raw.retries.history if answer.raw.retries is not None else ()
    return Outcome(len(history) + 1, _refusal(answer, host))


def _retries(patience: Patience) -> Retry:
    return Retry(
        total=RETRIES,
        allowed_methods=frozenset({"POST"}),
        status_forcelist=TEMPORARY,
        backoff_factor=patience.pause,
        retry_after_max=LONGEST_RETRY_AFTER,
        raise_on_status=False,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the address out of the log: the HTTP library warns of every retry with its path."""
    log = logging.getLogger("urllib3")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _refusal(answer: requests.Response, host: str) -> str:
    """Return why an answer is no success, '' where it is one."""
    status = answer.status_code
    if 200 <= status < 300:
        if _OLD_CONNECTOR_FAILURE in answer.text[:1_000].lower():
            return f"{host} took the message but said that it was not delivered."
        return ""
    if 300 <= status < 400:
        return f"{host} answered {status}, another address; redirects are not followed."
    if status in TEMPORARY:
        return f"{host} answered {status} to every try."
    if status in (401, 403, 404, 410):
        return (
            f"{host} answered {status}: the workflow was deleted, turned off or has a new address."
        )
    return f"{host} answered {status}: it did not accept the message."


def _unreachable(error: requests.RequestException, host: str, patience: Patience) -> str:
    """Return why no answer came; never the error's own words, which hold the address."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, NameResolutionError):
        return f"The name {host} could not be found."
    # The library counts a refused connection among those that took too long.
    if isinstance(reason, TimeoutError) and not isinstance(reason, NewConnectionError):
        return f"{host} did not answer within {patience.answer:g} seconds."
    if isinstance(error, requests.exceptions.SSLError) or isinstance(reason, SSLError):
        return f"{host} did not prove that it is {host}: its certificate is not trusted here."
    return f"No connection to {host}: it was refused or broke off."
