"""Every kind of file we read, one module each, and how a header tells which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_access.errors import RefusedFileError
from data_access.parsing.headers import header_key
from data_access.sources.base import QUARANTINE_COLUMNS, Source
from data_access.sources.claims import CLAIMS
from data_access.sources.cpor_usage import CPOR_USAGE
from data_access.sources.customers import CUSTOMERS
from data_access.sources.earnings import EARNINGS
from data_access.sources.ems_usage import EMS_USAGE
from data_access.sources.graph_services import GRAPH_SERVICES
from data_access.sources.m365_usage import M365_USAGE
from data_access.sources.partner_profile import PARTNER_PROFILE
from data_access.sources.subscriptions import SUBSCRIPTIONS
from data_access.sources.usage import USAGE

SOURCES: tuple[Source, ...] = (
    CPOR_USAGE,
    M365_USAGE,
    EMS_USAGE,
    CUSTOMERS,
    PARTNER_PROFILE,
    SUBSCRIPTIONS,
    EARNINGS,
    CLAIMS,
    GRAPH_SERVICES,
    USAGE,
)
"""Every kind of file, in the order of docs/files.md."""

_HINT = "docs/files.md lists the files that are read, and the columns that each needs."


@dataclass(frozen=True, slots=True)
class _Unread:
    """A report that looks like one of ours but says something else; two marks tell it."""

    title: str
    marks: frozenset[str]


_UNREAD = (
    _Unread(
        "Business applications usage",
        frozenset({"metrictype", "pamau", "mac", "skugroup", "workloadcategory"}),
    ),
    _Unread(
        "Teams monthly usage",
        frozenset({"subworkload", "desktopusers", "webusers", "mobileusers", "allupparticipants"}),
    ),
    _Unread(
        "Teams meetings and calls", frozenset({"subworkload", "meetingcount", "meetingduration"})
    ),
    _Unread("Teams usage 3P apps", frozenset({"appname", "usercount", "datekey"})),
    _Unread(
        "Cloud Ascent propensity",
        frozenset({"m365cluster", "m365fit", "m365intent", "smctypesummary", "surfacecluster"}),
    ),
    _Unread(
        "Ineligible revenue usage",
        frozenset({"unearnedid", "compensableunitsalt", "customeridtype", "productfamily"}),
    ),
    _Unread(
        "Max cap balance",
        frozenset({"maxcapusd", "maxcapeffectivestartdate", "balanceearningopportunityusd"}),
    ),
)


def recognise(header: Sequence[str], *, file: str = "This file") -> Source:
    """Return the kind of file that a header belongs to.

    Raises RefusedFileError with the nearest kind and the columns that it lacks.
    """
    keys = {header_key(name) for name in header}
    unread = next((each for each in _UNREAD if len(each.marks & keys) >= 2), None)
    if unread:
        raise RefusedFileError(file, f"is “{unread.title}”, a report that is not read", _HINT)
    fitting = [
        source for source in SOURCES if not source.missing(header) and not source.excludes(header)
    ]
    if not fitting:
        raise _unknown(header, file)
    return max(fitting, key=lambda source: source.likeness(header))


def is_known(header: Sequence[str]) -> bool:
    """Return whether a header belongs to a kind of file that we read."""
    try:
        recognise(header)
    except RefusedFileError:
        return False
    return True


def unused_columns(source: Source, header: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a header that this kind does not use."""
    used = set(source.match(header).values())
    return tuple(
        name
        for place, name in enumerate(header)
        if name and place not in used and header_key(name) not in QUARANTINE_COLUMNS
    )


def _unknown(header: Sequence[str], file: str) -> RefusedFileError:
    """Return the refusal of a header of no kind, naming the nearest."""
    nearest = max(
        SOURCES,
        key=lambda source: (-len(source.missing(header)), source.likeness(header)[::-1]),
    )
    if not nearest.match(header):
        shown = ", ".join(name for name in header if name)[:120]
        return RefusedFileError(file, f"has no column that we know: {shown}", _HINT)
    missing = nearest.missing(header)
    lacks = ", ".join(missing) if missing else "a header that fits"
    return RefusedFileError(
        file,
        f"is of no kind that we read; nearest is “{nearest.title}”, which lacks {lacks}",
        _HINT,
    )
