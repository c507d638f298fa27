"""Customers ranked, and chances among the sums of opportunities."""

import sqlalchemy as sa
from alembic import op

revision = "w0009"
down_revision = "w0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_opportunity",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size_band", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("chance_30", sa.Float(), nullable=False),
        sa.Column("chance_90", sa.Float(), nullable=False),
        sa.Column("chance_180", sa.Float(), nullable=False),
        sa.Column("best_workload_key", sa.Integer(), nullable=False),
        sa.Column("best_milestone", sa.Integer(), nullable=False),
        sa.Column("best_probability_90", sa.Float(), nullable=False),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("expected_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_key", name=op.f("pk_customer_opportunity")),
        comment="opportunity by customer: the chance that any of its workloads gets there.",
    )
    for name, columns in {
        "ix_customer_opportunity_expected": ["expected_usd_e4", "chance_90"],
        "ix_customer_opportunity_chance": ["chance_90", "expected_usd_e4"],
    }.items():
        op.create_index(name, "customer_opportunity", columns, unique=False)
    for name, column in {
        "ix_opportunity_value": "value_usd_e4",
        "ix_opportunity_users_needed": "users_needed",
        "ix_opportunity_eta": "eta_median",
    }.items():
        op.create_index(name, "opportunity", [column, "probability_90"], unique=False)
    # Derived rows: the next scoring writes them anew.
    op.drop_table("opportunity_part")
    op.create_table(
        "opportunity_part",
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quadrant", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("expected_pairs", sa.Float(), nullable=False),
        sa.Column("users_needed", sa.BigInteger(), nullable=False),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("expected_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workload_key", "partner_key", "quadrant", "state", name=op.f("pk_opportunity_part")
        ),
        comment="opportunity summed up by workload, partner, quadrant and state.",
        sqlite_with_rowid=False,
    )
