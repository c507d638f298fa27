"""Claims as the claim files tell them: running ones, the register, one claim's history, proofs.

A row is one claim x tenant x workload. Filters for partners mean the claiming partner; those of
customers mean the claim's tenant. A scope of certain partners sees their own claims only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from data_access.schema import (
    claim,
    claim_event,
    import_batch,
    milestone_status,
    partner,
    tenant,
    workload,
)
from data_access.scope import Condition, chosen_partners, chosen_tenants, of_chosen_workloads
from data_access.types import Filters, Scope
from insights.eligibility import IN_PROGRESS

LISTED_AT_MOST = 200
"""Rows of the register and of the proofs on screen; the rest is counted and in the download."""

DOWNLOADED_AT_MOST = 50_000
"""Rows of the register in a download."""

CONTESTING = tuple(status for status in IN_PROGRESS if status != "Draft")
"""Statuses in which a claim of another partner contests a workload: it was handed in."""

DAYS = ("status_on", "submitted_on", "approved_on", "ended_on", "proof_signed_on")
EARNABLE = ("unclaimed", "in_claim", "below_minimum", "in_flight")
"""States of milestones that can still be earned."""


@dataclass(frozen=True, slots=True)
class ClaimQuestion:
    """Which claims of the filters: of this status, with this id, found by `search` ("": all).

    A search finds a whole claim id, or a part of a customer's name, domain or id.
    """

    status: str = ""
    search: str = ""
    claim_id: str = ""


def running_claims(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    since: tuple[tuple[str, date | None], ...],
) -> pd.DataFrame:
    """Return the claims in these statuses, since the day beside each (None: since ever).

    Columns: those of the table claim that clocks need (claim_id, tenant_key, workload_key,
    partner_key, status, status_reason, DAYS as dates), tenant_id, tenant_name, workload,
    workload_name, partner_id, partner_name. Where the day of the status is not told, that of the
    approval or of the submission counts.
    """
    always = [status for status, day in since if day is None]
    other_day = func.coalesce(claim.c.approved_on, claim.c.submitted_on)
    recent: list[Condition] = [claim.c.status.in_(always)]
    for status, day in since:
        if day is not None:
            is_it = claim.c.status == status
            recent.append(and_(is_it, claim.c.status_on >= day))
            recent.append(and_(is_it, claim.c.status_on.is_(None), other_day >= day))
    statement = _told().where(or_(*recent), *_conditions(scope, filters))
    return _with_days(pd.read_sql(statement, connection))


def claim_list(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    question: ClaimQuestion | None = None,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return the first claims asked for, those with the latest status first.

    Columns: as `running_claims`, claim_name, solution_area, partner_role, segment, and
    was_approved (an approval is told, or the claim was seen approved).
    """
    asked = question or ClaimQuestion()
    latest = (claim.c.status_on.desc().nulls_last(), claim.c.claim_id, *_pair_of(claim))
    first = (
        select(claim.c.claim_id, *_pair_of(claim))
        .where(*_conditions(scope, filters), *_asked(asked))
        .order_by(*latest)
        .limit(limit)
        .subquery("first")
    )
    statement = (
        _told(
            claim.c.claim_name,
            claim.c.solution_area,
            claim.c.partner_role,
            tenant.c.segment,
            _was_approved().label("was_approved"),
        )
        .join(first, and_(claim.c.claim_id == first.c.claim_id, _same_pair(claim, first)))
        .order_by(*latest)
    )
    rows = pd.read_sql(statement, connection)
    return _with_days(rows).astype({"was_approved": "bool"})


def claim_counts(
    connection: Connection, scope: Scope, filters: Filters, *, search: str = ""
) -> pd.DataFrame:
    """Return how many claims are in each status; columns: status, claims (workloads claimed)."""
    statement = (
        select(claim.c.status, func.count().label("claims"))
        .where(*_conditions(scope, filters), *_asked(ClaimQuestion(search=search)))
        .group_by(claim.c.status)
        .order_by(claim.c.status)
    )
    return pd.read_sql(statement, connection)


def claim_history(
    connection: Connection, scope: Scope, filters: Filters, *, claim_id: str
) -> pd.DataFrame:
    """Return every status that a claim was seen in, by workload, the first one first.

    Columns: tenant_id, workload, workload_name, status, status_reason, status_on, imported_at,
    file_name. Empty for a claim that scope and filters do not see.
    """
    seen = exists().where(
        claim.c.claim_id == claim_event.c.claim_id,
        claim.c.tenant_key == claim_event.c.tenant_key,
        claim.c.workload_key == claim_event.c.workload_key,
        *_conditions(scope, filters),
    )
    statement = (
        select(
            tenant.c.tenant_id,
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            claim_event.c.status,
            claim_event.c.status_reason,
            claim_event.c.status_on,
            import_batch.c.imported_at,
            import_batch.c.file_name,
        )
        .join_from(claim_event, tenant, tenant.c.tenant_key == claim_event.c.tenant_key)
        .join(workload, workload.c.workload_key == claim_event.c.workload_key)
        .join(import_batch, import_batch.c.batch_id == claim_event.c.batch_id)
        .where(claim_event.c.claim_id == claim_id, seen)
        .order_by(tenant.c.tenant_id, workload.c.name, claim_event.c.event_id)
    )
    rows = pd.read_sql(statement, connection)
    return rows.assign(status_on=pd.to_datetime(rows["status_on"]))


def proofs_at_risk(
    connection: Connection,
    scope: Scope,
    filters: Filters,
    *,
    signed_before: date,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return the claims whose proof decides something, with what it still protects.

    Those on their way to a decision, those that another partner's open claim contests, and, at
    most `limit`, approved ones signed before the day: the ones with the most valuable milestone
    still in flight. Columns: as `running_claims`, is_contested, rival_signed_on (newest proof of
    another partner's open claim, or of the holder's), value_usd_e4 (what the workload can still
    earn, Int64), is_example.
    """
    conditions = _conditions(scope, filters)
    keys = [claim.c.claim_id, claim.c.tenant_key, claim.c.workload_key]
    valuable = (
        select(*keys)
        .join_from(milestone_status, claim, _same_pair(milestone_status, claim))
        .where(
            milestone_status.c.state == "in_flight",
            milestone_status.c.is_too_late_to_claim.is_(False),
            claim.c.status == "Approved",
            claim.c.proof_signed_on < signed_before,
            *conditions,
        )
        .order_by(milestone_status.c.added_value_usd_e4.desc())
        .limit(limit)
        .subquery("valuable")
    )
    rival = claim.alias("rival")
    # Coalesced, so that the few rivals are where the database begins, not the many approved ones.
    is_approved = func.coalesce(claim.c.status, "") == "Approved"
    contested = (
        select(*keys)
        .join_from(rival, claim, _rivals(claim, rival))
        .where(
            rival.c.status.in_(CONTESTING),
            is_approved,
            *conditions,
        )
    )
    on_their_way = select(*keys).where(claim.c.status.in_(IN_PROGRESS), *conditions)
    chosen = union_all(select(*valuable.c), contested, on_their_way).subquery("chosen")
    wanted = select(*chosen.c).distinct().subquery("wanted")
    statement = _told(*_rival_columns(), *_value_columns()).join(
        wanted,
        and_(claim.c.claim_id == wanted.c.claim_id, _same_pair(claim, wanted)),
    )
    rows = _with_days(pd.read_sql(statement, connection), "rival_signed_on")
    return rows.astype({"value_usd_e4": "Int64", "is_contested": "bool", "is_example": "bool"})


def claim_total(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return one row: claims, how many claimed workloads the scope sees at all."""
    everything = Filters(as_of=0, since=0, before=None)
    counted = select(func.count().label("claims")).select_from(claim)
    return pd.read_sql(counted.where(*_conditions(scope, everything)), connection)


# --- parts ----------------------------------------------------------------------------------------

_PAIR = ("tenant_key", "workload_key")


def _pair_of(rows: FromClause) -> list[ColumnElement[int]]:
    return [rows.c[name] for name in _PAIR]


def _conditions(scope: Scope, filters: Filters) -> list[Condition]:
    """Return the conditions on claims that scope and filters set."""
    return [*claims_of(chosen_partners(scope, filters)), *customer_conditions(scope, filters)]


def claims_of(partners: Select[tuple[int]] | None) -> list[Condition]:
    """Return the condition that a claim is one of these partners', none for all."""
    return [] if partners is None else [claim.c.partner_key.in_(partners)]


def customer_conditions(
    scope: Scope, filters: Filters, rows: FromClause = claim
) -> list[Condition]:
    """Return the conditions on rows of tenant x workload that filters on customers set."""
    conditions = of_chosen_workloads(filters, rows)
    tenants = chosen_tenants(scope, filters)
    if tenants:
        conditions.append(rows.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    if filters.size_bands:
        of_size = milestone_status.c.size_band.in_(filters.size_bands)
        conditions.append(
            rows.c.tenant_key.in_(select(milestone_status.c.tenant_key).where(of_size))
        )
    return conditions


def _told(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return the common columns and further ones, of all claims."""
    names = ("claim_id", *_PAIR, "partner_key", "status", "status_reason", *DAYS)
    return _with_names(
        select(
            *(claim.c[name] for name in names),
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            *columns,
        )
    )


def _with_names(statement: Select[Any]) -> Select[Any]:
    """Return the statement on claims with tenant, workload and partner beside them."""
    return (
        statement.select_from(claim)
        .join(tenant, tenant.c.tenant_key == claim.c.tenant_key)
        .join(workload, workload.c.workload_key == claim.c.workload_key)
        .join(partner, partner.c.partner_key == claim.c.partner_key)
    )


def _asked(question: ClaimQuestion) -> list[Condition]:
    conditions: list[Condition] = []
    if question.status:
        conditions.append(claim.c.status == question.status)
    if question.claim_id:
        conditions.append(claim.c.claim_id == question.claim_id)
    if question.search:
        conditions.append(_found(question.search.strip()))
    return conditions


def _found(search: str) -> Condition:
    """Return whether a claim's id is the text, or its customer's name or an id contains it."""
    customers = select(tenant.c.tenant_key).where(tenant_contains(search))
    return or_(claim.c.claim_id == search, claim.c.tenant_key.in_(customers))


def tenant_contains(search: str) -> Condition:
    """Return whether a customer's name, domain or an id contains the text, whatever its case."""
    places = (tenant.c.name, tenant.c.domain, tenant.c.tenant_id, tenant.c.tpid)
    return or_(*(place.icontains(search.strip("{}"), autoescape=True) for place in places))


def _was_approved() -> ColumnElement[int]:
    seen = exists().where(
        claim_event.c.claim_id == claim.c.claim_id,
        claim_event.c.tenant_key == claim.c.tenant_key,
        claim_event.c.workload_key == claim.c.workload_key,
        claim_event.c.status == "Approved",
    )
    told = or_(claim.c.approved_on.is_not(None), claim.c.status == "Approved", seen)
    return case((told, 1), else_=0)


def _same_pair(one: FromClause, other: FromClause) -> Condition:
    return and_(*(one.c[name] == other.c[name] for name in _PAIR))


def _rivals(one: FromClause, other: FromClause) -> Condition:
    """Return whether two claims are of one pair and two partners."""
    return and_(_same_pair(one, other), one.c.partner_key != other.c.partner_key)


def _rival_columns() -> list[ColumnElement[Any]]:
    """Return is_contested and the newest proof of the other side.

    The other side of an approved claim are open ones; that of an open claim also approved ones.
    """
    other = claim.alias("other")
    sides = and_(
        _rivals(claim, other),
        or_(
            other.c.status.in_(CONTESTING),
            and_(other.c.status == "Approved", claim.c.status != "Approved"),
        ),
    )
    newest = select(func.max(other.c.proof_signed_on)).where(sides).scalar_subquery()
    is_contested = case((exists().where(sides), 1), else_=0)
    return [is_contested.label("is_contested"), newest.label("rival_signed_on")]


def _value_columns() -> list[ColumnElement[Any]]:
    """Return what the claim's workload can still earn, and whether by an example rate."""
    earnable = and_(
        milestone_status.c.tenant_key == claim.c.tenant_key,
        milestone_status.c.workload_key == claim.c.workload_key,
        milestone_status.c.state.in_(EARNABLE),
    )
    value = select(func.sum(milestone_status.c.added_value_usd_e4)).where(earnable)
    by_example = exists().where(earnable, milestone_status.c.is_example.is_(True))
    return [
        value.scalar_subquery().label("value_usd_e4"),
        case((by_example, literal(1)), else_=literal(0)).label("is_example"),
    ]


def _with_days(rows: pd.DataFrame, *further: str) -> pd.DataFrame:
    """Return the rows with their days as such, missing ones as NaT."""
    return rows.assign(**{name: pd.to_datetime(rows[name]) for name in (*DAYS, *further)})
