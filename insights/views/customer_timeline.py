"""Who held which workload of a customer when, and what was done there, as bars and in words."""

from __future__ import annotations

import pandas as pd

from data_access.types import OPEN_END, Filters
from insights.actions.kinds import KINDS_BY_CODE
from insights.months import first_day, month_label
from insights.views.action_history import TELLERS
from insights.views.customer_claims import ACTION
from insights.views.overview import END_REASONS
from insights.views.workload_columns import in_catalogue_order, short_name


def timeline(associations: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the associations begun by the as-of month as bars from first to last month."""
    begun = associations[associations["start_month"] <= filters.as_of]
    order = {code: index for index, code in enumerate(in_catalogue_order(begun["workload"]))}
    ordered = begun.assign(position=begun["workload"].map(order)).sort_values(
        ["position", "start_month"], ignore_index=True
    )
    last = ordered["end_month"].clip(upper=filters.as_of)
    return pd.DataFrame(
        {
            "label": ordered["workload"].map(short_name),
            "partner_name": ordered["partner_name"],
            "starts": ordered["start_month"].map(first_day),
            "ends": (last + 1).map(first_day),
            "told": [_span_words(row, filters) for row in ordered.to_dict("records")],
        }
    )


def _span_words(span: dict[object, object], filters: Filters) -> str:
    """Return partner, span, kind and end of one association in words."""
    starts, ends = int(str(span["start_month"])), int(str(span["end_month"]))
    text = f"{span['partner_name']}, since {month_label(starts)}"
    if ends < filters.as_of or (ends != OPEN_END and ends <= filters.as_of):
        text = f"{span['partner_name']}, {month_label(starts)} to {month_label(ends)}"
        reason = END_REASONS.get(str(span["end_reason"]))
        text += f", {reason}" if reason else ""
    return f"{text} ({span['attribution_type']})" if span["attribution_type"] else text


def timeline_words(timeline: pd.DataFrame) -> str:
    """Return what the timeline shows, for readers who cannot see it."""
    if timeline.empty:
        return "No partner is associated with this customer."
    return "; ".join(timeline["label"] + ": " + timeline["told"])


STEP_COLUMNS = ["label", "claim_id", "partner_name", "on", "status", "kind", "told"]
"""Columns of the steps that stand in one timeline: those of claims and of actions."""

ENDS = {"done": "done", "dismissed": "dismissed", "closed": "closed by itself"}
LONGEST_NOTE = 80


def action_steps(
    actions: pd.DataFrame, events: pd.DataFrame, people: dict[str, str]
) -> pd.DataFrame:
    """Return the ends and notes of a customer's actions as steps, by workload and time.

    `actions` names action_id, workload and kind; `events` has action_id, happened_at (UTC), who,
    event and note. Columns: STEP_COLUMNS; claim_id holds the kind of action, partner_name "".
    """
    told = events[events["event"].isin(list(ENDS)) | (events["note"] != "")]
    rows = told.merge(actions[["action_id", "workload", "kind"]], on="action_id")
    rows = rows.rename(columns={"kind": "action_kind"}).sort_values("happened_at", kind="stable")
    words = [_step_words(row, people) for row in rows.to_dict("records")]
    return pd.DataFrame(
        {
            "label": rows["workload"].map(lambda code: short_name(code) if code else "Customer"),
            "claim_id": rows["action_kind"].map(lambda code: KINDS_BY_CODE[code].label),
            "partner_name": "",
            "on": rows["happened_at"].dt.tz_localize(None),
            "status": rows["event"],
            "kind": ACTION.code,
            "told": pd.Series(words, index=rows.index, dtype="str"),
        }
    )[STEP_COLUMNS].reset_index(drop=True)


def with_actions(claims: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of claims and then of actions; either may be empty."""
    parts = [steps for steps in (claims, actions) if not steps.empty]
    return pd.concat(parts, ignore_index=True) if parts else claims


def _step_words(row: dict[object, object], people: dict[str, str]) -> str:
    """Return what happened to an action, by whom, with the beginning of the note."""
    who = str(row["who"])
    name = TELLERS.get(who) or people.get(who, who)
    what = ENDS.get(str(row["event"]), "noted")
    text = f"{what} on {row['happened_at']:%Y-%m-%d} by {name}"
    note = str(row["note"])
    short = note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE]}…"
    return f"{text}: {short}" if note else text
