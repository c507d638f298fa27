"""What a partner can do about a milestone, and what the model would then say.

At most three levers. Where the gap rule ranks, the same rule answers. The model describes who
got there, it does not know what an effort would change; the words say so (scenario.BASIS).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.panel import UsagePanel
from insights.ranking.scenario import Ranker, changed, compared

MOST = 3
TO_CLAIM = ("unclaimed", "in_claim")
"""States of a milestone whose claim is still to be finished."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What levers are about: a pair's keys, counts, its best users ever, and its milestone."""

    tenant_key: int
    workload_key: int
    users: int
    most_users: int
    users_needed: int
    state: str


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever: what to do in words, and the chance within 90 days before and after.

    `chance_after` is None where the lever changes what is earned and not the chance.
    """

    code: str
    text: str
    chance: float
    chance_after: float | None
    is_reached: bool


def levers(panel: UsagePanel, pair: Pair, ranker: Ranker) -> tuple[Lever, ...]:
    """Return at most MOST levers of a pair: users to activate or win back, a claim to finish."""
    added = _users_to_add(pair)
    key = pd.DataFrame({"tenant_key": [pair.tenant_key], "workload_key": [pair.workload_key]})
    panels = [changed(panel, key.assign(add_users=users, add_seats=0)) for users in added.values()]
    told = compared([panel, *panels], key, ranker)
    chance = told["probability_90"].tolist()
    found = [
        Lever(code, _WORDS[code].format(users=users), chance[0], chance[at], told["is_reached"][at])
        for at, (code, users) in enumerate(added.items(), start=1)
    ]
    if pair.state in TO_CLAIM:
        claim = Lever("claim", _WORDS[pair.state], chance[0], None, is_reached=False)
        found = [claim, *found]
    return tuple(found[:MOST])


def _users_to_add(pair: Pair) -> dict[str, int]:
    """Return how many users each lever adds; none that adds nobody or the same as another."""
    lost = pair.most_users - pair.users
    told = {"activate": pair.users_needed, "half": -(-pair.users_needed // 2), "win_back": lost}
    wanted: dict[str, int] = {}
    for code, users in told.items():
        if users > 0 and users not in wanted.values():
            wanted[code] = users
    return wanted


_WORDS = {
    "activate": "Activate all {users:,} users who are missing",
    "half": "Activate {users:,} users, half of those missing",
    "win_back": "Win back {users:,} users who were active before",
    "unclaimed": "Claim the workload: until then reaching the milestone earns nothing",
    "in_claim": "Finish the claim: until it is approved reaching the milestone earns nothing",
}
