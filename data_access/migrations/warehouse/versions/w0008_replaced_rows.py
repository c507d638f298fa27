"""Replaced rows kept whole, so that the store can be shown as it once stood."""

import sqlalchemy as sa
from alembic import op

revision = "w0008"
down_revision = "w0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_revision",
        sa.Column(
            "revision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("attribution_type", sa.String(length=40), nullable=False),
        sa.Column("associated_on", sa.Date(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=True),
        sa.Column("is_duplicate", sa.Boolean(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by_batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_evidence_revision")),
        comment="One row per replaced row of association_evidence, with its old values.",
    )
    op.create_index(
        op.f("ix_evidence_revision_replaced_by_batch_id"),
        "evidence_revision",
        ["replaced_by_batch_id"],
        unique=False,
    )
    op.create_table(
        "row_revision",
        sa.Column(
            "revision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("old_row", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by_batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_row_revision")),
        comment="One row per replaced row of a reference table, claim, earning or subscription.",
    )
    op.create_index(
        op.f("ix_row_revision_entity_replaced_by_batch_id"),
        "row_revision",
        ["entity", "replaced_by_batch_id"],
        unique=False,
    )
    op.add_column(
        "import_batch",
        sa.Column("keeps_replaced", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
