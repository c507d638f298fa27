"""Plain types that every layer may import: who is looking, at what, and what an import reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["account_manager", "sales", "leadership", "admin"]
Capability = Literal[
    "money", "contacts", "work", "claim", "import", "rules", "people", "targets", "access", "audit"
]
Comparison = Literal["previous", "year", "none"]

Progress = Callable[[str, float], None]
"""Shows a step of long work and the share done, 0 to 1."""


def no_progress(_step: str, _share: float) -> None:
    """Show nothing: for work that nobody watches."""


ANY_WORKLOAD = 0
"""Workload key of mart rows that count a tenant once, whatever its workloads."""

OPEN_END = 99_999
"""End month of an association that has not ended; later than any real month index."""


CAPABILITIES: dict[Role, frozenset[Capability]] = {
    "account_manager": frozenset({"contacts", "work", "claim"}),
    "sales": frozenset({"work"}),
    "leadership": frozenset({"money"}),
    "admin": frozenset(
        {
            "money",
            "contacts",
            "work",
            "claim",
            "import",
            "rules",
            "people",
            "targets",
            "access",
            "audit",
        }
    ),
}
"""What each role may see (money; contacts: people named in claims) and do (all others).

Without "work" nothing but one's own saved views can be written: leadership reads only.
"""

WHOLE_STORE_ROLES: tuple[Role, ...] = ("leadership", "admin")
"""Roles that see every customer; the others see what they were granted, at first nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and whose data may be read and written: a mandatory argument of every query.

    Partners, accounts, tenants, markets and segments narrow each other; None means "not
    restricted by this", an empty tuple "nothing at all". `who` is a name for people to read;
    `user_key` names the signed-in user ("" without sign-in); `person` is the e-mail under which
    the people list knows the user, "" for nobody. `capabilities` None means those of the role.
    """

    who: str
    role: Role
    partner_ids: tuple[str, ...] | None = None
    account_ids: tuple[str, ...] | None = None
    tenant_ids: tuple[str, ...] | None = None
    markets: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    user_key: str = ""
    person: str = ""
    capabilities: frozenset[Capability] | None = None
    viewed_by: str = ""
    """User key of the admin who looks with this user's eyes, "" where the user looks."""

    @property
    def is_unrestricted(self) -> bool:
        """Return whether this scope may see every row."""
        limits = (
            self.partner_ids,
            self.account_ids,
            self.tenant_ids,
            self.markets,
            self.segments,
        )
        return all(limit is None for limit in limits)

    @property
    def own_key(self) -> str:
        """Return what rows of one's own (drafts, views, visits) are kept by."""
        return self.user_key or self.who

    @property
    def rights(self) -> Scope:
        """Return the scope without whose it is: all that answers to questions depend on.

        Users with equal rights have the same, users with any other right never do.
        """
        own = CAPABILITIES[self.role] if self.capabilities is None else self.capabilities
        return Scope(
            who="",
            role=_NO_ROLE,
            partner_ids=_sorted(self.partner_ids),
            account_ids=_sorted(self.account_ids),
            tenant_ids=_sorted(self.tenant_ids),
            markets=_sorted(self.markets),
            segments=_sorted(self.segments),
            capabilities=own,
        )

    def may(self, capability: Capability) -> bool:
        """Return whether the scope's user may see or do this."""
        own = CAPABILITIES[self.role] if self.capabilities is None else self.capabilities
        return capability in own


_NO_ROLE: Role = "sales"
"""Stands in place of a role where capabilities are told: it gives none of its own."""


def _sorted(values: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(sorted(set(values)))


LOCAL_USER = Scope(who="local user", role="admin")
"""The single user of an installation without sign-in."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown: the scope bar's state. Empty tuples and None mean "all".

    Months are indexes; `since` to `as_of` is the period, both ends included; `before` is the
    month that point-in-time figures are compared with (None: no comparison).
    """

    as_of: int
    since: int
    before: int | None
    comparison: Comparison = "previous"
    account_id: str | None = None
    partner_id: str | None = None
    workloads: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    size_bands: tuple[int, ...] = ()

    @property
    def months(self) -> int:
        """Return the length of the period in months."""
        return self.as_of - self.since + 1


Severity = Literal["quarantined", "flagged"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding on one row: row 1 is the first data row; 0 speaks of the whole table."""

    row: int
    column: str
    code: str
    message: str
    severity: Severity = "quarantined"


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of repair that a column needed, on how many rows, with an example."""

    column: str
    code: str
    message: str
    rows: int


@dataclass(frozen=True, slots=True)
class Restatement:
    """One past value that this import replaced; None stands for an unknown value."""

    tenant_id: str
    workload: str
    month: str
    column: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class AssociationChange:
    """One association that an import gained, lost or moved."""

    change: Literal["gained", "lost"]
    tenant_id: str
    workload: str
    partner_id: str
    month: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of one table did, or in a dry run would do.

    Counts are rows of the file: accepted = new + unchanged + restated. `repaired` rows are
    accepted ones too. Every quarantined row has at least one problem.
    """

    file: str
    kind: str
    kind_title: str
    dry_run: bool
    batch_id: int | None
    rows_read: int
    accepted: int
    repaired: int
    quarantined: int
    flagged: int
    new: int
    unchanged: int
    restated: int
    new_months: int
    new_month_list: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    associations: tuple[AssociationChange, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
