"""The programme in force: the rules that come with the app, and what was activated in their place.

Nothing is ever overwritten: every activation is a row of `program_rules`, and the newest row of a
year stands. So the programme as it was known on any past day can be had again.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import pandas as pd
from sqlalchemy import Connection, select

from data_access.errors import RulesError
from data_access.rules import load_program, parse_rules, rules_texts, with_years
from data_access.schema import program_rules
from insights.program import Program, ProgramRules


def active_program(connection: Connection) -> Program:
    """Return the programme in force in this store.

    Raises RulesError where an activated year no longer fits the ones that come with the app.
    """
    return program_of_activations(activations(connection))


def program_on_date(connection: Connection, activated_until: date) -> Program:
    """Return the programme as it was known at the end of a day (UTC), for old results."""
    return program_of_activations(activations_until(activations(connection), activated_until))


def rules_hash(connection: Connection) -> str:
    """Return a hash of all rules in force: results of the same hash were judged alike."""
    return hash_of_activations(activations(connection))


def activations(connection: Connection) -> pd.DataFrame:
    """Return every activation, one row each, oldest first.

    Columns: rules_id, title, content (None: back to the shipped rules), content_hash, file_name,
    activated_at (UTC), activated_by.
    """
    rows = pd.read_sql(select(program_rules).order_by(program_rules.c.rules_id), connection)
    return rows.assign(activated_at=pd.to_datetime(rows["activated_at"], utc=True))


def activations_until(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the activations of days up to this one (UTC)."""
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    return rows[rows["activated_at"] < pd.Timestamp(end)]


def newest_activations(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the activations in force: the newest of each year, unless it went back."""
    newest = rows.drop_duplicates("title", keep="last")
    return newest[newest["content"].notna()]


def program_of_activations(rows: pd.DataFrame) -> Program:
    """Return the shipped programme with the activations in force in place of its years.

    Raises RulesError where they do not fit together, e.g. after an update brought a new year.
    """
    newest = newest_activations(rows)
    try:
        return with_years(shipped_program(), activated_years(newest))
    except RulesError as error:
        years = " ".join(newest["title"])
        undo = f"activated rules can be taken back with: partner-insights rules reset {years}"
        raise RulesError((*error.problems, undo)) from error


def activated_years(newest: pd.DataFrame) -> dict[str, ProgramRules]:
    """Return the rules of activations in force by the name that messages give them."""
    texts = zip(newest["title"] + " as activated", newest["content"], strict=True)
    return {name: parse_rules(text, name) for name, text in texts}


def hash_of_activations(rows: pd.DataFrame) -> str:
    """Return the hash of the shipped rules and the activations in force."""
    newest = newest_activations(rows).sort_values("title")
    hashes = [text_hash(text) for text in _shipped_texts().values()]
    hashes += list(newest["title"] + newest["content_hash"])
    return text_hash("\n".join(hashes))


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def text_in_force(rows: pd.DataFrame, title: str) -> str | None:
    """Return the TOML text of a year as it is in force, None for a year without rules."""
    newest = newest_activations(rows).set_index("title")["content"]
    return str(newest[title]) if title in newest.index else shipped_text(title)


def shipped_text(title: str) -> str | None:
    """Return the TOML text of a year that comes with the app, None where there is none."""
    texts = _shipped_texts()
    names = {parse_rules(text, name).title: name for name, text in texts.items()}
    return texts[names[title]] if title in names else None


@lru_cache(maxsize=1)
def shipped_program() -> Program:
    """Return the programme that comes with the app; its files do not change while it runs."""
    return load_program()


@lru_cache(maxsize=1)
def _shipped_texts() -> dict[str, str]:
    return rules_texts()
