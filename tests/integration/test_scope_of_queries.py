"""Nobody is ever told what lies outside their scope: every function that reads, found by looking.

The store is filled three times. What a scope of Avalon must not see is the same in none of them:
other numbers, names and ids, and another number of customers. Every answer to it must be the same
in all, byte for byte, and tell no secret of the others. A new function is called without being
named here; one without a scope fails until a reason is written down.
"""

import dataclasses

import pandas as pd
import pytest
from sqlalchemy import select

import data_access
import data_access.queries
from data_access import schema
from data_access.store import Store
from data_access.types import LOCAL_USER, Filters
from tests.prime_store import action_ids, draft_id
from tests.prime_world import (
    ACCOUNT,
    BASE,
    EXO,
    OCT,
    OTHER_CUSTOMERS,
    OTHER_PARTNERS,
    TEAMS,
    A,
    B,
    domain_of,
    limits_partners,
    name_of,
    number_of,
    scopes_of_avalon,
    scopes_of_borealis,
    secrets,
    secrets_of_avalon,
    tenant_of,
)
from tests.scope_calls import (
    Asked,
    answer,
    arguments,
    as_text,
    leaks,
    public_functions,
    reader_of,
    scope_of,
)

WITHOUT_SCOPE = {
    "earnings.summed": "adds up rows that its caller has chosen by scope",
    "explaining.ranker_of": "the model's numbers; it knows no customer",
    "imports.store_status": "counts for the operator, on the command line only",
    "model_record.live_record": "what the model said of everybody and what happened; no names",
    "model_record.workload_names": "names of workloads, which are Microsoft's",
    "ranking.is_due": "whether something is newer than the ranking",
    "ranking.model_facts": "the model's numbers; it knows no customer",
    "ranking.model_report": "how good the model was over everybody; no customers",
    "ranking.model_versions": "which models there are, and of how many pairs",
    "ranking.newest_run": "when the ranking was made, and of how many pairs",
}
"""Queries that need no scope, each with its reason."""

TELLS_ALL = {
    "access.grantable": "what an admin can give access to; asked by the page Access only",
    "options.unseen_ids": "an answer to saved_views, of ids that it was given",
    "pair_panels.pair_panel": "input of the model, which knows all of a customer's workloads; "
    "what is shown of it is chosen by opportunities in scope",
    "explaining.why": "parts of a chance, which depends on the customer's other workloads",
    "simulation.simulated": "a chance asked again, which depends on the other workloads",
}
"""Queries whose answer may depend on more than the scope sees, each with its reason."""

READS_OF_WORK = (
    "action_making.dismissed_pairs",
    "actions_store.action_of",
    "actions_store.actions",
    "actions_store.customer_notes",
    "actions_store.history",
    "claim_drafts.draft_events",
    "claim_drafts.draft_of",
    "claim_drafts.my_drafts",
    "deliveries.recent_deliveries",
    "outcome_facts.begun_actions",
    "people_store.people_told",
    "plan_store.plans",
    "saved_views.saved_views",
    "targets_store.target_history",
)
"""Functions of the app database that read within a scope."""

FOUND = dict(public_functions(data_access.queries))
OF_WORK = dict(public_functions(data_access))
QUERIES = {name: each for name, each in FOUND.items() if scope_of(each)}
READS = QUERIES | {name: OF_WORK[name] for name in READS_OF_WORK}

FILTERS = Filters(as_of=OCT, since=OCT - 11, before=OCT - 1)
NARROWED = (
    dataclasses.replace(FILTERS, partner_id=A),
    dataclasses.replace(FILTERS, account_id=ACCOUNT[A], comparison="none", before=None),
    dataclasses.replace(FILTERS, partner_id=B),
    dataclasses.replace(FILTERS, account_id=ACCOUNT[B]),
    dataclasses.replace(FILTERS, workloads=(TEAMS,)),
    dataclasses.replace(FILTERS, segments=("Albasegment", "Brumasegment"), size_bands=(5,)),
    dataclasses.replace(FILTERS, markets=("Borealia",)),
)


@pytest.fixture(scope="module")
def stores(prime_urls):
    """The filled stores by the name of their variant."""
    opened = {name: Store.open(url, create=False) for name, url in prime_urls.items()}
    yield opened
    for each in opened.values():
        each.close()


def asked_of(store, customer, partner, *, workload=TEAMS, work_of=None):
    """Return what is asked of a customer; `work_of` is the one whose action and draft are named."""
    own = work_of or customer
    with store.read() as connection:
        keys = connection.scalars(select(schema.tenant.c.tenant_key)).all()
    return Asked(
        tenant_id=tenant_of(customer, BASE),
        partner_id=partner,
        account_id=ACCOUNT[partner],
        claim_id=f"C-{number_of('claim', customer, BASE)}",
        action_id=action_ids(store, own)[0],
        draft_id=draft_id(store, own),
        name=name_of(customer, BASE),
        domain=domain_of(customer, BASE),
        keys=tuple(keys),
        filters=FILTERS,
        workload=workload,
    )


@pytest.fixture(scope="module")
def asked(stores):
    """What is asked: of an own customer, of one shared with others, and of somebody else's."""
    store = stores[BASE.name]
    return {
        "own": asked_of(store, 1, A),
        "shared": asked_of(store, 9, A, workload=EXO, work_of=1),
        "others": asked_of(store, 5, B),
    }


def told(name, store, scope, given):
    """Return an answer as text, without numbers of rows that only grow, whoever writes."""
    value = answer(READS[name], store, scope, given)
    if isinstance(value, pd.DataFrame):
        value = value.drop(columns=["event_id", "alert_id"], errors="ignore")
    return as_text(value)


def test_every_query_takes_a_scope_or_says_why_not():
    without = {name for name, each in FOUND.items() if not scope_of(each)}
    assert without == set(WITHOUT_SCOPE), (
        "Give the query a Scope and apply it, or write its reason into WITHOUT_SCOPE"
    )
    assert set(TELLS_ALL) <= set(QUERIES)
    assert all(reader_of(each) for each in FOUND.values())


@pytest.mark.parametrize("name", READS)
def test_answers_are_the_same_whatever_lies_outside_the_scope(name, stores, asked):
    if name in TELLS_ALL:
        return
    base, own = stores[BASE.name], asked["own"]
    for limit, scope in scopes_of_avalon().items():
        others = OTHER_PARTNERS if limits_partners(scope) else OTHER_CUSTOMERS
        secret = secrets(BASE, is_partner_scope=limits_partners(scope))
        for about, each in asked.items() if limit in ("partner", "market") else [("own", own)]:
            given = arguments(READS[name], each, with_defaults=True)
            text = told(name, base, scope, given)
            assert leaks(text, secret) == [], f"{limit}, asked of {about}"
            again = told(name, stores[others.name], scope, given)
            assert text == again, f"{limit}, asked of {about}"


@pytest.mark.parametrize("name", [name for name in READS if name not in TELLS_ALL])
def test_filters_never_widen_a_scope(name, stores, asked):
    base, each = stores[BASE.name], asked["own"]
    if "filters" not in arguments(READS[name], each, with_defaults=True):
        return
    scopes = scopes_of_avalon()
    for place, filters in enumerate(NARROWED):
        limit = ("partner", "segment")[place % 2]
        scope = scopes[limit]
        others = OTHER_PARTNERS if limits_partners(scope) else OTHER_CUSTOMERS
        given = arguments(
            READS[name], dataclasses.replace(each, filters=filters), with_defaults=True
        )
        text = told(name, base, scope, given)
        secret = secrets(BASE, is_partner_scope=limits_partners(scope))
        assert leaks(text, secret - {B, ACCOUNT[B]}) == [], f"{limit}, {filters}"
        assert text == told(name, stores[others.name], scope, given), f"{limit}, {filters}"


@pytest.mark.parametrize("name", [name for name in READS if name not in TELLS_ALL])
def test_the_others_are_told_nothing_of_avalon(name, stores, asked):
    for limit, scope in scopes_of_borealis().items():
        secret = secrets_of_avalon(BASE, is_partner_scope=limits_partners(scope))
        given = arguments(READS[name], asked["own"], with_defaults=True)
        text = told(name, stores[BASE.name], scope, given)
        assert leaks(text, secret) == [], limit


def test_somebody_who_sees_all_is_told_the_secrets(stores, asked):
    # The tests above would also pass on an empty store.
    texts = [
        told(name, stores[BASE.name], LOCAL_USER, arguments(each, one, with_defaults=False))
        for name, each in READS.items()
        for one in (asked["own"], asked["others"])
        if name not in ("claim_drafts.my_drafts",)
    ]
    secret = secrets(BASE, is_partner_scope=True)
    found = set(leaks("\n".join(texts), secret))
    assert len(found) > 0.6 * len(secret), sorted(secret - found)[:20]
