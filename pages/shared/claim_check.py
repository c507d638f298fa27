"""Everything the claim assistant knows about a draft: facts, findings, hints, checklist, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pandas as pd

from data_access import proofs
from data_access.claim_drafts import StoredDraft
from data_access.queries import claim_facts, customer, options
from insights.claims.checklist import ChecklistLine, checklist
from insights.claims.draft import ClaimDraft
from insights.claims.finding import Finding
from insights.claims.pack import Names
from insights.claims.proof_hints import Hint, proof_hints
from insights.claims.standing import ClaimFacts, is_public_sector, workload_standing
from insights.claims.validate import findings, needs_disclosure
from insights.program import Program
from insights.workloads import WORKLOADS
from pages.shared import cached, rules_frames, scope_bar
from pages.shared.today import today

_WHOLE_ID = re.compile(r"[0-9a-fA-F-]{36}")


@dataclass(frozen=True, eq=False)
class ClaimCheck:
    """A stored draft with what is known and found."""

    stored: StoredDraft
    facts: ClaimFacts
    standing: pd.DataFrame
    found: tuple[Finding, ...]
    program: Program
    today: date
    names: Names

    @property
    def draft(self) -> ClaimDraft:
        """Return the draft's answers."""
        return self.stored.draft

    @property
    def rules_title(self) -> str:
        """Return the programme year that the claim is checked by."""
        rules = self.program.on(self.today)
        return rules.title if rules is not None else "no programme year"


def checked(stored: StoredDraft) -> ClaimCheck:
    """Return a draft with everything known about its customer, by the rules of today.

    A packed one by those of the day on which it was packed, so that its pack stays the same.
    """
    draft = stored.draft
    day = stored.saved_at.date() if stored.status == "packed" else today()
    facts = _facts(draft.trimmed())
    program = rules_frames.program(rules_frames.activations())
    standing = cached.computed(workload_standing, facts, draft.workloads, program, day)
    found = findings(draft, facts, standing, program=program, today=day)
    return ClaimCheck(stored, facts, standing, found, program, day, _names(draft, facts, standing))


def _facts(draft: ClaimDraft) -> ClaimFacts:
    """Return the facts; an id that is still being typed is not looked up."""
    scope, tenant_id = scope_bar.current_scope(), draft.tenant_id.lower()
    known_id = tenant_id if _WHOLE_ID.fullmatch(tenant_id) else ""
    domain = draft.domain if "." in draft.domain else ""
    return ClaimFacts(
        tenants=cached.read(customer.customer_facts, scope, known_id),
        domain_tenants=cached.read(claim_facts.tenants_of_domain, scope, domain),
        partners=cached.read(options.partner_options, scope),
        workloads=cached.read(claim_facts.reported_workloads, scope, known_id),
        milestones=cached.read(claim_facts.judged_milestones, scope, known_id),
        claims=cached.read(claim_facts.claims_on_tenant, scope, known_id),
    )


def _names(draft: ClaimDraft, facts: ClaimFacts, standing: pd.DataFrame) -> Names:
    workloads = {each.code: each.name for each in WORKLOADS}
    workloads |= dict(zip(standing["workload"], standing["workload_name"], strict=True))
    partners = dict(zip(facts.partners["partner_id"], facts.partners["partner_name"], strict=True))
    customers = facts.tenants["tenant_name"]
    return Names(
        workloads=workloads,
        partner=str(partners.get(draft.partner_id.strip(), "")),
        customer="" if customers.empty else str(customers.iloc[0]),
    )


def hints(check: ClaimCheck) -> tuple[Hint, ...] | None:
    """Return what was found in the proof's text; None where it has none that can be read."""
    text = proofs.proof_text(cached.store(), check.draft)
    if text is None:
        return None
    rules = check.program.on(check.today)
    months = rules.proof_maximum_months.value if rules is not None else 12
    names = dict(check.names.workloads)
    return proof_hints(text, check.draft, today=check.today, months=months, names=names)


def checklist_of(check: ClaimCheck) -> tuple[ChecklistLine, ...]:
    """Return the proof checklist of a draft."""
    is_needed: bool | None = needs_disclosure(check.draft, check.facts)
    if not is_needed and not check.draft.public_sector and is_public_sector(check.facts) is None:
        is_needed = None
    names = dict(check.names.workloads)
    return checklist(check.draft, hints(check), needs_disclosure=is_needed, names=names)
