"""One opportunity explained: reasons, path and look-alikes, what moved it, levers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data_access.queries.explaining import Why, why
from data_access.queries.opportunities import opportunity_of, score_history
from data_access.types import Scope
from insights.charts import opportunity as charts
from insights.ranking.scenario import BASIS
from insights.ranking.verdicts import Verdict
from insights.views import opportunity_detail as views
from pages.shared import cached, headings, links, ranking_state, states
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

HORIZON = 90


def show_opportunity_detail(scope: Scope, tenant_id: str, workload: str) -> None:
    """Draw why an opportunity is ranked as it is; says so where nothing is kept that tells."""
    run = ranking_state.ranking()
    listed = cached.read(opportunity_of, scope, tenant_id, workload)
    told = None if run is None else cached.read(why, scope, tenant_id, workload)
    if run is None or told is None or listed.empty:
        states.show_nothing(
            "Nothing explains this ranking.",
            "It was made by an older version or its data changed. Rank again to see why.",
        )
        return
    verdict = run.verdicts[HORIZON]
    row = {str(name): value for name, value in listed.iloc[0].items()}
    _show_reasons(told, verdict)
    _show_path(told, row)
    _show_moves(told)
    _show_history(cached.read(score_history, scope, tenant_id, workload), verdict)
    _show_levers(told, verdict)


def _show_reasons(told: Why, verdict: Verdict) -> None:
    headings.subheader("Why it is ranked so")
    rows = views.reason_rows(told.reasons, verdict)
    if rows.empty:
        states.show_nothing("No reason stands out.", "It is as likely as the average.")
        return
    words = "; ".join(f"{one['side']}: {one['text']}" for one in rows.to_dict("records"))
    show_chart(cached.built(charts.reason_bars, rows), key="od_reasons", alt=words)
    show_table(rows, views.REASON_COLUMNS, key="od_reason_table", alt=words)
    st.caption("They explain the score, not what causes adoption.")


def _show_path(told: Why, row: dict[str, Any]) -> None:
    headings.subheader("Path to the milestone, and look-alikes")
    percent = int(row["milestone"])
    months = [row[f"eta_{name}"] for name in ("low", "median", "high")]
    low, median, high = (None if pd.isna(month) else int(month) for month in months)
    rows = views.lookalike_rows(told.alike, percent)
    words = views.lookalike_words(told.alike, percent)
    show_chart(
        charts.path_to_milestone(told.path, told.alike, percent=percent, eta=(low, median, high)),
        key="od_path",
        alt=f"Active usage by month against {percent}%. {words}",
    )
    if rows.empty:
        st.caption(plain(views.NO_LOOKALIKE))
        return
    show_table(
        rows,
        views.LOOKALIKE_COLUMNS,
        key="od_alike",
        alt=words,
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    st.caption(f"{plain(words)} Examples to look at, not a proof.")


def _show_moves(told: Why) -> None:
    headings.subheader("What moved it")
    words = views.moved_words(told.moved)
    st.caption(plain(words))
    if told.moved:
        rows = views.move_rows(told.moved)
        show_table(rows, views.MOVE_COLUMNS, key="od_moves", alt=words)


def _show_history(said: pd.DataFrame, verdict: Verdict) -> None:
    headings.subheader("What was said before")
    chances = views.chances_said(said)
    words = views.history_words(chances)
    st.caption(plain(words))
    if len(chances) > 1 and verdict.shows == "percent":
        show_chart(cached.built(charts.said_by_month, chances), key="od_said", alt=words)
    rows = views.history_rows(chances, verdict)
    show_table(rows, views.HISTORY_COLUMNS, key="od_history", alt=words)


def _show_levers(told: Why, verdict: Verdict) -> None:
    headings.subheader("Levers")
    rows = views.lever_rows(told.levers, verdict)
    if rows.empty:
        states.show_nothing("No lever is known.", "No users are missing and no claim is open.")
        return
    words = "; ".join(f"{one['text']}: {one['after']}" for one in rows.to_dict("records"))
    show_table(rows, views.LEVER_COLUMNS, key="od_levers", alt=words)
    download_buttons(rows, views.LEVER_COLUMNS, name="levers", title="Levers")
    st.caption(BASIS)
