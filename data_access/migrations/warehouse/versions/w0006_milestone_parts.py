"""Milestones summed up by state and month of the crossing, and ways to find them."""

import sqlalchemy as sa
from alembic import op

revision = "w0006"
down_revision = "w0005"
branch_labels = None
depends_on = None

FOUND_BY = {
    "crossing_month": ["crossing_month", "milestone", "state"],
    "worth": ["state", "value_usd_e4"],
    "is_stalled": ["is_stalled", "milestone", "users_needed"],
    "is_slipping": ["is_slipping", "milestone", "users_needed"],
}


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "milestone_part",
        _key("workload_key"),
        _key("partner_key"),
        _key("milestone"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        _key("month"),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("users_needed", sa.BigInteger(), nullable=False),
        sa.Column("value_usd_e4", sa.BigInteger(), nullable=False),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.Column("slipping", sa.Integer(), nullable=False),
        sa.Column("stalled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workload_key",
            "partner_key",
            "milestone",
            "state",
            "reason",
            "month",
            name=op.f("pk_milestone_part"),
        ),
        comment="milestone_status summed up by workload, partner, state and month of the crossing.",
        sqlite_with_rowid=False,
    )
    for name, columns in FOUND_BY.items():
        op.create_index(f"ix_milestone_status_{name}", "milestone_status", columns)
    op.create_index(
        "ix_growth_earning_partner_key", "growth_earning", ["partner_key", "workload_key"]
    )
