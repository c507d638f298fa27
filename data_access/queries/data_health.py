"""How complete, fresh and odd the data is. Lists hold at most LISTED rows, counts all."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from data_access.schema import (
    association_evidence,
    import_batch,
    import_problem,
    pair_status,
    partner,
    tenant,
    tenant_month,
    usage,
    usage_revision,
    workload,
)
from data_access.scope import (
    Condition,
    of_visible_tenants,
    restricts_partners,
    visible_pairs,
    visible_partners,
    visible_tenants,
)
from data_access.types import Scope

LISTED = 2_000


def newest_by_kind(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return one row per kind of file that was ever brought in.

    Columns: kind, imports, newest_month (index, None for kinds without months), imported_at.
    Which kinds were imported is no secret: the scope does not matter.
    """
    del scope
    statement = select(
        import_batch.c.kind,
        func.count().label("imports"),
        func.max(import_batch.c.last_month).label("newest_month"),
        func.max(import_batch.c.imported_at).label("imported_at"),
    ).group_by(import_batch.c.kind)
    return pd.read_sql(statement, connection)


def pairs_by_latest_month(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return how many pairs reported last in each month; columns: latest_month, pairs, and
    gap_pairs and gap_months: pairs with months missing in between, and how many."""
    key = (pair_status.c.latest_month, pair_status.c.first_month, pair_status.c.months_reported)
    # Pairs of one history are counted first, in the order of the index: they are few kinds.
    alike = (
        select(*key, func.count().label("pairs"))
        .where(*visible_pairs(scope, pair_status))
        .group_by(*key)
        .subquery("alike")
    )
    gaps = alike.c.latest_month - alike.c.first_month + 1 - alike.c.months_reported
    statement = (
        select(
            alike.c.latest_month,
            _sum(alike.c.pairs).label("pairs"),
            _sum(case((gaps > 0, alike.c.pairs), else_=0)).label("gap_pairs"),
            _sum(gaps * alike.c.pairs).label("gap_months"),
        )
        .group_by(alike.c.latest_month)
        .order_by(alike.c.latest_month.desc())
    )
    return pd.read_sql(statement, connection)


def quarantine_by_code(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the findings on quarantined rows by code: code, message (an example), rows, open.

    Files concern the whole store: a restricted scope sees none.
    """
    still_open = case((import_problem.c.resolved_by_batch_id.is_(None), 1), else_=0)
    statement = (
        select(
            import_problem.c.code,
            func.min(import_problem.c.message).label("message"),
            func.count().label("rows"),
            _sum(still_open).label("open"),
        )
        .where(literal(scope.is_unrestricted))
        .group_by(import_problem.c.code)
        .order_by(func.count().desc())
    )
    return pd.read_sql(statement, connection)


def data_findings(connection: Connection, scope: Scope, month: int) -> pd.DataFrame:
    """Return one row with the number of each oddity.

    Columns: above_100, no_seats (pairs of the month), masked_names (tenants), duplicates (pairs
    reached by several locations of one account), unknown_workloads, restated (values).
    """
    counts = {
        "masked_names": _tenants(scope).where(tenant.c.is_name_masked),
        "duplicates": _duplicates(scope),
        "unknown_workloads": select(workload.c.code).where(~workload.c.is_known),
        "restated": select(usage_revision.c.revision_id).where(
            *visible_pairs(scope, usage_revision)
        ),
    }
    row = pd.read_sql(_odd_counts(scope, month), connection).fillna(0).astype("int64")
    for name, statement in counts.items():
        rows = statement.subquery()
        row[name] = int(connection.scalar(select(func.count()).select_from(rows)) or 0)
    return row


def odd_usage(connection: Connection, scope: Scope, month: int) -> pd.DataFrame:
    """Return the month's pairs with more users than seats, or users without any seat.

    Columns: tenant_id, tenant_name, workload_name, paid_available_units, monthly_active_users,
    active_usage (share, None without seats); the most surplus users first.
    """
    surplus = usage.c.monthly_active_users - usage.c.paid_available_units
    share = usage.c.monthly_active_users * 1.0 / func.nullif(usage.c.paid_available_units, 0)
    statement = (
        select(
            tenant.c.tenant_id,
            _tenant_name(),
            workload.c.name.label("workload_name"),
            usage.c.paid_available_units,
            usage.c.monthly_active_users,
            share.label("active_usage"),
        )
        .select_from(_named(usage))
        .where(
            usage.c.month == month,
            usage.c.tenant_key.in_(_odd_tenants(scope, month)),
            or_(_above_100(), _no_seats()),
            *visible_pairs(scope, usage),
        )
        .order_by(surplus.desc(), tenant.c.tenant_id, workload.c.code)
        .limit(LISTED)
    )
    return pd.read_sql(statement, connection)


def late_pairs(connection: Connection, scope: Scope, month: int) -> pd.DataFrame:
    """Return pairs whose newest report is older than the month, the latest ones first.

    Columns: tenant_id, tenant_name, workload_name, latest_month, paid_available_units,
    monthly_active_users (both as last reported).
    """
    statement = (
        select(
            tenant.c.tenant_id,
            _tenant_name(),
            workload.c.name.label("workload_name"),
            pair_status.c.latest_month,
            pair_status.c.paid_available_units,
            pair_status.c.monthly_active_users,
        )
        .select_from(_named(pair_status))
        .where(pair_status.c.latest_month < month, *visible_pairs(scope, pair_status))
        .order_by(
            pair_status.c.latest_month.desc(),
            pair_status.c.paid_available_units.desc().nulls_last(),
            tenant.c.tenant_id,
        )
        .limit(LISTED)
    )
    return pd.read_sql(statement, connection)


def pairs_with_gaps(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return pairs with months missing between their first and newest report, most first.

    Columns: tenant_id, tenant_name, workload_name, first_month, latest_month, missing_months.
    """
    span = pair_status.c.latest_month - pair_status.c.first_month + 1
    missing = span - pair_status.c.months_reported
    statement = (
        select(
            tenant.c.tenant_id,
            _tenant_name(),
            workload.c.name.label("workload_name"),
            pair_status.c.first_month,
            pair_status.c.latest_month,
            missing.label("missing_months"),
        )
        .select_from(_named(pair_status))
        .where(missing > 0, *visible_pairs(scope, pair_status))
        .order_by(missing.desc(), tenant.c.tenant_id, workload.c.code)
        .limit(LISTED)
    )
    return pd.read_sql(statement, connection)


def restatements(connection: Connection, scope: Scope, batch_id: int | None = None) -> pd.DataFrame:
    """Return replaced usage values with what replaced them, newest first.

    Columns: tenant_id, tenant_name, workload_name, month, old_units, new_units, old_users,
    new_users, file_name and imported_at of the file that changed them. `batch_id` leaves those
    that one import replaced.
    """
    of_batch = [] if batch_id is None else [usage_revision.c.replaced_by_batch_id == batch_id]
    newest = (
        select(usage_revision)
        .where(*visible_pairs(scope, usage_revision), *of_batch)
        .order_by(usage_revision.c.revision_id.desc())
        .limit(LISTED)
        .subquery("newest")
    )
    statement = (
        select(
            tenant.c.tenant_id,
            _tenant_name(),
            workload.c.name.label("workload_name"),
            newest.c.month,
            newest.c.paid_available_units.label("old_units"),
            _replacement(newest, "paid_available_units").label("new_units"),
            newest.c.monthly_active_users.label("old_users"),
            _replacement(newest, "monthly_active_users").label("new_users"),
            import_batch.c.file_name,
            import_batch.c.imported_at,
        )
        .select_from(
            _named(newest).join(
                import_batch, import_batch.c.batch_id == newest.c.replaced_by_batch_id
            )
        )
        .order_by(newest.c.revision_id.desc())
    )
    return pd.read_sql(statement, connection)


def masked_names(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the tenants whose name Microsoft hides: tenant_id, tpid, domain, segment, market."""
    statement = (
        select(
            tenant.c.tenant_id, tenant.c.tpid, tenant.c.domain, tenant.c.segment, tenant.c.market
        )
        .where(tenant.c.is_name_masked, *_tenants_in_scope(scope))
        .order_by(tenant.c.tenant_id)
        .limit(LISTED)
    )
    return pd.read_sql(statement, connection)


def unknown_workloads(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return the workloads that are in no catalogue: workload_name, imported_name, pairs."""
    statement = (
        select(
            workload.c.name.label("workload_name"),
            workload.c.imported_name,
            func.count().label("pairs"),
        )
        .join_from(workload, pair_status, pair_status.c.workload_key == workload.c.workload_key)
        .where(~workload.c.is_known, *visible_pairs(scope, pair_status))
        .group_by(workload.c.name, workload.c.imported_name)
        .order_by(func.count().desc())
    )
    return pd.read_sql(statement, connection)


def duplicate_pairs(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Return pairs that a report lists a second time under another location of one account.

    Columns: tenant_id, tenant_name, workload_name, partner_id, partner_name. They count for that
    location and never for the account or a total.
    """
    found = _duplicates(scope).subquery("found")
    statement = (
        select(
            tenant.c.tenant_id,
            _tenant_name(),
            workload.c.name.label("workload_name"),
            partner.c.partner_id,
            func.coalesce(partner.c.name, partner.c.partner_id).label("partner_name"),
        )
        .select_from(_named(found).join(partner, partner.c.partner_key == found.c.partner_key))
        .order_by(tenant.c.tenant_id, workload.c.code, partner.c.partner_id)
        .limit(LISTED)
    )
    return pd.read_sql(statement, connection)


# --- conditions and pieces -----------------------------------------------------------------------


def _above_100() -> Condition:
    units = usage.c.paid_available_units
    return and_(units > 0, usage.c.monthly_active_users > units)


def _no_seats() -> Condition:
    return and_(usage.c.paid_available_units == 0, usage.c.monthly_active_users.is_not(None))


def _odd_counts(scope: Scope, month: int) -> Select[int, int]:
    """Return the numbers of a month's odd pairs: above_100, no_seats."""
    if not restricts_partners(scope):
        return select(
            _sum(tenant_month.c.pairs_above_100).label("above_100"),
            _sum(tenant_month.c.pairs_without_seats).label("no_seats"),
        ).where(tenant_month.c.month == month, *of_visible_tenants(scope, tenant_month))
    return select(
        _sum(case((_above_100(), 1), else_=0)).label("above_100"),
        _sum(case((_no_seats(), 1), else_=0)).label("no_seats"),
    ).where(
        usage.c.month == month,
        usage.c.tenant_key.in_(_odd_tenants(scope, month)),
        *visible_pairs(scope, usage),
    )


def _odd_tenants(scope: Scope, month: int) -> Select[tuple[int]]:
    """Return the keys of the customers with an odd pair, their own or another partner's."""
    is_odd = or_(tenant_month.c.pairs_above_100 > 0, tenant_month.c.pairs_without_seats > 0)
    return select(tenant_month.c.tenant_key).where(
        tenant_month.c.month == month, is_odd, *of_visible_tenants(scope, tenant_month)
    )


def _tenants_in_scope(scope: Scope) -> list[Condition]:
    conditions = visible_tenants(scope)
    if restricts_partners(scope):
        held = select(pair_status.c.tenant_key).where(*visible_pairs(scope, pair_status))
        conditions.append(tenant.c.tenant_key.in_(held))
    return conditions


def _tenants(scope: Scope) -> Select[tuple[int]]:
    return select(tenant.c.tenant_key).where(*_tenants_in_scope(scope))


def _duplicates(scope: Scope) -> Select[tuple[int, int, int]]:
    visible = visible_partners(scope)
    partners = select(partner.c.partner_key).where(*visible)
    return (
        select(
            association_evidence.c.tenant_key,
            association_evidence.c.workload_key,
            association_evidence.c.partner_key,
        )
        .where(
            association_evidence.c.is_duplicate,
            *([association_evidence.c.partner_key.in_(partners)] if visible else []),
            *of_visible_tenants(scope, association_evidence),
        )
        .distinct()
    )


def _named(rows: FromClause) -> FromClause:
    """Return rows with tenant_key and workload_key, joined to both tables."""
    return rows.join(tenant, tenant.c.tenant_key == rows.c.tenant_key).join(
        workload, workload.c.workload_key == rows.c.workload_key
    )


def _tenant_name() -> ColumnElement[str]:
    return func.coalesce(tenant.c.name, tenant.c.imported_id).label("tenant_name")


def _replacement(newest: FromClause, column: str) -> ColumnElement[int]:
    """Return the value that followed a revision: the next revision's, else the current one."""
    later = usage_revision.alias()
    same_later = and_(
        later.c.tenant_key == newest.c.tenant_key,
        later.c.workload_key == newest.c.workload_key,
        later.c.month == newest.c.month,
        later.c.revision_id > newest.c.revision_id,
    )
    next_id = select(func.min(later.c.revision_id)).where(same_later).scalar_subquery()
    following = usage_revision.alias()
    from_revision = select(following.c[column]).where(following.c.revision_id == next_id)
    current = select(usage.c[column]).where(
        usage.c.tenant_key == newest.c.tenant_key,
        usage.c.workload_key == newest.c.workload_key,
        usage.c.month == newest.c.month,
    )
    return case(
        (next_id.is_(None), current.scalar_subquery()), else_=from_revision.scalar_subquery()
    )


def _sum(value: ColumnElement[int]) -> ColumnElement[int]:
    """Return a sum that is an integer on every database, 0 without rows."""
    return cast(func.coalesce(func.sum(value), 0), Integer)
