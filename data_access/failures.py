"""What a failing database means for people: what happened, and what to do about it."""

from __future__ import annotations

from pandas.errors import DatabaseError as FrameError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from data_access.errors import StoreError, UnknownOutcomeError

BUSY_TIMEOUT = 30
"""Seconds that one short write waits for another one."""

_RESTORE = (
    "Restore a backup (partner-insights restore FILE --replace keeps the damaged files), or move "
    "it away and bring your files in again."
)

_SQLITE: dict[str, tuple[str, str]] = {
    "SQLITE_NOTADB": (
        "is not a store: the file is no database.",
        "Choose another file with --store, or move this one away to start afresh.",
    ),
    "SQLITE_CORRUPT": ("is damaged and cannot be read.", _RESTORE),
    "SQLITE_READONLY": (
        "cannot be written.",
        "Allow writing to the file and its folder, or choose another place with --store.",
    ),
    "SQLITE_CANTOPEN": (
        "cannot be opened.",
        "Check that its folder exists and may be written, or choose another place with --store.",
    ),
    "SQLITE_FULL": ("cannot grow: the disk is full.", "Free some space; nothing was changed."),
    "SQLITE_IOERR": (
        "cannot be read or written.",
        "Check the disk and its free space; nothing was changed.",
    ),
    "SQLITE_BUSY": (
        f"is being written by another program for more than {BUSY_TIMEOUT} seconds.",
        "Wait until it has finished and try again; nothing was changed.",
    ),
}

_POSTGRES: dict[str, tuple[str, str]] = {
    "08": ("does not answer.", "Check that the server runs; nothing was changed."),
    "28": ("refuses this user.", "Check the user and password in the URL."),
    "3D": ("does not exist.", "Create it first, e.g. with createdb."),
    "42501": ("does not let this user do that.", "Ask its administrator for the right."),
    "53": ("is out of space, memory or connections.", "Try again later; nothing was changed."),
    "55P03": ("is locked by somebody else.", "Wait and try again; nothing was changed."),
    "57014": (
        "took too long to answer, so the question was withdrawn.",
        "Ask for fewer months or customers, or try again later; nothing was changed.",
    ),
    "57": ("was stopped.", "Try again; nothing was changed."),
    "XX001": ("is damaged and cannot be read.", _RESTORE),
    "XX002": ("is damaged and cannot be read.", _RESTORE),
}

_LOST_AT = ("08", "57P0")
"""States in which the connection is gone; so it is where the driver itself failed, without one."""


def of_sqlite(error: Exception, place: str) -> StoreError | None:
    """Return what SQLite's error code means; None for a bug of ours."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorname", "")
    for prefix, (happened, hint) in _SQLITE.items():
        if code.startswith(prefix):
            return StoreError(f"{place} {happened}", hint)
    return None


def of_postgres(error: Exception, url: URL, *, committing: bool) -> StoreError | None:
    """Return what a lost connection or PostgreSQL's state code means; None for a bug of ours."""
    from psycopg import InterfaceError, OperationalError

    gone = (OperationalError, InterfaceError)
    cause = _cause(error)
    state = getattr(cause, "sqlstate", None) or ""
    is_lost = state.startswith(_LOST_AT) if state else isinstance(cause, gone)
    if is_lost and committing:
        return UnknownOutcomeError(
            f"The connection to the database {url.database!r} was lost while saving: whether it "
            "was saved is not known.",
            "Look whether it is there. If not, do it again; the same once more is never done "
            "twice.",
        )
    if is_lost and not state:
        return StoreError(
            f"The database {url.database!r} on {url.host} does not answer.",
            "Check the URL and that the server runs; nothing was changed.",
        )
    for prefix, (happened, hint) in _POSTGRES.items():
        if state.startswith(prefix):
            return StoreError(f"The database {url.database!r} {happened}", hint)
    return None


def _cause(error: Exception) -> BaseException | None:
    """Return the driver's error, which SQLAlchemy wraps, and pandas once more."""
    wrapped = error.__cause__ if isinstance(error, FrameError) else error
    return wrapped.orig if isinstance(wrapped, DBAPIError) else wrapped
