"""Proofs of execution: stored once by content, outside the database, and read back for a draft.

A file lies under its SHA-256 beside the store (`<stem>.proofs/ab/abcdef…`), with the text that
was read from it beside (`….txt`). It is written under another name first and then renamed, so
that no half file ever has a hash for its name. Nobody gets a proof by its hash: only by a draft
of their own.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, make_url, select
from sqlalchemy.exc import IntegrityError

from data_access import audit
from data_access.errors import InsightsError
from data_access.locations import data_folder
from data_access.proof_content import read_proof
from data_access.roles import require
from data_access.schema import proof_file
from data_access.store import Store
from data_access.types import Scope
from insights.claims.draft import AttachedProof, ClaimDraft

PROOFS_VARIABLE = "PARTNER_INSIGHTS_PROOFS"
"""Environment variable that names the folder of the proofs, wherever the store is."""

LONGEST_FILE_NAME = 200

_UNFINISHED = ".part"
_STALE = timedelta(hours=1)


def proofs_folder(store_url: str) -> Path:
    """Return the folder of a store's proofs; it may not exist yet.

    The one that PROOFS_VARIABLE names, else beside a store in a file, else in the user's data.
    """
    named = os.environ.get(PROOFS_VARIABLE)
    if named:
        return Path(named)
    url = make_url(store_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).with_suffix(".proofs")
    return data_folder() / "proofs"


def store_proof(
    store: Store, scope: Scope, *, file_name: str, content: bytes, now: datetime
) -> AttachedProof:
    """Store a proof and return what a draft keeps of it; the same content is stored once.

    Raises RefusedFileError for a file that is no plain document, InsightsError where the folder
    cannot be written; nothing is stored then.
    """
    require(scope, "claim")
    shown_name = Path(file_name.replace("\\", "/")).name[:LONGEST_FILE_NAME] or "proof"
    told = read_proof(shown_name, content)
    content_hash = hashlib.sha256(content).hexdigest()
    path = _path(store, content_hash)
    try:
        _keep(path.with_suffix(".txt"), (told.text or "").encode(), now)
        _keep(path, content, now)
    except OSError as error:
        raise InsightsError(
            f"The proof cannot be stored in {path.parent}: {error.strerror}.",
            f"Make room or give rights there, or name another folder in {PROOFS_VARIABLE}.",
        ) from error
    _note(store, scope, content_hash, (shown_name, told.media_type, len(content)), now)
    return AttachedProof(content_hash, shown_name, told.media_type, len(content))


def proof_bytes(store: Store, draft: ClaimDraft) -> bytes:
    """Return the proof of a draft that was read for its owner (see `claim_drafts.draft_of`).

    Raises InsightsError where there is none, it is gone, or it is not what was uploaded.
    """
    if draft.proof is None:
        raise InsightsError("This claim has no proof of execution yet.", "Upload one in step 3.")
    path = _path(store, draft.proof.content_hash)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InsightsError(
            f"The proof {draft.proof.file_name} is not in {path.parent.parent} any more.",
            "Bring the folder back from a backup, or upload the proof again.",
        ) from error
    if hashlib.sha256(content).hexdigest() != draft.proof.content_hash:
        raise InsightsError(
            f"The proof {draft.proof.file_name} was changed after it was uploaded.",
            "Upload it again.",
        )
    return content


def proof_reader(store: Store, draft: ClaimDraft) -> Callable[[], bytes]:
    """Return a function that reads the draft's proof, for a download."""
    return lambda: proof_bytes(store, draft)


def proof_text(store: Store, draft: ClaimDraft) -> str | None:
    """Return the text that was read from the draft's proof; None where it has none."""
    if draft.proof is None:
        return None
    path = _path(store, draft.proof.content_hash).with_suffix(".txt")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text or None


def _path(store: Store, content_hash: str) -> Path:
    return proofs_folder(store.url) / content_hash[:2] / content_hash


def _keep(path: Path, content: bytes, now: datetime) -> None:
    """Write a file unless it is there already: under another name, to the disk, then renamed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_stale(path.parent, now)
    if path.exists() and path.read_bytes() == content:
        return
    unfinished = path.with_name(f"{uuid.uuid4().hex}{_UNFINISHED}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _remove_stale(folder: Path, now: datetime) -> None:
    """Remove what processes that were killed left unfinished."""
    for left in folder.glob(f"*{_UNFINISHED}"):
        if now - datetime.fromtimestamp(left.stat().st_mtime, UTC) > _STALE:
            left.unlink(missing_ok=True)


def _note(
    store: Store, scope: Scope, content_hash: str, told: tuple[str, str, int], now: datetime
) -> None:
    """Note a stored file; another upload of the same content may have done so just before."""
    file_name, media_type, size = told
    known = select(proof_file.c.content_hash).where(proof_file.c.content_hash == content_hash)
    values = {
        "content_hash": content_hash,
        "file_name": file_name,
        "media_type": media_type,
        "size_bytes": size,
        "uploaded_at": now,
        "uploaded_by": scope.who,
    }

    def audited(connection: Connection) -> None:
        detail = {"what": "uploaded", "file": file_name, "type": media_type, "bytes": size}
        about = {"subject_kind": "proof", "subject": content_hash}
        audit.note(connection, scope, "proof", **about, detail=detail, now=now)

    try:
        with store.app_write() as connection:
            if connection.scalar(known) is None:
                connection.execute(insert(proof_file).values(values))
            audited(connection)
    except IntegrityError:
        with store.app_write() as connection:
            audited(connection)
