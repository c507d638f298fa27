"""The frames of the page on associations, each read only for the view that is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from data_access.queries import association_events, claims, coverage, unclaimed
from data_access.queries.claims import ClaimQuestion
from data_access.types import Filters, Scope
from insights.program import Program
from insights.views import proof_radar
from insights.views.clock_inbox import since_days
from pages.shared import cached, rules_frames


def program() -> Program:
    """Return the programme in force in this store."""
    return rules_frames.program(rules_frames.activations())


def has_claims(scope: Scope) -> bool:
    """Return whether any claim was imported, whatever the filters."""
    return bool(cached.read(claims.claim_total, scope)["claims"].iloc[0])


def running_claims(scope: Scope, filters: Filters, rules: Program, today: date) -> pd.DataFrame:
    """Return the claims whose status may have a clock that runs."""
    since = since_days(rules, today)
    return cached.read(claims.running_claims, scope, filters, since=since)


def claim_counts(scope: Scope, filters: Filters, search: str) -> pd.DataFrame:
    """Return how many claims that match the search are in each status."""
    return cached.read(claims.claim_counts, scope, filters, search=search)


def claim_list(scope: Scope, filters: Filters, question: ClaimQuestion) -> pd.DataFrame:
    """Return the first claims asked for."""
    return cached.read(claims.claim_list, scope, filters, question=question)


def claim_history(scope: Scope, filters: Filters, claim_id: str) -> pd.DataFrame:
    """Return every status that a claim was seen in."""
    return cached.read(claims.claim_history, scope, filters, claim_id=claim_id)


def all_claims(
    scope: Scope, filters: Filters, question: ClaimQuestion
) -> Callable[[], pd.DataFrame]:
    """Return what reads the claims asked for as the download has them, without a session."""
    store = cached.store()

    def read() -> pd.DataFrame:
        limit = claims.DOWNLOADED_AT_MOST
        with store.read(scope) as connection:
            return claims.claim_list(connection, scope, filters, question=question, limit=limit)

    return read


def proofs(scope: Scope, filters: Filters, rules: Program, today: date) -> pd.DataFrame:
    """Return the claims whose proof decides something."""
    day = proof_radar.signed_before(rules, today)
    return cached.read(claims.proofs_at_risk, scope, filters, signed_before=day)


def coverage_counts(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return how many pairs of each workload are in which coverage."""
    return cached.read(coverage.coverage_counts, scope, filters)


def coverage_total(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return the month that coverage speaks of and how many customers the grid has."""
    return cached.read(coverage.coverage_total, scope, filters)


def coverage_page(scope: Scope, filters: Filters, *, page: int, rows: int) -> pd.DataFrame:
    """Return one page of customers with their workloads."""
    return cached.read(coverage.coverage_customers, scope, filters, page=page, rows=rows)


def coverage_list(scope: Scope, filters: Filters, *, workload: str, kind: str) -> pd.DataFrame:
    """Return the first pairs of a workload and kind of coverage."""
    asked = {"workload_code": workload, "coverage": kind}
    return cached.read(coverage.coverage_list, scope, filters, **asked)


def all_coverage(
    scope: Scope, filters: Filters, *, workload: str, kind: str
) -> Callable[[], pd.DataFrame]:
    """Return what reads all pairs of a workload and kind of coverage, without a session."""
    store = cached.store()

    def read() -> pd.DataFrame:
        with store.read(scope) as connection:
            return coverage.coverage_list(
                connection,
                scope,
                filters,
                workload_code=workload,
                coverage=kind,
                limit=coverage.DOWNLOADED_AT_MOST,
            )

    return read


def unclaimed_counts(scope: Scope, filters: Filters, *, minimum_units: int) -> pd.DataFrame:
    """Return how many unclaimed workloads there are and what they can still earn."""
    return cached.read(unclaimed.unclaimed_counts, scope, filters, minimum_units=minimum_units)


def unclaimed_list(scope: Scope, filters: Filters, *, minimum_units: int) -> pd.DataFrame:
    """Return the most valuable unclaimed workloads with enough seats."""
    return cached.read(unclaimed.unclaimed_workloads, scope, filters, minimum_units=minimum_units)


def too_late(scope: Scope, filters: Filters, *, minimum_units: int) -> pd.DataFrame:
    """Return the most valuable milestones for which a claim comes too late."""
    return cached.read(unclaimed.too_late_milestones, scope, filters, minimum_units=minimum_units)


def all_unclaimed(
    scope: Scope, filters: Filters, *, minimum_units: int, is_too_late: bool
) -> Callable[[], pd.DataFrame]:
    """Return what reads all rows of one of the two lists above, without a session."""
    store = cached.store()
    query = unclaimed.too_late_milestones if is_too_late else unclaimed.unclaimed_workloads

    def read() -> pd.DataFrame:
        limit = unclaimed.DOWNLOADED_AT_MOST
        with store.read(scope) as connection:
            return query(connection, scope, filters, minimum_units=minimum_units, limit=limit)

    return read


def changes_by_import(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return how many associations each import changed."""
    return cached.read(association_events.changes_by_import, scope, filters)


def changes_of_import(
    scope: Scope, filters: Filters, *, batch_id: int, change: str
) -> pd.DataFrame:
    """Return the first associations that an import changed."""
    asked = {"batch_id": batch_id, "change": change}
    return cached.read(association_events.changes_of_import, scope, filters, **asked)


def all_changes(
    scope: Scope, filters: Filters, *, batch_id: int, change: str
) -> Callable[[], pd.DataFrame]:
    """Return what reads all associations that an import changed, without a session."""
    store = cached.store()

    def read() -> pd.DataFrame:
        with store.read(scope) as connection:
            return association_events.changes_of_import(
                connection,
                scope,
                filters,
                batch_id=batch_id,
                change=change,
                limit=association_events.DOWNLOADED_AT_MOST,
            )

    return read


def contested(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return held workloads that another partner's open claim wants."""
    return cached.read(association_events.contested_workloads, scope, filters)
