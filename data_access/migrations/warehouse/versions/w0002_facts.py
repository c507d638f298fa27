"""Facts and the values they replaced."""

import sqlalchemy as sa
from alembic import op

revision = "w0002"
down_revision = "w0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "association",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("end_month", sa.Integer(), nullable=False),
        sa.Column("associated_on", sa.Date(), nullable=True),
        sa.Column("attribution_type", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_key", "workload_key", "partner_key", "start_month", name=op.f("pk_association")
        ),
        comment="One row per partner x tenant x workload x unbroken span of months held.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_association_end_month",
        "association",
        ["end_month", "workload_key", "partner_key"],
        unique=False,
    )
    op.create_index(
        "ix_association_partner",
        "association",
        ["partner_key", "workload_key", "start_month", "end_month"],
        unique=False,
    )
    op.create_index(
        "ix_association_start_month",
        "association",
        ["start_month", "workload_key", "partner_key"],
        unique=False,
    )
    op.create_table(
        "association_evidence",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("attribution_type", sa.String(length=40), nullable=False),
        sa.Column("associated_on", sa.Date(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=True),
        sa.Column("is_duplicate", sa.Boolean(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_key",
            "workload_key",
            "partner_key",
            "attribution_type",
            "associated_on",
            name=op.f("pk_association_evidence"),
        ),
        comment="What files said about who holds a pair; associations are derived from it.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim",
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("claim_name", sa.Text(), nullable=True),
        sa.Column("solution_area", sa.Text(), nullable=True),
        sa.Column("partner_role", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("proof_signed_on", sa.Date(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "tenant_key", "workload_key", name=op.f("pk_claim")),
        comment="One row per claim x tenant x workload, with its latest known status.",
    )
    op.create_index(op.f("ix_claim_partner_key"), "claim", ["partner_key"], unique=False)
    op.create_table(
        "earning",
        sa.Column("earning_id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("tenant_key", sa.Integer(), nullable=True),
        sa.Column("workload_key", sa.Integer(), nullable=True),
        sa.Column("partner_key", sa.Integer(), nullable=True),
        sa.Column("milestone", sa.Text(), nullable=True),
        sa.Column("bucket_size", sa.Text(), nullable=True),
        sa.Column("lever", sa.Text(), nullable=True),
        sa.Column("engagement_name", sa.Text(), nullable=True),
        sa.Column("solution_area", sa.Text(), nullable=True),
        sa.Column("earning_on", sa.Date(), nullable=True),
        sa.Column("calculated_on", sa.Date(), nullable=True),
        sa.Column("amount_e4", sa.BigInteger(), nullable=True),
        sa.Column("amount_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("rate_e4", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("quantity_type", sa.Text(), nullable=True),
        sa.Column("quantity_alt", sa.Integer(), nullable=True),
        sa.Column("quantity_alt_type", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("baseline_type", sa.Text(), nullable=True),
        sa.Column("compensable_units", sa.Integer(), nullable=True),
        sa.Column("estimated_payment_month", sa.Integer(), nullable=True),
        sa.Column("payment_status", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("earning_id", name=op.f("pk_earning")),
        comment="One row per earning that Microsoft reports (Earnings - Default).",
    )
    op.create_index(op.f("ix_earning_claim_id"), "earning", ["claim_id"], unique=False)
    op.create_index(op.f("ix_earning_tenant_key"), "earning", ["tenant_key"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_auto_renew", sa.Boolean(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_subscription")),
        comment="One row per subscription, as of its newest report.",
    )
    op.create_index(
        op.f("ix_subscription_tenant_key"), "subscription", ["tenant_key"], unique=False
    )
    op.create_table(
        "usage",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paid_available_units", sa.Integer(), nullable=True),
        sa.Column("monthly_active_users", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_key", "workload_key", "month", name=op.f("pk_usage")),
        comment="One row per tenant x workload x month, whichever partners hold the pair.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_usage_month",
        "usage",
        ["month", "workload_key", "tenant_key", "paid_available_units", "monthly_active_users"],
        unique=False,
    )
    op.create_table(
        "usage_revision",
        sa.Column(
            "revision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("paid_available_units", sa.Integer(), nullable=True),
        sa.Column("monthly_active_users", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by_batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_usage_revision")),
        comment="One row per replaced usage row, with its old values.",
    )
    op.create_index(
        op.f("ix_usage_revision_replaced_by_batch_id"),
        "usage_revision",
        ["replaced_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_usage_revision_tenant_key_workload_key_month"),
        "usage_revision",
        ["tenant_key", "workload_key", "month"],
        unique=False,
    )
    op.create_table(
        "association_event",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.batch_id"], name=op.f("fk_association_event_batch_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_association_event")),
        comment="One row per association that an import showed as gained or lost.",
    )
    op.create_index(
        op.f("ix_association_event_batch_id"), "association_event", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_association_event_tenant_key"), "association_event", ["tenant_key"], unique=False
    )
    op.create_table(
        "claim_event",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.batch_id"], name=op.f("fk_claim_event_batch_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_claim_event")),
        comment="One row per status that a claim was seen in.",
    )
    op.create_index(op.f("ix_claim_event_claim_id"), "claim_event", ["claim_id"], unique=False)
