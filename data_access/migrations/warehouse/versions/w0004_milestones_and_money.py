"""Milestones, programme rules, money and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "w0004"
down_revision = "w0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column(
            "alert_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.Integer(), nullable=True),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("users_needed", sa.Integer(), nullable=True),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        comment="One row per state transition that an import brought about, never a state itself.",
    )
    op.create_index(op.f("ix_alert_raised_at_kind"), "alert", ["raised_at", "kind"], unique=False)
    op.create_index(op.f("ix_alert_tenant_key"), "alert", ["tenant_key"], unique=False)
    op.create_table(
        "growth_earning",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("prior_high_water_mark", sa.Integer(), nullable=True),
        sa.Column("opportunity_units", sa.Integer(), nullable=False),
        sa.Column("earned_units", sa.Integer(), nullable=False),
        sa.Column("amount_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("payment_due_month", sa.Integer(), nullable=False),
        sa.Column("program_year", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_key", "workload_key", "month", name=op.f("pk_growth_earning")
        ),
        comment="What the growth model paid: pair x month with earned units, and the as-of month.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_growth_earning_month", "growth_earning", ["month", "partner_key"], unique=False
    )
    op.create_table(
        "milestone_run",
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_milestone_run")),
        comment="One row per time milestones were judged; the newest one is what the marts hold.",
    )
    op.create_table(
        "milestone_status",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("milestone", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("holder_partner_key", sa.Integer(), nullable=True),
        sa.Column("earner_partner_key", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("program_year", sa.String(length=10), nullable=False),
        sa.Column("size_band", sa.Integer(), nullable=False),
        sa.Column("is_claiming", sa.Boolean(), nullable=False),
        sa.Column("latest_month", sa.Integer(), nullable=True),
        sa.Column("paid_available_units", sa.Integer(), nullable=True),
        sa.Column("monthly_active_users", sa.Integer(), nullable=True),
        sa.Column("high_water_mark", sa.Integer(), nullable=True),
        sa.Column("claim_month", sa.Integer(), nullable=True),
        sa.Column("usage_at_claim", sa.Float(), nullable=True),
        sa.Column("starting_high_water_mark", sa.Integer(), nullable=True),
        sa.Column("crossed_month", sa.Integer(), nullable=True),
        sa.Column("reached_month", sa.Integer(), nullable=True),
        sa.Column("crossing_month", sa.Integer(), nullable=True),
        sa.Column("earned_month", sa.Integer(), nullable=True),
        sa.Column("users_needed", sa.Integer(), nullable=True),
        sa.Column("monthly_pace", sa.Float(), nullable=True),
        sa.Column("bucket", sa.String(length=10), nullable=False),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("added_value_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("rate_value_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("is_example_rate", sa.Boolean(), nullable=False),
        sa.Column("payment_due_month", sa.Integer(), nullable=True),
        sa.Column("is_slipping", sa.Boolean(), nullable=False),
        sa.Column("is_stalled", sa.Boolean(), nullable=False),
        sa.Column("seat_points", sa.Float(), nullable=True),
        sa.Column("is_small_base", sa.Boolean(), nullable=False),
        sa.Column("is_above_100", sa.Boolean(), nullable=False),
        sa.Column("is_data_late", sa.Boolean(), nullable=False),
        sa.Column("is_too_late_to_claim", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_key", "workload_key", "milestone", name=op.f("pk_milestone_status")
        ),
        comment="One row per tenant x workload x milestone with its one state.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_milestone_status_coverage",
        "milestone_status",
        ["milestone", "workload_key", "holder_partner_key", "is_claiming", "partner_key"],
        unique=False,
    )
    op.create_index(
        "ix_milestone_status_value",
        "milestone_status",
        ["state", "is_too_late_to_claim", "added_value_usd_e4", "paid_available_units"],
        unique=False,
    )
    op.create_index(
        "ix_milestone_status_partner_key",
        "milestone_status",
        ["partner_key", "state", "milestone"],
        unique=False,
    )
    op.create_index(
        "ix_milestone_status_reached_month", "milestone_status", ["reached_month"], unique=False
    )
    op.create_index(
        "ix_milestone_status_state",
        "milestone_status",
        ["state", "milestone", "users_needed"],
        unique=False,
    )
    op.create_table(
        "milestone_sum",
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("milestone", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("users_needed", sa.BigInteger(), nullable=False),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.Column("slipping", sa.Integer(), nullable=False),
        sa.Column("stalled", sa.Integer(), nullable=False),
        sa.Column("seats_moved", sa.Integer(), nullable=False),
        sa.Column("data_late", sa.Integer(), nullable=False),
        sa.Column("too_late_to_claim", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "partner_key",
            "workload_key",
            "milestone",
            "state",
            "reason",
            "market",
            "segment",
            "size_band",
            name=op.f("pk_milestone_sum"),
        ),
        comment="milestone_status summed up by partner, workload, milestone, state and slice.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "money_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("amount_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month", "partner_key", "workload_key", "model", "outcome", name=op.f("pk_money_month")
        ),
        comment="Money by month: milestones reached or missed in milestone years, units in growth.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "program_rules",
        sa.Column(
            "rules_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("title", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rules_id", name=op.f("pk_program_rules")),
        comment="One row per activation of a programme year's rules; the newest one is in force.",
    )
    op.create_index(
        op.f("ix_program_rules_title_activated_at"),
        "program_rules",
        ["title", "activated_at"],
        unique=False,
    )
    op.create_table(
        "reconciliation",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("milestone", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("link", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("earned_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("paid_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("difference_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("is_sent", sa.Boolean(), nullable=False),
        sa.Column("due_month", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_key", "workload_key", "milestone", name=op.f("pk_reconciliation")
        ),
        comment="Earned by our rules against paid by Microsoft, where anything was earned or paid.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reconciliation_link", "reconciliation", ["link", "partner_key"], unique=False
    )
    op.create_index("ix_claim_status", "claim", ["status", "status_on"], unique=False)
    op.create_index("ix_claim_status_on", "claim", ["status_on", "claim_id"], unique=False)
    op.create_index("ix_claim_tenant_key", "claim", ["tenant_key", "workload_key"], unique=False)
    op.create_index(
        "ix_association_event_change",
        "association_event",
        ["batch_id", "change", "reason"],
        unique=False,
    )
