"""The tables of access and audit; `schema` gives them out with all others.

A user is known by directory and object id, never by e-mail. A grant that is taken away stays as a
row. Audit rows are only ever added: triggers refuse every change and every removal.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.table_groups import Key, app, warehouse

app_user = Table(
    "app_user",
    app,
    Column("user_key", String(32), primary_key=True, doc="opaque; own rows are kept by it"),
    Column("directory_id", Text, nullable=False, doc="Entra: tid"),
    Column("object_id", Text, nullable=False, doc="Entra: oid"),
    Column("name", Text, nullable=False, doc="as the provider said last; may change"),
    Column("email", Text, nullable=False, doc="as the provider said last; never an identity"),
    Column("provider_roles", Text, nullable=False, doc="JSON list, of the newest sign-in"),
    Column("provider_groups", Text, nullable=False, doc="JSON list; null: left out as too many"),
    Column("person", Text, nullable=False, doc="e-mail in the people list; '' nobody"),
    Column("is_active", Boolean, nullable=False),
    Column("version", Integer, nullable=False, doc="grows with every change by an admin"),
    Column("first_seen_at", DateTime(timezone=True), doc="NULL before the first sign-in"),
    Column("signed_in_at", DateTime(timezone=True), doc="newest sign-in"),
    Column("last_seen_at", DateTime(timezone=True)),
    UniqueConstraint("directory_id", "object_id"),
    comment="One row per user that signed in or was announced by an admin.",
)

access_grant = Table(
    "access_grant",
    app,
    Column("grant_id", Key, primary_key=True, autoincrement=True),
    Column("user_key", String(32), ForeignKey(app_user.c.user_key), nullable=False, index=True),
    Column("kind", String(20), nullable=False, doc="role, partner, account, tenant, market ..."),
    Column("value", Text, nullable=False, doc="role code or id; '' where the kind says all"),
    Column("source", String(20), nullable=False, doc="page, upload or command"),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("revoked_at", DateTime(timezone=True), doc="NULL: in force"),
    Column("revoked_by", Text, nullable=False, doc="'' while in force"),
    Index(None, "user_key", "revoked_at"),
    comment="One row per grant ever given to a user.",
)


def _audit_table(name: str, metadata: MetaData, comment: str) -> Table:
    return Table(
        name,
        metadata,
        Column("event_id", Key, primary_key=True, autoincrement=True),
        Column("happened_at", DateTime(timezone=True), nullable=False),
        Column("user_key", Text, nullable=False, doc="who did it; command:NAME in a terminal"),
        Column("who", Text, nullable=False, doc="their name then"),
        Column("role", String(20), nullable=False),
        Column("viewed_as", Text, nullable=False, doc="user key looked at through; '' own"),
        Column("event", String(40), nullable=False, doc="export, import, rules, grant ..."),
        Column("subject_kind", String(20), nullable=False, doc="page, file, user, action ..."),
        Column("subject", Text, nullable=False, doc="its id"),
        Column("detail", Text, nullable=False, doc="what exactly, as JSON"),
        Index(None, "happened_at"),
        Index(None, "event", "happened_at"),
        Index(None, "user_key", "happened_at"),
        comment=comment,
    )


audit_event = _audit_table(
    "audit_event", app, "One row per export, sign-in, grant, claim, action and other work."
)

store_event = _audit_table(
    "store_event", warehouse, "One row per import, rule change, training, scoring and restore."
)
