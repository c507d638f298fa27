"""The frames that reading a file gives the importer: their columns and types, also when empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.parsing.columns import Coded

NOT_TOLD = int(np.iinfo(np.int64).min)
"""A count that a file does not report; becomes <NA> in frames."""

TARGETS: dict[str, dict[str, str]] = {
    "usage": {
        "tenant_id": "str",
        "workload": "str",
        "month": "int64",
        "paid_available_units": "Int64",
        "monthly_active_users": "Int64",
        "row": "int64",
    },
    "evidence": {
        "tenant_id": "str",
        "workload": "str",
        "partner_id": "str",
        "attribution_type": "str",
        "associated_on": "object",
        "month": "int64",
        "is_duplicate": "bool",
        "claim_id": "object",
        "ended_on": "object",
        "row": "int64",
    },
    "tenants": {
        "tenant_id": "str",
        "imported_id": "str",
        "name": "object",
        "is_name_masked": "bool",
        "tpid": "object",
        "domain": "object",
        "segment": "object",
        "market": "object",
        "country": "object",
        "industry": "object",
        "month": "Int64",
    },
    "workloads": {"workload": "str", "name": "str", "imported_name": "str", "is_known": "bool"},
    "partners": {
        "partner_id": "str",
        "name": "object",
        "account_id": "object",
        "account_name": "object",
        "city": "object",
        "country": "object",
    },
    "subscriptions": {
        "subscription_id": "str",
        "tenant_id": "str",
        "product": "object",
        "sku": "object",
        "state": "object",
        "starts_on": "object",
        "ends_on": "object",
        "is_auto_renew": "object",
        "seats": "Int64",
        "month": "Int64",
        "row": "int64",
    },
    "earnings": {
        "earning_id": "str",
        "claim_id": "object",
        "tenant_id": "object",
        "workload": "object",
        "partner_id": "object",
        "milestone": "object",
        "bucket_size": "object",
        "lever": "object",
        "engagement_name": "object",
        "solution_area": "object",
        "earning_on": "object",
        "calculated_on": "object",
        "amount_e4": "Int64",
        "amount_usd_e4": "Int64",
        "rate_e4": "Int64",
        "quantity": "Int64",
        "quantity_type": "object",
        "quantity_alt": "Int64",
        "quantity_alt_type": "object",
        "baseline": "Int64",
        "baseline_type": "object",
        "compensable_units": "Int64",
        "estimated_payment_month": "Int64",
        "payment_status": "object",
        "payment_id": "object",
        "reason_code": "object",
        "row": "int64",
    },
    "claims": {
        "claim_id": "str",
        "tenant_id": "str",
        "workload": "str",
        "partner_id": "str",
        "claim_name": "object",
        "solution_area": "object",
        "partner_role": "object",
        "status": "str",
        "status_reason": "object",
        "status_on": "object",
        "submitted_on": "object",
        "approved_on": "object",
        "ended_on": "object",
        "proof_signed_on": "object",
        "contact_name": "object",
        "contact_email": "object",
        "row": "int64",
    },
}
"""Columns and types by target; "object" columns hold text, dates or booleans, None = not told."""

Rows = npt.NDArray[np.int64]


def target_frame(target: str, rows: Rows, columns: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows at these positions as a frame of the target; absent columns are not told.

    `columns` holds values per row of the file: Coded ones, or arrays (counts with NOT_TOLD).
    """
    types = TARGETS[target]
    made = {name: _series(columns.get(name), rows, type_name) for name, type_name in types.items()}
    return pd.DataFrame(made, columns=list(types))


def empty_frame(target: str) -> pd.DataFrame:
    """Return the target's frame without rows."""
    return target_frame(target, np.empty(0, dtype=np.int64), {})


def _series(column: object, rows: Rows, type_name: str) -> pd.Series:
    """Return one column of a frame in its declared type."""
    if column is None:
        blank = {"bool": False, "Int64": pd.NA, "object": None, "int64": 0, "str": ""}[type_name]
        return pd.Series([blank] * len(rows), dtype=type_name)
    if isinstance(column, Coded):
        return values_of(column, rows, type_name)
    values = np.asarray(column)[rows]
    if type_name == "Int64":
        return pd.Series(pd.arrays.IntegerArray(values.astype(np.int64), values == NOT_TOLD))
    return pd.Series(values, dtype=type_name)


def values_of(column: Coded[object], rows: Rows, type_name: str) -> pd.Series:
    """Return a coded column at these rows; what is not told is "" as "str", else None."""
    if type_name == "str":
        texts = pd.array([*map(str, column.values), ""], dtype="str")
        return pd.Series(texts.take(column.codes[rows]))
    distinct = np.empty(len(column.values) + 1, dtype=object)
    distinct[:-1] = column.values
    distinct[-1] = None
    return pd.Series(distinct[column.codes[rows]], dtype=object)


@dataclass(frozen=True)
class Targets:
    """What the rows of one file say, by target; every frame has its columns."""

    usage: pd.DataFrame = field(default_factory=partial(empty_frame, "usage"))
    evidence: pd.DataFrame = field(default_factory=partial(empty_frame, "evidence"))
    tenants: pd.DataFrame = field(default_factory=partial(empty_frame, "tenants"))
    workloads: pd.DataFrame = field(default_factory=partial(empty_frame, "workloads"))
    partners: pd.DataFrame = field(default_factory=partial(empty_frame, "partners"))
    subscriptions: pd.DataFrame = field(default_factory=partial(empty_frame, "subscriptions"))
    earnings: pd.DataFrame = field(default_factory=partial(empty_frame, "earnings"))
    claims: pd.DataFrame = field(default_factory=partial(empty_frame, "claims"))
    merged_rows: int = 0
    notes: tuple[str, ...] = ()
