"""Every write leaves one row with who, role and subject, and none where it fails or may not be."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data_access import claim_drafts, saved_views
from data_access.audit import AuditQuestion, audit_events
from data_access.deliveries import Delivery, note_delivery
from data_access.errors import DeniedError, InsightsError
from data_access.importer import import_files
from data_access.jobs import JOBS_VARIABLE, ask_for_ranking
from data_access.people_store import save_person
from data_access.playbook_store import activate_playbook, playbook_text
from data_access.proofs import store_proof
from data_access.rules_change import Person as RulesPerson
from data_access.rules_change import RulesChange, activate
from data_access.targets_store import set_target
from data_access.types import LOCAL_USER, Scope
from data_access.validate import ImportOptions
from insights.actions.people import Person
from insights.claims.draft import ClaimDraft
from insights.months import month_index
from tests.claim_builders import signed_pdf

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = AuditQuestion(date(2026, 11, 23), date(2026, 11, 23))
EVA = Scope("Eva", "admin", user_key="u-eva")
LEO = Scope("Leo", "leadership", user_key="u-leo")
USAGE = b"""Tenant Id,Workload,Month,Paid Available Units,Monthly Active Users
t1,Teams,2026-10,100,40
"""


def bring_in(store, scope):
    options = ImportOptions(today=NOW.date())
    import_files(store, [("u.csv", USAGE)], scope=scope, now=NOW, options=options)


def person(store, scope):
    save_person(store, scope, Person("ana@x.com", "Ana"), version=None, now=NOW)


def playbook(store, scope):
    text = playbook_text(store, "claim").replace('title = "', 'title = "New ', 1)
    activate_playbook(store, scope, "claim", text, now=NOW)


def target(store, scope):
    october = month_index(2026, 10)
    told = {"quarter_start": october, "partner_id": "", "amount_usd": 5000.0}
    set_target(store, scope, **told, now=NOW)


def team_view(store, scope):
    told = {"name": "Mine", "page": "p", "query": "", "is_team": True}
    saved_views.save_view(store, scope, **told, now=NOW)


def claim(store, scope):
    claim_drafts.start_draft(store, scope, ClaimDraft(tenant_id="t1"), now=NOW)


def proof(store, scope):
    store_proof(store, scope, file_name="a.pdf", content=signed_pdf(), now=NOW)


def delivery(store, scope):
    note_delivery(store, scope, Delivery("teams", "p1", NOW, NOW, NOW, 0, 3, 1))


def rules(store, scope):
    from data_access.program_store import shipped_text

    text = f"{shipped_text('FY27')}\n# changed\n"
    activate(store, [RulesChange("FY27", "fy27.toml", text)], RulesPerson(scope, NOW))


WRITES = {
    "import": (bring_in, "u.csv"),
    "person": (person, "ana@x.com"),
    "playbook": (playbook, "claim"),
    "target": (target, "whole portfolio"),
    "view": (team_view, None),
    "claim": (claim, None),
    "proof": (proof, None),
    "delivery": (delivery, "p1"),
    "rules": (rules, "FY27"),
}


def noted(store):
    return audit_events(store, LOCAL_USER, TODAY, limit=10)


@pytest.mark.parametrize("event", list(WRITES))
def test_a_write_leaves_one_row_of_who_did_what(store, event):
    write, subject = WRITES[event]
    write(store, EVA)
    rows = noted(store)
    assert rows[["event", "user_key", "who", "role"]].to_numpy().tolist() == [
        [event, "u-eva", "Eva", "admin"]
    ]
    assert subject is None or rows["subject"].tolist() == [subject]


@pytest.mark.parametrize("event", list(WRITES))
@pytest.mark.parametrize("scope", [LEO, replace(EVA, viewed_by="u-admin")], ids=["reads", "views"])
def test_who_only_reads_or_views_writes_nothing(store, event, scope):
    with pytest.raises(DeniedError):
        WRITES[event][0](store, scope)
    assert noted(store).empty


def test_a_write_that_is_refused_or_changes_nothing_leaves_no_row(store):
    person(store, EVA)
    with pytest.raises(InsightsError, match="already"):
        person(store, EVA)
    save_person(store, EVA, Person("ana@x.com", "Ana"), version=1, now=NOW)
    assert noted(store)["event"].tolist() == ["person"]


def test_a_dry_run_leaves_no_row(store):
    options = ImportOptions(today=NOW.date())
    told = {"scope": EVA, "now": NOW, "options": options}
    import_files(store, [("u.csv", USAGE)], **told, dry_run=True)
    assert noted(store).empty


def test_only_who_brings_files_in_asks_for_a_ranking(store, monkeypatch):
    monkeypatch.delenv(JOBS_VARIABLE, raising=False)
    with pytest.raises(DeniedError):
        ask_for_ranking(store, LEO, now=NOW)
    assert noted(store).empty
