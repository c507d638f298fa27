"""Digests that were sent or tried, in the app database; what failed is part of the next one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import insert, select

from data_access import audit
from data_access.roles import require
from data_access.schema import delivery, partner
from data_access.scope import restricts_tenants, visible_partners
from data_access.store import Store
from data_access.types import Scope

EVERYBODY = ""
"""Stands in place of a partner id for a digest of all partners."""

LISTED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest that was sent or tried; `failure` is empty where it was delivered."""

    channel: str
    partner_id: str
    tried_at: datetime
    since: datetime
    until: datetime
    last_alert_id: int
    alerts: int
    attempts: int
    failure: str = ""


def note_delivery(store: Store, scope: Scope, tried: Delivery) -> None:
    """Keep and audit that a digest was delivered, or why it was not; raises DeniedError."""
    require(scope, "work")
    values = asdict(tried) | {"is_delivered": not tried.failure}
    with store.app_write() as connection:
        connection.execute(insert(delivery).values(values))
        told = {
            "what": "not delivered" if tried.failure else "sent",
            "channel": tried.channel,
            "alerts": tried.alerts,
        }
        about = {"subject_kind": "partner", "subject": tried.partner_id or "all partners"}
        audit.note(connection, scope, "delivery", **about, detail=told, now=tried.tried_at)


def last_delivered(store: Store, *, channel: str, partner_id: str) -> tuple[datetime, int] | None:
    """Return up to when and up to which alert a partner's digests were delivered, None for none."""
    statement = (
        select(delivery.c.until, delivery.c.last_alert_id)
        .where(
            delivery.c.is_delivered,
            delivery.c.channel == channel,
            delivery.c.partner_id == partner_id,
        )
        .order_by(delivery.c.delivery_id.desc())
        .limit(1)
    )
    with store.app_read() as connection:
        row = connection.execute(statement).first()
    if row is None:
        return None
    until: datetime = row.until
    return (until if until.tzinfo else until.replace(tzinfo=UTC)), int(row.last_alert_id)


def recent_deliveries(store: Store, scope: Scope) -> pd.DataFrame:
    """Return the newest digests, sent or tried, the newest first; at most LISTED_AT_MOST.

    Columns as the table's. A scope of certain partners sees their own digests only, one of
    certain customers, markets or segments none: a digest tells of all customers of a partner.
    """
    statement = select(delivery).order_by(delivery.c.delivery_id.desc()).limit(LISTED_AT_MOST)
    if not scope.is_unrestricted:
        statement = statement.where(delivery.c.partner_id.in_(_own_partners(store, scope)))
    with store.app_read() as connection:
        return pd.read_sql(statement, connection)


def _own_partners(store: Store, scope: Scope) -> list[str]:
    """Return the ids of the partners all of whose customers a scope sees."""
    if restricts_tenants(scope):
        return []
    with store.read() as connection:
        own = select(partner.c.partner_id).where(*visible_partners(scope))
        return list(connection.scalars(own))
