"""Subscription details: products, seats and renewal dates of each customer."""

from __future__ import annotations

import numpy as np

from data_access.checks import Checks
from data_access.parsing.columns import Coded, Codes
from data_access.parsing.identifiers import partner_id, read_guid_tenant
from data_access.sources.attributes import partner_rows, tenant_rows
from data_access.sources.base import Source
from data_access.sources.shared import count_array, merged_rows, no_months, read_flags, settle
from data_access.sources.spellings import (
    ANY_TENANT,
    MICROSOFT_SINCE,
    MONTH,
    PARTNER,
    PARTNER_ATTRIBUTES,
    TENANT_ATTRIBUTES,
    WORKLOAD,
)
from data_access.targets import NOT_TOLD, Targets, target_frame

_TEXTS = ("product", "sku", "state")


def _read(checks: Checks) -> Targets:
    """Return one row per subscription as of its newest month in the file."""
    subscriptions = checks.key_text("subscription")
    tenants = checks.key("tenant", read_guid_tenant)
    has_months = checks.has("month")
    months = checks.months("month", earliest=MICROSOFT_SINCE) if has_months else no_months(checks)
    partners = checks.texts("partner", partner_id)
    said: dict[str, Coded[object] | Codes] = {
        **{name: checks.texts(name) for name in _TEXTS},
        "starts_on": checks.dates("starts_on"),
        "ends_on": checks.dates("ends_on"),
        "seats": checks.optional_counts("seats"),
    }
    renews = read_flags(checks, "is_auto_renew")
    values = [*(_as_numbers(each) for each in said.values()), renews, tenants.codes]
    first, _ = settle(
        checks,
        (subscriptions.codes, months),
        values,
        what="subscription and month",
    )
    newest = _newest(first, subscriptions.codes, months)
    frame = target_frame(
        "subscriptions",
        newest,
        {"subscription_id": subscriptions, "tenant_id": tenants, **said},
    )
    if checks.has("is_auto_renew"):
        frame = frame.assign(is_auto_renew=renews[newest].astype(bool).astype(object))
    return Targets(
        subscriptions=frame.assign(
            month=count_array(months[newest]), row=checks.raw.row_numbers[newest]
        ),
        tenants=tenant_rows(checks, tenants, months),
        partners=partner_rows(checks, partners, months),
        merged_rows=merged_rows(checks, subscriptions.codes, months, partners.codes, *values),
    )


def _as_numbers(column: Coded[object] | Codes) -> Codes:
    """Return a column as comparable numbers, NOT_TOLD where nothing is told."""
    if isinstance(column, Coded):
        return np.where(column.told, column.codes, NOT_TOLD)
    return column


def _newest(rows: Codes, keys: Codes, months: Codes) -> Codes:
    """Return of these rows the one with the newest month of each key."""
    order = np.lexsort((months[rows], keys[rows]))
    ordered = rows[order]
    is_last = np.r_[keys[ordered][1:] != keys[ordered][:-1], True][: len(ordered)]
    return np.sort(ordered[is_last])


SUBSCRIPTIONS = Source(
    kind="subscriptions",
    title="Subscription details",
    read=_read,
    columns={
        "subscription": ("SubscriptionId",),
        "tenant": ANY_TENANT,
        "month": MONTH,
        "product": ("ReportingProductName", "Product", "RawProductName", "ProductName"),
        "sku": ("SKU", "SKUName"),
        "state": ("SubscriptionState", "SubscriptionStatus"),
        "starts_on": ("SubscriptionStartDate",),
        "ends_on": ("SubscriptionEndDate",),
        "is_auto_renew": ("IsAutoRenew",),
        "seats": ("AvailableSeats", "AvailableSeatsEOP"),
        "partner": PARTNER,
        **TENANT_ATTRIBUTES,
        **PARTNER_ATTRIBUTES,
    },
    key=("subscription", "tenant"),
    never=(*WORKLOAD, "earningId", "AADPPaidAvailableUnits", "IntunePaidAvailableUnits"),
    hints=frozenset({"subscriptionid", "subscriptionstate", "subscriptionenddate"}),
)
