"""The demo's reports about parties and products: profile, customers, subscriptions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import headers
from data_access.demo.days import first_days, iso
from data_access.demo.lines import write_frame
from data_access.demo.parties import suite_names
from data_access.demo.world import World
from insights.months import first_day

ADD_ON = "Microsoft Teams Phone Standard"
ADD_ON_SHARE = 0.3
CHURNED_SHARE = 0.08


def write_partner_profile(path: Path, world: World) -> Path:
    """Write the partner profile: every global account and every location."""
    partners = world.partners
    accounts = partners.drop_duplicates("account_id")
    shared = {"PGA_MPNID": "account_id", "PGA_PartnerName": "account_name"}
    parents = accounts[["account_id", "account_name", "city", "country"]].set_axis(
        ["MPNId", "PartnerName", "City", "Country"], axis=1
    )
    places = partners[["partner_id", "name", "city", "country"]].set_axis(
        ["MPNId", "PartnerName", "City", "Country"], axis=1
    )
    for target, source in shared.items():
        parents[target], places[target] = accounts[source], partners[source]
    rows = pd.concat(
        [parents.assign(HierarchyLevel="Global ID"), places.assign(HierarchyLevel="Location ID")]
    )
    return write_frame(path, rows, headers.PARTNER_PROFILE)


def write_customers(path: Path, world: World, month: int) -> Path:
    """Write Customers and Tenants of a month (position): tenant x product, duplicates flagged."""
    common = _customer_columns(world, month)
    seats, users = _largest(world, month)
    suite = common.assign(
        Product=suite_names(world.tenants),
        AvailableSeats=seats,
        CPORPaidSeats=seats,
        CPORActiveUsers=users,
        IsDuplicateRowForPGA=0,
    )
    has_add_on = world.rng("add-ons").random(len(common)) < ADD_ON_SHARE
    add_on = suite[has_add_on].assign(
        Product=ADD_ON, AvailableSeats=(seats[has_add_on] * 0.2).astype(np.int64) + 1
    )
    add_on[["CPORPaidSeats", "CPORActiveUsers"]] = None
    second = world.duplicate_of >= 0
    other = world.partners.iloc[world.duplicate_of[second]]
    twice = suite[second].assign(
        MPNId=other["partner_id"].to_numpy(),
        PartnerName=other["name"].to_numpy(),
        PartnerLocation=other["country"].to_numpy(),
        IsDuplicateRowForPGA=1,
    )
    rows = pd.concat([suite, add_on, twice])
    rows["RawProductName"], rows["SKU"] = rows["Product"], rows["Product"]
    rows["CustomerStatus"], rows["TopSegment"] = "Active", rows["CustomerSegment"]
    rows["PartnerAttributionType"], rows["SalesChannel"] = "CPOR", "CSP"
    return write_frame(path, rows, headers.CUSTOMERS)


def write_subscriptions(path: Path, world: World, month: int) -> Path:
    """Write Subscription details of a month: one suite a tenant, and some that churned."""
    rng = world.rng("subscriptions")
    common = _customer_columns(world, month)
    seats, _ = _largest(world, month)
    active = common.assign(
        Product=suite_names(world.tenants), AvailableSeats=seats, SubscriptionState="Active"
    )
    active = _with_terms(rng, active, first_month=world.last_month - 11, spread=12)
    churned = common[rng.random(len(common)) < CHURNED_SHARE].assign(
        Product="Office 365 E1", AvailableSeats=0, SubscriptionState="Churned"
    )
    churned = _with_terms(rng, churned, first_month=world.last_month - 30, spread=16)
    churned["IsAutoRenew"] = "No"
    rows = pd.concat([active, churned])
    for column in ("ReportingProductName", "RawProductName", "SKU"):
        rows[column] = rows["Product"]
    rows["AvailableSeatsEOP"] = rows["AvailableSeats"]
    rows["MPNID"] = rows["MPNId"]
    rows["SolutionArea"], rows["SalesChannel"] = "Modern Work", "CSP"
    rows["TopSegment"] = rows["CustomerSegment"]
    rows["PartnerAttributionType"], rows["IsDuplicateRowForPGA"] = "CPOR", 0
    return write_frame(path, rows, headers.SUBSCRIPTIONS)


def _customer_columns(world: World, month: int) -> pd.DataFrame:
    """Return one row per tenant with the columns that both customer reports share."""
    tenants = world.tenants
    home = world.partners.iloc[tenants["home"]].reset_index(drop=True)
    domains = tenants["domain"]
    return pd.DataFrame(
        {
            "PGAMpnID": home["account_id"],
            "CustomerName": tenants["name"],
            "CustomerTenantId": tenants["tenant_id"],
            "CustomerTpid": tenants["tpid"],
            "DUNSNumber": tenants["duns"],
            "CustomerSegment": tenants["segment"],
            "CustomerMarket": tenants["market"],
            "CustomerTenantName": tenants["name"],
            "CustomerTenantCountry": tenants["country"],
            "TenantDomainName": domains,
            "Month": first_day(world.first_month + month).isoformat(),
            "MPNId": home["partner_id"],
            "PartnerName": home["name"],
            "PartnerLocation": home["country"],
            "IndustryName": tenants["industry"],
            "VerticalName": tenants["vertical"],
        }
    )


def _largest(world: World, month: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return, by tenant, seats and users of its largest workload in a month."""
    count = len(world.tenants)
    seats, users = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    np.maximum.at(seats, world.pairs.tenant, world.seats[:, month])
    np.maximum.at(users, world.pairs.tenant, world.users[:, month])
    return seats, users


def _with_terms(
    rng: np.random.Generator, rows: pd.DataFrame, *, first_month: int, spread: int
) -> pd.DataFrame:
    """Return subscriptions of one year each, started within `spread` months of the first one."""
    start = first_month + rng.integers(0, spread, len(rows))
    day = rng.integers(0, 28, len(rows))
    ids = [rng.bytes(16).hex() for _ in range(len(rows))]
    return rows.assign(
        SubscriptionId=[f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}" for i in ids],
        SubscriptionStartDate=iso(first_days(start) + day),
        SubscriptionEndDate=iso(first_days(start + 12) + day),
        SubscriptionStartMonth=iso(first_days(start)),
        IsAutoRenew=np.where(rng.random(len(rows)) < 0.7, "Yes", "No"),
    )
