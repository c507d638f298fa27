"""Who is suggested as the owner of an action: the one person who owns its customer or partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data_access.people_store import sole_owners
from insights.actions.kinds import LIVE
from insights.actions.playbooks import Playbook


@dataclass
class Owners:
    """Suggestions for new actions, one after the other: each one counts against the next.

    A playbook's cap on open ones per owner leaves the surplus to nobody, for the team to share.
    """

    by_partner: Mapping[str, str]
    by_tenant: Mapping[str, str]
    most: Mapping[str, int]
    open_ones: Counter[tuple[str, str]]

    @classmethod
    def of(
        cls, people: pd.DataFrame, stored: pd.DataFrame, books: Mapping[str, Playbook]
    ) -> Owners:
        """Return the suggestions by a people list, the stored actions and the playbooks."""
        by_partner, by_tenant = sole_owners(people)
        live = stored[stored["status"].isin(LIVE)]
        taken = Counter(zip(live["owner"], live["playbook"], strict=True))
        most = {code: book.most_open_per_owner for code, book in books.items()}
        return cls(by_partner, by_tenant, most, taken)

    def suggest(self, tenant_id: str, partner_id: str, playbook: str) -> str:
        """Return the owner of one more action, "" for nobody, and count it."""
        owner = self.by_tenant.get(tenant_id) or self.by_partner.get(partner_id, "")
        if not owner:
            return ""
        most = self.most.get(playbook)
        if most is not None and self.open_ones[owner, playbook] >= most:
            return ""
        self.open_ones[owner, playbook] += 1
        return owner
