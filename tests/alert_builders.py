"""A small portfolio with alerts whose sentences can be worked out by hand."""

from datetime import UTC, date, datetime

from sqlalchemy import insert, select

from data_access.schema import alert, partner, tenant, workload
from data_access.store import Store
from tests.app.performance_store import OCT, fill_portfolio

RAISED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def add_alert(store: Store, kind: str, place: tuple[str, str], who: str = "", **values) -> None:
    """Write one alert on a tenant and workload for a partner, "" for nobody."""
    blank = {
        "raised_at": RAISED,
        "batch_id": 1,
        "milestone": None,
        "from_state": "",
        "to_state": "",
        "month": OCT,
        "users_needed": None,
        "value_usd_e4": None,
        "is_example": False,
        "claim_id": None,
        "due_on": None,
        "detail": "",
    }
    with store.write() as connection:
        keys = {
            "tenant_key": _key(connection, tenant.c.tenant_key, tenant.c.tenant_id, place[0]),
            "workload_key": _key(connection, workload.c.workload_key, workload.c.code, place[1]),
            "partner_key": _key(connection, partner.c.partner_key, partner.c.partner_id, who) or 0,
        }
        connection.execute(insert(alert).values(kind=kind, **(blank | keys | values)))


def _key(connection, key, column, value):
    return connection.scalar(select(key).where(column == value))


def fill_alerts(store: Store) -> None:
    """Write the portfolio of three customers and five alerts of two imports.

    In October 40 of 100 Teams seats of t1 are used, 30 of 300 of t2 and 50 of 500 of t3.
    """
    fill_portfolio(store)
    reached = {"milestone": 15, "value_usd_e4": 9_000_000, "is_example": True}
    add_alert(store, "crossed", ("t1", "TEAMS"), "p1", **reached)
    add_alert(store, "stalled", ("t2", "TEAMS"), "p2", milestone=15, users_needed=15)
    add_alert(store, "missed", ("t3", "TEAMS"), milestone=15, value_usd_e4=50_000_000)
    second = {"raised_at": LATER, "batch_id": 2}
    due = date(2026, 11, 27)
    told = {"claim_id": "CLM-1", "due_on": due, "detail": "partner_action_required"}
    add_alert(store, "clock", ("t2", "TEAMS"), "p2", **told, **second)
    add_alert(store, "crossed", ("t1", "EXO"), "p1", milestone=40, **second)
