"""The connections of a process: how many it keeps, how old they grow, how long they wait."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Engine, create_engine

from data_access.failures import BUSY_TIMEOUT

KEPT_CONNECTIONS, MORE_CONNECTIONS = 8, 8
"""Connections that a process keeps open to each group, and how many more it may open for a while.

At most 32 for both groups: three servers fit into the 100 that PostgreSQL allows by default.
"""

STATEMENT_SECONDS = 60
"""Time that PostgreSQL gives a statement of a page; imports and rankings take what they need."""

RENEWED_AFTER = 1800
"""Seconds after which a connection is made anew, before a firewall forgets it."""

CONNECT_SECONDS = 10

_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A server that vanished without a word is noticed after a minute and not after two hours."""

_SCRATCH_MEMORY = "128MB"
"""For temporary tables of one connection, taken as needed; what is beyond goes to its disk."""


def sqlite_engine(url: URL, file: Path) -> Engine:
    """Return an engine on one file of a store."""
    return create_engine(
        url.set(drivername="sqlite+pysqlite", database=str(file)),
        connect_args={"timeout": BUSY_TIMEOUT},
        pool_size=KEPT_CONNECTIONS,
        max_overflow=3 * MORE_CONNECTIONS,  # one more costs no more than an open file
        hide_parameters=True,  # a failing statement is logged, its values are customers' data
    )


def postgres_engine(url: URL, schema: str) -> Engine:
    """Return an engine whose connections look for tables in one schema."""
    settings = {
        "search_path": schema,
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": f"{BUSY_TIMEOUT}s",
        "temp_buffers": _SCRATCH_MEMORY,
        "jit": "off",  # compiling takes longer than any question of a page
    }
    options = " ".join(f"-c{name}={value}" for name, value in settings.items())
    return create_engine(
        url,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS, **_KEEPALIVE},
        pool_pre_ping=True,  # a database that was restarted is met by a new connection
        pool_recycle=RENEWED_AFTER,
        pool_use_lifo=True,  # those that a busy hour opened grow old and are closed
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        hide_parameters=True,
    )
