"""Every table of the store, declared once; migrations and statements follow this module.

Those of milestones, claims and money stand in incentive_tables, those of the ranking in
ranking_tables, those of people's work on it in work_tables, images of replaced rows in
history_tables, those of access and audit in access_tables; all are given out here too.

Two groups live apart (two SQLite files, two PostgreSQL schemas) because one long import in a
single file blocks every other write: the *warehouse* (reference, facts, imports, marts; written
by imports in one transaction each) and the *app* (what people do). No foreign key crosses them.

A month is an integer index, `year * 12 + month - 1`. Counts are integers, money is an integer
number of ten-thousandths, and a NULL count means "not reported", never 0.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from data_access.access_tables import access_grant as access_grant
from data_access.access_tables import app_user as app_user
from data_access.access_tables import audit_event as audit_event
from data_access.access_tables import store_event as store_event
from data_access.history_tables import evidence_revision as evidence_revision
from data_access.history_tables import row_revision as row_revision
from data_access.incentive_tables import alert as alert
from data_access.incentive_tables import claim_draft as claim_draft
from data_access.incentive_tables import claim_draft_event as claim_draft_event
from data_access.incentive_tables import delivery as delivery
from data_access.incentive_tables import earnings_target as earnings_target
from data_access.incentive_tables import growth_earning as growth_earning
from data_access.incentive_tables import growth_sum as growth_sum
from data_access.incentive_tables import milestone_part as milestone_part
from data_access.incentive_tables import milestone_run as milestone_run
from data_access.incentive_tables import milestone_status as milestone_status
from data_access.incentive_tables import milestone_sum as milestone_sum
from data_access.incentive_tables import money_month as money_month
from data_access.incentive_tables import money_part as money_part
from data_access.incentive_tables import program_rules as program_rules
from data_access.incentive_tables import proof_file as proof_file
from data_access.incentive_tables import reconciliation as reconciliation
from data_access.incentive_tables import reconciliation_sum as reconciliation_sum
from data_access.incentive_tables import visit as visit
from data_access.ranking_tables import customer_opportunity as customer_opportunity
from data_access.ranking_tables import forecast_month as forecast_month
from data_access.ranking_tables import model_said as model_said
from data_access.ranking_tables import model_version as model_version
from data_access.ranking_tables import opportunity as opportunity
from data_access.ranking_tables import opportunity_part as opportunity_part
from data_access.ranking_tables import score as score
from data_access.ranking_tables import score_run as score_run
from data_access.table_groups import Key
from data_access.table_groups import app as app
from data_access.table_groups import warehouse as warehouse
from data_access.work_tables import action as action
from data_access.work_tables import action_event as action_event
from data_access.work_tables import action_run as action_run
from data_access.work_tables import job as job
from data_access.work_tables import person as person
from data_access.work_tables import person_event as person_event
from data_access.work_tables import playbook_change as playbook_change
from data_access.work_tables import weekly_plan as weekly_plan

# --- imports -----------------------------------------------------------------------------------

import_batch = Table(
    "import_batch",
    warehouse,
    Column("batch_id", Key, primary_key=True, autoincrement=True),
    Column("file_name", Text, nullable=False),
    Column("content_hash", String(64), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("restated", Integer, nullable=False),
    Column("new_months", Integer, nullable=False),
    Column("first_month", Integer),
    Column("last_month", Integer),
    Column("report", Text, nullable=False, doc="the import report as JSON, without row lists"),
    Column(
        "keeps_replaced",
        Boolean,
        nullable=False,
        server_default=false(),
        doc="every row that it replaced is kept whole",
    ),
    comment="One row per table of a file that was brought in.",
)

import_problem = Table(
    "import_problem",
    warehouse,
    Column("problem_id", Key, primary_key=True, autoincrement=True),
    Column("batch_id", ForeignKey("import_batch.batch_id"), nullable=False, index=True),
    Column("row_number", Integer, nullable=False, doc="1 is the first data row"),
    Column("column_name", Text, nullable=False),
    Column("code", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("raw_row", Text, nullable=False, doc="the row as it stood in the file, JSON by header"),
    Column("resolved_by_batch_id", ForeignKey("import_batch.batch_id")),
    comment="One row per finding on a quarantined row; nothing of the row is lost.",
)

# --- reference ---------------------------------------------------------------------------------

global_account = Table(
    "global_account",
    warehouse,
    Column("account_key", Integer, primary_key=True, autoincrement=True),
    Column("account_id", Text, nullable=False, unique=True, doc="PGA MPN / Partner ID"),
    Column("name", Text),
    Column("batch_id", Integer, nullable=False),
    comment="One row per partner global account (parent of all locations).",
)

partner = Table(
    "partner",
    warehouse,
    Column("partner_key", Integer, primary_key=True, autoincrement=True),
    Column("partner_id", Text, nullable=False, unique=True, doc="location MPN / Partner ID"),
    Column("name", Text),
    Column("account_key", ForeignKey("global_account.account_key"), index=True),
    Column("city", Text),
    Column("country", Text),
    Column("batch_id", Integer, nullable=False),
    comment="One row per partner location.",
)

tenant = Table(
    "tenant",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=True),
    Column("tenant_id", Text, nullable=False, unique=True, doc="GUID in lower case, or any text"),
    Column("imported_id", Text, nullable=False, doc="the id as first written in a file"),
    Column("name", Text),
    Column("is_name_masked", Boolean, nullable=False, default=False),
    Column("tpid", Text),
    Column("domain", Text),
    Column("segment", Text, nullable=False, default="", server_default=""),
    Column("market", Text, nullable=False, default="", server_default=""),
    Column("country", Text),
    Column("industry", Text),
    Column("attributes_month", Integer, doc="month of the report the attributes come from"),
    Column("batch_id", Integer, nullable=False),
    comment="One row per customer tenant. Empty segment or market means not reported.",
)

workload = Table(
    "workload",
    warehouse,
    Column("workload_key", Integer, primary_key=True, autoincrement=True),
    Column("code", Text, nullable=False, unique=True, doc="catalogue code, or the unknown name"),
    Column("name", Text, nullable=False),
    Column("imported_name", Text, nullable=False, doc="the name as first written in a file"),
    Column("is_known", Boolean, nullable=False),
    Column("batch_id", Integer, nullable=False),
    comment="One row per workload; unknown names are kept under their own name.",
)

attribute_revision = Table(
    "attribute_revision",
    warehouse,
    Column("revision_id", Key, primary_key=True, autoincrement=True),
    Column("entity", String(40), nullable=False, doc="table name"),
    Column("entity_id", Text, nullable=False, doc="business id within that table"),
    Column("attribute", String(60), nullable=False),
    Column("old_value", Text),
    Column("new_value", Text),
    Column("batch_id", ForeignKey("import_batch.batch_id"), nullable=False),
    Index(None, "entity", "entity_id"),
    comment="One row per replaced attribute of a reference row, claim, earning, subscription.",
)

# --- facts -------------------------------------------------------------------------------------

usage = Table(
    "usage",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("paid_available_units", Integer, doc="seats; NULL: not reported"),
    Column("monthly_active_users", Integer, doc="NULL: not reported"),
    Column("batch_id", Integer, nullable=False),
    Index(
        "ix_usage_month",
        "month",
        "workload_key",
        "tenant_key",
        "paid_available_units",
        "monthly_active_users",
    ),
    comment="One row per tenant x workload x month, whichever partners hold the pair.",
    sqlite_with_rowid=False,
)

usage_revision = Table(
    "usage_revision",
    warehouse,
    Column("revision_id", Key, primary_key=True, autoincrement=True),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("paid_available_units", Integer, doc="the value that was replaced"),
    Column("monthly_active_users", Integer, doc="the value that was replaced"),
    Column("batch_id", Integer, nullable=False, doc="batch that had written the old value"),
    Column("replaced_by_batch_id", Integer, nullable=False, index=True),
    Index(None, "tenant_key", "workload_key", "month"),
    comment="One row per replaced usage row, with its old values.",
)

association_evidence = Table(
    "association_evidence",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("partner_key", Integer, primary_key=True, autoincrement=False),
    Column("attribution_type", String(40), primary_key=True, doc="CPOR, DPOR, CSP ..., '' unknown"),
    Column("associated_on", Date, primary_key=True, doc="DateAssociated; 0001-01-01: not given"),
    Column("first_month", Integer, nullable=False, doc="first month a file named the partner"),
    Column("last_month", Integer, doc="last month named; NULL: no usage report, only a claim did"),
    Column("is_duplicate", Boolean, nullable=False, doc="every such row had IsDuplicateRowForPGA"),
    Column("claim_id", Text),
    Column("ended_on", Date, doc="disassociation told by a claims file"),
    Column("batch_id", Integer, nullable=False),
    comment="What files said about who holds a pair; associations are derived from it.",
    sqlite_with_rowid=False,
)

association = Table(
    "association",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("partner_key", Integer, primary_key=True, autoincrement=False),
    Column("start_month", Integer, primary_key=True, autoincrement=False),
    Column("end_month", Integer, nullable=False, doc="last month held; 99999: still held"),
    Column("associated_on", Date),
    Column("attribution_type", String(40), nullable=False),
    Column("claim_id", Text),
    Column("end_reason", String(20), doc="moved, disassociated, not reported"),
    Index("ix_association_partner", "partner_key", "workload_key", "start_month", "end_month"),
    Index("ix_association_start_month", "start_month", "workload_key", "partner_key"),
    Index("ix_association_end_month", "end_month", "workload_key", "partner_key"),
    comment="One row per partner x tenant x workload x unbroken span of months held.",
    sqlite_with_rowid=False,
)

association_event = Table(
    "association_event",
    warehouse,
    Column("event_id", Key, primary_key=True, autoincrement=True),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("partner_key", Integer, nullable=False),
    Column("change", String(10), nullable=False, doc="gained or lost"),
    Column("month", Integer, nullable=False, doc="first month held, or no longer held"),
    Column("reason", String(20)),
    Column("batch_id", ForeignKey("import_batch.batch_id"), nullable=False, index=True),
    Index(None, "tenant_key"),
    Index("ix_association_event_change", "batch_id", "change", "reason"),
    comment="One row per association that an import showed as gained or lost.",
)

claim = Table(
    "claim",
    warehouse,
    Column("claim_id", Text, primary_key=True),
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("partner_key", Integer, nullable=False, index=True),
    Column("claim_name", Text),
    Column("solution_area", Text),
    Column("partner_role", Text),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("status_on", Date),
    Column("submitted_on", Date),
    Column("approved_on", Date),
    Column("ended_on", Date),
    Column("proof_signed_on", Date),
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("batch_id", Integer, nullable=False),
    Index("ix_claim_status", "status", "status_on"),
    Index("ix_claim_status_on", "status_on", "claim_id"),
    Index("ix_claim_tenant_key", "tenant_key", "workload_key"),
    comment="One row per claim x tenant x workload, with its latest known status.",
)

claim_event = Table(
    "claim_event",
    warehouse,
    Column("event_id", Key, primary_key=True, autoincrement=True),
    Column("claim_id", Text, nullable=False, index=True),
    Column("tenant_key", Integer, nullable=False),
    Column("workload_key", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("status_on", Date),
    Column("batch_id", ForeignKey("import_batch.batch_id"), nullable=False),
    comment="One row per status that a claim was seen in.",
)

subscription = Table(
    "subscription",
    warehouse,
    Column("subscription_id", Text, primary_key=True),
    Column("tenant_key", Integer, nullable=False, index=True),
    Column("product", Text),
    Column("sku", Text),
    Column("state", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("is_auto_renew", Boolean),
    Column("seats", Integer),
    Column("month", Integer, doc="month of the report"),
    Column("batch_id", Integer, nullable=False),
    comment="One row per subscription, as of its newest report.",
)

earning = Table(
    "earning",
    warehouse,
    Column("earning_id", Text, primary_key=True),
    Column("claim_id", Text, index=True),
    Column("tenant_key", Integer, index=True),
    Column("workload_key", Integer),
    Column("partner_key", Integer),
    Column("milestone", Text),
    Column("bucket_size", Text),
    Column("lever", Text),
    Column("engagement_name", Text),
    Column("solution_area", Text),
    Column("earning_on", Date),
    Column("calculated_on", Date),
    Column("amount_e4", BigInteger, doc="ten-thousandths of the earning's own currency"),
    Column("amount_usd_e4", BigInteger, doc="ten-thousandths of a US dollar"),
    Column("rate_e4", BigInteger, doc="ten-thousandths"),
    Column("quantity", Integer),
    Column("quantity_type", Text),
    Column("quantity_alt", Integer),
    Column("quantity_alt_type", Text),
    Column("baseline", Integer),
    Column("baseline_type", Text),
    Column("compensable_units", Integer),
    Column("estimated_payment_month", Integer),
    Column("payment_status", Text),
    Column("payment_id", Text),
    Column("reason_code", Text),
    Column("batch_id", Integer, nullable=False),
    comment="One row per earning that Microsoft reports (Earnings - Default).",
)

# --- marts: narrow, additive, kept up to date inside the import transaction -----------------------
# Sums run over rows with both counts reported. "kept" are pairs that also reported the month
# before; kept_* are their values now, prior_* their values then: month by month they split a
# change of usage exactly into users, seats, joined and left.
# A partner (or account) kept a pair only when it held it in both months.
# Workload key 0 counts a tenant once: pairs = tenants, units = paid units of its largest workload,
# users = active users of its most used workload, pairs_from_15 = tenants with a workload from 15 %.

MEASURES = (
    "pairs",
    "paid_available_units",
    "monthly_active_users",
    "pairs_from_15",
    "pairs_from_40",
    "kept_pairs",
    "kept_units",
    "kept_users",
    "prior_units",
    "prior_users",
)


def _measures() -> list[Column[int]]:
    """Return fresh columns for the additive measures that every usage mart carries."""
    return [Column(name, BigInteger, nullable=False) for name in MEASURES]


scope_month = Table(
    "scope_month",
    warehouse,
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("market", Text, primary_key=True),
    Column("segment", Text, primary_key=True),
    Column("size_band", Integer, primary_key=True, autoincrement=False),
    *_measures(),
    Column("associated_pairs", BigInteger, nullable=False, doc="those of pairs that are held"),
    comment="month x workload (0: any) x market x segment x size band; each pair once.",
    sqlite_with_rowid=False,
)

partner_month = Table(
    "partner_month",
    warehouse,
    Column("partner_key", Integer, autoincrement=False, nullable=False),
    Column("workload_key", Integer, autoincrement=False, nullable=False),
    Column("month", Integer, autoincrement=False, nullable=False),
    *_measures(),
    # Clustered by month, as pages compare all partners of a few months; the index finds one's past.
    PrimaryKeyConstraint("month", "partner_key", "workload_key"),
    Index("ix_partner_month_partner_key", "partner_key", "workload_key", "month"),
    comment="partner location x workload (0: any) x month; a pair counts under each holder.",
    sqlite_with_rowid=False,
)

partner_slice_month = Table(
    "partner_slice_month",
    warehouse,
    Column("partner_key", Integer, autoincrement=False, nullable=False),
    Column("workload_key", Integer, autoincrement=False, nullable=False),
    Column("month", Integer, autoincrement=False, nullable=False),
    Column("market", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("size_band", Integer, autoincrement=False, nullable=False),
    *_measures(),
    # The size comes before market and segment: peers are compared by workload and size.
    PrimaryKeyConstraint("month", "partner_key", "workload_key", "size_band", "market", "segment"),
    Index("ix_partner_slice_month_partner_key", "partner_key", "workload_key", "month"),
    comment="As partner_month, by market x segment x size band.",
    sqlite_with_rowid=False,
)

account_slice_month = Table(
    "account_slice_month",
    warehouse,
    Column("account_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("market", Text, primary_key=True),
    Column("segment", Text, primary_key=True),
    Column("size_band", Integer, primary_key=True, autoincrement=False),
    *_measures(),
    comment="global account x workload x month x slice; a pair held twice inside counts once.",
    sqlite_with_rowid=False,
)

tenant_month = Table(
    "tenant_month",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("size_band", Integer, nullable=False),
    Column("seats", Integer, nullable=False, doc="paid available units of the largest workload"),
    Column("people", Integer, nullable=False, doc="active users of the most used workload"),
    Column("pairs", Integer, nullable=False),
    Column("paid_available_units", Integer, nullable=False),
    Column("monthly_active_users", Integer, nullable=False),
    Column("pairs_from_15", Integer, nullable=False),
    Column("pairs_from_40", Integer, nullable=False),
    Column("pairs_above_100", Integer, nullable=False),
    Column("pairs_without_seats", Integer, nullable=False),
    Column("pairs_small", Integer, nullable=False, doc="under 150 paid available units"),
    # Holds all that the list of customers shows, so that a month is read in one piece.
    Index(
        "ix_tenant_month_seats",
        "month",
        "seats",
        "size_band",
        "people",
        "pairs",
        "paid_available_units",
        "monthly_active_users",
        "pairs_above_100",
        "pairs_without_seats",
        "pairs_small",
    ),
    comment="One row per tenant x month.",
    sqlite_with_rowid=False,
)

pair_status = Table(
    "pair_status",
    warehouse,
    Column("tenant_key", Integer, primary_key=True, autoincrement=False),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("first_month", Integer, nullable=False),
    Column("latest_month", Integer, nullable=False),
    Column("months_reported", Integer, nullable=False),
    Column("paid_available_units", Integer),
    Column("monthly_active_users", Integer),
    Column("high_water_mark", Integer, doc="highest monthly active users ever reported"),
    # Holds all that the completeness of the data is counted from.
    Index("ix_pair_status_latest_month", "latest_month", "first_month", "months_reported"),
    comment="One row per tenant x workload, as of its own newest report.",
    sqlite_with_rowid=False,
)

cohort_month = Table(
    "cohort_month",
    warehouse,
    Column("account_key", Integer, primary_key=True, autoincrement=False, doc="0: everybody"),
    Column("workload_key", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("age", Integer, primary_key=True, autoincrement=False, doc="months since association"),
    Column("pairs", Integer, nullable=False),
    Column("paid_available_units", BigInteger, nullable=False),
    Column("monthly_active_users", BigInteger, nullable=False),
    comment="global account x workload x month x months since association.",
    sqlite_with_rowid=False,
)

# --- app: what people do --------------------------------------------------------------------------

saved_view = Table(
    "saved_view",
    app,
    Column("view_id", String(32), primary_key=True, doc="opaque, for links"),
    Column("name", Text, nullable=False),
    Column("page", Text, nullable=False, doc="the page's path in the app"),
    Column("query", Text, nullable=False, doc="the page's query string"),
    Column("owner", Text, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("is_team", Boolean, nullable=False, server_default=false(), doc="listed for all"),
    UniqueConstraint("owner", "name"),
    comment="One row per view that somebody saved under a name.",
)
