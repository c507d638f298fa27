"""Changing the programme rules: checked, previewed in a transaction that is undone, activated.

An activation and an import exclude each other by the import lock, and an activation judges all
milestones anew in the transaction that writes its rows, so that no page ever shows rules and
figures that do not belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert

from data_access import audit
from data_access.errors import RulesError
from data_access.locks import Holder, OnWait, import_lock
from data_access.program_store import (
    activated_years,
    activations,
    newest_activations,
    program_of_activations,
    shipped_program,
    shipped_text,
    text_hash,
    text_in_force,
)
from data_access.roles import require
from data_access.rule_figures import rule_figures
from data_access.rules import parse_rules, with_years
from data_access.schema import program_rules
from data_access.store import Store
from data_access.types import Progress, Scope, no_progress
from insights.program import Program

LARGEST_FILE = 1_000_000
"""Bytes; a year of rules has about ten thousand."""


@dataclass(frozen=True, slots=True)
class RulesChange:
    """One year's new rules; without content the year goes back to the shipped rules."""

    title: str
    file_name: str
    content: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who changes the rules, when (UTC), and how they are told of progress and of waiting."""

    scope: Scope
    now: datetime
    progress: Progress = no_progress
    on_wait: OnWait | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of rules would do: the programme and the figures before and after it."""

    before: Program
    after: Program
    figures_before: pd.DataFrame
    figures_after: pd.DataFrame


def uploaded_changes(files: Sequence[tuple[str, bytes]]) -> tuple[RulesChange, ...]:
    """Return the changes that files, as name and content, ask for; each must be right by itself.

    Raises RulesError with every problem of every file.
    """
    names = [name for name, _ in files]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    problems = [f"{name}: is there twice; give the files different names" for name in twice]
    changes = []
    for name, content in files:
        try:
            text = _text_of(name, content)
            changes.append(RulesChange(parse_rules(text, name).title, name, text))
        except RulesError as error:
            problems.extend(error.problems)
    if problems:
        raise RulesError(tuple(problems))
    return tuple(changes)


def _text_of(name: str, content: bytes) -> str:
    """Return a file's text; raises RulesError for what can be no rules file."""
    if not content.strip():
        raise RulesError((f"{name}: is empty",))
    if len(content) > LARGEST_FILE:
        raise RulesError((f"{name}: has {len(content):,} bytes, at most {LARGEST_FILE:,} can be",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError((f"{name}: is no text in UTF-8, so it is not TOML",)) from error
    return text.replace("\r\n", "\n")


def reset_changes(rows: pd.DataFrame, titles: Sequence[str]) -> tuple[RulesChange, ...]:
    """Return the changes that take years back to the shipped rules.

    `rows` are the activations; raises RulesError for a year that is not activated.
    """
    known = set(newest_activations(rows)["title"])
    wrong = [f"{title}: no other rules than the shipped ones are in force" for title in titles]
    problems = [each for each, title in zip(wrong, titles, strict=True) if title not in known]
    if problems:
        raise RulesError(tuple(problems))
    return tuple(RulesChange(title, "", None) for title in titles)


def changed_program(rows: pd.DataFrame, changes: Sequence[RulesChange]) -> Program:
    """Return the programme as the changes leave these activations.

    Raises RulesError, with the names of the files, where a day would have no rules or two.
    """
    newest = newest_activations(rows)
    changed = {change.title for change in changes}
    years = activated_years(newest[~newest["title"].isin(changed)])
    for change in changes:
        if change.content is not None:
            years[change.file_name] = parse_rules(change.content, change.file_name)
    return with_years(shipped_program(), years)


def _program_before(rows: pd.DataFrame) -> Program:
    """Return the programme that a change is compared with.

    Activations that no longer fit, e.g. after an update, are compared as if they had never been
    made: a change is the way out of them.
    """
    try:
        return program_of_activations(rows)
    except RulesError:
        return shipped_program()


def preview(store: Store, changes: Sequence[RulesChange], person: Person) -> Preview:
    """Return what the changes would do, from a transaction that is undone.

    Raises RulesError where they cannot be activated.
    """
    return _judged(store, changes, person, keep=False)


def activate(store: Store, changes: Sequence[RulesChange], person: Person) -> Preview:
    """Put the changes in force, judge every milestone by them, and return what that did.

    All or nothing. Raises RulesError where they cannot be activated and StoreBusyError after
    waiting `person.timeout` seconds for an import.
    """
    return _judged(store, changes, person, keep=True)


def _judged(store: Store, changes: Sequence[RulesChange], person: Person, *, keep: bool) -> Preview:
    """Return what the changes do, from the one transaction that does it, kept or undone."""
    require(person.scope, "rules")
    names = [f"programme rules {change.title}" for change in changes]
    holder = Holder.here(person.scope.who, names, person.now)
    with (
        import_lock(store.backend, holder, on_wait=person.on_wait, timeout=person.timeout),
        store.write(keep=keep) as connection,
    ):
        person.progress("Checking the rules", 0.05)
        rows = activations(connection)
        before = _program_before(rows)
        after = changed_program(rows, changes)
        _refuse_what_changes_nothing(rows, changes)
        figures = rule_figures(connection)
        person.progress("Judging every milestone", 0.2)
        _write(connection, changes, person)
        _rejudge(store, connection, after, person)
        judged = Preview(before, after, figures, rule_figures(connection))
    person.progress("Done", 1.0)
    return judged


def _refuse_what_changes_nothing(rows: pd.DataFrame, changes: Sequence[RulesChange]) -> None:
    same = [
        f"{change.file_name}: is word for word what is in force for {change.title}"
        for change in changes
        if change.content is not None and change.content == text_in_force(rows, change.title)
    ]
    if len(same) == len(changes):
        raise RulesError(tuple(same))


def _write(connection: Connection, changes: Sequence[RulesChange], person: Person) -> None:
    """Add one row per change; earlier rows stay as they are."""
    connection.execute(
        insert(program_rules),
        [
            {
                "title": change.title,
                "content": change.content,
                "content_hash": text_hash(change.content or shipped_text(change.title) or ""),
                "file_name": change.file_name,
                "activated_at": person.now,
                "activated_by": person.scope.who,
            }
            for change in changes
        ],
    )
    told = [
        {
            "year": change.title,
            "file": change.file_name,
            "what": "back to the shipped rules" if change.content is None else "put in force",
        }
        for change in changes
    ]
    about = {"subject_kind": "rules", "subject": ", ".join(change.title for change in changes)}
    detail = {"changes": told}
    audit.note(connection, person.scope, "rules", **about, detail=detail, now=person.now)


def _rejudge(store: Store, connection: Connection, program: Program, person: Person) -> None:
    """Judge all milestones by the programme, from claims and earnings of the same day as before.

    So whatever moves is moved by the rules. No alert is raised: no customer moved.
    """
    from data_access.milestone_marts import last_run, rebuild_milestones

    last = last_run(connection)
    store.backend.before_import(connection)
    rebuild_milestones(
        connection,
        store.backend,
        program=program,
        known_on=person.now.date() if last is None else last.known_on,
        now=person.now,
        batch_id=0,
        raise_alerts=False,
        progress=lambda share: person.progress("Judging every milestone", 0.2 + 0.75 * share),
    )
