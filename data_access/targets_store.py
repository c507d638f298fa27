"""Earnings targets that admins set by fiscal quarter, in the app database.

Nothing is ever overwritten: the newest row of a quarter and partner stands, and a row without an
amount takes the target back, so that who set what and when can always be read.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import func, select

from data_access import audit
from data_access.errors import InsightsError
from data_access.roles import require
from data_access.schema import earnings_target, partner
from data_access.scope import restricts_tenants, visible_partners
from data_access.store import Store
from data_access.types import Scope
from insights.months import fiscal_quarter_label, fiscal_quarter_start

EVERYBODY = ""
"""Stands in place of a partner id for a target of the whole portfolio."""

LARGEST_USD = 1_000_000_000
"""A larger amount is a slip of the keyboard."""

_E4 = 10_000


def standing_targets(history: pd.DataFrame) -> pd.DataFrame:
    """Return the targets in force of a `target_history`, one row per fiscal quarter and partner.

    Same columns; targets that were taken back are left out.
    """
    newest = history.drop_duplicates(["quarter_start", "partner_id"], keep="first")
    standing = newest[newest["amount_usd_e4"].notna()]
    return standing.sort_values(["quarter_start", "partner_id"], ignore_index=True)


def target_history(store: Store, scope: Scope) -> pd.DataFrame:
    """Return every target ever set that the scope may see, the newest first.

    Columns: target_id, quarter_start (first month of the fiscal quarter), partner_id (EVERYBODY:
    the whole portfolio), partner_name, amount_usd_e4 (missing: taken back), set_at, set_by. A
    scope that sees a part of the portfolio sees no target of the whole.
    """
    statement = select(earnings_target).order_by(earnings_target.c.target_id.desc())
    with store.app_read(scope) as connection:
        rows = pd.read_sql(statement, connection)
    names = _visible_names(store, scope)
    rows = rows.astype({"amount_usd_e4": "Int64", "partner_id": "str"})
    rows.insert(3, "partner_name", rows["partner_id"].map(names))
    return rows[rows["partner_id"].isin(list(names))].reset_index(drop=True)


def set_target(
    store: Store,
    scope: Scope,
    *,
    quarter_start: int,
    partner_id: str,
    amount_usd: float | None,
    now: datetime,
) -> None:
    """Set the target of a fiscal quarter, or take it back with `amount_usd` None.

    Raises InsightsError where the role may not, the partner is not in scope, the month begins no
    fiscal quarter, or the amount is not above 0 and below LARGEST_USD.
    """
    require(scope, "targets")
    if partner_id not in _visible_names(store, scope):
        raise InsightsError("This partner is not in your portfolio, so it has no target of yours.")
    if quarter_start != fiscal_quarter_start(quarter_start):
        raise InsightsError("A target is for a fiscal quarter: July, October, January or April on.")
    if amount_usd is not None and not 0 < amount_usd <= LARGEST_USD:
        raise InsightsError(
            f"A target for {fiscal_quarter_label(quarter_start)} is an amount above $0 and up to "
            f"${LARGEST_USD:,}.",
            "Give whole US dollars, or take the target back.",
        )
    values = {
        "quarter_start": quarter_start,
        "partner_id": partner_id,
        "amount_usd_e4": None if amount_usd is None else round(amount_usd * _E4),
        "set_at": now,
        "set_by": scope.who,
    }
    with store.app_write() as connection:
        connection.execute(earnings_target.insert().values(values))
        told = {
            "what": "taken back" if amount_usd is None else "set",
            "quarter": fiscal_quarter_label(quarter_start),
            "amount_usd": amount_usd,
        }
        about = {"subject_kind": "partner", "subject": partner_id or "whole portfolio"}
        audit.note(connection, scope, "target", **about, detail=told, now=now)


def _visible_names(store: Store, scope: Scope) -> dict[str, str]:
    """Return the names by id of all that a target may be for in this scope."""
    if restricts_tenants(scope):
        return {}  # a partner's target is for more than some customers, markets or segments
    partners = select(partner.c.partner_id, func.coalesce(partner.c.name, partner.c.partner_id))
    with store.read(scope) as connection:
        found = connection.execute(partners.where(*visible_partners(scope))).all()
    names = {str(one): str(name) for one, name in found}
    return {EVERYBODY: "Whole portfolio", **names} if scope.is_unrestricted else names
