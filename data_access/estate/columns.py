"""Columns of the store's tables as Arrow and pandas know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Table

_ARROW = {
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "str": pa.string(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}

_PANDAS = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype()}


def arrow_schema(columns: Iterable[ColumnElement[Any]]) -> pa.Schema:
    """Return the Arrow schema of these columns of a table."""
    kinds = ((str(column.key), column.type.python_type.__name__) for column in columns)
    return pa.schema([(name, _ARROW[kind]) for name, kind in kinds])


def rows_as_arrow(rows: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Return the schema's columns of a frame; raises ArrowInvalid where a value does not fit."""
    return pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False)


def rows_as_frame(told: pa.Table, table: Table) -> pd.DataFrame:
    """Return rows of a table as pandas reads them from a store.

    Whole numbers are int64, or Int64 where the column may be empty; days are datetime.date.
    """
    rows: pd.DataFrame = told.to_pandas(types_mapper=_PANDAS.get, date_as_object=True)
    filled = [name for name in rows.columns if name in table.c and not table.c[name].nullable]
    whole = [name for name in filled if rows[name].dtype == pd.Int64Dtype()]
    return rows.astype(dict.fromkeys(whole, "int64"))
