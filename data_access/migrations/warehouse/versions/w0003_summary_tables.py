"""Summary tables that pages read."""

import sqlalchemy as sa
from alembic import op

revision = "w0003"
down_revision = "w0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_slice_month",
        sa.Column("account_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("paid_available_units", sa.BigInteger(), nullable=False),
        sa.Column("monthly_active_users", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_15", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_40", sa.BigInteger(), nullable=False),
        sa.Column("kept_pairs", sa.BigInteger(), nullable=False),
        sa.Column("kept_units", sa.BigInteger(), nullable=False),
        sa.Column("kept_users", sa.BigInteger(), nullable=False),
        sa.Column("prior_units", sa.BigInteger(), nullable=False),
        sa.Column("prior_users", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_key",
            "workload_key",
            "month",
            "market",
            "segment",
            "size_band",
            name=op.f("pk_account_slice_month"),
        ),
        comment="global account x workload x month x slice; a pair held twice inside counts once.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cohort_month",
        sa.Column("account_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("age", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("paid_available_units", sa.BigInteger(), nullable=False),
        sa.Column("monthly_active_users", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_key", "workload_key", "month", "age", name=op.f("pk_cohort_month")
        ),
        comment="global account x workload x month x months since association.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pair_status",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("latest_month", sa.Integer(), nullable=False),
        sa.Column("months_reported", sa.Integer(), nullable=False),
        sa.Column("paid_available_units", sa.Integer(), nullable=True),
        sa.Column("monthly_active_users", sa.Integer(), nullable=True),
        sa.Column("high_water_mark", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_key", "workload_key", name=op.f("pk_pair_status")),
        comment="One row per tenant x workload, as of its own newest report.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_pair_status_latest_month",
        "pair_status",
        ["latest_month", "first_month", "months_reported"],
        unique=False,
    )
    op.create_table(
        "partner_month",
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("paid_available_units", sa.BigInteger(), nullable=False),
        sa.Column("monthly_active_users", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_15", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_40", sa.BigInteger(), nullable=False),
        sa.Column("kept_pairs", sa.BigInteger(), nullable=False),
        sa.Column("kept_units", sa.BigInteger(), nullable=False),
        sa.Column("kept_users", sa.BigInteger(), nullable=False),
        sa.Column("prior_units", sa.BigInteger(), nullable=False),
        sa.Column("prior_users", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month", "partner_key", "workload_key", name=op.f("pk_partner_month")
        ),
        comment="partner location x workload (0: any) x month; a pair counts under each holder.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_partner_month_partner_key",
        "partner_month",
        ["partner_key", "workload_key", "month"],
        unique=False,
    )
    op.create_table(
        "partner_slice_month",
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("paid_available_units", sa.BigInteger(), nullable=False),
        sa.Column("monthly_active_users", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_15", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_40", sa.BigInteger(), nullable=False),
        sa.Column("kept_pairs", sa.BigInteger(), nullable=False),
        sa.Column("kept_units", sa.BigInteger(), nullable=False),
        sa.Column("kept_users", sa.BigInteger(), nullable=False),
        sa.Column("prior_units", sa.BigInteger(), nullable=False),
        sa.Column("prior_users", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month",
            "partner_key",
            "workload_key",
            "size_band",
            "market",
            "segment",
            name=op.f("pk_partner_slice_month"),
        ),
        comment="As partner_month, by market x segment x size band.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_partner_slice_month_partner_key",
        "partner_slice_month",
        ["partner_key", "workload_key", "month"],
        unique=False,
    )
    op.create_table(
        "scope_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("paid_available_units", sa.BigInteger(), nullable=False),
        sa.Column("monthly_active_users", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_15", sa.BigInteger(), nullable=False),
        sa.Column("pairs_from_40", sa.BigInteger(), nullable=False),
        sa.Column("kept_pairs", sa.BigInteger(), nullable=False),
        sa.Column("kept_units", sa.BigInteger(), nullable=False),
        sa.Column("kept_users", sa.BigInteger(), nullable=False),
        sa.Column("prior_units", sa.BigInteger(), nullable=False),
        sa.Column("prior_users", sa.BigInteger(), nullable=False),
        sa.Column("associated_pairs", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month", "workload_key", "market", "segment", "size_band", name=op.f("pk_scope_month")
        ),
        comment="month x workload (0: any) x market x segment x size band; each pair once.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant_month",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size_band", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("paid_available_units", sa.Integer(), nullable=False),
        sa.Column("monthly_active_users", sa.Integer(), nullable=False),
        sa.Column("pairs_from_15", sa.Integer(), nullable=False),
        sa.Column("pairs_from_40", sa.Integer(), nullable=False),
        sa.Column("pairs_above_100", sa.Integer(), nullable=False),
        sa.Column("pairs_without_seats", sa.Integer(), nullable=False),
        sa.Column("pairs_small", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_key", "month", name=op.f("pk_tenant_month")),
        comment="One row per tenant x month.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_tenant_month_seats",
        "tenant_month",
        [
            "month",
            "seats",
            "size_band",
            "people",
            "pairs",
            "paid_available_units",
            "monthly_active_users",
            "pairs_above_100",
            "pairs_without_seats",
            "pairs_small",
        ],
        unique=False,
    )
