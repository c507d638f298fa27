"""The frames that alerts are shown from: what is new, the list, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import pandas as pd

from data_access.deliveries import recent_deliveries
from data_access.queries import alerts
from data_access.queries.alerts import DOWNLOADED_AT_MOST, LISTED_AT_MOST, AlertQuestion
from data_access.types import Filters, Scope
from insights.months import first_day
from insights.views.alerts import TOP_PER_KIND, AlertGroup, groups_of, told
from insights.visits import Visit
from pages.shared import cached


@dataclass(frozen=True, slots=True)
class Listed:
    """Alerts as a list, and how many there are by kind."""

    rows: pd.DataFrame
    counts: pd.DataFrame
    most_downloaded: int = DOWNLOADED_AT_MOST


def new_groups(scope: Scope, filters: Filters | None, visit: Visit) -> tuple[AlertGroup, ...]:
    """Return what is new to the viewer by kind, the most urgent first."""
    return _groups(scope, filters, AlertQuestion(after_id=visit.last_alert_id))


def latest_groups(scope: Scope, filters: Filters | None) -> tuple[AlertGroup, ...]:
    """Return what the newest import with alerts brought, by kind."""
    raised = cached.read(alerts.newest_alert, scope)["raised_at"].iloc[0]
    if pd.isna(raised):
        return ()
    return _groups(scope, filters, AlertQuestion(raised_from=pd.Timestamp(raised).to_pydatetime()))


def _groups(
    scope: Scope, filters: Filters | None, question: AlertQuestion
) -> tuple[AlertGroup, ...]:
    counts = cached.read(alerts.alert_counts, scope, filters, question=question)
    if counts.empty:
        return ()
    first = replace(question, per_kind=TOP_PER_KIND)
    rows = cached.read(alerts.alert_list, scope, filters, question=first)
    return cached.computed(groups_of, rows, counts)


def _question(filters: Filters, kind: str | None) -> AlertQuestion:
    """Return which alerts the list holds: one kind or all, raised since the period's first day."""
    since = datetime.combine(first_day(filters.since), time(), tzinfo=UTC)
    return AlertQuestion(kinds=(kind,) if kind else (), raised_from=since, order="newest")


def listed_alerts(scope: Scope, filters: Filters, kind: str | None) -> Listed:
    """Return the alerts of the period as listed on screen, and their counts by kind."""
    question = _question(filters, kind)
    rows = cached.read(alerts.alert_list, scope, filters, question=question, limit=LISTED_AT_MOST)
    counts = cached.read(alerts.alert_counts, scope, filters, question=question)
    return Listed(cached.computed(told, rows), counts)


def all_alerts(scope: Scope, filters: Filters, kind: str | None) -> Callable[[], pd.DataFrame]:
    """Return what reads the list as downloaded, with at most DOWNLOADED_AT_MOST alerts.

    A download is made outside the session, so the store is looked up now.
    """
    question, store = _question(filters, kind), cached.store()

    def table() -> pd.DataFrame:
        with store.read(scope) as connection:
            return told(
                alerts.alert_list(
                    connection, scope, filters, question=question, limit=DOWNLOADED_AT_MOST
                )
            )

    return table


def sent_digests(scope: Scope) -> pd.DataFrame:
    """Return the newest digests sent or tried; never from memory, a command may have sent one."""
    return recent_deliveries(cached.store(), scope)
