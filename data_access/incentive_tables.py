"""The tables of milestones, claims and money; `schema` gives them out with all others.

Milestone marts are the engine's answer for the newest complete month (`milestone_run`), kept by
the import transaction for the touched pairs. A pair counts for one partner: the one that earned
it, else the holder, else the claiming one, else the last one that held it; 0 where nobody did.
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
)

from data_access.table_groups import Key, app, warehouse

# --- programme rules ------------------------------------------------------------------------------

program_rules = Table(
    "program_rules",
    warehouse,
    Column("rules_id", Key, primary_key=True, autoincrement=True),
    Column("title", String(10), nullable=False, doc="programme year, e.g. FY27"),
    Column("content", Text, doc="the TOML text; NULL: back to the rules that come with the app"),
    Column("content_hash", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("activated_at", DateTime(timezone=True), nullable=False),
    Column("activated_by", Text, nullable=False),
    Index(None, "title", "activated_at"),
    comment="One row per activation of a programme year's rules; the newest one is in force.",
)

# --- milestone marts ------------------------------------------------------------------------------

milestone_run = Table(
    "milestone_run",
    warehouse,
    Column("run_id", Key, primary_key=True, autoincrement=True),
    Column("as_of", Integer, nullable=False, doc="the month the states speak of"),
    Column("known_on", Date, nullable=False, doc="claims and earnings up to this day are known"),
    Column("rules_hash", String(64), nullable=False),
    Column("computed_at", DateTime(timezone=True), nullable=False),
    Column("batch_id", Integer, nullable=False, doc="newest import batch; 0: only rules changed"),
    Column("pairs", Integer, nullable=False, doc="pairs that were judged anew"),
    comment="One row per time milestones were judged; the newest one is what the marts hold.",
)

milestone_status = Table(
    "milestone_status",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("milestone", Integer, primary_key=True, autoincrement=False, doc="percent"),
    Column("partner_key", Integer, nullable=False, doc="the partner it counts for; 0: nobody"),
    Column("holder_partner_key", Integer),
    Column("earner_partner_key", Integer),
    Column("state", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("rule", Text, nullable=False),
    Column("program_year", String(10), nullable=False),
    Column("size_band", Integer, nullable=False, doc="of the tenant, in its newest month"),
    Column("is_claiming", Boolean, nullable=False),
    Column("latest_month", Integer),
    Column("paid_available_units", Integer),
    Column("monthly_active_users", Integer),
    Column("high_water_mark", Integer),
    Column("claim_month", Integer),
    Column("usage_at_claim", Float, doc="share"),
    Column("starting_high_water_mark", Integer),
    Column("crossed_month", Integer),
    Column("reached_month", Integer),
    Column("crossing_month", Integer, doc="reached_month where it earned, else crossed_month"),
    Column("earned_month", Integer, doc="reached_month, else that of Microsoft's first earning"),
    Column("users_needed", Integer),
    Column("monthly_pace", Float, doc="active users gained per month; NULL: no history"),
    Column("bucket", String(10), nullable=False),
    Column("value_usd_e4", BigInteger),
    Column("added_value_usd_e4", BigInteger, doc="what sums add up"),
    Column("is_example", Boolean, nullable=False),
    Column("rate_value_usd_e4", BigInteger),
    Column("is_example_rate", Boolean, nullable=False),
    Column("payment_due_month", Integer),
    Column("is_slipping", Boolean, nullable=False),
    Column("is_stalled", Boolean, nullable=False),
    Column("seat_points", Float, doc="points that growth of seats took off; NULL: none"),
    Column("is_small_base", Boolean, nullable=False),
    Column("is_above_100", Boolean, nullable=False),
    Column("is_data_late", Boolean, nullable=False),
    Column("is_too_late_to_claim", Boolean, nullable=False),
    Index("ix_milestone_status_state", "state", "milestone", "users_needed"),
    Index("ix_milestone_status_partner_key", "partner_key", "state", "milestone"),
    Index("ix_milestone_status_reached_month", "reached_month"),
    Index("ix_milestone_status_crossing_month", "crossing_month", "milestone", "state"),
    Index("ix_milestone_status_worth", "state", "value_usd_e4"),
    Index("ix_milestone_status_is_stalled", "is_stalled", "milestone", "users_needed"),
    Index("ix_milestone_status_is_slipping", "is_slipping", "milestone", "users_needed"),
    # Hold all that coverage is counted from, and what the most valuable rows are found by.
    Index(
        "ix_milestone_status_coverage",
        "milestone",
        "workload_key",
        "holder_partner_key",
        "is_claiming",
        "partner_key",
    ),
    Index(
        "ix_milestone_status_value",
        "state",
        "is_too_late_to_claim",
        "added_value_usd_e4",
        "paid_available_units",
    ),
    comment="One row per tenant x workload x milestone with its one state.",
    sqlite_with_rowid=False,
)

milestone_sum = Table(
    "milestone_sum",
    warehouse,
    Column("partner_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("milestone", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("market", Text, primary_key=True),
    Column("segment", Text, primary_key=True),
    Column("size_band", Integer, primary_key=True, autoincrement=False),
    Column("pairs", Integer, nullable=False),
    Column("users_needed", BigInteger, nullable=False),
    Column("value_usd_e4", BigInteger, nullable=False, doc="sum of added_value_usd_e4"),
    Column("example_pairs", Integer, nullable=False),
    Column("slipping", Integer, nullable=False),
    Column("stalled", Integer, nullable=False),
    Column("seats_moved", Integer, nullable=False),
    Column("data_late", Integer, nullable=False),
    Column("too_late_to_claim", Integer, nullable=False),
    comment="milestone_status summed up by partner, workload, milestone, state and slice.",
    sqlite_with_rowid=False,
)

growth_earning = Table(
    "growth_earning",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("partner_key", Integer, nullable=False),
    Column("prior_high_water_mark", Integer),
    Column("opportunity_units", Integer, nullable=False),
    Column("earned_units", Integer, nullable=False),
    Column("amount_usd_e4", BigInteger, nullable=False),
    Column("is_example", Boolean, nullable=False),
    Column("payment_due_month", Integer, nullable=False),
    Column("program_year", String(10), nullable=False),
    Column("reason_code", String(20), nullable=False),
    Index("ix_growth_earning_month", "month", "partner_key"),
    Index("ix_growth_earning_partner_key", "partner_key", "workload_key"),
    comment="What the growth model paid: pair x month with earned units, and the as-of month.",
    sqlite_with_rowid=False,
)

money_month = Table(
    "money_month",
    warehouse,
    Column("month", Integer, primary_key=True, autoincrement=False, doc="earned or missed in"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("model", String(10), primary_key=True, doc="milestone or growth"),
    Column("outcome", String(10), primary_key=True, doc="earned or missed"),
    Column("pairs", Integer, nullable=False),
    Column("amount_usd_e4", BigInteger, nullable=False),
    Column("example_pairs", Integer, nullable=False),
    comment="Money by month: milestones reached or missed in milestone years, units in growth.",
    sqlite_with_rowid=False,
)

reconciliation = Table(
    "reconciliation",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("milestone", Integer, primary_key=True, autoincrement=False, doc="0: growth model"),
    Column("partner_key", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("link", String(20), nullable=False, doc="not_due and overdue as of the import"),
    Column("reason", String(40), nullable=False),
    Column("earned_usd_e4", BigInteger),
    Column("paid_usd_e4", BigInteger),
    Column("difference_usd_e4", BigInteger),
    Column("is_example", Boolean, nullable=False),
    Column("is_sent", Boolean, nullable=False),
    Column("due_month", Integer),
    Index("ix_reconciliation_link", "link", "partner_key"),
    Index("ix_reconciliation_earned", "link", "earned_usd_e4"),
    comment="Earned by our rules against paid by Microsoft, where anything was earned or paid.",
    sqlite_with_rowid=False,
)

money_part = Table(
    "money_part",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("code", String(20), primary_key=True, doc="earned, missed, a state, or what is due"),
    Column("model", String(10), primary_key=True, doc="milestone or growth; '' for states"),
    Column("month", Integer, primary_key=True, autoincrement=False, doc="fiscal quarter's; due"),
    Column("pairs", Integer, nullable=False),
    Column("amount_usd_e4", BigInteger, nullable=False),
    Column("example_pairs", Integer, nullable=False),
    comment="Money of money_month, milestone_sum and reconciliation by workload and partner.",
    sqlite_with_rowid=False,
)

milestone_part = Table(
    "milestone_part",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("milestone", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False, doc="crossed in; 0: not yet"),
    Column("pairs", Integer, nullable=False),
    Column("users_needed", BigInteger, nullable=False),
    Column("value_usd_e4", BigInteger, nullable=False, doc="sum of added_value_usd_e4"),
    Column("example_pairs", Integer, nullable=False),
    Column("slipping", Integer, nullable=False),
    Column("stalled", Integer, nullable=False),
    comment="milestone_status summed up by workload, partner, state and month of the crossing.",
    sqlite_with_rowid=False,
)

reconciliation_sum = Table(
    "reconciliation_sum",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("link", String(20), primary_key=True),
    Column("due_month", Integer, primary_key=True, autoincrement=False, doc="0: not pending"),
    Column("pairs", Integer, nullable=False),
    Column("earned_usd_e4", BigInteger, nullable=False),
    Column("paid_usd_e4", BigInteger, nullable=False),
    Column("difference_usd_e4", BigInteger, nullable=False),
    Column("example_pairs", Integer, nullable=False),
    comment="reconciliation summed up by workload, partner and link.",
    sqlite_with_rowid=False,
)

growth_sum = Table(
    "growth_sum",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("reason_code", String(20), primary_key=True),
    Column("pairs", Integer, nullable=False),
    Column("opportunity_units", BigInteger, nullable=False),
    Column("earned_units", BigInteger, nullable=False),
    Column("amount_usd_e4", BigInteger, nullable=False),
    comment="The as-of month of growth_earning summed up by workload, partner and reason.",
    sqlite_with_rowid=False,
)

alert = Table(
    "alert",
    warehouse,
    Column("alert_id", Key, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False, doc="crossed, missed, stalled, slipping, lost ..."),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("batch_id", Integer, nullable=False),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("milestone", Integer),
    Column("partner_key", Integer, nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("month", Integer, doc="the month it happened in"),
    Column("users_needed", Integer),
    Column("value_usd_e4", BigInteger),
    Column("is_example", Boolean, nullable=False),
    Column("claim_id", Text),
    Column("due_on", Date, doc="of a claim's clock"),
    Column("detail", Text, nullable=False, doc="the reason, the clock, the rival partner"),
    Index(None, "raised_at", "kind"),
    Index(None, "tenant_key"),
    comment="One row per state transition that an import brought about, never a state itself.",
)

# --- app: what people do --------------------------------------------------------------------------

proof_file = Table(
    "proof_file",
    app,
    Column("content_hash", String(64), primary_key=True, doc="SHA-256; also where it lies"),
    Column("file_name", Text, nullable=False, doc="as uploaded, for people only"),
    Column("media_type", String(100), nullable=False, doc="told by the content"),
    Column("size_bytes", Integer, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    comment="One row per stored proof of execution; the file itself lies outside the database.",
)

claim_draft = Table(
    "claim_draft",
    app,
    Column("draft_id", String(32), primary_key=True, doc="opaque, for links"),
    Column("owner", Text, nullable=False, index=True),
    Column("status", String(20), nullable=False, doc="draft, packed or discarded"),
    Column("content", Text, nullable=False, doc="the answers as JSON"),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    comment="One row per claim that somebody prepares in the claim assistant.",
)

claim_draft_event = Table(
    "claim_draft_event",
    app,
    Column("event_id", Key, primary_key=True, autoincrement=True),
    Column("draft_id", String(32), nullable=False, index=True),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False),
    Column("event", String(20), nullable=False, doc="started, packed, discarded, reopened"),
    comment="One row per step in the life of a claim draft.",
)

earnings_target = Table(
    "earnings_target",
    app,
    Column("target_id", Key, primary_key=True, autoincrement=True),
    Column("quarter_start", Integer, nullable=False, doc="first month of the fiscal quarter"),
    Column("partner_id", Text, nullable=False, doc="'' for all partners"),
    Column("amount_usd_e4", BigInteger, doc="NULL: the target was taken back"),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("set_by", Text, nullable=False),
    Index(None, "quarter_start", "partner_id"),
    comment="One row per target that was set; the newest one of a quarter and partner stands.",
)

visit = Table(
    "visit",
    app,
    Column("who", Text, primary_key=True),
    Column("visiting_since", DateTime(timezone=True), nullable=False),
    Column(
        "seen_at", DateTime(timezone=True), nullable=False, doc="latest page run, by the minute"
    ),
    Column(
        "seen_alert_id", BigInteger, nullable=False, doc="newest alert at that page run; 0: none"
    ),
    Column("last_ended_at", DateTime(timezone=True), doc="NULL: this is the first visit"),
    Column("last_alert_id", BigInteger, nullable=False, doc="alerts after it are new"),
    comment="One row per person: the present visit, and when and where the last one ended.",
)

delivery = Table(
    "delivery",
    app,
    Column("delivery_id", Key, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False, doc="teams"),
    Column("partner_id", Text, nullable=False, doc="'' for all partners"),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("last_alert_id", BigInteger, nullable=False, doc="newest alert that it covers; 0: none"),
    Column("alerts", Integer, nullable=False),
    Column("is_delivered", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failure", Text, nullable=False, doc="'' when delivered"),
    comment="One row per digest sent or tried; what failed is part of the next one.",
)
