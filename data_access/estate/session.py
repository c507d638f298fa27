"""Spark as this project uses it: its settings, and our statements in its SQL."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import ClauseElement

from data_access.errors import InsightsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    # As the other engines: overflow and bad casts fail, "quoted" is a name, days are UTC.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""Settings without which our statements mean something else; set on any session."""

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.pyspark.python": sys.executable,
}
"""Settings of a session on this machine alone."""


def spark_session(master: str | None) -> SparkSession:
    """Return a Spark session with our settings, on a cluster (None: as the environment says).

    Raises InsightsError where pyspark is not installed.
    """
    try:
        from pyspark.sql import SparkSession as Session
    except ImportError as error:
        raise InsightsError(
            "Spark is not installed.", 'Install it with: pip install "partner-insights[spark]"'
        ) from error
    builder: Any = Session.builder.appName("Partner Insights")
    if master is not None:
        builder = builder.master(master)
    is_local = master is not None and master.startswith("local")
    for name, value in {**SETTINGS, **(LOCAL if is_local else {})}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    # Spark heeds this setting in its SQL only; functions on files run in the same Python.
    if python := session.conf.get("spark.pyspark.python", None):
        session.sparkContext.pythonExec = python
    return session


def spark_sql(statement: ClauseElement) -> str:
    """Return a statement as Spark SQL, with its values written into it."""
    return str(statement.compile(dialect=DefaultDialect(), compile_kwargs={"literal_binds": True}))
