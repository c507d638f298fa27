"""Users, their grants, and what everybody did."""

import sqlalchemy as sa
from alembic import op

from data_access.migrations.only_added import only_added

revision = "a0005"
down_revision = "a0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("user_key", sa.String(length=32), nullable=False),
        sa.Column("directory_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("provider_roles", sa.Text(), nullable=False),
        sa.Column("provider_groups", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_key", name=op.f("pk_app_user")),
        sa.UniqueConstraint(
            "directory_id", "object_id", name=op.f("uq_app_user_directory_id_object_id")
        ),
        comment="One row per user that signed in or was announced by an admin.",
    )
    op.create_table(
        "access_grant",
        sa.Column(
            "grant_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("user_key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_key"], ["app_user.user_key"], name=op.f("fk_access_grant_user_key")
        ),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_access_grant")),
        comment="One row per grant ever given to a user.",
    )
    for columns in (["user_key"], ["user_key", "revoked_at"]):
        op.create_index(
            op.f("ix_access_grant_" + "_".join(columns)), "access_grant", columns, unique=False
        )
    op.create_table(
        "audit_event",
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
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_event")),
        comment="One row per export, sign-in, grant, claim, action and other work.",
    )
    for columns in (["happened_at"], ["event", "happened_at"], ["user_key", "happened_at"]):
        op.create_index(
            op.f("ix_audit_event_" + "_".join(columns)), "audit_event", columns, unique=False
        )
    only_added("audit_event")
