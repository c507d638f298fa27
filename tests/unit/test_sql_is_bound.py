"""SQL is made of our own words; what comes from people and files is bound, not written into it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for name in ("data_access", "insights", "pages") for path in (ROOT / name).rglob("*.py")
)

TAKES_SQL = {
    "text",
    "literal_column",
    "exec_driver_sql",
    "execute",
    "executemany",
    "executescript",
    "scalar",
    "read_sql",
    "read_sql_query",
}

OWN_NAMES = {
    "data_access/backends.py": {
        "driver.execute(f'PRAGMA {pragma}')": "a constant of this module",
        "text(f'DROP TABLE \"{name}\"')": "a table of our schema",
        "text(f'ANALYZE \"{table.name}\"')": "a table of our schema",
        "text(f'SET LOCAL search_path = {group}')": "one of our two groups of tables",
        "text(f'DROP SCHEMA IF EXISTS {group} CASCADE')": "one of our two groups of tables",
        "text(f'CREATE SCHEMA {group}')": "one of our two groups of tables",
        "text(f'CREATE SCHEMA IF NOT EXISTS {group}')": "one of our two groups of tables",
        "text(f'SET LOCAL {setting}')": "a constant of this module",
        "app.exec_driver_sql(f\"SET TRANSACTION SNAPSHOT '{snapshot}'\")": "PostgreSQL's answer",
        "text(owned)": "a sequence of our schema",
    },
    "data_access/postgres_loading.py": {
        "text(f'ALTER TABLE \"{table.name}\" DROP CONSTRAINT {key}')": "a table of our schema",
        "text(f'DROP TABLE \"{name}\"')": "a part of a scratch table of our schema",
        "text(f'{part} FOR VALUES IN ({int(names[name])})')": "such a part, and a whole number",
        "text(f'SET LOCAL default_statistics_target = {SAMPLED}')": "a constant of this module",
        "text(f'ANALYZE \"{table.name}\"')": "a table of our schema",
    },
}
"""Every call with a name written into its SQL, by file, with where the name comes from."""


def named(call: ast.Call) -> str:
    """Return the last part of what is called."""
    made = call.func
    return made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")


def is_put_together(made: ast.expr) -> bool:
    """Return whether an expression makes a text out of parts that are not all constants."""
    if isinstance(made, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in made.values)
    if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add | ast.Mod):
        parts = (made.left, made.right)
        is_text = any(isinstance(one, ast.JoinedStr) or _is_text(one) for one in parts)
        return is_text or any(is_put_together(one) for one in parts)
    is_call = isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)
    return is_call and made.func.attr in ("format", "join") and _is_text(made.func.value)


def _is_text(made: ast.expr) -> bool:
    return isinstance(made, ast.Constant) and isinstance(made.value, str)


def assigned_texts(tree: ast.AST) -> set[str]:
    """Return the names that somewhere in a function stand for a text put together."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        if is_put_together(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def put_together(source: str) -> list[str]:
    """Return the calls of a module that get SQL put together from parts."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = [call for scope in (functions or [tree]) for call in _put_together_in(scope)]
    return list(dict.fromkeys(found))


def _put_together_in(scope: ast.AST) -> list[str]:
    names = assigned_texts(scope)
    return [
        ast.unparse(node)
        for node in ast.walk(scope)
        if isinstance(node, ast.Call) and named(node) in TAKES_SQL and node.args
        if is_put_together(node.args[0])
        or (isinstance(node.args[0], ast.Name) and node.args[0].id in names)
        or (named(node) == "text" and _is_plain_call(node) and not _is_text(node.args[0]))
    ]


def _is_plain_call(call: ast.Call) -> bool:
    """Return whether this is SQLAlchemy's `text(...)` and no method called text."""
    return isinstance(call.func, ast.Name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_is_written_into_sql(path):
    source = path.read_text(encoding="utf-8")
    if "sqlalchemy" not in source and "sqlite3" not in source and "psycopg" not in source:
        return
    own = OWN_NAMES.get(path.relative_to(ROOT).as_posix(), {})
    assert [call for call in put_together(source) if call not in own] == []


def test_own_names_are_still_there():
    for place, calls in OWN_NAMES.items():
        found = put_together((ROOT / place).read_text(encoding="utf-8"))
        assert set(calls) <= set(found)


@pytest.mark.parametrize(
    "call",
    [
        "connection.execute(text(f'SELECT {name}'))",
        "connection.execute('SELECT ' + name)",
        "connection.exec_driver_sql('SELECT %s' % name)",
        "connection.scalar('SELECT {}'.format(name))",
        "sql = f'SELECT {name}'\nconnection.execute(sql)",
        "text(name)",
    ],
)
def test_every_way_to_write_into_sql_is_found(call):
    assert put_together(call)


@pytest.mark.parametrize(
    "call",
    [
        "connection.execute(text('SELECT :name'), {'name': name})",
        "connection.execute(select(table).where(table.c.name == name))",
        "column.text(row)",
    ],
)
def test_bound_sql_is_not_complained_about(call):
    assert not put_together(call)
