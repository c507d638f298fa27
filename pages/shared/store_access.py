"""Which store is shown; on the very first start, the demo portfolio is built."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from data_access import locations, past_stores
from data_access.backends import backend_for
from data_access.store import Store
from insights.months import month_of
from pages.shared import cached

DEMO_TENANTS = 400
DEMO_MONTHS = 48
DEMO_SEED = 7


def open_store() -> Store:
    """Return the store in use, opened once per process; the demo is built where it is missing.

    Raises StoreError where a configured store is damaged, locked or newer than this version.
    """
    url = locations.chosen_store_url()
    if locations.is_demo(url):
        _build_demo_if_missing(url)
    return cached.opened_store(url)


def is_demo() -> bool:
    """Return whether the store in use is the demo portfolio."""
    return locations.is_demo(locations.chosen_store_url())


def store_for_imports() -> str:
    """Return the URL that imports go to: never the demo, whose figures are invented."""
    url = locations.chosen_store_url()
    return locations.own_store_url() if locations.is_demo(url) else url


def past_store(store: Store, batch_id: int) -> Store:
    """Return a store as it stood after a batch, put together first where it is not there yet.

    Raises StoreError where that moment is not kept.
    """
    if not past_stores.past_place(store, batch_id).exists():
        _make_past(store, batch_id)
    return cached.opened_store(past_stores.past_url(store.url, batch_id))


def _make_past(store: Store, batch_id: int) -> None:
    from data_access.as_it_stood import make_past

    bar = st.progress(0.0, text="Putting the facts together")

    def show(step: str, share: float) -> None:
        bar.progress(min(share, 1.0), text=f"Looking back: {step.lower()}")

    make_past(store, batch_id, progress=show)
    bar.empty()


def _build_demo_if_missing(url: str) -> None:
    if backend_for(url).exists():
        return
    from data_access.demo.build import build_demo_store

    now = datetime.now(UTC)
    with st.container(key="first_run"):
        st.title("Partner Insights")
        st.markdown(
            "First start: an invented demo portfolio is being built, so that every page has "
            "something to show. It happens once and takes about a minute."
        )
        bar = st.progress(0.0, text="Inventing customers")

        def show(step: str, share: float) -> None:
            bar.progress(min(share, 1.0), text=step)

        build_demo_store(
            url,
            tenants=DEMO_TENANTS,
            months=DEMO_MONTHS,
            seed=DEMO_SEED,
            last_month=month_of(now.date()) - 1,
            now=now,
            progress=show,
            keep_existing=True,
        )
    st.rerun()
