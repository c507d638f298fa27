"""Proofs in their folder: once per content, whole or not at all, given back unchanged."""

import hashlib
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from data_access import proofs
from data_access.errors import InsightsError, RefusedFileError
from data_access.schema import proof_file
from data_access.types import LOCAL_USER
from tests.claim_builders import PDF, good_draft, picture, signed_pdf

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the test's own, whatever the database."""
    monkeypatch.setenv(proofs.PROOFS_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def keep(store, content, name="proof.pdf"):
    return proofs.store_proof(store, LOCAL_USER, file_name=name, content=content, now=NOW)


def rows(store):
    with store.app_read() as connection:
        return pd.read_sql(select(proof_file), connection)


def documents(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".txt"]


def test_proof_is_kept_by_its_hash_and_given_back(store, folder):
    attached = keep(store, signed_pdf())
    content_hash = hashlib.sha256(signed_pdf()).hexdigest()
    assert attached.content_hash == content_hash
    assert documents(folder) == [folder / content_hash[:2] / content_hash]
    draft = good_draft(proof=attached)
    assert proofs.proof_bytes(store, draft) == signed_pdf()
    assert "contoso.com" in proofs.proof_text(store, draft)
    told = rows(store).iloc[0]
    assert told[["file_name", "media_type", "uploaded_by"]].tolist() == [
        "proof.pdf",
        PDF,
        "local user",
    ]
    assert told["size_bytes"] == len(signed_pdf())


def test_same_content_twice_is_one_file_and_one_row(store, folder):
    first, second = keep(store, signed_pdf(), "a.pdf"), keep(store, signed_pdf(), "b.pdf")
    assert (first.file_name, second.file_name) == ("a.pdf", "b.pdf")
    assert first.content_hash == second.content_hash
    assert len(documents(folder)) == len(rows(store)) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("a\x00b.pdf", "a\x00b.pdf"),
        ("x" * 500, "x" * 200),
        ("", "proof"),
    ],
)
def test_names_lead_nowhere(sqlite_store, folder, name, shown):
    assert keep(sqlite_store, signed_pdf(), name).file_name == shown
    content_hash = hashlib.sha256(signed_pdf()).hexdigest()
    assert documents(folder.parent / "kept") == [folder / content_hash[:2] / content_hash]


@pytest.mark.parametrize("content", [b"", b"MZ program", b"<html>", b"%PDF-broken"])
def test_refused_file_leaves_nothing(store, folder, content):
    with pytest.raises(RefusedFileError):
        keep(store, content)
    assert not folder.exists()
    assert rows(store).empty


def test_picture_has_no_text(sqlite_store):
    attached = keep(sqlite_store, picture("PNG"), "scan.png")
    assert proofs.proof_text(sqlite_store, good_draft(proof=attached)) is None


def test_changed_or_lost_proof_is_told(sqlite_store, folder):
    draft = good_draft(proof=keep(sqlite_store, signed_pdf()))
    (path,) = documents(folder)
    path.write_bytes(signed_pdf()[:-1] + b"x")
    with pytest.raises(InsightsError, match="was changed"):
        proofs.proof_bytes(sqlite_store, draft)
    keep(sqlite_store, signed_pdf())
    assert proofs.proof_bytes(sqlite_store, draft) == signed_pdf()
    path.unlink()
    with pytest.raises(InsightsError, match="not in"):
        proofs.proof_bytes(sqlite_store, draft)
    assert keep(sqlite_store, signed_pdf()) == draft.proof
    assert proofs.proof_bytes(sqlite_store, draft) == signed_pdf()


def test_folder_lies_beside_a_store_in_a_file(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.delenv(proofs.PROOFS_VARIABLE)
    assert proofs.proofs_folder(sqlite_url) == tmp_path / "store" / "store.proofs"
    assert proofs.proofs_folder("postgresql://me@host/db").name == "proofs"


KILLED = """
    import os
    from datetime import UTC, datetime
    from pathlib import Path
    from data_access import proofs
    from data_access.store import Store
    from data_access.types import LOCAL_USER
    from tests.claim_builders import signed_pdf

    def die(*_arguments, **_settings):
        os._exit(9)

    if {moment!r} == "before the rename":
        Path.replace = die
    else:
        proofs._note = die
    with Store.open({url!r}) as store:
        now = datetime(2026, 11, 22, tzinfo=UTC)
        proofs.store_proof(
            store, LOCAL_USER, file_name="p.pdf", content=signed_pdf(), now=now
        )
"""


@pytest.mark.parametrize("moment", ["before the rename", "before the row"])
def test_process_that_is_killed_leaves_no_half_proof(sqlite_store, folder, moment):
    script = textwrap.dedent(KILLED.format(moment=moment, url=sqlite_store.url))
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={**os.environ}, check=False, timeout=60
    )
    assert ended.returncode == 9
    assert rows(sqlite_store).empty
    named = [path for path in documents(folder) if path.suffix != ".part"]
    assert [path.read_bytes() for path in named] in ([], [signed_pdf()])
    draft = good_draft(proof=keep(sqlite_store, signed_pdf()))
    assert proofs.proof_bytes(sqlite_store, draft) == signed_pdf()
    assert len(rows(sqlite_store)) == 1


def test_what_was_left_unfinished_is_removed_after_an_hour(sqlite_store, folder):
    content_hash = hashlib.sha256(signed_pdf()).hexdigest()
    left = folder / content_hash[:2] / "left.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    os.utime(left, (NOW.timestamp() - 3_601, NOW.timestamp() - 3_601))
    keep(sqlite_store, signed_pdf())
    assert not left.exists()
