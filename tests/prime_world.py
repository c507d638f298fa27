"""Customers and partners whose numbers are large primes found nowhere else, and names too.

Customers of Avalon belong to partners 51000001 and 51000002 (account 59000001); those of Borealis
to 52000001 (account 59000002) and 53000001 (account 59000003). Customer 9 of Avalon has Teams with
51000001 and Exchange with 52000001. A Variant changes what one kind of user must never see:
numbers, names, ids, and how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from data_access.types import CAPABILITIES, Scope
from insights.months import first_day, fiscal_quarter_start, month_code, month_index

OCT = month_index(2026, 10)
MONTHS = range(OCT - 13, OCT + 1)
TODAY = date(2026, 11, 22)
WEEK = date(2026, 11, 23)
QUARTER = fiscal_quarter_start(OCT)
A, A2, B, C = "51000001", "51000002", "52000001", "53000001"
ACCOUNT = {A: "59000001", A2: "59000001", B: "59000002", C: "59000003"}
TEAMS, EXO = "TEAMS", "EXO"
MAY_ALL = CAPABILITIES["admin"]


@dataclass(frozen=True)
class Pair:
    """One customer's workload: who holds it, and its share of active users, first and last."""

    customer: int
    workload: str
    partner: str
    share: tuple[float, float]


OF_AVALON = (
    Pair(1, TEAMS, A, (0.08, 0.17)),
    Pair(1, EXO, A, (0.12, 0.143)),
    Pair(2, TEAMS, A, (0.30, 0.41)),
    Pair(2, EXO, "", (0.05, 0.11)),
    Pair(3, TEAMS, A2, (0.13, 0.146)),
    Pair(3, EXO, A, (0.16, 0.12)),
    Pair(4, TEAMS, "", (0.05, 0.09)),
    Pair(4, EXO, A, (0.40, 0.04)),
    Pair(9, TEAMS, A, (0.10, 0.13)),
)
SHARED = Pair(9, EXO, B, (0.11, 0.125))
OF_BOREALIS = (
    Pair(5, TEAMS, B, (0.08, 0.17)),
    Pair(5, EXO, B, (0.12, 0.143)),
    Pair(6, TEAMS, B, (0.30, 0.41)),
    Pair(6, EXO, "", (0.05, 0.11)),
    Pair(7, TEAMS, "", (0.05, 0.09)),
    Pair(7, EXO, B, (0.40, 0.04)),
    Pair(8, TEAMS, C, (0.10, 0.13)),
    Pair(8, EXO, C, (0.09, 0.1)),
)
MORE_OF_BOREALIS = (
    Pair(10, TEAMS, B, (0.13, 0.22)),
    Pair(11, EXO, C, (0.02, 0.05)),
    Pair(11, TEAMS, "", (0.02, 0.05)),
)


@dataclass(frozen=True)
class Variant:
    """Which numbers and names customers and partners have; the others differ in every one."""

    name: str
    changed: frozenset[int] = frozenset()
    changed_partners: frozenset[str] = frozenset()
    changes_shared: bool = False
    has_more: bool = False


BASE = Variant("base")
OTHER_PARTNERS = Variant(
    "other partners", frozenset({5, 6, 7, 8}), frozenset({B, C}), changes_shared=True, has_more=True
)
"""What somebody with partner or account A must not see is another one."""
OTHER_CUSTOMERS = Variant("other customers", frozenset({5, 6, 7, 8}), frozenset({C}), has_more=True)
"""What somebody with the customers of Avalon must not see is another one."""


# --- numbers and names ----------------------------------------------------------------------------


def _primes(first: int, size: int) -> np.ndarray:
    """Return the primes of [first, first + size)."""
    is_prime = np.ones(size, dtype=bool)
    for factor in range(2, int((first + size) ** 0.5) + 1):
        is_prime[(-first) % factor :: factor] = False
    return np.flatnonzero(is_prime) + first


def _own_prime(first: int, place: int) -> int:
    """Return a prime from a number on that no other place has."""
    found = _primes(first, 40_000)
    return int(found[found % PLACES == place][0])


PLACES = 211
"""A prime above every place of a customer's workload."""


def _place(customer: int, variant: Variant, *, is_changed: bool) -> int:
    """Return a number for a customer of a variant: no two share one."""
    return customer + 40 * (is_changed and variant is not BASE)


@cache
def counts_of(pair: Pair, variant: Variant) -> list[tuple[int, int]]:
    """Return seats and users of each month: primes of 8 and of 7 or 8 digits."""
    is_shared_change = variant.changes_shared and pair == SHARED
    changed = pair.customer in variant.changed or is_shared_change or pair in MORE_OF_BOREALIS
    place = _place(pair.customer, variant, is_changed=changed) * 2 + (pair.workload == EXO)
    seats = _primes(40_000_000 + place * 500_000, 4_000)[: len(MONTHS)]
    shares = np.linspace(*pair.share, len(MONTHS))
    users = [_own_prime(int(n * share), place) for n, share in zip(seats, shares, strict=True)]
    return [(int(n), many) for n, many in zip(seats, users, strict=True)]


@cache
def number_of(kind: str, customer: int, variant: Variant, at: int = 0) -> int:
    """Return a prime for another thing of a customer: a claim, TPID, amount, subscription."""
    start = {"claim": 210, "tpid": 230, "usd": 250, "seats": 270, "earning": 290, "units": 310}
    place = _place(customer, variant, is_changed=customer in variant.changed or customer > 9)
    return int(_primes(start[kind] * 1_000_000 + place * 20_000 + at * 2_000, 900)[0])


def name_of(customer: int, variant: Variant) -> str:
    """Return a customer's name, a word that occurs nowhere else."""
    place = _place(customer, variant, is_changed=customer in variant.changed or customer > 9)
    tail = "".join("bcdfghklmnprstvwxz"[place // 18**power % 18] + "aeo"[power] for power in (0, 1))
    return f"{'Avalon' if customer in AVALON else 'Borealis'}zq{tail}qz"


def domain_of(customer: int, variant: Variant) -> str:
    """Return a customer's domain."""
    return f"{name_of(customer, variant).lower()}.example"


def tenant_of(customer: int, variant: Variant) -> str:
    """Return a customer's tenant id."""
    place = _place(customer, variant, is_changed=customer in variant.changed or customer > 9)
    return f"7{place:07d}-0000-4000-8000-{place * 7919 + 100_000_000_000:012d}"


def partner_name(partner: str, variant: Variant) -> str:
    """Return a partner's name."""
    words = {A: "Partalder", A2: "Partaspen", B: "Partbirch", C: "Partcedar"}
    return words[partner] + ("xxv" if partner in variant.changed_partners else "")


AVALON = (1, 2, 3, 4, 9)


def market_of(customer: int) -> tuple[str, str]:
    return ("Avalonia", "Albasegment") if customer in AVALON else ("Borealia", "Brumasegment")


def secrets(variant: Variant, *, is_partner_scope: bool) -> frozenset[str]:
    """Return texts that somebody with Avalon's partner (or else its customers) must never see."""
    if not is_partner_scope:
        return _texts(all_of(variant, OF_BOREALIS), variant, partners=(C,))
    pairs = [*all_of(variant, OF_BOREALIS), SHARED]
    return _texts(pairs, variant, partners=(B, C)) | {rival_claim(variant).removeprefix("C-")}


def secrets_of_avalon(variant: Variant, *, is_partner_scope: bool) -> frozenset[str]:
    """Return texts that somebody with Borealis' partner (or customers) must never see."""
    pairs = [*OF_AVALON, *([] if is_partner_scope else [SHARED])]
    # Borealis' partner has a workload of customer 9, and claims one of customer 1.
    shared = {each(one, variant) for one in (1, 9) for each in (name_of, domain_of, tenant_of)}
    shared |= {str(number_of("tpid", one, variant)) for one in (1, 9)}
    found = _texts(pairs, variant, partners=(A, A2))
    return found - shared if is_partner_scope else found


def _texts(pairs: Sequence[Pair], variant: Variant, *, partners: Sequence[str]) -> frozenset[str]:
    numbers = {str(n) for pair in pairs for counts in counts_of(pair, variant) for n in counts}
    customers = {pair.customer for pair in pairs} - {SHARED.customer}
    if any(pair.customer == SHARED.customer and pair != SHARED for pair in pairs):
        customers |= {SHARED.customer}
    for one in customers:
        numbers |= {str(number_of(kind, one, variant)) for kind in ("claim", "tpid", "earning")}
        numbers |= {str(number_of(kind, one, variant)) for kind in ("usd", "seats")}
    names = {text(one, variant) for one in customers for text in (name_of, domain_of, tenant_of)}
    told = {partner_name(one, variant) for one in partners} | set(partners)
    return frozenset(numbers | names | told | {f"owner.{one}@example.com" for one in partners})


# --- who looks ------------------------------------------------------------------------------------


def viewer(who: str, **limits: tuple[str, ...]) -> Scope:
    """Return the scope of an account manager who may do and see all within these limits."""
    return Scope(
        f"Viewer {who}",
        "account_manager",
        user_key=f"key{who}",
        person=f"owner.{A if who == 'a' else B}@example.com",
        capabilities=MAY_ALL,
        **limits,
    )


def scopes_of_avalon() -> dict[str, Scope]:
    """Return the scopes that see customers or partners of Avalon, by what limits them."""
    tenants = tuple(tenant_of(one, BASE) for one in AVALON)
    return {
        "partner": viewer("a", partner_ids=(A, A2)),
        "one partner": viewer("a", partner_ids=(A,)),
        "account": viewer("a", account_ids=(ACCOUNT[A],)),
        "tenant": viewer("a", tenant_ids=tenants),
        "market": viewer("a", markets=("Avalonia",)),
        "segment": viewer("a", segments=("Albasegment",)),
        "partner and market": viewer("a", partner_ids=(A, A2), markets=("Avalonia",)),
        "account and segment": viewer("a", account_ids=(ACCOUNT[A],), segments=("Albasegment",)),
        "partner and tenant": viewer("a", partner_ids=(A,), tenant_ids=tenants[:2]),
        "nothing": viewer("a", partner_ids=(), tenant_ids=()),
    }


def scopes_of_borealis() -> dict[str, Scope]:
    """Return the scopes that see customers or partners of Borealis, by what limits them."""
    return {
        "partner": viewer("b", partner_ids=(B,)),
        "account": viewer("b", account_ids=(ACCOUNT[B],)),
        "tenant": viewer("b", tenant_ids=tuple(tenant_of(one, BASE) for one in (5, 6, 7, 8))),
        "market": viewer("b", markets=("Borealia",)),
        "segment": viewer("b", segments=("Brumasegment",)),
    }


def limits_partners(scope: Scope) -> bool:
    """Return whether a scope is limited by partners or accounts."""
    return scope.partner_ids is not None or scope.account_ids is not None


# --- files ----------------------------------------------------------------------------------------

_USAGE = (
    "tenant_id,tenant_name,CustomerTpid,TenantDomainName,CustomerSegment,CustomerMarket,workload,"
    "month,paid_available_units,monthly_active_users,partner_id,associated_on"
)


def usage_file(pairs: Sequence[Pair], variant: Variant, months: range, *, more: int = 0) -> str:
    """Return usage as a file; with `more`, that many users more."""
    lines = [_USAGE]
    for pair in pairs:
        customer, told = pair.customer, counts_of(pair, variant)
        market, segment = market_of(customer)
        about = [tenant_of(customer, variant), name_of(customer, variant)]
        about += [str(number_of("tpid", customer, variant)), domain_of(customer, variant)]
        for month in months:
            seats, users = told[month - MONTHS[0]]
            holder = pair.partner
            if pair == OF_AVALON[5] and month < OCT - 3:
                holder = A2  # moves within the account
            since = (
                first_day(MONTHS[1]) if holder != A or pair != OF_AVALON[5] else first_day(OCT - 3)
            )
            held = [holder, since.isoformat() if holder else ""]
            values = [pair.workload, month_code(month), str(seats), str(users + more)]
            lines.append(",".join([*about, segment, market, *values, *held]))
    return "\n".join(lines)


def claims_file(pairs: Sequence[Pair], variant: Variant) -> str:
    """Return claims: one approved, one under review, one that wants action, by place."""
    lines = ["claim_id,claim_name,tenant_id,workload,partner_id,status,status_on,submitted_on,"
             "approved_on,proof_signed_on,contact_name,contact_email"]  # fmt: skip
    for at, pair in enumerate(pairs):
        customer = pair.customer
        statuses = ("Approved", "Under review", "Partner action required")
        status = "Approved" if pair.partner else statuses[1 + at % 2]
        owner = pair.partner or (A if customer in AVALON else B)
        number = number_of("claim", customer, variant)
        name = name_of(customer, variant)
        days = [TODAY - timedelta(days=6), TODAY - timedelta(days=12)]
        approved = (TODAY - timedelta(days=300)).isoformat() if status == "Approved" else ""
        if pair == OF_BOREALIS[0]:
            lines.append(
                f"{rival_claim(variant)},,{tenant_of(1, variant)},{TEAMS},{B},Under review,"
                f"{days[0]},{days[1]},,2026-10-30,,"
            )
        lines.append(
            f"C-{number},{name} claim,{tenant_of(customer, variant)},{pair.workload},{owner},"
            f"{status},{days[0]},{days[1]},{approved},2026-01-10,{name} contact,"
            f"buyer@{domain_of(customer, variant)}"
        )
    return "\n".join(lines)


def earnings_file(pairs: Sequence[Pair], variant: Variant) -> str:
    lines = ["earningId,claimId,customerTenantId,customerName,participantId,workload,milestone,"
             "earningDate,calculationDate,earningAmount,earningAmountUSD,earningRate,"
             "compensableUnits,estimatedPaymentMonth,paymentStatus,lever"]  # fmt: skip
    for pair in pairs:
        customer = pair.customer
        tenant, claim = tenant_of(customer, variant), number_of("claim", customer, variant)
        usd, units = number_of("usd", customer, variant), number_of("units", customer, variant)
        lines.append(
            f"E-{number_of('earning', customer, variant)},C-{claim},{tenant},"
            f"{name_of(customer, variant)},{pair.partner},{pair.workload},15%,2026-06-15,"
            f"2026-06-16,{usd}.00,{usd}.00,0.125,{units},2026-08,Sent,Usage"
        )
    return "\n".join(lines)


def rival_claim(variant: Variant) -> str:
    """Return the id of the claim of Borealis' partner on Teams of customer 1 of Avalon."""
    return f"C-{number_of('claim', 13, OTHER_PARTNERS if variant.changes_shared else BASE)}"


def subscriptions_file(pairs: Sequence[Pair], variant: Variant) -> str:
    lines = ["SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,Month,"
             "CustomerTenantId,Product,SKU,AvailableSeats"]  # fmt: skip
    for customer in sorted({pair.customer for pair in pairs}):
        seats = number_of("seats", customer, variant)
        lines.append(
            f"S-{seats},2025-12-01,2026-12-01,Active,2026-10-01,{tenant_of(customer, variant)},"
            f"Microsoft 365 E5,SPE_E5,{seats}"
        )
    return "\n".join(lines)


def partners_file(partners: Sequence[str], variant: Variant) -> str:
    lines = ["MPNId,PartnerName,PGA_MPNID,PGA_PartnerName,City,Country,HierarchyLevel"]
    for one in partners:
        name, city = partner_name(one, variant), f"City of {partner_name(one, variant)}"
        account = f"Account of {partner_name(A if one == A2 else one, variant)}"
        lines.append(f"{one},{name},{ACCOUNT[one]},{account},{city},Germany,Location ID")
    return "\n".join(lines)


def broken_file(customer: int, variant: Variant) -> str:
    """Return a row that is set aside, because its count is no number."""
    tenant, name = tenant_of(customer, variant), name_of(customer, variant)
    return (
        "tenant_id,tenant_name,workload,month,paid_available_units,monthly_active_users\n"
        f"{tenant},{name},Teams,2026-10,many,{name}"
    )


def all_of(variant: Variant, pairs: Sequence[Pair]) -> list[Pair]:
    return [*pairs, *(MORE_OF_BOREALIS if variant.has_more else ())]
