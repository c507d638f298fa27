"""Digests of alerts and actions: read from the store, sent to Teams, every sending noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from data_access import teams
from data_access.actions_store import ActionsOf, actions
from data_access.deliveries import EVERYBODY, Delivery, last_delivered, note_delivery
from data_access.errors import InsightsError
from data_access.program_store import active_program
from data_access.queries.alerts import AlertQuestion, alert_counts, alert_list
from data_access.roles import require
from data_access.schema import alert, milestone_run, partner
from data_access.scope import told_partners
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.digest import Digest, DigestFacts, digest_of, people_of
from insights.digest_card import card_message

CHANNEL = "teams"

LONGEST = 2_000
"""Alerts told one by one in a digest, at the very most."""


@dataclass(frozen=True, slots=True)
class DigestQuestion:
    """Which digest: the days it covers (both included), for which partner, how many of each.

    As many alerts of a kind are told as actions of a person: `top`.

    Without `since` it begins after the last delivered digest of the same partner; without `until`
    it reaches to the newest alert. Days are UTC.
    """

    since: date | None = None
    until: date | None = None
    partner_id: str = EVERYBODY
    top: int = 5


@dataclass(frozen=True, slots=True)
class ReadDigest:
    """A digest with what its delivery is noted with."""

    digest: Digest
    since: datetime
    until: datetime
    last_alert_id: int


def read_digest(
    store: Store, scope: Scope, question: DigestQuestion, *, now: datetime
) -> ReadDigest:
    """Return the digest asked for.

    Raises InsightsError for an unknown partner, and without a first day where no digest was
    delivered yet.
    """
    begins = _begins(store, question)
    ends = now if question.until is None else _midnight(question.until + timedelta(days=1))
    asked = AlertQuestion(
        after_id=begins.after_id,
        raised_from=begins.raised_from,
        raised_until=None if question.until is None else ends - timedelta(microseconds=1),
        per_kind=question.top,
    )
    with store.read(scope) as connection:
        name = _partner_name(connection, scope, question.partner_id)
        # One snapshot: alerts of an import that ends meanwhile belong to the next digest.
        newest = connection.execute(_newest(asked)).scalar_one_or_none()
        filters = Filters(0, 0, None, partner_id=question.partner_id) if name else None
        alerts = alert_list(connection, scope, filters, question=asked, limit=LONGEST)
        counts = alert_counts(connection, scope, filters, question=asked)
        facts = _facts(connection, store, begins.moment, min(ends, now), partner=name)
    found = actions(store, scope, now=now, of=ActionsOf(filters=filters))
    people = people_of(found, top=question.top)
    covered = newest or begins.after_id
    digest = digest_of(alerts, counts, facts, people)
    return ReadDigest(digest, begins.moment, facts.until, covered)


def send_digest(
    store: Store,
    scope: Scope,
    question: DigestQuestion,
    read: ReadDigest,
    *,
    address: str,
    now: datetime,
) -> teams.Outcome:
    """Send a digest to the Teams workflow at an address, note what became of it, and return it.

    Raises InsightsError for an address that may not be used and DeniedError for a role that only
    reads; nothing is sent or noted then.
    """
    require(scope, "work")
    outcome = teams.send(address, card_message(read.digest))
    note_delivery(
        store,
        scope,
        Delivery(
            channel=CHANNEL,
            partner_id=question.partner_id,
            tried_at=now,
            since=read.since,
            until=read.until,
            last_alert_id=read.last_alert_id,
            alerts=read.digest.total,
            attempts=outcome.attempts,
            failure=outcome.failure,
        ),
    )
    return outcome


@dataclass(frozen=True, slots=True)
class _Begin:
    """Where a digest begins: after an alert, or at a moment; `moment` is what it says."""

    moment: datetime
    after_id: int = 0
    raised_from: datetime | None = None


def _begins(store: Store, question: DigestQuestion) -> _Begin:
    if question.since is not None:
        start = _midnight(question.since)
        return _Begin(start, raised_from=start)
    last = last_delivered(store, channel=CHANNEL, partner_id=question.partner_id)
    if last is None:
        raise InsightsError(
            "No digest has been delivered yet, so there is no last one to go on from.",
            "Name the first day with --since, e.g. --since 2026-11-01.",
        )
    return _Begin(last[0], after_id=last[1])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _newest(asked: AlertQuestion) -> Select[int]:
    """Return the newest alert that a digest covers, whomever it concerns."""
    newest = select(func.max(alert.c.alert_id))
    if asked.raised_until is None:
        return newest
    return newest.where(alert.c.raised_at <= asked.raised_until)


def _partner_name(connection: Connection, scope: Scope, partner_id: str) -> str:
    """Return a partner's name, '' for all partners; raise InsightsError for an unknown one.

    One out of scope is unknown.
    """
    if partner_id == EVERYBODY:
        return ""
    name = func.coalesce(partner.c.name, partner.c.partner_id)
    known = select(name).where(partner.c.partner_id == partner_id, *told_partners(scope))
    found = connection.scalar(known)
    if found is None:
        raise InsightsError(f"No partner has the id {partner_id}.", "The page Partners lists them.")
    return str(found)


def _facts(
    connection: Connection, store: Store, since: datetime, until: datetime, *, partner: str
) -> DigestFacts:
    """Return what the digest says about itself."""
    newest = select(milestone_run).order_by(milestone_run.c.run_id.desc()).limit(1)
    runs = pd.read_sql(newest, connection)
    known_on = None if runs.empty else pd.Timestamp(runs["known_on"].iloc[0]).date()
    return DigestFacts(
        since=since,
        until=until,
        partner=partner,
        as_of=None if runs.empty else int(runs["as_of"].iloc[0]),
        known_on=known_on,
        rules=active_program(connection).on(known_on or until.date()),
        source="Demo portfolio, invented figures" if store.is_demo else "imported files",
    )
