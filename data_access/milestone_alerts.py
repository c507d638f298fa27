"""Write the alerts of an import: what became of milestones, associations and claims.

An alert is news since the judgement before, so the first judgement of a store raises none. A
change of rules raises none about milestones: no customer moved. What was raised once is never
raised again for the same content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, and_, case, func, insert, select

from data_access import schema
from data_access.importing.records import plain
from data_access.mart_statements import PAIR, among, same
from insights.alerts import ASSOCIATION_GAINED, ASSOCIATION_LOST, CLOCK, CONTESTED
from insights.claim_clocks import claim_clocks
from insights.eligibility import IN_PROGRESS
from insights.program import Program

SOON_DAYS = 5
"""A claim's clock is told again for the last days that it runs, if it was not told before."""

ALERT_KEY = ["claim_id", *PAIR, "detail", "due_on"]
CHANGES = {"gained": ASSOCIATION_GAINED.code, "lost": ASSOCIATION_LOST.code}


@dataclass(frozen=True)
class News:
    """What counts as news: after this batch, day and month; raised now, under this batch."""

    connection: Connection
    after_batch: int
    after_month: int
    known_on: date
    raised_at: datetime
    batch_id: int


def stored_judgement(
    connection: Connection, tenants: Table, names: tuple[str, ...]
) -> pd.DataFrame:
    """Return these columns of the stored milestones of the tenants in a scratch table."""
    status = schema.milestone_status
    rows = select(*(status.c[name] for name in names)).join_from(
        tenants, status, same(tenants, status, "tenant_key")
    )
    floats = dict.fromkeys({"seat_points"}.intersection(names), "float64")
    return pd.read_sql(rows, connection, dtype=floats)


def write_alerts(news: News, alerts: pd.DataFrame) -> None:
    """Write these alerts; a column that they lack is empty."""
    if alerts.empty:
        return
    missing = ("milestone", "month", "users_needed", "claim_id", "due_on")
    silent = ("from_state", "to_state", "detail")
    blank: dict[str, str | None] = {**dict.fromkeys(missing), **dict.fromkeys(silent, "")}
    filled = alerts.assign(
        **{name: value for name, value in blank.items() if name not in alerts},
        raised_at=news.raised_at,
        batch_id=news.batch_id,
    )
    names = [column.name for column in schema.alert.c if column.name != "alert_id"]
    rows = plain(filled[names]).assign(raised_at=news.raised_at)
    records: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    news.connection.execute(insert(schema.alert), records)


def association_news(news: News) -> pd.DataFrame:
    """Return what was gained and lost since the last judgement; call it before judging anew.

    One row per change, ready for `write_alerts` but for the value of what was gained (see
    `with_gained_values`); the value of what was lost is what the pair had in flight. A change of a
    pair that was not judged before counts only where it happened in or after the month of that
    judgement: history that is brought in later is no news.
    """
    event = schema.association_event
    names = (*PAIR, "partner_key", "change", "month", "reason")
    rows = (
        select(*(event.c[name] for name in names))
        .where(event.c.batch_id > news.after_batch)
        .order_by(event.c.event_id)
    )
    found = pd.read_sql(rows, news.connection)
    told = found.merge(_in_flight(news, event), on=list(PAIR), how="left", indicator="judged")
    is_news = (told["judged"] == "both") | (told["month"] >= news.after_month)
    told = told.assign(
        kind=told["change"].map(CHANGES),
        is_example=told["is_example"].eq(1),
        detail=told["reason"].fillna(""),
    )
    return told[is_news].drop(columns=["judged", "change", "reason"])


def with_gained_values(news: News, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the changes with what pairs that were gained have in flight now."""
    gained = changes["kind"] == ASSOCIATION_GAINED.code
    worth = ["value_usd_e4", "is_example"]
    now = changes[list(PAIR)].merge(
        _in_flight(news, schema.association_event), on=list(PAIR), how="left"
    )
    values = now.assign(is_example=now["is_example"].eq(1))[worth].set_axis(changes.index)
    return changes.assign(**{name: changes[name].mask(gained, values[name]) for name in worth})


def claim_alerts(news: News, program: Program) -> pd.DataFrame:
    """Return the clocks of claims that are news, and claims on workloads that others hold.

    A clock is news when its claim is new or changed, and once in its last days. Call it after
    judging anew.
    """
    known = pd.read_sql(select(schema.claim), news.connection)
    found = pd.concat([_clocks(news, known, program), _contested(news, known)], ignore_index=True)
    told = pd.read_sql(
        select(*(schema.alert.c[name] for name in ("kind", *ALERT_KEY))).where(
            schema.alert.c.claim_id.is_not(None)
        ),
        news.connection,
    )
    key = ["kind", *ALERT_KEY]
    both = plain(found).merge(plain(told).drop_duplicates(), on=key, how="left", indicator="side")
    unsaid = both[both["side"] == "left_only"].drop(columns="side")
    worth = _in_flight(news, schema.claim)
    valued = unsaid.merge(worth, on=list(PAIR), how="left")
    return valued.assign(is_example=valued["is_example"].eq(1))


def _clocks(news: News, claims: pd.DataFrame, program: Program) -> pd.DataFrame:
    """Return the running clocks of new and changed claims, and those with few days left."""
    clocks = claim_clocks(claims, program, news.known_on)
    key = ["claim_id", *PAIR]
    batches = clocks[key].merge(claims[[*key, "batch_id"]], on=key, how="left")["batch_id"]
    is_soon = clocks["days_left"].between(0, SOON_DAYS)
    running = clocks[(batches > news.after_batch) | is_soon]
    return running[[*key, "partner_key"]].assign(
        kind=CLOCK.code, detail=running["clock"], due_on=running["due_on"].dt.date
    )


def _contested(news: News, claims: pd.DataFrame) -> pd.DataFrame:
    """Return new and changed claims on their way for workloads that another partner holds."""
    on_way = claims[claims["status"].isin(IN_PROGRESS) & (claims["batch_id"] > news.after_batch)]
    status, partner = schema.milestone_status, schema.partner
    rows = select(*(status.c[name] for name in (*PAIR, "holder_partner_key"))).where(
        status.c.holder_partner_key.is_not(None), among(status, PAIR, _pairs_of(news, schema.claim))
    )
    held = pd.read_sql(rows.distinct(), news.connection)
    both = on_way[["claim_id", *PAIR, "partner_key"]].merge(held, on=list(PAIR))
    both = both[both["partner_key"] != both["holder_partner_key"]]
    name = func.coalesce(partner.c.name, partner.c.partner_id).label("detail")
    rivals = pd.read_sql(select(partner.c.partner_key, name), news.connection)
    told = both.merge(rivals, on="partner_key")
    return told[["claim_id", *PAIR, "detail"]].assign(
        kind=CONTESTED.code, partner_key=told["holder_partner_key"], due_on=None
    )


def _pairs_of(news: News, table: Table) -> Select[Any]:
    """Return the pairs of the table's rows of new batches."""
    return select(*(table.c[name] for name in PAIR)).where(table.c.batch_id > news.after_batch)


def _in_flight(news: News, table: Table) -> pd.DataFrame:
    """Return the judged pairs of a table's news, with what they have in flight.

    Columns: pair, value_usd_e4 (missing: nothing in flight), is_example (1 or 0).
    """
    status = schema.milestone_status
    pairs = _pairs_of(news, table).distinct().subquery("pairs")
    flies = status.c.state == "in_flight"
    rows = (
        select(
            *(status.c[name] for name in PAIR),
            func.sum(case((flies, status.c.added_value_usd_e4))).label("value_usd_e4"),
            func.max(case((and_(flies, status.c.is_example), 1), else_=0)).label("is_example"),
        )
        .join_from(pairs, status, same(pairs, status, *PAIR))
        .group_by(*(status.c[name] for name in PAIR))
    )
    return pd.read_sql(rows, news.connection, dtype={"value_usd_e4": "Int64"})
