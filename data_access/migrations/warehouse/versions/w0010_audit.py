"""What was done to the store, and by whom."""

import sqlalchemy as sa
from alembic import op

from data_access.migrations.only_added import only_added

revision = "w0010"
down_revision = "w0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_event",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_key", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("viewed_as", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_store_event")),
        comment="One row per import, rule change, training, scoring and restore.",
    )
    for columns in (["happened_at"], ["event", "happened_at"], ["user_key", "happened_at"]):
        op.create_index(
            op.f("ix_store_event_" + "_".join(columns)), "store_event", columns, unique=False
        )
    only_added("store_event")
