"""Money, reconciliation and growth summed up by workload and partner."""

import sqlalchemy as sa
from alembic import op

revision = "w0005"
down_revision = "w0004"
branch_labels = None
depends_on = None


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _sums(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "money_part",
        _key("workload_key"),
        _key("partner_key"),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=10), nullable=False),
        _key("month"),
        sa.Column("pairs", sa.Integer(), nullable=False),
        *_sums("amount_usd_e4"),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workload_key", "partner_key", "code", "model", "month", name=op.f("pk_money_part")
        ),
        comment="Money of money_month, milestone_sum and reconciliation by workload and partner.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reconciliation_sum",
        _key("workload_key"),
        _key("partner_key"),
        sa.Column("link", sa.String(length=20), nullable=False),
        _key("due_month"),
        sa.Column("pairs", sa.Integer(), nullable=False),
        *_sums("earned_usd_e4", "paid_usd_e4", "difference_usd_e4"),
        sa.Column("example_pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workload_key", "partner_key", "link", "due_month", name=op.f("pk_reconciliation_sum")
        ),
        comment="reconciliation summed up by workload, partner and link.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "growth_sum",
        _key("workload_key"),
        _key("partner_key"),
        sa.Column("reason_code", sa.String(length=20), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        *_sums("opportunity_units", "earned_units", "amount_usd_e4"),
        sa.PrimaryKeyConstraint(
            "workload_key", "partner_key", "reason_code", name=op.f("pk_growth_sum")
        ),
        comment="The as-of month of growth_earning summed up by workload, partner and reason.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reconciliation_earned", "reconciliation", ["link", "earned_usd_e4"], unique=False
    )
