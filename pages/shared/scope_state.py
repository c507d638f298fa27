"""The state of the scope bar: which filters exist, what they may hold, and what they mean.

The address is the only place where a filter lives. Streamlit writes a bound widget's *label* into
the address, and links must hold stable codes, never names. So each filter has two widgets: one
bound to the address whose labels are the codes, folded away below the page, and one in the bar
with names, which is filled from the first on every run and writes back in its callback.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from data_access import past_stores
from data_access.types import Filters, Scope
from insights.bands import SIZE_BAND_LABELS
from insights.months import month_code, month_label, parse_month_code
from insights.periods import (
    COMPARISON_LABELS,
    PERIOD_LABELS,
    coverage_by_month,
    months_shown,
    newest_complete_month,
)
from insights.views.alerts import moment_text
from pages.shared import cached
from pages.shared.text import plain

SHOWN_UNKNOWN = 3
_REPORTED = "scope_reported_unknown"


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """One filter of the address: its key there and its name on screen."""

    key: str
    label: str
    is_multiple: bool = False
    has_default: bool = False


FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec("per", "Period", has_default=True),
    FilterSpec("cmp", "Compare with", has_default=True),
    FilterSpec("asof", "As of"),
    FilterSpec("stood", "As it stood after"),
    FilterSpec("ga", "Global account"),
    FilterSpec("p", "Partner"),
    FilterSpec("wl", "Workload", is_multiple=True),
    FilterSpec("seg", "Segment", is_multiple=True),
    FilterSpec("mk", "Market", is_multiple=True),
    FilterSpec("sz", "Size band", is_multiple=True),
)
FILTERS_BY_KEY = {spec.key: spec for spec in FILTERS}
RESERVED_KEYS = frozenset(FILTERS_BY_KEY)
"""Keys of the address that belong to the frame; pages prefix theirs."""


@dataclass(frozen=True, slots=True)
class ScopeOptions:
    """What each filter may hold: code to name, in the order shown; and the months with data."""

    names: Mapping[str, Mapping[str, str]]
    account_of_partner: Mapping[str, str]
    coverage: pd.Series[float]
    newest_complete: int

    @property
    def oldest(self) -> int:
        """Return the oldest month with data."""
        return int(self.coverage.index.min())

    @property
    def newest(self) -> int:
        """Return the newest month with data, complete or not."""
        return int(self.coverage.index.max())


def scope_options(scope: Scope) -> ScopeOptions | None:
    """Return what the filters may hold in a scope, None where no month has any usage."""
    return cached.computed(
        _options,
        cached.reporting_pairs(scope),
        cached.workload_options(scope),
        cached.partner_options(scope),
        cached.customer_attributes(scope),
        _moments(),
    )


def _options(
    pairs: pd.DataFrame,
    workloads: pd.DataFrame,
    partners: pd.DataFrame,
    customers: pd.DataFrame,
    moments: Mapping[str, str],
) -> ScopeOptions | None:
    reported = pairs.set_index("month")["pairs"]
    newest = newest_complete_month(reported)
    if newest is None:
        return None
    accounts = partners.dropna(subset="account_id").sort_values("account_name")
    months = reversed(range(int(reported.index.min()), int(reported.index.max()) + 1))
    names: dict[str, Mapping[str, str]] = {
        "per": {str(code): label for code, label in PERIOD_LABELS.items()},
        "cmp": {str(code): label for code, label in COMPARISON_LABELS.items()},
        "asof": {month_code(month): month_label(month) for month in months},
        "stood": moments,
        "ga": dict(zip(accounts["account_id"], accounts["account_name"], strict=True)),
        "p": dict(zip(partners["partner_id"], partners["partner_name"], strict=True)),
        "wl": dict(zip(workloads["workload"], workloads["workload_name"], strict=True)),
        "seg": _themselves(customers["segment"]),
        "mk": _themselves(customers["market"]),
        "sz": {str(code): f"{label} seats" for code, label in SIZE_BAND_LABELS.items()},
    }
    return ScopeOptions(
        names=names,
        account_of_partner=dict(zip(accounts["partner_id"], accounts["account_id"], strict=True)),
        coverage=coverage_by_month(reported),
        newest_complete=newest,
    )


def _moments() -> dict[str, str]:
    """Return the imports after which the store can be shown, by their newest batch."""
    moments = cached.read(past_stores.moments)
    return {str(one.batch_id): f"the import of {moment_text(one.imported_at)}" for one in moments}


def _themselves(values: pd.Series[str]) -> dict[str, str]:
    """Return each reported value once, named by itself."""
    return {value: value for value in sorted(set(values)) if value}


def bind_filters(options: ScopeOptions) -> None:
    """Draw the widgets that are bound to the address; unknown values leave it with a toast."""
    _report_unknown(options)
    for spec in FILTERS:
        codes = list(options.names[spec.key])
        if spec.is_multiple:
            _bind_several(spec, codes)
        else:
            index = 0 if spec.has_default else None
            st.selectbox(spec.label, codes, index=index, key=spec.key, bind="query-params")


def _bind_several(spec: FilterSpec, codes: list[str]) -> None:
    """Draw what carries a filter of several values; the bar and its chips change it.

    Greyed, because tags could not be read in the dark theme otherwise: white on a light primary.
    """
    with st.container(gap=None, width=200):
        st.caption(spec.label)
        st.multiselect(
            spec.label,
            codes,
            key=spec.key,
            bind="query-params",
            disabled=True,
            label_visibility="collapsed",
            placeholder="Choose above",
            wrap=True,
        )


def as_query() -> str:
    """Return the filters that are not the default as the address spells them."""
    return urlencode([(spec.key, code) for spec, code in active_filters(list(FILTERS_BY_KEY))])


def _report_unknown(options: ScopeOptions) -> None:
    """Say once per value which parts of the address mean nothing here."""
    reported: list[tuple[str, str]] = st.session_state.setdefault(_REPORTED, [])
    unknown = [
        (spec, value)
        for spec in FILTERS
        for value in st.query_params.get_all(spec.key)
        if value and value not in options.names[spec.key] and (spec.key, value) not in reported
    ]
    for spec, value in unknown[:SHOWN_UNKNOWN]:
        st.toast(
            f"{spec.label} “{plain(value[:60])}” is not known here; the link works without it.",
            icon=":material/link_off:",
            duration="infinite",
        )
    reported.extend((spec.key, value) for spec, value in unknown)


def chosen(key: str) -> Any:  # noqa: ANN401 - a code, a list of codes or None
    """Return what a filter holds: a code or None, for the multiple ones a list of codes."""
    return st.session_state.get(key)


def set_filter(key: str, value: object) -> None:
    """Set a filter to a code, a list of codes, or None for "all"; in callbacks only.

    Raises KeyError for a key that is no filter of the address.
    """
    spec = FILTERS_BY_KEY[key]
    if spec.is_multiple:
        codes = [] if value is None else [value] if isinstance(value, str) else value
        st.session_state[key] = [str(code) for code in codes if code]  # type: ignore[attr-defined]
    else:
        st.session_state[key] = default_of(spec) if value is None else str(value)


def default_of(spec: FilterSpec) -> str | None:
    """Return what a single-valued filter holds when nothing is chosen."""
    defaults = {"per": next(iter(PERIOD_LABELS)), "cmp": next(iter(COMPARISON_LABELS))}
    return defaults.get(spec.key)


def reset_filters() -> None:
    """Set every filter back to its default; in callbacks only."""
    for spec in FILTERS:
        set_filter(spec.key, None)


def filters_of(options: ScopeOptions) -> Filters:
    """Return what the bound widgets hold as Filters."""
    named = parse_month_code(chosen("asof") or "")
    months = months_shown(
        chosen("per"),
        chosen("cmp"),
        as_of=options.newest_complete if named is None or named > options.newest else named,
        oldest=options.oldest,
    )
    return Filters(
        as_of=months.as_of,
        since=months.since,
        before=months.before,
        comparison=chosen("cmp"),
        account_id=chosen("ga"),
        partner_id=chosen("p"),
        workloads=_codes("wl"),
        segments=_codes("seg"),
        markets=_codes("mk"),
        size_bands=tuple(int(code) for code in _codes("sz")),
    )


def _codes(key: str) -> tuple[str, ...]:
    """Return a multiple filter's codes in one order, so that the same choice is one cache key."""
    return tuple(sorted(chosen(key) or ()))


def active_filters(keys: Sequence[str]) -> list[tuple[FilterSpec, str]]:
    """Return each chosen value of these filters that is not the default, in the bar's order."""
    active: list[tuple[FilterSpec, str]] = []
    for spec in FILTERS:
        value = chosen(spec.key)
        if spec.key not in keys or not value or value == default_of(spec):
            continue
        active.extend((spec, code) for code in (value if spec.is_multiple else [value]))
    return active


def remove_value(key: str, value: str) -> None:
    """Take one value out of a filter; in callbacks only."""
    spec = FILTERS_BY_KEY[key]
    left = [code for code in chosen(key) if code != value] if spec.is_multiple else None
    set_filter(key, left)
