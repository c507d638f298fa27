"""Builders of small stores and frames for tests; expected values stay in the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from data_access import marts, schema
from data_access.importer import import_files
from data_access.store import Store
from data_access.types import OPEN_END, ImportReport, Scope
from data_access.validate import ImportOptions

Usage = tuple[str, str, int, int | None, int | None]
"""tenant, workload, month, paid available units, monthly active users"""

Held = tuple[str, str, str, int, int]
"""partner, tenant, workload, start month, end month (OPEN_END: still held)"""


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def bring_in(store: Store, *texts: str, **how: Any) -> list[ImportReport]:
    """Import CSV texts in one call, named 1.csv, 2.csv ... on 22 November 2026."""
    files = [(f"{n}.csv", text.strip().encode()) for n, text in enumerate(texts, start=1)]
    told = {
        "scope": Scope("tester", "admin"),
        "now": NOW,
        "options": ImportOptions(today=NOW.date()),
    } | how
    return import_files(store, files, **told)


def fill_store(
    store: Store,
    usage: Sequence[Usage],
    held: Sequence[Held] = (),
    *,
    tenants: Mapping[str, Mapping[str, object]] | None = None,
    accounts: Mapping[str, str] | None = None,
) -> None:
    """Fill an empty store directly, past the importer, and build its marts.

    `tenants` gives attributes (name, market, segment ...) by tenant; `accounts` the global account
    of a partner (default: partner "p" belongs to account "p"). Names equal ids if not given. One
    import batch is written, so that the data version is 1.
    """
    about, account_of = tenants or {}, accounts or {}
    tenant_keys = _numbered([row[0] for row in usage] + [row[1] for row in held] + list(about))
    workload_keys = _numbered([row[1] for row in usage] + [row[2] for row in held])
    partner_keys = _numbered([row[0] for row in held] + list(account_of))
    account_keys = _numbered([account_of.get(name, name) for name in partner_keys])
    months = [row[2] for row in usage]
    rows = {
        schema.import_batch: [_batch(len(usage), months)],
        schema.global_account: [
            {"account_key": key, "account_id": name, "name": name}
            for name, key in account_keys.items()
        ],
        schema.partner: [
            {
                "partner_key": key,
                "partner_id": name,
                "name": name,
                "account_key": account_keys[account_of.get(name, name)],
            }
            for name, key in partner_keys.items()
        ],
        schema.tenant: [
            _tenant(name, key, about.get(name, {})) for name, key in tenant_keys.items()
        ],
        schema.workload: [
            {
                "workload_key": key,
                "code": name,
                "name": name,
                "imported_name": name,
                "is_known": True,
            }
            for name, key in workload_keys.items()
        ],
        schema.usage: [
            {
                "tenant_key": tenant_keys[tenant],
                "workload_key": workload_keys[workload],
                "month": month,
                "paid_available_units": units,
                "monthly_active_users": users,
            }
            for tenant, workload, month, units, users in usage
        ],
        schema.association: [
            {
                "tenant_key": tenant_keys[tenant],
                "workload_key": workload_keys[workload],
                "partner_key": partner_keys[partner],
                "start_month": start,
                "end_month": end,
                "attribution_type": "CPOR",
                "end_reason": None if end == OPEN_END else "moved",
            }
            for partner, tenant, workload, start, end in held
        ],
    }
    with store.write() as connection:
        for table, values in rows.items():
            numbered = [row | {"batch_id": 1} if "batch_id" in table.c else row for row in values]
            if numbered:
                connection.execute(insert(table), numbered)
        marts.rebuild(connection, store.backend)


def _numbered(names: Sequence[str]) -> dict[str, int]:
    """Return 1, 2, 3 ... for names in the order of their first appearance."""
    return {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}


def _tenant(name: str, key: int, attributes: Mapping[str, object]) -> dict[str, object]:
    blank = dict.fromkeys(("tpid", "domain", "country", "industry", "attributes_month"))
    known = {
        "name": name,
        "imported_id": name,
        "is_name_masked": False,
        "segment": "",
        "market": "",
    }
    return {"tenant_key": key, "tenant_id": name} | blank | known | dict(attributes)


def _batch(rows: int, months: Sequence[int]) -> dict[str, object]:
    names = ("repaired", "quarantined", "flagged", "unchanged", "restated", "new_months")
    counts = {"rows_read": rows, "accepted": rows, **dict.fromkeys(names, 0)}
    told = {"file": "small.csv", "kind": "usage", "kind_title": "Usage", "repairs": []}
    about = {"dry_run": False, "batch_id": 1, "new": rows}
    return {
        "file_name": "small.csv",
        "content_hash": "0" * 64,
        "kind": "usage",
        "imported_at": NOW,
        "imported_by": "tester",
        "first_month": min(months, default=None),
        "last_month": max(months, default=None),
        "report": json.dumps(told | about | counts),
        **counts,
    }
