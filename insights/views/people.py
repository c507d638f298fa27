"""The people list and the playbooks as tables: who owns what, what a file would change, and how."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from insights.actions.kinds import KINDS_BY_CODE
from insights.actions.people import LABELS, ROLES
from insights.actions.playbooks import Playbook
from insights.exports.table_files import safe_text
from insights.views.table import Column
from insights.views.workload_columns import short_name

COLUMNS = (
    Column("name", "Name", is_pinned=True, width=180),
    Column("email", "E-mail", width=230),
    Column("role_label", "Role", width=150),
    Column("partner_names", "Partners", "labels", help="Partner locations that the person owns."),
    Column("customers", "Customers", "count", help="Customers that the person owns by name."),
    Column("hours_per_week", "Hours a week", "decimal", help="For actions, in the weekly plan."),
    Column("open_actions", "Open actions", "count", help="Open and in progress."),
    Column("is_active", "Active", "flag"),
    Column("saved_at", "Saved", "moment", help="UTC"),
    Column("saved_by", "By", width=160),
)

PROBLEM_COLUMNS = (
    Column("row", "Row", "count", help="Row 1 is the first one after the header; 0: the file."),
    Column("column", "Column"),
    Column("message", "What is wrong", width=320),
    Column("remedy", "What to do", is_wide=True),
)

EFFECT_COLUMNS = (
    Column("effect", "Effect", is_pinned=True, width=110),
    Column("name", "Name", width=180),
    Column("email", "E-mail", width=230),
    Column("changed", "What changes", is_wide=True),
)

HISTORY_COLUMNS = (
    Column("happened_at", "When", "moment", help="UTC", is_pinned=True),
    Column("who", "Who", width=180),
    Column("changed", "What changed", is_wide=True),
)

PLAYBOOK_COLUMNS = (
    Column("title", "Playbook", is_pinned=True, width=300),
    Column("kind_label", "For", width=220),
    Column("workloads", "Workloads", width=160),
    Column("steps", "Steps", "count"),
    Column("minutes", "Minutes", "count"),
    Column("once", "Once per customer in, days", "count", help="How often it is proposed at most."),
    Column("most", "Open per owner", "count", help="At most so many at a time."),
    Column("standing", "Standing", width=130),
    Column("code", "Code"),
)

STEP_COLUMNS = (
    Column("place", "Step", "count"),
    Column("text", "What to do", width=560),
    Column("minutes", "Minutes", "count"),
    Column("link", "More", width=260),
    Column("code", "Code"),
)

PLAYBOOK_HISTORY_COLUMNS = (
    Column("activated_at", "When", "moment", help="UTC", is_pinned=True),
    Column("activated_by", "Who", width=180),
    Column("code", "Playbook", width=180),
    Column("what", "What", is_wide=True),
)

_FIELDS = ("name", "role", "partner_ids", "tenant_ids", "hours_per_week", "is_active")
_CSV = ("name", "email", "role", "partner_ids", "tenant_ids", "hours_per_week", "is_active")


def people_rows(
    people: pd.DataFrame, partners: Mapping[str, str], open_actions: Mapping[str, int]
) -> pd.DataFrame:
    """Return the people as the list shows them, active ones first.

    `people` are the rows of the table `person`; `partners` names locations by id; `open_actions`
    counts by e-mail.
    """
    ids = people["partner_ids"].map(json.loads)
    rows = people.assign(
        role_label=people["role"].map(lambda role: ROLES.get(role, role)).astype("str"),
        partner_names=ids.map(lambda codes: [partners.get(code, code) for code in codes]),
        customers=people["tenant_ids"].map(lambda listed: len(json.loads(listed))).astype("int64"),
        open_actions=people["email"].map(lambda one: open_actions.get(one, 0)).astype("int64"),
    )
    return rows.sort_values(
        ["is_active", "name"], ascending=[False, True], ignore_index=True, kind="stable"
    )


def people_csv(people: pd.DataFrame) -> bytes:
    """Return the people list as a file that can be changed and uploaded again."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([LABELS[name] for name in _CSV])
    for row in people.to_dict("records"):
        writer.writerow([safe_text(_cell(name, row[name])) for name in _CSV])
    return text.getvalue().encode("utf-8-sig")


def effects(found: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return what saving a list would do: one row per person of it, with effect and changed.

    Both frames have the columns of the table `person`; people who are not on the list stay.
    """
    known = {str(row["email"]): row for row in people.to_dict("records")}
    rows = [(*_effect(row, known.get(str(row["email"]))),) for row in found.to_dict("records")]
    told = pd.DataFrame(rows, columns=["effect", "changed"], index=found.index, dtype="str")
    return found.assign(effect=told["effect"], changed=told["changed"])


def effects_words(rows: pd.DataFrame, problems: int) -> str:
    """Return what saving a list would do, in one line."""
    counts = rows["effect"].value_counts()
    parts = [f"{int(counts.get(words, 0)):,} {words.split()[-1]}" for words in EFFECTS]
    left = f"; {problems:,} problems, whose rows are left out" if problems else ""
    return f"{', '.join(parts)}{left}."


EFFECTS = ("+ new", "~ changed", "= unchanged")
"""What a list does to a person, with the symbol first."""


def history_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of a person, newest first, with `changed` in words.

    `events` has happened_at, who and changes (JSON: field -> [old, new]).
    """
    newest = events.iloc[::-1].reset_index(drop=True)
    told = [_changes_words(json.loads(changes)) for changes in newest["changes"]]
    return newest.assign(changed=pd.Series(told, index=newest.index, dtype="str"))


def playbook_rows(playbooks: Iterable[Playbook], changed: frozenset[str]) -> pd.DataFrame:
    """Return the playbooks in force, one row each; `changed` are not as shipped."""
    rows = [
        {
            "code": one.code,
            "title": one.title,
            "kind_label": f"{KINDS_BY_CODE[one.kind].symbol} {KINDS_BY_CODE[one.kind].label}",
            "workloads": "all" if one.is_for_all else ", ".join(map(short_name, one.workloads)),
            "steps": len(one.steps),
            "minutes": one.effort_minutes,
            "once": one.once_per_customer_days,
            "most": one.most_open_per_owner,
            "standing": "✎ changed" if one.code in changed else "as shipped",
        }
        for one in playbooks
    ]
    return pd.DataFrame(rows).sort_values(["kind_label", "code"], ignore_index=True)


def step_rows(playbook: Playbook) -> pd.DataFrame:
    """Return the steps of a playbook in their order."""
    rows = [
        (place, step.code, step.text, step.minutes, step.link)
        for place, step in enumerate(playbook.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=["place", "code", "text", "minutes", "link"])


def caps_words(playbook: Playbook) -> str:
    """Return for whom a playbook is and how often it is proposed."""
    kind = KINDS_BY_CODE[playbook.kind]
    workloads = "every workload" if playbook.is_for_all else ", ".join(playbook.workloads)
    return (
        f"For “{kind.label}” of {workloads}: {playbook.effort_minutes:,} minutes in all; at most "
        f"once per customer in {playbook.once_per_customer_days:,} days, and at most "
        f"{playbook.most_open_per_owner:,} open per owner."
    )


def playbook_history_rows(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of playbooks with what each did."""
    what = changes["content"].isna().map({True: "back to shipped", False: "changed text in force"})
    return changes.assign(what=what.astype("str"))


# --- parts ----------------------------------------------------------------------------------------


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - a field's own type
    if name in ("partner_ids", "tenant_ids"):
        return "; ".join(json.loads(value))
    if name == "is_active":
        return "yes" if value else "no"
    if name == "role":
        return str(ROLES.get(value, value))
    return f"{value:g}" if name == "hours_per_week" else str(value)


def _effect(row: Mapping[Any, Any], known: Mapping[Any, Any] | None) -> tuple[str, str]:
    new, changed, same = EFFECTS
    if known is None:
        return new, ""
    differing = {name: [known[name], row[name]] for name in _FIELDS if known[name] != row[name]}
    return (changed, _changes_words(differing)) if differing else (same, "")


def _changes_words(changes: Mapping[str, Sequence[Any]]) -> str:
    """Return changed fields with their old and new values; a new person's have no old ones."""
    parts = []
    for name, (old, new) in changes.items():
        after = _cell(name, new) or "none"
        before = "" if old is None else f"{_cell(name, old) or 'none'} → "
        parts.append(f"{LABELS[name]}: {before}{after}")
    return "; ".join(parts)
