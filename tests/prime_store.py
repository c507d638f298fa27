"""The world of tests/prime_world.py in a store: imported, trained, scored, and worked with."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import func, select, update

from data_access import schema, training
from data_access.action_refresh import refresh_actions
from data_access.actions_store import actions, add_note, change_action
from data_access.claim_drafts import start_draft
from data_access.deliveries import Delivery, note_delivery
from data_access.locations import file_store_url
from data_access.own_actions import OwnTask, add_own_action
from data_access.people_store import save_people
from data_access.plan_store import accept_plan
from data_access.proofs import store_proof
from data_access.ranking_rows import customer_rows, forecast_rows, part_rows
from data_access.saved_views import save_view
from data_access.scoring import RankingSettings, score_store
from data_access.store import Store
from data_access.targets_store import set_target
from data_access.types import Scope
from insights.actions.people import FRAME_COLUMNS
from insights.actions.plan import WeekPlan
from insights.claims.draft import ClaimDraft
from insights.ranking.verdicts import verdicts_of
from tests.builders import NOW, bring_in
from tests.claim_builders import pdf
from tests.prime_world import (
    A2,
    ACCOUNT,
    BASE,
    MONTHS,
    OCT,
    OF_AVALON,
    OF_BOREALIS,
    QUARTER,
    SHARED,
    TEAMS,
    WEEK,
    A,
    B,
    C,
    Variant,
    all_of,
    broken_file,
    claims_file,
    domain_of,
    earnings_file,
    market_of,
    name_of,
    number_of,
    partner_name,
    partners_file,
    subscriptions_file,
    tenant_of,
    usage_file,
    viewer,
)

# --- the store ------------------------------------------------------------------------------------


def fill_avalon(store: Store) -> None:
    """Bring Avalon's files into an empty store, train and score: the same in every variant."""
    own = list(OF_AVALON)
    held = [pair for pair in own if pair.partner]
    bring_in(
        store,
        partners_file((A, A2), BASE),
        usage_file(own, BASE, MONTHS[:-1]),
        claims_file([own[0], own[2], own[6], own[3]], BASE),
        earnings_file(held[:4], BASE),
        subscriptions_file(own, BASE),
        broken_file(1, BASE),
    )
    bring_in(
        store,
        usage_file(own, BASE, MONTHS[-1:]),
        usage_file([own[4]], BASE, MONTHS[-3:-2], more=30),
    )
    _rank(store)


def fill_borealis(store: Store, variant: Variant) -> None:
    """Bring the others' files in after Avalon's, list their chances, and let everybody work."""
    others = [SHARED, *all_of(variant, OF_BOREALIS)]
    paid = [pair for pair in others[1:] if pair.partner]
    bring_in(
        store,
        partners_file((B, C), variant),
        usage_file(others, variant, MONTHS),
        claims_file([others[1], others[3], others[5], others[4]], variant),
        earnings_file(paid[:4], variant),
        subscriptions_file(others[1:], variant),
        broken_file(5, variant),
    )
    bring_in(store, usage_file(others[1:3], variant, MONTHS[-1:], more=4_000_000))
    _rank_the_others(store)
    refresh_actions(store, now=NOW)
    for who, partner, customer in (("a", A, 1), ("b", B, 5)):
        numbers = (UUID(int=customer * 10**30 + at * 10**20) for at in range(100))
        with patch("uuid.uuid4", partial(next, numbers)):  # the same ids in every variant
            _work(store, viewer(who), partner, customer, variant)


def _rank(store: Store) -> None:
    """Train and score what is there; what it may show is percents, whatever so few pairs teach."""
    with patch.object(training, "train", partial(training.train, dates=2)):
        score_store(store, RankingSettings(), scope=Scope("tester", "admin"), now=NOW)
    version = schema.model_version
    with store.write() as connection:
        report = json.loads(str(connection.scalar(select(version.c.report))))
        for verdict in report["verdicts"].values():
            verdict["shows"] = "percent"
        connection.execute(update(version).values(report=json.dumps(report)))


def _rank_the_others(store: Store) -> None:
    """List the other milestones ahead too, with chances of their own and all sums."""
    status, listed = schema.milestone_status, schema.opportunity
    with store.write() as connection:
        known = pd.read_sql(select(listed), connection, parse_dates=["new_at", "moved_at"])
        judged = pd.read_sql(select(status).order_by(status.c.tenant_key), connection)
        judged = judged[judged["state"].isin(["in_flight", "in_claim", "unclaimed"])]
        pair = ["tenant_key", "workload_key"]
        lowest = judged.sort_values("milestone").drop_duplicates(pair)
        is_new = ~pd.MultiIndex.from_frame(lowest[pair]).isin(pd.MultiIndex.from_frame(known[pair]))
        made = _ranked_rows(lowest[is_new])
        rows = pd.concat([known, made], ignore_index=True).astype(
            {"value_usd_e4": "Int64", "is_example": "bool", "is_earnable": "bool"}
        )
        text = str(connection.scalar(select(schema.model_version.c.report)))
        verdicts = verdicts_of(json.loads(text))
        backend = store.backend
        backend.bulk_load(connection, listed, made[[column.name for column in listed.c]])
        for table, values in (
            (schema.opportunity_part, part_rows(rows)),
            (schema.customer_opportunity, customer_rows(rows)),
            (schema.forecast_month, forecast_rows(rows, OCT, verdicts)),
        ):
            connection.execute(table.delete())
            backend.bulk_load(connection, table, values[[column.name for column in table.c]])
        said = made[[*pair, "milestone"]].assign(
            as_of=OCT, run_id=1, log_odds_30=-2.0, log_odds_90=-1.0, log_odds_180=0.1,
            gap_log_odds_90=-0.4,
        )  # fmt: skip
        backend.bulk_load(connection, schema.score, said)
        newest = connection.scalar(select(func.max(schema.import_batch.c.batch_id)))
        connection.execute(update(schema.score_run).values(batch_id=newest, pairs=len(rows)))


def _ranked_rows(judged: pd.DataFrame) -> pd.DataFrame:
    chance = 0.2 + 0.01 * np.arange(len(judged))
    value = judged["added_value_usd_e4"].fillna(0).astype("int64").to_numpy()
    names = ["tenant_key", "workload_key", "milestone", "partner_key", "state", "size_band"]
    names += ["paid_available_units", "monthly_active_users", "users_needed", "monthly_pace"]
    return judged[[*names, "is_example"]].assign(
        history_months=14, probability_30=chance / 2, probability_90=chance,
        probability_180=chance * 1.5, gap_probability_90=chance, before_probability_90=np.nan,
        eta_low=OCT + 1, eta_median=OCT + 3, eta_high=OCT + 8, value_usd_e4=value,
        expected_usd_e4=(chance * value).astype("int64"), is_earnable=True, quadrant="act",
        evidence="strong", new_at=pd.Timestamp(NOW).as_unit("us"), moved_at=pd.NaT,
    ).reset_index(drop=True)  # fmt: skip


# --- people's work --------------------------------------------------------------------------------


def _work(store: Store, scope: Scope, partner: str, customer: int, variant: Variant) -> None:
    """Let the owner of a partner begin, note, draft, plan, save and deliver things."""
    whole, name = replace(scope, role="admin"), name_of(customer, variant)
    tenant = tenant_of(customer, variant)
    people = [scope.person, f"Owner of {partner_name(partner, variant)}", "account_manager"]
    row = dict(
        zip(
            FRAME_COLUMNS,
            [*people, json.dumps([partner]), json.dumps([tenant]), 8.0, True, 1],
            strict=True,
        )
    )
    save_people(store, whole, pd.DataFrame([row]), now=NOW)
    listed = actions(store, whole, now=NOW)
    mine = listed[listed["tenant_id"] == tenant]
    assert len(mine), "the scoring lists actions of every customer"
    first = mine.iloc[0]
    begun = {"status": "in_progress", "owner": scope.person}
    change_action(store, whole, first["action_id"], version=int(first["version"]), changes=begun,
                  now=NOW - timedelta(days=200), note=f"{name} is ready")  # fmt: skip
    add_note(store, whole, first["action_id"], f"{name} called back", now=NOW)
    add_own_action(store, whole, OwnTask(tenant, "", f"Ring {name}", scope.person), now=NOW)
    last, no = mine.iloc[-1], {"status": "dismissed", "status_reason": "declined"}
    change_action(store, whole, last["action_id"], version=_version(store, last["action_id"]),
                  changes=no, now=NOW)  # fmt: skip
    _plan(store, whole, tenant)
    content = pdf(f"Proof of execution of {name} with {partner_name(partner, variant)}")
    proof = store_proof(store, whole, file_name=f"{name}.pdf", content=content, now=NOW)
    draft = ClaimDraft(tenant_id=tenant, domain=domain_of(customer, variant), partner_id=partner,
                       claim_name=f"{name} draft", workloads=(TEAMS,), proof=proof)  # fmt: skip
    start_draft(store, scope, draft, now=NOW)
    query = f"cu_tenant={tenant}&p={partner}&ga={ACCOUNT[partner]}&mk={market_of(customer)[0]}"
    for page, is_team in (("performance/customers", True), ("performance/overview", False)):
        save_view(store, scope, name=f"{partner_name(partner, variant)} {page}", page=page,
                  query=query, now=NOW, is_team=is_team)  # fmt: skip
    set_target(store, whole, quarter_start=QUARTER, partner_id=partner,
               amount_usd=float(number_of("usd", customer, variant, at=3)), now=NOW)  # fmt: skip
    alerts = number_of("units", customer, variant, at=2) % 10**6
    sent = Delivery("teams", partner, NOW, NOW - timedelta(days=7), NOW, 3,
                    alerts, 1, f"{name} failed")  # fmt: skip
    note_delivery(store, whole, sent)


def _version(store: Store, action_id: str) -> int:
    with store.app_read() as connection:
        wanted = select(schema.action.c.version).where(schema.action.c.action_id == action_id)
        return int(connection.scalar(wanted) or 0)


def _plan(store: Store, scope: Scope, tenant: str) -> None:
    """Accept a plan of the customer's live actions."""
    live = actions(store, scope, now=NOW)
    mine = live[(live["tenant_id"] == tenant) & (live["status"] == "open")].iloc[:1]
    chosen = mine[["action_id", "expected_usd_e4"]].assign(
        owner=scope.person, place=1, due_on=pd.Timestamp(WEEK), is_must=False, minutes=30
    )
    nothing = chosen.iloc[:0].assign(left_because="")
    hours = pd.DataFrame({"email": [scope.person], "minutes": [480]})
    versions = {str(mine["action_id"].iloc[0]): int(mine["version"].iloc[0])}
    accept_plan(store, scope, WeekPlan(WEEK, chosen, nothing, hours, 0.0), versions, now=NOW)


def action_ids(store: Store, customer: int, variant: Variant = BASE) -> list[str]:
    """Return the ids of a customer's actions."""
    mine = schema.action.c.tenant_id == tenant_of(customer, variant)
    with store.app_read() as connection:
        return list(connection.scalars(select(schema.action.c.action_id).where(mine)))


def draft_id(store: Store, customer: int, variant: Variant = BASE) -> str:
    """Return the id of the claim draft about a customer."""
    drafts = schema.claim_draft
    mine = drafts.c.content.contains(tenant_of(customer, variant))
    with store.app_read() as connection:
        return str(connection.scalar(select(drafts.c.draft_id).where(mine)))


def prime_stores(folder: Path, *variants: Variant) -> dict[str, str]:
    """Fill a file store for each variant and return their URLs by the variants' names."""
    started = folder / "avalon"
    started.mkdir(parents=True)
    with Store.open(file_store_url(started / "store.db")) as store:
        fill_avalon(store)
    urls = {}
    for variant in variants:
        own = shutil.copytree(started, folder / variant.name)
        urls[variant.name] = file_store_url(own / "store.db")
        with Store.open(urls[variant.name]) as store:
            fill_borealis(store, variant)
    return urls
