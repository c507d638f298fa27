"""Run the migrations of one group of tables on an open transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData

from data_access import schema
from data_access.backends import Group

FOLDER = Path(__file__).parent
METADATA: dict[Group, MetaData] = {"warehouse": schema.warehouse, "app": schema.app}


def configuration(group: Group, connection: Connection | None = None) -> Config:
    """Return the migration settings of a group; its scripts lie in `<group>/versions`."""
    config = Config(attributes={"connection": connection, "metadata": METADATA[group]})
    for name, value in {
        "script_location": str(FOLDER),
        "version_locations": str(FOLDER / group / "versions"),
        "path_separator": "newline",
    }.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def upgrade(connection: Connection, group: Group, revision: str = "head") -> None:
    """Bring a group's tables to a revision within the connection's own transaction."""
    command.upgrade(configuration(group, connection), revision)
