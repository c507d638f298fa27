"""What can go wrong in ways a user can act on. Anything else is a bug and keeps its traceback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class InsightsError(Exception):
    """A failure with a message for people: what happened, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class RefusedFileError(InsightsError):
    """A file that cannot be read as any table we know; nothing was changed."""

    def __init__(self, file_name: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{file_name}: {reason}", hint)
        self.file_name = file_name
        self.reason = reason


class StoreError(InsightsError):
    """The store cannot be opened, read, upgraded or written."""


class UnknownOutcomeError(StoreError):
    """The connection was lost while saving: it may have been saved, or not."""


class StoreBusyError(InsightsError):
    """Another import holds the store; the message says who, since when and with what."""


class RulesError(InsightsError):
    """Programme rules that contradict themselves or cannot be read; every problem is listed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems), "Correct these keys and load the rules again.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class MeanwhileChange:
    """One change that somebody else made: who, when (UTC), and the old and new value by field."""

    who: str
    when: datetime
    fields: Mapping[str, tuple[Any, Any]]


class ChangedMeanwhileError(InsightsError):
    """Somebody changed the same thing since it was read; nothing was written.

    `changes` tells who changed what and when, oldest first; `labels` names the fields that people
    know.
    """

    def __init__(self, changes: tuple[MeanwhileChange, ...], labels: Mapping[str, str]) -> None:
        super().__init__(
            " ".join(_told(change, labels) for change in changes) or "It was changed meanwhile.",
            "Nothing of yours was saved and nothing of theirs was lost: look at it again and "
            "repeat your change.",
        )
        self.changes = changes


def _told(change: MeanwhileChange, labels: Mapping[str, str]) -> str:
    names = [labels[name] for name in change.fields if name in labels]
    what = ", ".join(names) or "it"
    return f"{change.who} changed {what} on {change.when:%d %B at %H:%M} UTC."


class NothingToRankError(InsightsError):
    """There is no usage that a ranking could speak of."""


class DeniedError(InsightsError):
    """The user may not do or see this; nothing was changed."""
