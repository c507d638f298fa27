"""Alerts of a scope: lists in the order of urgency or time, and counts by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from data_access.schema import (
    alert,
    association,
    claim,
    milestone_status,
    partner,
    tenant,
    usage,
    workload,
)
from data_access.scope import (
    Condition,
    chosen_partners,
    chosen_tenants,
    of_chosen_workloads,
    restricts_partners,
    visible_pairs,
    visible_partners,
)
from data_access.types import Filters, Scope
from insights.alerts import ALERT_KINDS, CLOCK, CONTESTED, PAID

Order = Literal["urgent", "newest"]

LISTED_AT_MOST = 200
"""Alerts in a list on screen; the rest is counted and in the download."""

DOWNLOADED_AT_MOST = 10_000
"""Alerts in a download."""


@dataclass(frozen=True, slots=True)
class AlertQuestion:
    """Which alerts: of these kinds (none: all), after one alert up to another, raised when.

    `after_id` is left out itself; `up_to_id`, `raised_from` and `raised_until` are included.
    `per_kind` keeps only the first so many of each kind; `order` is by urgency over all, or the
    newest import first.
    """

    kinds: tuple[str, ...] = ()
    after_id: int = 0
    up_to_id: int | None = None
    raised_from: datetime | None = None
    raised_until: datetime | None = None
    per_kind: int | None = None
    order: Order = "urgent"


EVERY_ALERT = AlertQuestion()


def alert_list(
    connection: Connection,
    scope: Scope,
    filters: Filters | None,
    *,
    question: AlertQuestion = EVERY_ALERT,
    limit: int = LISTED_AT_MOST,
) -> pd.DataFrame:
    """Return alerts, one row each, the most urgent or the newest import first.

    Columns: alert_id, kind, raised_at, batch_id, tenant_id, tenant_name, workload (code),
    workload_name, milestone (percent), partner_id, partner_name, from_state, to_state, month
    (index), paid_available_units and monthly_active_users (of that month), users_needed,
    value_usd_e4, is_example, claim_id, due_on, detail. Kinds are ordered by their weight; within a
    kind the nearest deadline, then the largest value, then the fewest users come first.
    """
    if question.per_kind is None:
        listed = select(alert.c.alert_id).where(*_conditions(scope, filters, question))
    else:
        found = _ranked(scope, filters, question).subquery("found")
        listed = select(alert.c.alert_id).join(found, found.c.alert_id == alert.c.alert_id)
        listed = listed.where(found.c.place <= question.per_kind)
    listed = listed.order_by(*_order(question)).limit(limit)
    # Names and usage only of the alerts that are listed.
    rows = listed.subquery("listed")
    statement = _told(scope).join(rows, rows.c.alert_id == alert.c.alert_id)
    statement = statement.order_by(*_order(question))
    return pd.read_sql(statement, connection)


def alert_counts(
    connection: Connection,
    scope: Scope,
    filters: Filters | None,
    *,
    question: AlertQuestion = EVERY_ALERT,
) -> pd.DataFrame:
    """Return how many alerts there are by kind, the most urgent kind first.

    Columns: kind, alerts.
    """
    statement = (
        select(
            alert.c.kind,
            func.count().label("alerts"),
        )
        .where(*_conditions(scope, filters, question))
        .group_by(alert.c.kind)
        .order_by(_weight().desc(), alert.c.kind)
    )
    return pd.read_sql(statement, connection)


def newest_alert(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return one row: alert_id of the scope's newest alert (0: none) and when it was raised."""
    newest = select(alert.c.alert_id, alert.c.raised_at).where(
        *_conditions(scope, None, EVERY_ALERT)
    )
    rows = pd.read_sql(newest.order_by(alert.c.alert_id.desc()).limit(1), connection)
    return rows if len(rows) else pd.DataFrame({"alert_id": [0], "raised_at": [None]})


# --- which alerts ---------------------------------------------------------------------------------


def _conditions(scope: Scope, filters: Filters | None, question: AlertQuestion) -> list[Condition]:
    """Return the conditions on `alert` rows that scope, filters and question set."""
    conditions = [*_asked(question), *_visible(scope)]
    if filters is None:
        tenants = chosen_tenants(scope, _NO_FILTERS)
    else:
        tenants = chosen_tenants(scope, filters)
        conditions += [*_of_partners(scope, filters), *of_chosen_workloads(filters, alert)]
        if filters.size_bands:
            bands = milestone_status.c.size_band.in_(filters.size_bands)
            sized = select(milestone_status.c.tenant_key).where(bands)
            conditions.append(alert.c.tenant_key.in_(sized))
    if tenants:
        conditions.append(alert.c.tenant_key.in_(select(tenant.c.tenant_key).where(*tenants)))
    return conditions


_NO_FILTERS = Filters(as_of=0, since=0, before=None)


def _asked(question: AlertQuestion) -> list[Condition]:
    conditions: list[Condition] = []
    if question.kinds:
        conditions.append(alert.c.kind.in_(question.kinds))
    if question.after_id:
        conditions.append(alert.c.alert_id > question.after_id)
    if question.up_to_id is not None:
        conditions.append(alert.c.alert_id <= question.up_to_id)
    if question.raised_from is not None:
        conditions.append(alert.c.raised_at >= question.raised_from)
    if question.raised_until is not None:
        conditions.append(alert.c.raised_at <= question.raised_until)
    return conditions


def _visible(scope: Scope) -> list[Condition]:
    """Return what partners of a scope may see: their own, and unclaimed work of their customers."""
    if not restricts_partners(scope):
        return []
    partners = select(partner.c.partner_key).where(*visible_partners(scope))
    # Claims are their partner's own, whoever holds the workload.
    is_own = or_(alert.c.kind != CLOCK.code, alert.c.partner_key.in_(partners))
    return [or_(and_(*visible_pairs(scope, alert), is_own), _counts_for(partners))]


def _of_partners(scope: Scope, filters: Filters) -> list[Condition]:
    if filters.partner_id is None and filters.account_id is None:
        return []
    partners = chosen_partners(scope, filters)
    return [] if partners is None else [_counts_for(partners)]


def _counts_for(partners: Select[tuple[int]]) -> Condition:
    """Return whether an alert counts for these partners, or is unclaimed work of their customers.

    Their customers are those of whom they hold another workload, or once held one.
    """
    held = select(association.c.tenant_key).where(association.c.partner_key.in_(partners))
    return or_(
        alert.c.partner_key.in_(partners),
        and_(alert.c.partner_key == 0, alert.c.tenant_key.in_(held)),
    )


SOMEBODY = "another partner"
"""Stands for the name of a partner that the scope may not be told."""


def _may_tell_claim(scope: Scope) -> ColumnElement[bool]:
    """Return whether the claim of an alert is one of the scope's partners."""
    if not restricts_partners(scope):
        return true()
    partners = select(partner.c.partner_key).where(*visible_partners(scope))
    return exists().where(
        claim.c.claim_id == alert.c.claim_id,
        claim.c.tenant_key == alert.c.tenant_key,
        claim.c.workload_key == alert.c.workload_key,
        claim.c.partner_key.in_(partners),
    )


# --- in which order, with which columns -----------------------------------------------------------


def _weight() -> ColumnElement[int]:
    return case({kind.code: kind.weight for kind in ALERT_KINDS}, value=alert.c.kind, else_=0)


def _urgency() -> tuple[ColumnElement[Any], ...]:
    """Return the order within a kind: deadline, value, users; what is unknown comes last."""
    return (
        case((alert.c.due_on.is_(None), 1), else_=0),
        alert.c.due_on,
        func.coalesce(alert.c.value_usd_e4, -1).desc(),
        case((alert.c.users_needed.is_(None), 1), else_=0),
        alert.c.users_needed,
        alert.c.alert_id,
    )


def _ranked(scope: Scope, filters: Filters | None, question: AlertQuestion) -> Select[Any]:
    """Return the alert_id and the place within its kind of every alert asked for."""
    place = func.row_number().over(partition_by=alert.c.kind, order_by=_urgency())
    conditions = _conditions(scope, filters, question)
    return select(alert.c.alert_id, place.label("place")).where(*conditions)


def _order(question: AlertQuestion) -> tuple[ColumnElement[Any], ...]:
    """Return the order asked for; all alerts of an import were raised at one moment.

    The newest ones are read in the order of the index on that moment, so that no list sorts more
    than one import.
    """
    urgent = (_weight().desc(), *_urgency())
    return urgent if question.order == "urgent" else (alert.c.raised_at.desc(), *urgent)


def _told(scope: Scope) -> Select[Any]:
    """Return every column of alerts with names, and the usage of the month they speak of.

    Partners out of scope have no name there, and their claims no id.
    """
    same_usage = and_(
        usage.c.tenant_key == alert.c.tenant_key,
        usage.c.workload_key == alert.c.workload_key,
        usage.c.month == alert.c.month,
    )
    names = ("alert_id", "kind", "raised_at", "batch_id", "milestone", "from_state", "to_state")
    more = ("month", "users_needed", "value_usd_e4", "is_example", "due_on")
    is_told = _may_tell_claim(scope)
    is_hidden = and_(alert.c.kind == CONTESTED.code, ~is_told)
    is_amount = alert.c.kind == PAID.code if not scope.may("money") else false()
    return (
        select(
            *(alert.c[name] for name in (*names, *more)),
            case((is_told, alert.c.claim_id)).label("claim_id"),
            case(
                (is_hidden, literal(SOMEBODY)), (is_amount, literal("")), else_=alert.c.detail
            ).label("detail"),
            tenant.c.tenant_id,
            func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name"),
            workload.c.code.label("workload"),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
            usage.c.paid_available_units,
            usage.c.monthly_active_users,
        )
        .join_from(alert, tenant, tenant.c.tenant_key == alert.c.tenant_key)
        .outerjoin(workload, workload.c.workload_key == alert.c.workload_key)
        .outerjoin(
            partner, and_(partner.c.partner_key == alert.c.partner_key, *visible_partners(scope))
        )
        .outerjoin(usage, same_usage)
    )
