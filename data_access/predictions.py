"""The ranking as a file for other programs: one row per tenant x workload x horizon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data_access.errors import InsightsError
from data_access.schema import tenant, workload
from insights.exports.table_files import safe_frame
from insights.months import month_code
from insights.ranking.scoring import customer_chances

PREDICTION_COLUMNS = (
    "tenant_id",
    "workload",
    "as_of",
    "milestone",
    "horizon_days",
    "probability",
)
EVERY_WORKLOAD = "*"
"""Stands for the workload in predictions of a whole tenant."""

FLOATS = "%.10g"
"""How numbers are written: the same for the same numbers, on every system."""


@dataclass(frozen=True)
class Names:
    """Tenants and workloads as they were imported, by key."""

    tenants: dict[int, str]
    workloads: dict[int, str]


def names_as_imported(connection: Connection) -> Names:
    """Return the ids of tenants and the names of workloads as files first wrote them."""
    tenants = connection.execute(select(tenant.c.tenant_key, tenant.c.imported_id))
    workloads = connection.execute(select(workload.c.workload_key, workload.c.imported_name))
    return Names(dict(tenants.all()), dict(workloads.all()))


def predictions(scored: pd.DataFrame, names: Names, as_of: int) -> pd.DataFrame:
    """Return a scoring in PREDICTION_COLUMNS, with a row per tenant and horizon for any workload.

    Ids are as imported, the milestone is a share (missing for a whole tenant); in the order of
    tenant, workload and horizon.
    """
    pairs = scored.assign(
        workload=scored["workload_key"].map(names.workloads),
        milestone=scored["milestone"] / 100,
    )
    tenants = customer_chances(scored).assign(workload=EVERY_WORKLOAD, milestone=np.nan)
    columns = ["tenant_key", "workload", "milestone", "days", "probability"]
    rows = pd.concat([pairs[columns], tenants[columns]], ignore_index=True)
    rows = rows.rename(columns={"days": "horizon_days"}).assign(
        tenant_id=rows["tenant_key"].map(names.tenants), as_of=month_code(as_of)
    )
    order = ["tenant_id", "workload", "horizon_days"]
    return rows.sort_values(order, ignore_index=True)[list(PREDICTION_COLUMNS)]


def check_writable(path: Path) -> None:
    """Raise InsightsError where a file cannot be written there, before long work is done."""
    is_new = not path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
        if is_new:
            path.unlink()
    except OSError as error:
        raise InsightsError(
            f"{path} cannot be written: {error.strerror}.", "Choose another file with --out."
        ) from error


def write_predictions(rows: pd.DataFrame, path: Path) -> None:
    """Write predictions as CSV; the same rows give the same bytes on every system."""
    safe = safe_frame(rows)
    safe.to_csv(path, index=False, float_format=FLOATS, lineterminator="\n", encoding="utf-8")
