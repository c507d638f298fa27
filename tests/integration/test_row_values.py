"""Rows looked up by two columns at once are all found, in whatever order the columns stand."""

import pandas as pd
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from data_access.importing.work import Work
from data_access.mart_statements import among

ROWS = [(1, 0), (2, 0), (-1, 1), (2, 1), (-1, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("key", [("partner_key", "workload_key"), ("workload_key", "partner_key")])
def test_all_rows_are_found_when_the_key_has_another_order(store, key):
    names = ("partner_key", "workload_key")
    columns = (Column(name, Integer, primary_key=True, autoincrement=False) for name in key)
    table = Table("looked_up", MetaData(), *columns, sqlite_with_rowid=False)
    wanted = pd.DataFrame({"partner_key": [1, 2], "workload_key": [2, 1]})
    with store.write(keep=False) as connection:
        table.create(connection)
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in ROWS])
        store.backend.analyze(connection, table)
        with Work(connection, store.backend, 0).keys(**wanted) as keys:
            rows = select(*(keys.c[name] for name in names))
            found = select(*(table.c[name] for name in names)).where(among(table, names, rows))
            assert sorted(map(tuple, connection.execute(found))) == [(1, 2), (2, 1)]
