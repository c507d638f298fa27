"""The usage reports of the demo: CPOR, Microsoft 365, EMS, and the later correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data_access.demo import headers
from data_access.demo.catalog import CODES, WORKLOADS
from data_access.demo.lines import joined, numbers, spread, texts, write_blocks, write_frame
from data_access.demo.world import World
from insights.months import first_day, month_code

CELLS_PER_BLOCK = 400_000
EMS_TENANTS_SHARE = 0.15
EMS_COLUMNS = {"AADP": "AADP", "INTUNE": "Intune", "AIP": "Azip"}
RESTATED_BY = 0.01

Ints = npt.NDArray[np.int64]


def write_cpor(path: Path, world: World, months: range, *, bom: bool = False) -> Path:
    """Write the CPOR usage of these months (positions): one row per held pair and month."""
    return write_blocks(path, headers.CPOR_USAGE, _cpor_blocks(world, months), bom=bom)


def write_m365(path: Path, world: World, months: range, *, unheld_only: bool = False) -> Path:
    """Write the Microsoft 365 usage of these months, tab-separated: every pair, claimed or not.

    Rows of a second location of the same global account follow with IsDuplicateRowForPGA = 1.
    `unheld_only` leaves out what the CPOR report has.
    """
    blocks = _m365_blocks(world, months, unheld_only=unheld_only)
    return write_blocks(path, headers.M365_USAGE, blocks, delimiter="\t")


def write_ems(path: Path, world: World, months: range) -> Path:
    """Write the EMS usage of some tenants in these months, one wide row per tenant and month."""
    return write_frame(path, _ems_rows(world, months), headers.EMS_USAGE)


def write_correction(path: Path, world: World) -> Path:
    """Write the later CPOR file: restated and late rows of one month, and some broken rows."""
    at = world.months - 2
    pair = np.r_[world.restated, world.arrives_late]
    active = np.r_[corrected_users(world), world.users[world.arrives_late, at]]
    rows = _cpor_rows(world, pair, at, active)
    broken = _broken_rows(world, at)
    return write_frame(path, pd.concat([rows, broken]), headers.CPOR_USAGE)


def corrected_users(world: World) -> Ints:
    """Return the active users of the restated pairs as the correction has them."""
    users = world.users[world.restated, world.months - 2]
    sign = world.rng("correction").choice([-1, 1], len(users))
    step = np.maximum(np.rint(users * RESTATED_BY), 1) * sign
    corrected: Ints = np.maximum(users + step, 0).astype(np.int64)
    return corrected


def _written(world: World) -> npt.NDArray[np.bool_]:
    """Return which pair-months stand in the first files: all reported but those that are late."""
    written = world.reported.copy()
    written[world.arrives_late, world.months - 2] = False
    return written


def _blocks(mask: npt.NDArray[np.bool_], months: range) -> Iterator[tuple[Ints, Ints]]:
    """Yield pair and month positions of the chosen cells, a bounded number at a time."""
    step = max(CELLS_PER_BLOCK // len(months), 1)
    for start in range(0, len(mask), step):
        pair, month = np.nonzero(mask[start : start + step, months.start : months.stop])
        yield pair + start, month + months.start


def _ending(world: World) -> pa.StringArray:
    """Return the first day of every month as the last cell of a line."""
    days = [first_day(world.first_month + month).isoformat() for month in range(world.months)]
    return texts([f"{day}\n" for day in days])


def _cpor_blocks(world: World, months: range) -> Iterator[Sequence[pa.StringArray]]:
    """Yield the line parts of the CPOR report."""
    tenants, holdings = world.tenants.iloc[world.pairs.tenant], world.holdings
    names = np.array([adoption.cpor_name for adoption in WORKLOADS])[world.pairs.workload]
    customer = joined([tenants["tenant_id"], tenants["name"], names.tolist()], ",")
    partner = world.partners["partner_id"].to_numpy()[holdings["partner"]]
    days = [day.isoformat() for day in holdings["associated_on"].dt.date]
    claim = joined([holdings["claim_id"], partner, days, ["CPOR"] * len(holdings)], ",")
    ending = _ending(world)
    for pair, month in _blocks(_written(world) & (world.holding >= 0), months):
        yield (
            spread(customer, pair),
            numbers(world.users[pair, month]),
            numbers(world.seats[pair, month]),
            spread(claim, world.holding[pair, month]),
            spread(ending, month),
        )


def _m365_blocks(
    world: World, months: range, *, unheld_only: bool
) -> Iterator[Sequence[pa.StringArray]]:
    """Yield the line parts of the Microsoft 365 report, duplicates after their block."""
    parts = _M365Parts(world)
    written = _written(world)
    if unheld_only:
        written &= world.holding < 0
    second = world.duplicate_of[world.pairs.tenant]
    holder = np.r_[world.holdings["partner"].to_numpy(), -1]
    for pair, month in _blocks(written, months):
        held_by = holder[world.holding[pair, month]]
        yield parts.of(pair, month, held_by, is_duplicate=False)
        twice = (held_by >= 0) & (second[pair] >= 0) & (held_by != second[pair])
        yield parts.of(pair[twice], month[twice], second[pair[twice]], is_duplicate=True)


class _M365Parts:
    """The prepared parts of the Microsoft 365 report's lines."""

    def __init__(self, world: World) -> None:
        tenants = world.tenants.iloc[world.pairs.tenant]
        names = np.array([adoption.usage_name for adoption in WORKLOADS])[world.pairs.workload]
        self._world = world
        self._customer = joined([tenants["tenant_id"], tenants["tpid"], names.tolist()], "\t")
        days = [first_day(world.first_month + month).isoformat() for month in range(world.months)]
        self._days = texts(days)
        people = tenants.assign(eou=tenants["market"].map(lambda market: f"{market} EOU"))
        attributes = people[["name", "market", "segment", "industry", "vertical", "eou"]]
        self._attributes = joined([attributes[column] for column in attributes], "\t")
        partners = world.partners
        self._account = texts(partners["account_id"])
        self._home = world.tenants["home"].to_numpy()[world.pairs.tenant]
        columns = [partners["partner_id"], partners["name"], partners["country"]]
        holder = joined([*columns, ["CPOR"] * len(partners)], "\t").to_pylist()
        other = joined([*columns, ["CSP"] * len(partners)], "\t").to_pylist()
        self._holders = texts([*(f"{text}\t0\n" for text in holder), "\t\t\t\t0\n"])
        self._seconds = texts([f"{text}\t1\n" for text in other])

    def of(
        self, pair: Ints, month: Ints, partner: Ints, *, is_duplicate: bool
    ) -> Sequence[pa.StringArray]:
        """Return the line parts of these rows; partner -1 means that nobody holds the pair."""
        account = np.where(partner >= 0, partner, self._home[pair])
        seen = np.where(partner >= 0, partner, len(self._account))
        return (
            spread(self._account, account),
            spread(self._customer, pair),
            spread(self._days, month),
            numbers(self._world.seats[pair, month]),
            numbers(self._world.users[pair, month]),
            spread(self._attributes, pair),
            spread(self._seconds, partner) if is_duplicate else spread(self._holders, seen),
        )


def _cpor_rows(world: World, pair: Ints, month: int, users: Ints) -> pd.DataFrame:
    """Return CPOR report rows of these pairs in one month, with these active users."""
    tenants = world.tenants.iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    held = world.holdings.iloc[world.holding[pair, month]].reset_index(drop=True)
    names = np.array([adoption.cpor_name for adoption in WORKLOADS], dtype=object)
    return pd.DataFrame(
        {
            "CustomerTenantId": tenants["tenant_id"],
            "CustomerName": tenants["name"],
            "WorkloadName": names[world.pairs.workload[pair]],
            "MonthlyActiveUsers": users.astype(str).astype(object),
            "PaidAvailableUnits": world.seats[pair, month].astype(str).astype(object),
            "ClaimId": held["claim_id"],
            "MpnId": world.partners["partner_id"].to_numpy()[held["partner"]],
            "DateAssociated": held["associated_on"].dt.strftime("%Y-%m-%d"),
            "PartnerAttributionType": "CPOR",
            "Date": first_day(world.first_month + month).isoformat(),
        }
    )


def _broken_rows(world: World, month: int) -> pd.DataFrame:
    """Return nine rows that an import must quarantine, each for a reason of its own."""
    held = np.flatnonzero((world.holding[:, month] >= 0) & world.reported[:, month])
    free = held[~np.isin(held, np.r_[world.restated, world.arrives_late])]
    free = free[np.linspace(0, len(free) - 1, 8).astype(np.int64)]
    rows = _cpor_rows(world, np.r_[free, free[7]], month, world.users[np.r_[free, free[7]], month])
    year = month_code(world.first_month + month)[:4]
    spoiled = [
        ("MonthlyActiveUsers", "-4"),
        ("MonthlyActiveUsers", "12.5"),
        ("PaidAvailableUnits", "n/a"),
        ("CustomerTenantId", ""),
        ("WorkloadName", ""),
        ("Date", "2091-01-01"),
        ("Date", f"03/04/{year}"),
        ("MonthlyActiveUsers", "410"),
        ("MonthlyActiveUsers", "455"),
    ]
    for row, (column, text) in enumerate(spoiled):
        rows.loc[row, column] = text
    return rows


def _ems_rows(world: World, months: range) -> pd.DataFrame:
    """Return the wide EMS rows: tenants with Intune, Entra ID P1 and information protection.

    The row names a partner only where one partner holds every workload on it.
    """
    table = pd.Series(np.arange(len(world.pairs)), index=[world.pairs.tenant, world.pairs.workload])
    wide = table.unstack()[[CODES.index(code) for code in EMS_COLUMNS]].dropna().astype(np.int64)
    chosen = world.rng("ems").random(len(wide)) < EMS_TENANTS_SHARE
    chosen[:3] = True
    wide = wide[chosen]
    pair = np.repeat(wide.to_numpy(), len(months), axis=0)
    month = np.tile(np.array(months), len(wide))
    there = _written(world)[pair, month[:, None]]
    some = there.any(axis=1)
    tenant = np.repeat(wide.index.to_numpy(), len(months))
    return _ems_frame(world, tenant[some], pair[some], month[some])


def _ems_frame(world: World, tenant: Ints, pair: Ints, month: Ints) -> pd.DataFrame:
    """Return the EMS rows of these tenants and months; `pair` has one column per workload."""
    there = _written(world)[pair, month[:, None]]
    seats = pd.DataFrame(world.seats[pair, month[:, None]]).astype("Int64").where(there)
    users = pd.DataFrame(world.users[pair, month[:, None]]).astype("Int64").where(there)
    people = world.tenants.iloc[tenant].reset_index(drop=True)
    days = np.array([first_day(world.first_month + at).isoformat() for at in range(world.months)])
    partner = _sole_holder(world, pair, month)
    named = world.partners.reindex(partner).reset_index(drop=True)
    account = world.partners["account_id"].to_numpy()
    rows = pd.DataFrame(
        {
            "PGAMpnID": account[np.where(partner >= 0, partner, people["home"])],
            "SubscriptionStatus": "Active",
            "Month": days[month],
            "SKU": "Enterprise Mobility + Security E3",
            "FreeVsPaidSKU": "Paid",
            "CustomerName": people["name"],
            "CustomerTenantId": "{" + people["tenant_id"].str.upper() + "}",
            "CustomerTpid": people["tpid"],
            "CustomerSegment": people["segment"],
            "CustomerMarket": people["market"],
            "IndustryName": people["industry"],
            "VerticalName": people["vertical"],
            "MPNID": named["partner_id"],
            "PartnerName": named["name"],
            "PartnerLocation": named["country"],
            "PartnerAttributionType": np.where(partner >= 0, "CPOR", ""),
            "PaidAvailableUnits": seats.max(axis=1),
            "MonthlyActiveUsers": users.max(axis=1),
        }
    )
    for column, name in enumerate(EMS_COLUMNS.values()):
        rows[f"{name}PaidAvailableUnits"] = seats[column]
        rows[f"{name}MonthlyActiveUsers"] = users[column]
    return rows


def _sole_holder(world: World, pair: Ints, month: Ints) -> Ints:
    """Return the one partner that holds every workload of the row, or -1."""
    holder = np.r_[world.holdings["partner"].to_numpy(), -1]
    by_workload = holder[world.holding[pair, month[:, None]]]
    same = (by_workload == by_workload[:, :1]).all(axis=1)
    sole: Ints = np.where(same, by_workload[:, 0], -1)
    return sole
