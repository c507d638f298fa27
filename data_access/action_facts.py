"""What actions are made of, read from the warehouse at once: milestones, chances, claims, figures.

Only rows that a rule could take are read, in numbers; names and ids are fetched for what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from data_access.action_scope import chunks
from data_access.program_store import active_program
from data_access.queries.ranking import newest_run
from data_access.schema import (
    claim,
    milestone_run,
    milestone_status,
    opportunity,
    partner,
    tenant,
    workload,
)
from insights.actions.claim_rules import ClaimFacts
from insights.actions.rules import PAIR, UsageFacts
from insights.claim_clocks import STATUS_CLOCKS
from insights.eligibility import IN_PROGRESS
from insights.program import Program

LISTED_STATES = ("in_flight", "in_claim", "unclaimed", "below_minimum")
"""States in which a milestone ahead can still become money."""

VALUED_AT = 90
"""Days of the horizon whose chance an action carries."""

CONTESTING = tuple(status for status in IN_PROGRESS if status != "Draft")
CLOSED_CLOCK_DAYS = 120
"""Days after which a clock that does not stay overdue is surely over."""

CLAIM_COLUMNS = (
    "claim_id",
    *PAIR,
    "partner_key",
    "status",
    "status_on",
    "submitted_on",
    "approved_on",
    "proof_signed_on",
)


@dataclass(frozen=True)
class StoreFacts:
    """Everything that the rules take, of one state of the warehouse.

    `run_id` and `model_id` are 0 and None before the first scoring; `basis` says whose chances
    the opportunities carry. `findings` as `data_candidates` takes them.
    """

    usage: UsageFacts
    claims: ClaimFacts
    findings: pd.DataFrame
    program: Program
    run_id: int
    model_id: int | None
    basis: str


def read_facts(connection: Connection, today: date) -> StoreFacts | None:
    """Return what actions are made of, None for a store without a judged milestone."""
    judged = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    as_of = connection.scalar(judged)
    if as_of is None:
        return None
    ahead = _ahead(connection)
    run_id, model_id, basis = run_facts(connection)
    return StoreFacts(
        usage=UsageFacts(ahead, _slipping(connection), int(as_of), today),
        claims=ClaimFacts(_claims(connection, today), _proofs(connection), ahead, today),
        findings=_findings(connection),
        program=active_program(connection),
        run_id=run_id,
        model_id=model_id,
        basis=basis,
    )


def usage_of(connection: Connection, tenant_id: str, today: date) -> UsageFacts | None:
    """Return the milestones of one customer; None for a store without a judged milestone."""
    judged = select(milestone_run.c.as_of).order_by(milestone_run.c.run_id.desc()).limit(1)
    as_of = connection.scalar(judged)
    if as_of is None:
        return None
    key = select(tenant.c.tenant_key).where(tenant.c.tenant_id == tenant_id).scalar_subquery()
    only = milestone_status.c.tenant_key == key
    return UsageFacts(_ahead(connection, only), _slipping(connection, only), int(as_of), today)


def run_facts(connection: Connection) -> tuple[int, int | None, str]:
    """Return the newest scoring, its model, and who ranks at 90 days: the model or the rule."""
    run = newest_run(connection)
    if run is None:
        return 0, None, "rule"
    verdict = run.verdicts.get(VALUED_AT)
    is_model = verdict is not None and verdict.ranks == "model"
    return run.run_id, run.model_id, "model" if is_model else "rule"


_SHARED = (
    milestone_status.c.paid_available_units.label("units"),
    milestone_status.c.monthly_active_users.label("users"),
    milestone_status.c.users_needed,
    milestone_status.c.monthly_pace.label("pace"),
    milestone_status.c.latest_month.label("month"),
)


def _ahead(connection: Connection, *only: ColumnElement[bool]) -> pd.DataFrame:
    """Return the next milestones of `UsageFacts.ahead` that can still become money."""
    same = and_(
        milestone_status.c.tenant_key == opportunity.c.tenant_key,
        milestone_status.c.workload_key == opportunity.c.workload_key,
        milestone_status.c.milestone == opportunity.c.milestone,
    )
    statement = (
        select(
            *(opportunity.c[name] for name in PAIR),
            milestone_status.c.partner_key,
            opportunity.c.milestone,
            milestone_status.c.state,
            *_SHARED,
            milestone_status.c.is_stalled,
            milestone_status.c.seat_points,
            milestone_status.c.is_too_late_to_claim.label("is_too_late"),
            opportunity.c.probability_90.label("probability"),
            opportunity.c.eta_median.label("eta"),
            opportunity.c.value_usd_e4,
            opportunity.c.expected_usd_e4,
            opportunity.c.is_example,
        )
        .join_from(opportunity, milestone_status, same)
        .where(milestone_status.c.state.in_(LISTED_STATES), *only)
    )
    rows = pd.read_sql(statement, connection)
    flags = dict.fromkeys(("is_stalled", "is_too_late", "is_example"), "bool")
    return rows.astype({**_COUNTS, "eta": "Int64", "value_usd_e4": "Int64", **flags, **_FLOATS})


_COUNTS = dict.fromkeys(("units", "users", "users_needed", "month"), "Int64")
_FLOATS = dict.fromkeys(("pace", "seat_points", "probability"), "float64")


def _slipping(connection: Connection, *only: ColumnElement[bool]) -> pd.DataFrame:
    """Return the milestones of `UsageFacts.slipping` that somebody holds."""
    statement = select(
        *(milestone_status.c[name] for name in PAIR),
        milestone_status.c.holder_partner_key.label("partner_key"),
        milestone_status.c.milestone,
        *_SHARED,
        milestone_status.c.reached_month.label("reached"),
    ).where(
        milestone_status.c.is_slipping.is_(True),
        milestone_status.c.users_needed > 0,
        milestone_status.c.holder_partner_key.is_not(None),
        *only,
    )
    rows = pd.read_sql(statement, connection)
    return rows.astype({**_COUNTS, "reached": "Int64", "pace": "float64"})


def _claims(connection: Connection, today: date) -> pd.DataFrame:
    """Return the claims whose clock may run today."""
    stays = [status for status, kind in STATUS_CLOCKS.items() if kind.stays_overdue]
    other = [status for status in STATUS_CLOCKS if status not in stays]
    entered = func.coalesce(claim.c.status_on, claim.c.approved_on, claim.c.submitted_on)
    recent = entered >= today - timedelta(days=CLOSED_CLOCK_DAYS)
    statement = select(*(claim.c[name] for name in CLAIM_COLUMNS)).where(
        or_(claim.c.status.in_(stays), and_(claim.c.status.in_(other), recent))
    )
    return pd.read_sql(statement, connection)


def _proofs(connection: Connection) -> pd.DataFrame:
    """Return the claims of `ClaimFacts.proofs`."""
    rival = claim.alias("rival")
    newest = (
        select(*(rival.c[name] for name in PAIR), rival.c.partner_key, rival.c.proof_signed_on)
        .where(rival.c.status.in_(CONTESTING))
        .order_by(*(rival.c[name] for name in PAIR))
    )
    rivals = pd.read_sql(newest, connection)
    contested = exists().where(
        rival.c.tenant_key == claim.c.tenant_key,
        rival.c.workload_key == claim.c.workload_key,
        rival.c.partner_key != claim.c.partner_key,
        rival.c.status.in_(CONTESTING),
    )
    statement = select(*(claim.c[name] for name in CLAIM_COLUMNS)).where(
        or_(
            and_(claim.c.status.in_(IN_PROGRESS), claim.c.proof_signed_on.is_not(None)),
            and_(func.coalesce(claim.c.status, "") == "Approved", contested),
        )
    )
    proofs = pd.read_sql(statement, connection)
    return proofs.assign(
        is_open=proofs["status"].isin(IN_PROGRESS), rival_signed_on=_rival_days(proofs, rivals)
    )


def _rival_days(proofs: pd.DataFrame, rivals: pd.DataFrame) -> pd.Series:
    """Return per claim the newest proof of another partner's open claim, NaT for none."""
    both = (
        proofs[[*PAIR, "partner_key"]].reset_index().merge(rivals, on=PAIR, suffixes=("", "_rival"))
    )
    other = both[both["partner_key"] != both["partner_key_rival"]]
    newest = pd.to_datetime(other["proof_signed_on"]).groupby(other["index"]).max()
    return newest.reindex(proofs.index)


def _findings(connection: Connection) -> pd.DataFrame:
    """Return what is missing or impossible in the figures of held workloads, one row per pair."""
    status = milestone_status
    lowest = status.alias("lowest")
    is_lowest = ~exists().where(
        lowest.c.tenant_key == status.c.tenant_key,
        lowest.c.workload_key == status.c.workload_key,
        lowest.c.milestone < status.c.milestone,
    )
    is_wrong = or_(
        status.c.state == "no_data",
        status.c.is_above_100.is_(True),
        and_(status.c.paid_available_units == 0, status.c.monthly_active_users > 0),
    )
    statement = select(
        *(status.c[name] for name in PAIR),
        status.c.holder_partner_key.label("partner_key"),
        status.c.state,
        *_SHARED,
    ).where(is_wrong, status.c.holder_partner_key.is_not(None), is_lowest)
    rows = pd.read_sql(statement, connection).astype(_COUNTS)
    is_missing = rows["state"] == "no_data"
    no_seats = (rows["units"] == 0).fillna(False).astype(bool)
    finding = pd.Series("above_100", index=rows.index).mask(no_seats, "no_seats")
    told = rows.assign(finding=finding.mask(is_missing, "no_report"))
    return told.drop(columns=["state", "users_needed", "pace"])


# --- ids and what became of live actions ----------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """Business ids by key, and keys by business id, of the customers asked for and all others."""

    tenants: dict[int, str]
    workloads: dict[int, str]
    workload_names: dict[int, str]
    partners: dict[int, str]


def read_names(connection: Connection, tenant_keys: pd.Series) -> Names:
    """Return the ids of these customers, and of every workload and partner."""
    tenants: dict[int, str] = {}
    statement = select(tenant.c.tenant_key, tenant.c.tenant_id)
    for some in chunks(tenant_keys.astype("str")):
        keys = [int(each) for each in some]
        tenants |= _mapped(connection, statement.where(tenant.c.tenant_key.in_(keys)))
    of_workloads = select(workload.c.workload_key, workload.c.code)
    named = select(workload.c.workload_key, workload.c.name)
    partners = select(partner.c.partner_key, partner.c.partner_id)
    return Names(
        tenants,
        {**_mapped(connection, of_workloads), 0: ""},
        _mapped(connection, named),
        {**_mapped(connection, partners), 0: ""},
    )


def _mapped(connection: Connection, statement: Select[int, str]) -> dict[int, str]:
    return {int(key): str(name) for key, name in connection.execute(statement)}


def tenant_keys_of(connection: Connection, tenant_ids: pd.Series) -> dict[str, int]:
    """Return the keys of customers by id; ids that the warehouse does not know are left out."""
    statement = select(tenant.c.tenant_key, tenant.c.tenant_id)
    found: dict[str, int] = {}
    for some in chunks(tenant_ids):
        asked = statement.where(tenant.c.tenant_id.in_(some))
        found |= {name: key for key, name in _mapped(connection, asked).items()}
    return found


def judged_of(connection: Connection, tenant_keys: pd.Series) -> pd.DataFrame:
    """Return how milestones of these customers stand: PAIR, milestone, state, users_needed,
    is_held (somebody holds or claims it)."""
    status = milestone_status
    statement = select(
        *(status.c[name] for name in PAIR),
        status.c.milestone,
        status.c.state,
        status.c.users_needed,
        status.c.holder_partner_key,
        status.c.is_claiming,
    )
    parts = [
        pd.read_sql(statement.where(status.c.tenant_key.in_([int(k) for k in some])), connection)
        for some in chunks(tenant_keys.astype("str"))
    ]
    if not parts:
        parts = [pd.read_sql(statement.where(status.c.tenant_key == 0), connection)]
    rows = pd.concat(parts, ignore_index=True)
    is_held = rows["holder_partner_key"].notna() | rows["is_claiming"].astype("bool")
    told = rows.assign(is_held=is_held, users_needed=rows["users_needed"].astype("Int64"))
    return told.drop(columns=["holder_partner_key", "is_claiming"])


def claim_states(connection: Connection, claim_ids: pd.Series) -> pd.DataFrame:
    """Return the status and newest proof of claims: claim_id, status, proof_signed_on."""
    statement = select(claim.c.claim_id, claim.c.status, claim.c.proof_signed_on)
    parts = [
        pd.read_sql(statement.where(claim.c.claim_id.in_(some)), connection)
        for some in chunks(claim_ids)
    ]
    empty = pd.DataFrame({"claim_id": [], "status": [], "proof_signed_on": []}, dtype="object")
    return pd.concat([empty, *parts], ignore_index=True).drop_duplicates("claim_id")
