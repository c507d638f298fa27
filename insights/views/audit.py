"""The audit in words: who did what to what, a sentence per event and all of it line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from insights.views.table import Column

COLUMNS = (
    Column("when", "When (UTC)", width=150),
    Column("who", "Who", width=150),
    Column("event_label", "What", width=170),
    Column("about", "Of what", width=200),
    Column("words", "In words", is_wide=True),
)
FILE_COLUMNS = (
    *COLUMNS,
    Column("role", "Role"),
    Column("user_key", "User key"),
    Column("viewed_as", "Viewed as"),
    Column("event", "Event code"),
    Column("subject_kind", "Kind of subject"),
    Column("subject", "Subject"),
    Column("detail", "Detail"),
)
COUNT_COLUMNS = (
    Column("event_label", "What"),
    Column("events", "Events", "count"),
    Column("users", "People", "count"),
)
EVERYTHING = "—"
LONGEST_WORDS = 240
_LABELS = {
    "what": "What",
    "kind": "Kind of file",
    "title": "Title",
    "filters": "Filters",
    "rows": "Rows",
    "changes": "Changes",
    "fields": "Fields",
    "tables": "Tables",
    "as_of": "As of",
    "tenant_id": "Customer",
    "workload": "Workload",
}


def event_rows(
    events: pd.DataFrame, labels: Mapping[str, str], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return the events with `when`, `event_label`, `about`, `words` and `row` (place and id).

    `events` as `audit.audit_events` gives them, `labels` by event code, `names` by subject (user
    keys, paths of pages) as far as there are any; one row per event.
    """
    details = [detail_of(text) for text in events["detail"]]
    words = [sentence(detail) for detail in details]
    return events.assign(
        when=events["happened_at"].dt.strftime("%Y-%m-%d %H:%M:%S").astype("str"),
        event_label=events["event"].map(lambda code: labels.get(code, code)).astype("str"),
        about=events["subject"].map(lambda subject: names.get(subject, subject)).astype("str"),
        words=pd.Series(words, index=events.index, dtype="str"),
        row=events["place"].astype("str") + "-" + events["event_id"].astype("str"),
    )


def count_rows(counts: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return `audit.audit_counts` with `event_label`, the most frequent event first."""
    named = counts.assign(
        event_label=counts["event"].map(lambda code: labels.get(code, code)).astype("str")
    )
    return named.sort_values(["events", "event"], ascending=[False, True], ignore_index=True)


def detail_of(text: str) -> dict[str, Any]:
    """Return an event's detail; one that was too long to be kept whole as its beginning."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"what": text}
    return found if isinstance(found, dict) else {"what": text}


def sentence(detail: Mapping[str, Any]) -> str:
    """Return the detail as one line of words, cut where it is long; "—" for none."""
    told = [f"{label}: {value}" for label, value in detail_lines(detail)]
    if not told:
        return EVERYTHING
    words = "; ".join(told)
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"


def detail_lines(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every part of a detail as label and words; empty parts are left out."""
    lines = [(_label(name), _words(value)) for name, value in detail.items()]
    return [(label, words) for label, words in lines if words]


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def _words(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return a value of JSON as words: old → new for a change, lists with commas."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(str(name)).lower()} {_part(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(filter(None, (_item(one) for one in value)))
    return str(value)


def _item(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return one thing of a list; a pair is a name and its value."""
    is_pair = isinstance(value, list) and len(value) == 2
    return f"{_words(value[0])} {_words(value[1])}" if is_pair else _words(value)


def _part(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return a part of a mapping; a pair is what it was before and is after."""
    if isinstance(value, list) and len(value) == 2:
        before, after = (_words(one) or "nothing" for one in value)
        return f"{before} → {after}"
    return _words(value) or "nothing"
