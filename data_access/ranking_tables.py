"""The tables of the ranking model; `schema` gives them out with all others.

All of them are derived: training and scoring write them in one transaction each, and the same
usage and rules give the same rows. Probabilities are kept as log-odds, because contributions add
up there.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from data_access.table_groups import Key, warehouse

model_version = Table(
    "model_version",
    warehouse,
    Column("model_id", Key, primary_key=True, autoincrement=True),
    Column("as_of", Integer, nullable=False, doc="newest month that was learned from"),
    Column("first_month", Integer, nullable=False),
    Column("trained_at", DateTime(timezone=True), nullable=False),
    Column("trained_by", Text, nullable=False),
    Column("milestones", Text, nullable=False, doc="percents asked for; '' by programme rules"),
    Column("horizons", Text, nullable=False, doc="days, e.g. 30,90,180"),
    Column("pairs", Integer, nullable=False),
    Column("features_hash", String(64), nullable=False),
    Column("data_hash", String(64), nullable=False, doc="SHA-256 of usage and milestones"),
    Column("rules_hash", String(64), nullable=False),
    Column("batch_id", Integer, nullable=False, doc="newest import batch"),
    Column("facts", Text, nullable=False, doc="the fitted model as JSON, insights.ranking.facts"),
    Column("report", Text, nullable=False, doc="verdicts, record, drift as JSON; no customers"),
    Index(None, "as_of", "milestones", "horizons"),
    comment="One row per training; nothing but numbers and names is ever loaded.",
)

model_said = Table(
    "model_said",
    warehouse,
    Column("model_id", Integer, primary_key=True, autoincrement=False),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False, doc="when it was said"),
    Column("place", Integer, primary_key=True, autoincrement=False, doc="1: ranked first"),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("milestone", Integer, nullable=False),
    Column("log_odds", Float, nullable=False),
    Column("is_reached", Boolean, nullable=False, doc="within the horizon"),
    comment="What the back-test ranked first at each past month, and whether it happened.",
    sqlite_with_rowid=False,
)

score_run = Table(
    "score_run",
    warehouse,
    Column("run_id", Key, primary_key=True, autoincrement=True),
    Column("model_id", Integer, nullable=False),
    Column("as_of", Integer, nullable=False),
    Column("scored_at", DateTime(timezone=True), nullable=False),
    Column("scored_by", Text, nullable=False),
    Column("rules_hash", String(64), nullable=False),
    Column("batch_id", Integer, nullable=False, doc="newest import batch; older than now: stale"),
    Column("pairs", Integer, nullable=False),
    Column("climate", Text, nullable=False, doc="what all pairs share at this month, as JSON"),
    comment="One row per scoring by programme rules; the newest one is what opportunity holds.",
)

score = Table(
    "score",
    warehouse,
    Column("as_of", Integer, primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("run_id", Integer, nullable=False),
    Column("milestone", Integer, nullable=False, doc="percent; the lowest never reached"),
    Column("log_odds_30", Float, nullable=False),
    Column("log_odds_90", Float, nullable=False),
    Column("log_odds_180", Float, nullable=False),
    Column("gap_log_odds_90", Float, nullable=False, doc="what the plain rule says"),
    Index("ix_score_pair", "tenant_key", "workload_key", "as_of"),
    comment="What was said of every pair at each as-of month; its newest scoring.",
    sqlite_with_rowid=False,
)

opportunity = Table(
    "opportunity",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("milestone", Integer, nullable=False, doc="percent; the lowest never reached"),
    Column("partner_key", Integer, nullable=False, doc="the partner it counts for; 0: nobody"),
    Column("state", String(20), nullable=False, doc="of the milestone by programme rules"),
    Column("size_band", Integer, nullable=False),
    Column("paid_available_units", Integer, nullable=False),
    Column("monthly_active_users", Integer, nullable=False),
    Column("users_needed", Integer, nullable=False),
    Column("monthly_pace", Float, doc="active users gained per month; NULL: no history"),
    Column("history_months", Integer, nullable=False),
    Column("probability_30", Float, nullable=False),
    Column("probability_90", Float, nullable=False),
    Column("probability_180", Float, nullable=False),
    Column("gap_probability_90", Float, nullable=False),
    Column("before_probability_90", Float, doc="at the month before, same milestone; NULL: none"),
    Column("eta_low", Integer, doc="month; NULL: not within a year or too little history"),
    Column("eta_median", Integer),
    Column("eta_high", Integer),
    Column("value_usd_e4", BigInteger, doc="what reaching it adds; NULL: no rate"),
    Column("is_example", Boolean, nullable=False),
    Column("expected_usd_e4", BigInteger, nullable=False, doc="90 days: probability x value"),
    Column("is_earnable", Boolean, nullable=False, doc="state in flight, in claim or unclaimed"),
    Column("quadrant", String(10), nullable=False, doc="act, evaluate, nurture or educate"),
    Column("evidence", String(10), nullable=False, doc="strong, fair or thin"),
    Column("new_at", DateTime(timezone=True), nullable=False, doc="first listed for it"),
    Column("moved_at", DateTime(timezone=True), doc="when it last moved by 5 points or more"),
    Index("ix_opportunity_expected", "expected_usd_e4", "probability_90"),
    Index("ix_opportunity_probability", "probability_90", "expected_usd_e4"),
    Index("ix_opportunity_partner", "partner_key", "expected_usd_e4"),
    Index("ix_opportunity_workload", "workload_key", "expected_usd_e4"),
    Index("ix_opportunity_value", "value_usd_e4", "probability_90"),
    Index("ix_opportunity_users_needed", "users_needed", "probability_90"),
    Index("ix_opportunity_eta", "eta_median", "probability_90"),
    comment="Every pair with a milestone ahead, as the newest scoring ranks it.",
    sqlite_with_rowid=False,
)

opportunity_part = Table(
    "opportunity_part",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("quadrant", String(10), primary_key=True),
    Column("state", String(20), primary_key=True),
    Column("pairs", Integer, nullable=False),
    Column("expected_pairs", Float, nullable=False, doc="sum of chances within 90 days"),
    Column("users_needed", BigInteger, nullable=False),
    Column("value_usd_e4", BigInteger, nullable=False),
    Column("expected_usd_e4", BigInteger, nullable=False),
    Column("example_pairs", Integer, nullable=False),
    comment="opportunity summed up by workload, partner, quadrant and state.",
    sqlite_with_rowid=False,
)

customer_opportunity = Table(
    "customer_opportunity",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("size_band", Integer, nullable=False),
    Column("pairs", Integer, nullable=False),
    Column("chance_30", Float, nullable=False, doc="of any workload, as if independent"),
    Column("chance_90", Float, nullable=False),
    Column("chance_180", Float, nullable=False),
    Column("best_workload_key", Integer, nullable=False, doc="most expected, then likeliest"),
    Column("best_milestone", Integer, nullable=False, doc="percent"),
    Column("best_probability_90", Float, nullable=False),
    Column("value_usd_e4", BigInteger, nullable=False),
    Column("expected_usd_e4", BigInteger, nullable=False),
    Column("example_pairs", Integer, nullable=False),
    Index("ix_customer_opportunity_expected", "expected_usd_e4", "chance_90"),
    Index("ix_customer_opportunity_chance", "chance_90", "expected_usd_e4"),
    comment="opportunity by customer: the chance that any of its workloads gets there.",
)

forecast_month = Table(
    "forecast_month",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=False, doc="0: all"),
    Column("partner_key", Integer, primary_key=True, autoincrement=False, doc="0: nobody; -1: all"),
    Column("month", Integer, primary_key=True, autoincrement=False, doc="to be reached in"),
    Column("expected_pairs", Float, nullable=False, doc="sum of chances"),
    Column("expected_usd_e4", BigInteger, nullable=False, doc="sum of chance x value"),
    Column("variance_usd", Float, nullable=False, doc="sum of p(1-p) value^2; in US dollars^2"),
    Column("example_pairs", Integer, nullable=False),
    comment="Earnable milestones expected by month over the next year, pairs independent.",
    sqlite_with_rowid=False,
)
