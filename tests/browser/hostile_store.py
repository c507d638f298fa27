"""A portfolio in which every text that files and people can tell is markup, each with its mark."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

SHAPES = (
    '<img src=x onerror="window.ran=1"> {mark}',
    '<a href="https://evil.example/">{mark}</a>',
    "**{mark}** _i_ `c` ~~s~~",
    "[{mark}](https://evil.example/)",
    "![{mark}](https://evil.example/p.png)",
    "$ {mark} \\frac{{1}}{{2}} $ and $5",
    ":red[{mark}] :smile: :material/delete: :blue-badge[x]",
    "<b>{mark}</b><br>x<extra></extra>%{{y}} %{{x}}",
    "# {mark} #",
    "1. {mark}",
    "- {mark}",
    "> {mark}",
    "| {mark} | b |",
    "https://evil.example/{mark}",
    "www.evil.example {mark}",
    "{mark}@evil.example",
    "<script>window.ran=1</script>{mark}",
    "&lt;{mark}&gt; &amp; &#36;",
    "=HYPERLINK({mark})",
    "{{{mark}}} {{{{x}}}} %s %(name)s",
    "\\{mark}\\ \\* \\n",
    "\"{mark}' `",
    "__{mark}__ ==x== ^y^",
    "{mark} <!-- --> -- --- ...",
    "<{mark}>",
    "[^{mark}]: [ ] [x]",
    "{mark} " + "Überlang " * 20 + "end",
)

MARK = re.compile(r"Zq\d+x[a-z]+Q")


class Names:
    """Gives out hostile names, and remembers what each of them is by its mark."""

    def __init__(self) -> None:
        self.by_mark: dict[str, str] = {}

    def next(self, kind: str) -> str:
        """Return a new name for a kind of thing."""
        number = len(self.by_mark)
        mark = f"Zq{number}x{kind}Q"
        self.by_mark[mark] = SHAPES[number % len(SHAPES)].format(mark=mark)
        return self.by_mark[mark]


OWN = (
    ("tenant", "tenant_key", ("name", "domain", "industry", "country", "tpid")),
    ("partner", "partner_key", ("name", "city", "country")),
    ("global_account", "account_key", ("name",)),
    ("workload", "workload_key", ("name", "imported_name")),
    ("import_batch", "batch_id", ("file_name", "imported_by")),
    ("import_problem", "problem_id", ("column_name", "message")),
    ("claim", "rowid", ("claim_name", "contact_name", "contact_email", "status_reason")),
    ("subscription", "rowid", ("product", "sku", "state")),
)
"""Texts that stand in one place: table, key, columns."""

EVERYWHERE = ("market", "segment")
"""Texts that stand in several tables of sums."""

APP = (
    ("person", "email", ("name",)),
    ("action", "action_id", ("status_reason",)),
    ("action_event", "rowid", ("note",)),
)


def make_hostile(source: Path, folder: Path) -> tuple[Path, Names]:
    """Copy a file store into a folder and rename everything in it; return it and the names."""
    names = Names()
    store = folder / "store.db"
    shutil.copy(source, store)
    shutil.copy(source.with_suffix(".app.db"), folder / "store.app.db")
    with sqlite3.connect(store) as warehouse:
        _rename(warehouse, OWN, names)
        for column in EVERYWHERE:
            _rename_everywhere(warehouse, column, names)
    with sqlite3.connect(folder / "store.app.db") as app:
        _rename(app, APP, names)
        views = [name for name in (names.next("view") for _ in range(6)) if len(name) <= 80]
        app.executemany(
            "INSERT INTO saved_view (view_id, name, page, query, owner, saved_at, is_team)"
            " VALUES (?, ?, '', '', 'somebody', '2026-11-01 00:00:00', 1)",
            [(f"view{number}", name) for number, name in enumerate(views)],
        )
    return store, names


def _rename(
    connection: sqlite3.Connection,
    tables: Sequence[tuple[str, str, tuple[str, ...]]],
    names: Names,
) -> None:
    for table, key, columns in tables:
        for column in columns:
            keys = connection.execute(f"SELECT {key} FROM {table} WHERE {column} <> ''").fetchall()
            told = [(names.next(f"{table}{column}".replace("_", "")), row[0]) for row in keys]
            connection.executemany(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", told)


def _rename_everywhere(connection: sqlite3.Connection, column: str, names: Names) -> None:
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = [
        name
        for (name,) in listed
        if column in {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
    ]
    values = connection.execute(f"SELECT DISTINCT {column} FROM tenant").fetchall()
    for (value,) in values:
        if value:
            told = names.next(column)
            for table in tables:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (told, value)
                )
