"""Today's date; pages ask here and hand it on, so that nothing below them reads a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return this moment (UTC)."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is now (UTC)."""
    return datetime.now(UTC).date()
