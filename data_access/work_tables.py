"""The tables of what people do about the ranking; `schema` gives them out with all others.

They lie in the app database, so they name customers, workloads and partners by their own ids.
What changes is kept beside: a changed value never replaces the old one without an event.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.table_groups import Key, app

action = Table(
    "action",
    app,
    Column("action_id", String(32), primary_key=True, doc="opaque, for links"),
    Column("tenant_id", Text, nullable=False),
    Column("workload", Text, nullable=False, doc="code; '' for the whole customer"),
    Column("kind", String(20), nullable=False, doc="activate, unblock, recover, onboard ..."),
    Column("reason", String(60), nullable=False, doc="what it is about, e.g. milestone 40"),
    Column("round", Integer, nullable=False, doc="1, then 2 when it comes back after its end"),
    Column("status", String(20), nullable=False, doc="open, in_progress, snoozed, done ..."),
    Column("version", Integer, nullable=False, doc="grows with every change by a person"),
    Column("partner_id", Text, nullable=False, doc="whose customer; '' nobody's"),
    Column("owner", Text, nullable=False, doc="e-mail of a person; '' nobody"),
    Column("due_on", Date),
    Column("snoozed_until", Date),
    Column("status_reason", Text, nullable=False, doc="why snoozed, dismissed or closed"),
    Column("outcome", Text, nullable=False, doc="of a done one, by code"),
    Column("playbook", String(60), nullable=False, doc="code; '' for none"),
    Column("steps_done", Text, nullable=False, doc="JSON list of step codes"),
    Column("effort_minutes", Integer, nullable=False),
    Column("planned_week", Date, doc="Monday of the week it was planned for"),
    Column("milestone", Integer, doc="percent"),
    Column("probability", Float, doc="90 days; NULL where no model speaks"),
    Column("basis", String(20), nullable=False, doc="model, rule or fact"),
    Column("model_id", Integer, doc="model version that the probability is of"),
    Column("value_usd_e4", BigInteger),
    Column("expected_usd_e4", BigInteger, nullable=False, doc="probability x value"),
    Column("is_example", Boolean, nullable=False),
    Column("urgency", Integer, nullable=False, doc="0 none to 3 this week"),
    Column("facts", Text, nullable=False, doc="the numbers that its words tell, as JSON"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("refreshed_at", DateTime(timezone=True), nullable=False, doc="by the newest run"),
    Column("ended_at", DateTime(timezone=True), doc="done, dismissed or closed"),
    Column("run_id", Integer, nullable=False, doc="scoring that refreshed it last; 0: a person"),
    UniqueConstraint("tenant_id", "workload", "kind", "reason", "round"),
    Index(None, "status", "expected_usd_e4"),
    Index(None, "owner", "status"),
    Index(None, "ended_at"),
    comment="One row per recommended action: customer x workload x kind x reason x round.",
)

action_event = Table(
    "action_event",
    app,
    Column("event_id", Key, primary_key=True, autoincrement=True),
    Column("action_id", String(32), nullable=False, index=True),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False, doc="a person, or 'scoring'"),
    Column("event", String(20), nullable=False, doc="created, changed, noted, ended, reopened ..."),
    Column("changes", Text, nullable=False, doc="JSON: field -> [old, new]"),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False, doc="of the action after it"),
    comment="One row per change of an action, with the old values.",
)

action_run = Table(
    "action_run",
    app,
    Column("action_run_id", Key, primary_key=True, autoincrement=True),
    Column("run_id", Integer, nullable=False, doc="scoring that it followed; 0: none yet"),
    Column("refreshed_at", DateTime(timezone=True), nullable=False),
    Column("counts", Text, nullable=False, doc="created, closed, left out, held back as JSON"),
    comment="One row per time that a scoring changed actions, or had others to leave out.",
)

person = Table(
    "person",
    app,
    Column("email", Text, primary_key=True, doc="lower case"),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False, doc="account_manager, sales, leadership, admin"),
    Column("partner_ids", Text, nullable=False, doc="JSON list of owned partners"),
    Column("tenant_ids", Text, nullable=False, doc="JSON list of owned customers"),
    Column("hours_per_week", Float, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("saved_by", Text, nullable=False),
    comment="One row per person that actions can be owned by.",
)

person_event = Table(
    "person_event",
    app,
    Column("event_id", Key, primary_key=True, autoincrement=True),
    Column("email", Text, nullable=False, index=True),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False),
    Column("changes", Text, nullable=False, doc="JSON: field -> [old, new]"),
    comment="One row per change of a person, with the old values.",
)

playbook_change = Table(
    "playbook_change",
    app,
    Column("change_id", Key, primary_key=True, autoincrement=True),
    Column("code", String(60), nullable=False, index=True),
    Column("content", Text, doc="the TOML text; NULL: back to the one that comes with the app"),
    Column("activated_at", DateTime(timezone=True), nullable=False),
    Column("activated_by", Text, nullable=False),
    comment="One row per change of a playbook; the newest one of a code is in force.",
)

weekly_plan = Table(
    "weekly_plan",
    app,
    Column("plan_id", String(32), primary_key=True, doc="opaque, for links"),
    Column("week", Date, nullable=False, index=True, doc="its Monday"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("content", Text, nullable=False, doc="hours, chosen actions, value forgone as JSON"),
    comment="One row per weekly plan that somebody accepted.",
)

job = Table(
    "job",
    app,
    Column("job_id", Key, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False, doc="score"),
    Column("status", String(20), nullable=False, doc="waiting, running, done or failed"),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("heard_at", DateTime(timezone=True), doc="last sign of life"),
    Column("ended_at", DateTime(timezone=True)),
    Column("step", Text, nullable=False),
    Column("share", Float, nullable=False, doc="0 to 1"),
    Column("failure", Text, nullable=False, doc="'' unless failed"),
    Index(None, "kind", "status"),
    comment="One row per piece of work that runs beside the app.",
)
