"""The two groups of tables, with what all tables share: names of constraints and the key type."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

warehouse = MetaData(naming_convention=NAMING)
"""Reference, facts, imports and marts; written by imports in one transaction each."""

app = MetaData(naming_convention=NAMING)
"""What people do in the app."""

# SQLite gives an integer primary key its own rowid only when the type is exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")
