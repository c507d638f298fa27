"""What can go wrong in ways a user can act on. Anything else is a bug and keeps its traceback."""

from __future__ import annotations


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


class StoreBusyError(InsightsError):
    """Another import holds the store; the message says who, since when and with what."""


class RulesError(InsightsError):
    """Programme rules that contradict themselves or cannot be read; every problem is listed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems), "Correct these keys and load the rules again.")
        self.problems = problems
