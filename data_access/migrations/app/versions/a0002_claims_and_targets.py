"""Claim drafts, proofs, targets, visits and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "a0002"
down_revision = "a0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_draft",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_claim_draft")),
        comment="One row per claim that somebody prepares in the claim assistant.",
    )
    op.create_index(op.f("ix_claim_draft_owner"), "claim_draft", ["owner"], unique=False)
    op.create_table(
        "claim_draft_event",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_claim_draft_event")),
        comment="One row per step in the life of a claim draft.",
    )
    op.create_index(
        op.f("ix_claim_draft_event_draft_id"), "claim_draft_event", ["draft_id"], unique=False
    )
    op.create_table(
        "delivery",
        sa.Column(
            "delivery_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_alert_id", sa.BigInteger(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("is_delivered", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        comment="One row per digest sent or tried; what failed is part of the next one.",
    )
    op.create_table(
        "earnings_target",
        sa.Column(
            "target_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("quarter_start", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("amount_usd_e4", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_earnings_target")),
        comment="One row per target that was set; the newest one of a quarter and partner stands.",
    )
    op.create_index(
        op.f("ix_earnings_target_quarter_start_partner_id"),
        "earnings_target",
        ["quarter_start", "partner_id"],
        unique=False,
    )
    op.create_table(
        "proof_file",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_proof_file")),
        comment="One row per stored proof of execution; the file itself lies outside the database.",
    )
    op.create_table(
        "visit",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("visiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_alert_id", sa.BigInteger(), nullable=False),
        sa.Column("last_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_alert_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_visit")),
        comment="One row per person: the present visit, and when and where the last one ended.",
    )
