"""The kinds of files we read: what each one tells, and how far behind it normally is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataSource:
    """One kind of file. `lag_months` is how many months its newest month normally lies behind
    the current one once the refresh is done; None where a file has no months.

    Refresh and latency as in Microsoft's help on Partner Center insights (data frequency, known
    issues): usage about one month late, complete with the refresh done by the 20th.
    """

    kind: str
    title: str
    tells: str
    refresh_days: int | None
    lag_months: int | None


_USAGE_LAG = 2

DATA_SOURCES: tuple[DataSource, ...] = (
    DataSource(
        "cpor_usage",
        "CPOR – Microsoft 365 usage",
        "Seats, active users and the associated partner by tenant, workload and month: the "
        "central file.",
        3,
        _USAGE_LAG,
    ),
    DataSource(
        "m365_usage",
        "Microsoft 365 usage",
        "Seats and active users with segment, market and partner, in its 2021, 2023 and API "
        "spellings.",
        3,
        _USAGE_LAG,
    ),
    DataSource(
        "ems_usage",
        "EMS usage",
        "Seats and active users of Entra ID P1, Intune and Information Protection.",
        3,
        _USAGE_LAG,
    ),
    DataSource(
        "customers",
        "Customers and Tenants",
        "Names, domains, segments, markets and industries of customers.",
        5,
        _USAGE_LAG,
    ),
    DataSource(
        "partner_profile",
        "Partner profile",
        "Names and places of partner locations, and their global account.",
        1,
        None,
    ),
    DataSource(
        "subscriptions",
        "Subscription details",
        "Subscriptions with product, state, dates and seats.",
        5,
        _USAGE_LAG,
    ),
    DataSource(
        "earnings",
        "Earnings – Default",
        "What Microsoft calculated and paid, by claim, workload and milestone.",
        None,
        None,
    ),
    DataSource(
        "claims",
        "Customer claims",
        "Claims with status and dates, in our own documented layout.",
        None,
        None,
    ),
    DataSource(
        "graph_services",
        "Graph service user counts",
        "Active users by service of one tenant, from Microsoft Graph; never replaces a partner "
        "report's value.",
        None,
        1,
    ),
    DataSource(
        "usage",
        "Usage (canonical layout)",
        "Seats and active users by tenant, workload and month, in our own plain layout.",
        None,
        None,
    ),
)

DATA_SOURCES_BY_KIND: dict[str, DataSource] = {source.kind: source for source in DATA_SOURCES}
