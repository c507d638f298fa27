"""The only module that caches: stores for the process, small frames per data version and question.

One function per query. A new import changes the data version and with it every key, so nothing
here is ever cleared by hand.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from data_access import past_stores
from data_access.queries import (
    associations,
    cohorts,
    customer,
    customer_rows,
    customers,
    data_health,
    flagged,
    heatmap,
    imports,
    options,
    partners,
    usage,
)
from data_access.queries.customers import ListQuestion
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.metrics.metric import Metric
from pages.shared import today

P = ParamSpec("P")
R = TypeVar("R")

NOBODY = Scope(who="", role="sales", capabilities=frozenset())
"""Asks where a query names nobody: it sees neither amounts nor contacts."""

_URL = "store_url"
_VERSION = "store_version"


@st.cache_resource(max_entries=8, show_spinner=False)
def opened_store(url: str) -> Store:
    """Return the store at a URL, present or past, opened once per process."""
    return past_stores.opened(url)


def use_store(store: Store) -> int:
    """Make a store the one that this session's queries read and return its data version."""
    st.session_state[_URL] = store.url
    st.session_state[_VERSION] = store.data_version()
    return int(st.session_state[_VERSION])


def store() -> Store:
    """Return the store that this session reads."""
    return opened_store(st.session_state[_URL])


@st.cache_data(max_entries=600, show_spinner=False)
def _answer(
    store_url: str,
    data_version: int,  # noqa: ARG001 - part of the key: a new import makes new entries
    key: bytes,  # noqa: ARG001 - of the query and all that it is given
    _query: Callable[..., Any],
    _arguments: tuple[Any, ...],
    _settings: dict[str, Any],
) -> Any:  # noqa: ANN401 - whatever the query returns
    scope = next((each for each in _arguments if isinstance(each, Scope)), NOBODY)
    with opened_store(store_url).read(scope) as connection:
        return _query(connection, *_arguments, **_settings)


def read(
    query: Callable[..., R],
    *arguments: Any,  # noqa: ANN401 - handed on to the query
    **settings: Any,  # noqa: ANN401
) -> R:
    """Return a query's frame, from memory where this data version was asked the same before.

    The query is given the scope's rights only, not whose scope it is: users with equal rights
    share what is remembered, and nobody else gets it. A query may make a view of what it reads:
    then its frames need no hashing on every rerun.
    """
    given = tuple(_rights(each) for each in arguments)
    named = {name: _rights(each) for name, each in settings.items()}
    key = content_key(query, given, named)
    answer: R = _answer(
        st.session_state[_URL], st.session_state[_VERSION], key, query, given, named
    )
    return answer


@st.cache_data(max_entries=100, show_spinner=False)
def _work(
    versions: tuple[int, ...],  # noqa: ARG001 - part of the key: work and imports make new entries
    store_url: str,
    key: bytes,  # noqa: ARG001 - of the function, all that it is given, and the day
    _function: Callable[..., Any],
    _arguments: tuple[Any, ...],
    _settings: dict[str, Any],
) -> Any:  # noqa: ANN401 - whatever the function returns
    return _function(opened_store(store_url), *_arguments, **_settings)


def read_work(
    function: Callable[..., R],
    *arguments: Any,  # noqa: ANN401 - handed on to the function
    **settings: Any,  # noqa: ANN401
) -> R:
    """Return what a function reads of people's work, from memory while nobody has changed any.

    The function gets the store before its arguments; what it returns may depend on the day, not
    on the hour. Others change actions while a page is open, so the store is asked at every call
    whether they did. Users with equal rights share what is remembered, as in `read`.
    """
    url = st.session_state[_URL]
    versions = (st.session_state[_VERSION], *opened_store(url).work_version())
    given = tuple(_rights(each) for each in arguments)
    key = content_key(function, today.today(), given, settings)
    answer: R = _work(versions, url, key, function, given, settings)
    return answer


def _rights(argument: Any) -> Any:  # noqa: ANN401 - handed on to the query
    return argument.rights if isinstance(argument, Scope) else argument


_MASKED = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)


class _Pickler(pickle.Pickler):
    """Writes objects down so that equal ones look equal.

    A metric by its name, since its formula is a function without one. Numbers that may be missing
    without what lies under the missing ones, which is any number. No object as "the same as that
    one before": whether two equal texts are one object is chance.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=5)
        self.fast = True

    def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - as pickle has it
        if isinstance(obj, Metric):
            return str, (obj.name,)
        if isinstance(obj, _MASKED):
            known = obj.to_numpy(dtype=obj.dtype.type, na_value=0)
            return tuple, ((obj.dtype.name, known, obj.isna()),)
        return NotImplemented


def content_key(function: Callable[..., Any], *given: object) -> bytes:
    """Return a key that is equal only for the same function, given what has equal content.

    Equal content may now and then get another key (then it is computed again). Made from the
    frames' own memory: Streamlit's keys hash every cell on every rerun, a fifth of a run.
    """
    written = io.BytesIO()
    name = f"{function.__module__}.{function.__qualname__}"
    _Pickler(written).dump((name, given))
    return hashlib.blake2b(written.getbuffer(), digest_size=20).digest()


@st.cache_data(max_entries=400, show_spinner=False)
def _computed(
    key: bytes,  # noqa: ARG001 - of the function and all that it is given
    _function: Callable[..., Any],
    _arguments: tuple[Any, ...],
    _settings: dict[str, Any],
) -> Any:  # noqa: ANN401 - whatever the function returns
    return _function(*_arguments, **_settings)


def computed(function: Callable[P, R], *arguments: P.args, **settings: P.kwargs) -> R:
    """Return what a pure function makes of frames and values, made once per content.

    For views: the same question on the same data is answered from memory on every rerun.
    """
    key = content_key(function, arguments, settings)
    result: R = _computed(key, function, arguments, settings)
    return result


@st.cache_resource(max_entries=400, show_spinner=False)
def _built(
    key: bytes,  # noqa: ARG001 - of the builder and all that it is given
    _builder: Callable[..., Any],
    _arguments: tuple[Any, ...],
    _settings: dict[str, Any],
) -> Any:  # noqa: ANN401 - plotly's Figure, which only insights/charts may import
    return _builder(*_arguments, **_settings)


def built(builder: Callable[P, R], *arguments: P.args, **settings: P.kwargs) -> R:
    """Return a chart or a table to draw, built once per content; it is shared, so never changed.

    Without the copy that `computed` makes at every call.
    """
    key = content_key(builder, arguments, settings)
    made: R = _built(key, builder, arguments, settings)
    return made


# --- scope bar -----------------------------------------------------------------------------------


def workload_options(scope: Scope) -> pd.DataFrame:
    """Cached `options.workload_options`."""
    return read(options.workload_options, scope)


def partner_options(scope: Scope) -> pd.DataFrame:
    """Cached `options.partner_options`."""
    return read(options.partner_options, scope)


def customer_attributes(scope: Scope) -> pd.DataFrame:
    """Cached `options.customer_attributes`."""
    return read(options.customer_attributes, scope)


def customers_like(scope: Scope, text: str) -> pd.DataFrame:
    """Cached `options.customers_like`."""
    return read(options.customers_like, scope, text)


def reporting_pairs(scope: Scope) -> pd.DataFrame:
    """Cached `options.reporting_pairs`."""
    return read(options.reporting_pairs, scope)


# --- performance ---------------------------------------------------------------------------------


def usage_by_month(scope: Scope, filters: Filters, *, first: int, last: int) -> pd.DataFrame:
    """Cached `usage.usage_by_month`."""
    return read(usage.usage_by_month, scope, filters, first=first, last=last)


def tenants_by_month(scope: Scope, filters: Filters, *, first: int, last: int) -> pd.DataFrame:
    """Cached `usage.tenants_by_month`."""
    return read(usage.tenants_by_month, scope, filters, first=first, last=last)


def totals_by_partner(scope: Scope, filters: Filters, *, first: int, last: int) -> pd.DataFrame:
    """Cached `usage.usage_by_partner` over all workloads."""
    return read(usage.usage_by_partner, scope, filters, first=first, last=last, by_workload=False)


def association_changes_by_month(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Cached `associations.association_changes_by_month`."""
    return read(associations.association_changes_by_month, scope, filters)


def association_changes(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Cached `associations.association_changes`."""
    return read(associations.association_changes, scope, filters)


def largest_customers(scope: Scope, filters: Filters, *, limit: int) -> pd.DataFrame:
    """Cached `heatmap.largest_customers` at the as-of month."""
    return read(heatmap.largest_customers, scope, filters, month=filters.as_of, limit=limit)


def usage_by_age(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Cached `cohorts.usage_by_age`."""
    return read(cohorts.usage_by_age, scope, filters)


def usage_by_partner(
    scope: Scope, filters: Filters, *, first: int, last: int, by_workload: bool = True
) -> pd.DataFrame:
    """Cached `usage.usage_by_partner`."""
    settings = {"first": first, "last": last, "by_workload": by_workload}
    return read(usage.usage_by_partner, scope, filters, **settings)


def partner_mix(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Cached `partners.partner_mix`."""
    return read(partners.partner_mix, scope, filters)


# --- customers -----------------------------------------------------------------------------------


def customer_list(
    scope: Scope, filters: Filters, *, question: ListQuestion, limit: int
) -> pd.DataFrame:
    """Cached `customers.customer_list`."""
    return read(customers.customer_list, scope, filters, question=question, limit=limit)


def customer_count(scope: Scope, filters: Filters, *, question: ListQuestion) -> pd.DataFrame:
    """Cached `customers.customer_count`."""
    return read(customers.customer_count, scope, filters, question=question)


def customer_trend(scope: Scope, filters: Filters, *, tenant_ids: tuple[str, ...]) -> pd.DataFrame:
    """Cached `customer_rows.customer_trend`."""
    return read(customer_rows.customer_trend, scope, filters, tenant_ids=tenant_ids)


def customer_usage(
    scope: Scope, filters: Filters, *, tenant_ids: tuple[str, ...], months: tuple[int, ...]
) -> pd.DataFrame:
    """Cached `customer_rows.customer_usage`."""
    settings = {"tenant_ids": tenant_ids, "months": months}
    return read(customer_rows.customer_usage, scope, filters, **settings)


def customer_flags(scope: Scope, filters: Filters, *, tenant_ids: tuple[str, ...]) -> pd.DataFrame:
    """Cached `flagged.customer_flags`."""
    return read(flagged.customer_flags, scope, filters, tenant_ids=tenant_ids)


def customer_partners(
    scope: Scope, filters: Filters, *, tenant_ids: tuple[str, ...]
) -> pd.DataFrame:
    """Cached `customer_rows.customer_partners`."""
    return read(customer_rows.customer_partners, scope, filters, tenant_ids=tenant_ids)


def customer_subscriptions(scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Cached `customer.customer_subscriptions`."""
    return read(customer.customer_subscriptions, scope, tenant_id)


def customer_claims(scope: Scope, tenant_id: str) -> pd.DataFrame:
    """Cached `customer.customer_claims`."""
    return read(customer.customer_claims, scope, tenant_id)


# --- imports and data health ---------------------------------------------------------------------


def import_batches(scope: Scope) -> pd.DataFrame:
    """Cached `imports.import_batches`."""
    return read(imports.import_batches, scope)


def quarantined_problems(scope: Scope, batch_id: int) -> pd.DataFrame:
    """Cached `imports.quarantined_problems` of one import."""
    return read(imports.quarantined_problems, scope, batch_id)


def restatements_of(scope: Scope, batch_id: int) -> pd.DataFrame:
    """Cached `data_health.restatements` of one import."""
    return read(data_health.restatements, scope, batch_id)


def newest_by_kind(scope: Scope) -> pd.DataFrame:
    """Cached `data_health.newest_by_kind`."""
    return read(data_health.newest_by_kind, scope)


def pairs_by_latest_month(scope: Scope) -> pd.DataFrame:
    """Cached `data_health.pairs_by_latest_month`."""
    return read(data_health.pairs_by_latest_month, scope)


def quarantine_by_code(scope: Scope) -> pd.DataFrame:
    """Cached `data_health.quarantine_by_code`."""
    return read(data_health.quarantine_by_code, scope)


def data_findings(scope: Scope, month: int) -> pd.DataFrame:
    """Cached `data_health.data_findings`."""
    return read(data_health.data_findings, scope, month)


def data_health_list(name: str, scope: Scope, month: int) -> pd.DataFrame:
    """Return one of the lists of data health by its name (see `views.data_health.FINDINGS`)."""
    lists_of_month = {"odd_usage": data_health.odd_usage, "late_pairs": data_health.late_pairs}
    if name in lists_of_month:
        return read(lists_of_month[name], scope, month)
    lists = {
        "pairs_with_gaps": data_health.pairs_with_gaps,
        "restatements": data_health.restatements,
        "masked_names": data_health.masked_names,
        "unknown_workloads": data_health.unknown_workloads,
        "duplicate_pairs": data_health.duplicate_pairs,
        "quarantine_by_code": data_health.quarantine_by_code,
    }
    return read(lists[name], scope)
