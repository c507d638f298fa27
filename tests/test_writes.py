"""Every function that opens a transaction for writing asks the role first and is audited.

What may not be asked or noted so is on a short list, each with its reason.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ASKED_ELSEWHERE = {
    "access_store.note_sign_in": "a sign-in by itself; the session notes it",
    "access_store.seen": "the light record of a visit of one's own",
    "action_refresh._kept": "part of a scoring, which asks and is noted",
    "action_rows.wake_snoozed": "the calendar wakes what somebody had put away until today",
    "audit.note_export": "is the audit itself, and who may see may take along",
    "demo.users.add_users": "invents the users of the demo portfolio",
    "demo.work.add_past_work": "invents the past of the demo portfolio",
    "estate.shard_merge.merge_shard": "writes only a store of its own, gone with it",
    "jobs.note": "a job's own process tells how far it is",
    "store.replacing": "is what a restore writes with",
    "visits._note": "the light record of a visit of one's own",
}
"""Functions that write without asking the role, by module and name."""

ASKED_BY = {
    "action_making._created": "action_making.create_action",
    "importer._load": "importer.import_files",
    "plan_store._keep": "plan_store.accept_plan",
    "proofs._note": "proofs.store_proof",
    "training.written": "training._model",
}
"""Parts of a module that write for a function of it that asks."""

CALLS = {"require", "require_self", "acting", "changing"}


def functions(path):
    """Return the functions of a module by name, methods included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def called(function):
    """Return the names that a function calls, as `name` or as the last part of `a.name`."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in calls}


def opens_writing(function):
    """Return whether a function opens a transaction of a store for writing."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in ("app_write", "replacing"):
                return True
            if node.func.attr == "write" and "store" in owner.lower():
                return True
    return False


def takes_scope(function):
    told = [*function.args.args, *function.args.kwonlyargs]
    return any(ast.unparse(one.annotation or ast.Constant("")) == "Scope" for one in told)


def writers():
    folder = ROOT / "data_access"
    for path in sorted(folder.rglob("*.py")):
        for name, function in functions(path).items():
            if opens_writing(function):
                module = ".".join(path.relative_to(folder).with_suffix("").parts)
                yield pytest.param(path, name, id=f"{module}.{name}")


@pytest.mark.parametrize(("path", "name"), list(writers()))
def test_a_function_that_writes_asks_the_role(path, name):
    module = ".".join(path.relative_to(ROOT / "data_access").with_suffix("").parts)
    full = f"{module}.{name}"
    if full in ASKED_ELSEWHERE:
        return
    known = functions(path)
    asking = known[ASKED_BY.get(full, full).rpartition(".")[2]]
    assert called(asking) & CALLS, (
        f"{full} writes without require(scope, ...). Ask the role and note it with audit.note in "
        "the same transaction, or list it in tests/test_writes.py with the reason."
    )


def test_lists_name_only_what_writes():
    found = {one.id for one in writers()}
    assert found >= {*ASKED_ELSEWHERE, *ASKED_BY}


WITHOUT_DATA = {"pages/admin/program_rules.py"}
"""Files with a download that holds no figures: the text of programme rules."""


def test_every_download_is_noted():
    for path in sorted((ROOT / "pages").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        if "st.download_button(" in text and name not in WITHOUT_DATA:
            assert "audited(" in text, f"{name}: wrap the download's callable in audited(...)"
