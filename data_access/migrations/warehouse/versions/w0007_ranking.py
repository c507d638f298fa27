"""Model versions, scores, opportunities and the forecast."""

import sqlalchemy as sa
from alembic import op

revision = "w0007"
down_revision = "w0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forecast_month",
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("expected_pairs", sa.Float(), nullable=False),
        sa.Column("expected_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("variance_usd", sa.Float(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workload_key", "partner_key", "month", name=op.f("pk_forecast_month")
        ),
        comment="Earnable milestones expected by month over the next year, pairs independent.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "model_said",
        sa.Column("model_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("workload_key", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.Integer(), nullable=False),
        sa.Column("log_odds", sa.Float(), nullable=False),
        sa.Column("is_reached", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "days", "month", "place", name=op.f("pk_model_said")),
        comment="What the back-test ranked first at each past month, and whether it happened.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "model_version",
        sa.Column(
            "model_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_by", sa.Text(), nullable=False),
        sa.Column("milestones", sa.Text(), nullable=False),
        sa.Column("horizons", sa.Text(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("features_hash", sa.String(length=64), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_model_version")),
        comment="One row per training; nothing but numbers and names is ever loaded.",
    )
    op.create_index(
        op.f("ix_model_version_as_of_milestones_horizons"),
        "model_version",
        ["as_of", "milestones", "horizons"],
        unique=False,
    )
    op.create_table(
        "opportunity",
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("milestone", sa.Integer(), nullable=False),
        sa.Column("partner_key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("size_band", sa.Integer(), nullable=False),
        sa.Column("paid_available_units", sa.Integer(), nullable=False),
        sa.Column("monthly_active_users", sa.Integer(), nullable=False),
        sa.Column("users_needed", sa.Integer(), nullable=False),
        sa.Column("monthly_pace", sa.Float(), nullable=True),
        sa.Column("history_months", sa.Integer(), nullable=False),
        sa.Column("probability_30", sa.Float(), nullable=False),
        sa.Column("probability_90", sa.Float(), nullable=False),
        sa.Column("probability_180", sa.Float(), nullable=False),
        sa.Column("gap_probability_90", sa.Float(), nullable=False),
        sa.Column("before_probability_90", sa.Float(), nullable=True),
        sa.Column("eta_low", sa.Integer(), nullable=True),
        sa.Column("eta_median", sa.Integer(), nullable=True),
        sa.Column("eta_high", sa.Integer(), nullable=True),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("expected_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("is_earnable", sa.Boolean(), nullable=False),
        sa.Column("quadrant", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.String(length=10), nullable=False),
        sa.Column("new_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_key", "workload_key", name=op.f("pk_opportunity")),
        comment="Every pair with a milestone ahead, as the newest scoring ranks it.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_opportunity_expected",
        "opportunity",
        ["expected_usd_e4", "probability_90"],
        unique=False,
    )
    op.create_index(
        "ix_opportunity_partner", "opportunity", ["partner_key", "expected_usd_e4"], unique=False
    )
    op.create_index(
        "ix_opportunity_probability",
        "opportunity",
        ["probability_90", "expected_usd_e4"],
        unique=False,
    )
    op.create_index(
        "ix_opportunity_workload", "opportunity", ["workload_key", "expected_usd_e4"], unique=False
    )
    op.create_table(
        "opportunity_part",
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quadrant", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
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
    op.create_table(
        "score",
        sa.Column("as_of", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workload_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.Integer(), nullable=False),
        sa.Column("log_odds_30", sa.Float(), nullable=False),
        sa.Column("log_odds_90", sa.Float(), nullable=False),
        sa.Column("log_odds_180", sa.Float(), nullable=False),
        sa.Column("gap_log_odds_90", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("as_of", "tenant_key", "workload_key", name=op.f("pk_score")),
        comment="What was said of every pair at each as-of month; its newest scoring.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score_pair", "score", ["tenant_key", "workload_key", "as_of"], unique=False)
    op.create_table(
        "score_run",
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_by", sa.Text(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("climate", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_score_run")),
        comment="One row per scoring by programme rules; the newest one is what opportunity holds.",
    )
