"""Triggers that keep a table's rows as they were written, on both databases."""

from __future__ import annotations

from alembic import op

_SQLITE = """
CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END
"""
_POSTGRES = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$
"""


def only_added(table: str) -> None:
    """Refuse every update and removal of a table's rows; the name is our own."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES_FUNCTION.format(table=table))
        op.execute(_POSTGRES.format(table=table))
        return
    for what in ("update", "delete"):
        op.execute(_SQLITE.format(table=table, what=what))
