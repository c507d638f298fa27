"""Imports and reference tables."""

import sqlalchemy as sa
from alembic import op

revision = "w0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "global_account",
        sa.Column("account_key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_key", name=op.f("pk_global_account")),
        sa.UniqueConstraint("account_id", name=op.f("uq_global_account_account_id")),
        comment="One row per partner global account (parent of all locations).",
    )
    op.create_table(
        "import_batch",
        sa.Column(
            "batch_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("restated", sa.Integer(), nullable=False),
        sa.Column("new_months", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=True),
        sa.Column("last_month", sa.Integer(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_batch")),
        comment="One row per table of a file that was brought in.",
    )
    op.create_index(
        op.f("ix_import_batch_content_hash"), "import_batch", ["content_hash"], unique=False
    )
    op.create_table(
        "tenant",
        sa.Column("tenant_key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("imported_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("is_name_masked", sa.Boolean(), nullable=False),
        sa.Column("tpid", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("segment", sa.Text(), server_default="", nullable=False),
        sa.Column("market", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("attributes_month", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_key", name=op.f("pk_tenant")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_tenant_tenant_id")),
        comment="One row per customer tenant. Empty segment or market means not reported.",
    )
    op.create_table(
        "workload",
        sa.Column("workload_key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("imported_name", sa.Text(), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workload_key", name=op.f("pk_workload")),
        sa.UniqueConstraint("code", name=op.f("uq_workload_code")),
        comment="One row per workload; unknown names are kept under their own name.",
    )
    op.create_table(
        "attribute_revision",
        sa.Column(
            "revision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("old_value", sa.Text(), nullable=True),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.batch_id"], name=op.f("fk_attribute_revision_batch_id")
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_attribute_revision")),
        comment="One row per replaced attribute of a reference row, claim, earning, subscription.",
    )
    op.create_index(
        op.f("ix_attribute_revision_entity_entity_id"),
        "attribute_revision",
        ["entity", "entity_id"],
        unique=False,
    )
    op.create_table(
        "import_problem",
        sa.Column(
            "problem_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raw_row", sa.Text(), nullable=False),
        sa.Column(
            "resolved_by_batch_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.batch_id"], name=op.f("fk_import_problem_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_batch_id"],
            ["import_batch.batch_id"],
            name=op.f("fk_import_problem_resolved_by_batch_id"),
        ),
        sa.PrimaryKeyConstraint("problem_id", name=op.f("pk_import_problem")),
        comment="One row per finding on a quarantined row; nothing of the row is lost.",
    )
    op.create_index(
        op.f("ix_import_problem_batch_id"), "import_problem", ["batch_id"], unique=False
    )
    op.create_table(
        "partner",
        sa.Column("partner_key", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("account_key", sa.Integer(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_key"], ["global_account.account_key"], name=op.f("fk_partner_account_key")
        ),
        sa.PrimaryKeyConstraint("partner_key", name=op.f("pk_partner")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_partner_partner_id")),
        comment="One row per partner location.",
    )
    op.create_index(op.f("ix_partner_account_key"), "partner", ["account_key"], unique=False)
