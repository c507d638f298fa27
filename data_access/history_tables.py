"""The tables that keep replaced rows whole, so that the store can be shown as it once stood.

`usage_revision` does the same for usage. A row whose batch is newer than a moment, and of which no
older image is kept, did not exist then.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from data_access.table_groups import Key, warehouse

row_revision = Table(
    "row_revision",
    warehouse,
    Column("revision_id", Key, primary_key=True, autoincrement=True),
    Column("entity", String(40), nullable=False, doc="table name"),
    Column("row_key", Text, nullable=False, doc="primary key as a JSON list"),
    Column("old_row", Text, nullable=False, doc="all columns as a JSON list, in their order"),
    Column("batch_id", Integer, nullable=False, doc="batch that had written the old row"),
    Column("replaced_by_batch_id", Integer, nullable=False),
    Index(None, "entity", "replaced_by_batch_id"),
    comment="One row per replaced row of a reference table, claim, earning or subscription.",
)

evidence_revision = Table(
    "evidence_revision",
    warehouse,
    Column("revision_id", Key, primary_key=True, autoincrement=True),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("partner_key", Integer, nullable=False),
    Column("attribution_type", String(40), nullable=False),
    Column("associated_on", Date, nullable=False),
    Column("first_month", Integer, nullable=False),
    Column("last_month", Integer),
    Column("is_duplicate", Boolean, nullable=False),
    Column("claim_id", Text),
    Column("ended_on", Date),
    Column("batch_id", Integer, nullable=False, doc="batch that had written the old row"),
    Column("replaced_by_batch_id", Integer, nullable=False, index=True),
    comment="One row per replaced row of association_evidence, with its old values.",
)
