"""Recommended actions as people work on them: whose, what, why, by when, and worth how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from insights.actions.kinds import (
    CLOSINGS,
    DISMISS_REASONS_BY_CODE,
    KINDS_BY_CODE,
    OUTCOMES_BY_CODE,
    STATUSES_BY_CODE,
    URGENCIES,
)
from insights.money import EXAMPLE_HELP, EXAMPLE_MARK, worth_words
from insights.views.chances import chance_text
from insights.views.table import Column
from insights.views.workload_columns import short_name

TABS: dict[str, str] = {
    "mine": "My actions",
    "team": "Team",
    "unassigned": "Unassigned",
    "ended": "Done and dismissed",
}
"""Lists of actions by their code in links; the last one holds what has ended."""

EVERYBODYS = "All actions"
"""What the first list is called where nobody is chosen to be "me"."""

EMPTY_TABS: dict[str, tuple[str, str]] = {
    "mine": ("Nothing is open here.", "Take an action from Team or Unassigned, or add your own."),
    "team": ("Nobody has an open action.", "Actions with an owner show here."),
    "unassigned": ("Every open action has an owner.", "New ones come with the next scoring."),
    "ended": ("Nothing has ended yet.", "Actions that are done or dismissed are kept here."),
}
"""Why a list without any filter is empty, and what would fill it."""

VIEWS: dict[str, str] = {"list": "List", "weeks": "By week"}

AT_WORK = ("open", "in_progress")
"""Statuses that a list of live actions shows where no status is chosen."""

URGENCY_SYMBOLS = ("·", "▸", "▲", "‼")
"""Stand before the words of an urgency, from 0 to 3."""

BASES: dict[str, str] = {
    "model": "learned model",
    "rule": "plain rule",
    "fact": "fact, no probability needed",
    "person": "added by hand",
}
"""What a probability or its absence rests on."""

MOST_WEEKS = 4
"""Weeks from the present one on that a calendar shows one by one; the rest is one group."""

_CHANCE_HELP = (
    "Chance that the milestone is reached within 90 days, as exact as the model's record allows; "
    "empty where none is needed."
)
_EXPECTED_HELP = f"Chance times value. {EXAMPLE_HELP}"
_LEADING = (
    Column("status_label", "Status", is_pinned=True, width=112),
    Column("what", "What to do", width=395),
    Column("tenant_name", "Customer", width=160),
)
_WORTH = (
    Column("chance", "Chance", help=_CHANCE_HELP, width=78),
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP, width=90),
    Column("value_usd_e4", "Value", "money", help=EXAMPLE_HELP, width=85),
)
_OWNER = Column("owner_name", "Owner", width=140)
_REST = (
    Column("kind_label", "Kind", width=190),
    Column("workload_short", "Workload"),
    Column("partner_name", "Partner", width=180),
    Column("why", "Why", is_wide=True),
    Column("basis_label", "Basis", help="What the chance rests on, with the model's version."),
    Column("example", "Rate", help=EXAMPLE_HELP),
)
_LIVE_REST = (
    Column("due_words", "Due", width=160, help="Overdue ones are marked with !"),
    Column("urgency_label", "Urgency", width=105),
    *_WORTH,
    _OWNER,
    *_REST,
)
COLUMNS = (*_LEADING, *_LIVE_REST)
"""Columns of live actions on screen."""

ENDED_COLUMNS = (
    *_LEADING,
    Column("result", "Outcome or reason", width=200),
    Column("ended_at", "Ended", "moment", help="UTC"),
    _OWNER,
    *_WORTH,
    *_REST,
)
"""Columns of actions that have ended."""

FILE_COLUMNS = (
    Column("due_on", "Due", "date"),
    Column("snoozed_until", "Snoozed until", "date"),
    Column("owner", "Owner's e-mail"),
    Column("tenant_id", "Tenant id"),
    Column("action_id", "Action id"),
)
"""Columns that downloads have beside."""

WEEK_COLUMNS = (
    Column("due_words", "Due", is_pinned=True, width=150),
    *_LEADING[1:],
    _OWNER,
    Column("expected_usd_e4", "Expected", "money", help=_EXPECTED_HELP),
    Column("status_label", "Status", width=120),
    Column("kind_label", "Kind", width=190),
)


@dataclass(frozen=True, slots=True)
class ActionQuestion:
    """Which actions are listed: the tab, who asks, and the filters of the page; '' is any."""

    tab: str = "mine"
    me: str = ""
    kind: str = ""
    status: str = ""
    owner: str = ""
    is_overdue: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The actions that are due in one week, or before, after or without a day."""

    code: str
    title: str
    rows: pd.DataFrame

    @property
    def words(self) -> str:
        """Return how many actions it holds and what they are worth together."""
        noun = "action" if len(self.rows) == 1 else "actions"
        worth = worth_words(", {} expected", int(self.rows["expected_usd_e4"].sum()))
        return f"{len(self.rows):,} {noun}{worth}"


def told(actions: pd.DataFrame, *, today: date, shows: str = "band") -> pd.DataFrame:
    """Return actions with the words that tables and downloads show.

    `actions` has the columns of the table `action` with tenant_name, workload_name, partner_name,
    owner_name, what, why and is_overdue; `shows` is how exact the record of the 90 day model lets
    a chance be. Added: status_label, kind_label, due_words, urgency_label, chance, basis_label,
    example, workload_short, result.
    """
    index = actions.index
    chances = {one: _chance(one, shows) for one in actions["probability"].unique()}
    return actions.assign(
        status_label=actions["status"].map(_STATUS_WORDS),
        kind_label=actions["kind"].map(_KIND_WORDS),
        due_words=_texts(_each(_due(today), actions, _DUE), index),
        urgency_label=actions["urgency"].map(dict(enumerate(_URGENCY_WORDS))),
        chance=_texts([chances.get(one, "") for one in actions["probability"]], index),
        basis_label=_texts(_each(basis_words, actions, ("basis", "model_id")), index),
        example=actions["is_example"].astype("bool").map({True: EXAMPLE_MARK, False: ""}),
        workload_short=_texts([short_name(one) for one in actions["workload"]], index),
        result=_texts(_each(result_words, actions, _RESULT), index),
    ).astype(dict.fromkeys(("status_label", "kind_label", "urgency_label", "example"), "str"))


def listed(rows: pd.DataFrame, question: ActionQuestion) -> pd.DataFrame:
    """Return the actions that a question asks for, what is most urgent and worth first.

    `rows` as for `told`, which need not be told yet. Ended ones come with the newest end first.
    """
    kept = rows[_is_asked(rows, question)]
    if question.text:
        kept = kept[_mentions(kept, question.text)]
    order = ["ended_at"] if question.tab == "ended" else ["urgency", "expected_usd_e4", "due_on"]
    rises = [False] if question.tab == "ended" else [False, False, True]
    place = kept[order].sort_values(order, ascending=rises, kind="stable").index
    return kept.loc[place].reset_index(drop=True)


def tab_labels(rows: pd.DataFrame, me: str) -> dict[str, str]:
    """Return the tabs with how many open actions each holds; ended ones are not counted.

    `rows` are live actions with their status of today.
    """
    counts = {
        tab: int(_is_asked(rows, ActionQuestion(tab=tab, me=me)).sum())
        for tab in ("mine", "team", "unassigned")
    }
    names = TABS if me else {**TABS, "mine": EVERYBODYS}
    return {
        code: f"{label} ({counts[code]:,})" if code in counts else label
        for code, label in names.items()
    }


def weeks(rows: pd.DataFrame, today: date) -> tuple[Week, ...]:
    """Return told live actions by the week they are due in: overdue first, without a day last.

    Weeks begin on Monday; empty ones are left out.
    """
    monday = today - timedelta(days=today.weekday())
    due = pd.to_datetime(rows["due_on"])
    place = (due - pd.Timestamp(monday)).dt.days // 7
    place = place.clip(upper=MOST_WEEKS).mask(rows["is_overdue"], -1)
    groups: list[tuple[str, str, pd.Series[bool]]] = [("overdue", "Overdue", place == -1)]
    for number in range(MOST_WEEKS):
        first = monday + timedelta(weeks=number)
        groups.append((first.isoformat(), _week_title(first, number), place == number))
    last = monday + timedelta(weeks=MOST_WEEKS)
    groups.append(("later", f"From {day_text(last)} on", place == MOST_WEEKS))
    groups.append(("undated", "Without a day", due.isna()))
    return tuple(
        Week(code, title, rows[is_in].sort_values("due_on", ignore_index=True, kind="stable"))
        for code, title, is_in in groups
        if is_in.any()
    )


def takeaway(rows: pd.DataFrame, question: ActionQuestion) -> str:
    """Return what a list says in one line."""
    count = f"{len(rows):,} {'action' if len(rows) == 1 else 'actions'}"
    if question.tab == "ended":
        done = int((rows["status"] == "done").sum())
        return f"{count} ended, {done:,} of them done; the newest end first."
    overdue = int(rows["is_overdue"].sum())
    urgent = int((rows["urgency"] == len(URGENCIES) - 1).sum())
    worth = worth_words("; {} expected in all", int(rows["expected_usd_e4"].sum()))
    return f"{count}: {overdue:,} overdue, {urgent:,} for this week{worth}."


# --- words of one action --------------------------------------------------------------------------

_STATUS_WORDS = {code: f"{one.symbol} {one.label}" for code, one in STATUSES_BY_CODE.items()}
_KIND_WORDS = {code: f"{kind.symbol} {kind.label}" for code, kind in KINDS_BY_CODE.items()}
_URGENCY_WORDS = [f"{s} {words}" for s, words in zip(URGENCY_SYMBOLS, URGENCIES, strict=True)]
_DUE = ("status", "due_on", "snoozed_until", "is_overdue")
_RESULT = ("status", "status_reason", "outcome")


def status_words(code: str) -> str:
    """Return a status as symbol and word."""
    return _STATUS_WORDS[code]


def day_text(day: date) -> str:
    """Return a day as people read it, e.g. "4 Dec 2026"."""
    return f"{day.day} {day:%b %Y}"


def _due(today: date) -> Callable[..., str]:
    """Return what words a due date, with the days that it is overdue, or a snooze's end."""

    def words(status: str, due: Any, until: Any, is_overdue: bool) -> str:  # noqa: ANN401
        if status == "snoozed":
            return f"back {day_text(until)}"
        if pd.isna(due):
            return ""
        late = f" ({(today - due.date()).days:,} d late)" if is_overdue else ""
        return f"{'! ' if late else ''}{day_text(due)}{late}"

    return words


def basis_words(basis: str, model_id: Any) -> str:  # noqa: ANN401 - a number or missing
    """Return what an action's chance rests on, with the version of the model."""
    words = BASES.get(basis, basis)
    return words if pd.isna(model_id) else f"{words}, model {int(model_id)}"


def result_words(status: str, reason: str, outcome: str) -> str:
    """Return the outcome or reason with which an action ended or sleeps, "" for others."""
    if status == "done":
        return OUTCOMES_BY_CODE[outcome].label
    if status == "dismissed" and reason in DISMISS_REASONS_BY_CODE:
        return DISMISS_REASONS_BY_CODE[reason].label
    return CLOSINGS.get(reason, reason)


def _chance(probability: Any, shows: str) -> str:  # noqa: ANN401 - a number or missing
    return "" if pd.isna(probability) else chance_text(probability, shows)


def _each(words: Callable[..., str], rows: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the words of each row, made of these columns."""
    return [words(*values) for values in zip(*(rows[name] for name in names), strict=True)]


def _texts(texts: list[str], index: pd.Index[Any]) -> pd.Series[str]:
    return pd.Series(texts, index=index, dtype="str")


def _week_title(first: date, number: int) -> str:
    last = first + timedelta(days=6)
    span = f"{first.day} {first:%b} to {day_text(last)}"
    return {0: f"This week, {span}", 1: f"Next week, {span}"}.get(number, f"Week of {span}")


# --- which actions a question asks for ------------------------------------------------------------


def _is_asked(rows: pd.DataFrame, question: ActionQuestion) -> pd.Series[bool]:
    """Return whether each action is asked for, but for the text."""
    asked = _is_in_tab(rows, question) & _is_in_status(rows, question)
    if question.kind:
        asked &= rows["kind"] == question.kind
    if question.owner:
        asked &= rows["owner"] == question.owner
    return asked & rows["is_overdue"] if question.is_overdue else asked


def _is_in_tab(rows: pd.DataFrame, question: ActionQuestion) -> pd.Series[bool]:
    is_mine = rows["owner"] == question.me if question.me else rows["owner"].notna()
    if question.tab in ("mine", "ended"):
        return is_mine
    return rows["owner"] == "" if question.tab == "unassigned" else rows["owner"] != ""


def _is_in_status(rows: pd.DataFrame, question: ActionQuestion) -> pd.Series[bool]:
    if question.status:
        return rows["status"] == question.status
    is_live = rows["status"].isin([code for code, one in STATUSES_BY_CODE.items() if one.is_live])
    return ~is_live if question.tab == "ended" else rows["status"].isin(AT_WORK)


def _mentions(rows: pd.DataFrame, text: str) -> pd.Series[bool]:
    places = [
        "what",
        "why",
        "tenant_name",
        "tenant_id",
        "action_id",
        "workload_name",
        "partner_name",
        "owner_name",
    ]
    every = rows[places].fillna("").agg(" ".join, axis=1) if len(rows) else rows["what"]
    return every.str.contains(text, case=False, regex=False)
