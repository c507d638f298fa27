"""What a page says about a ranking that is missing, out of date or under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BY_COMMAND = "It is made anew with: partner-insights score"


class Ranked(Protocol):
    """What is asked of the newest scoring."""

    @property
    def scored_at(self) -> datetime:
        """Return when it was made."""

    @property
    def stale_why(self) -> str:
        """Return in a sentence what is newer, '' for nothing."""


class Work(Protocol):
    """What is asked of the newest job."""

    @property
    def is_live(self) -> bool:
        """Return whether it still waits or runs."""

    @property
    def asked_at(self) -> datetime:
        """Return when somebody asked for it."""

    @property
    def step(self) -> str:
        """Return what it is doing."""

    @property
    def share(self) -> float:
        """Return how much of it is done, 0 to 1."""

    @property
    def failure(self) -> str:
        """Return why it failed, '' unless it did."""


@dataclass(frozen=True, slots=True)
class StateWords:
    """The banner: its text, progress of a job at work (None: none), whether to offer one."""

    text: str
    is_live: bool
    share: float | None
    step: str
    can_start: bool


def state_words(run: Ranked | None, job: Work | None, *, can_start: bool) -> StateWords:
    """Return what to say of a ranking that is due: `run` is the newest one, `job` the newest job.

    A failure is told until a later scoring succeeds. `can_start`: jobs may be started here.
    """
    if job is not None and job.is_live:
        text = f"{_standing(run)} {'Ranking again' if run else 'Ranking'}: {job.share:.0%}."
        return StateWords(text, is_live=True, share=job.share, step=job.step, can_start=False)
    parts = [_standing(run)]
    if job is not None and job.failure and (run is None or job.asked_at > run.scored_at):
        parts.append(f"The last attempt failed: {job.failure} Nothing was lost.")
    if not can_start:
        parts.append(BY_COMMAND)
    return StateWords(" ".join(parts), is_live=False, share=None, step="", can_start=can_start)


def _standing(run: Ranked | None) -> str:
    if run is None:
        return "Nothing is ranked yet."
    day = f"{run.scored_at.day} {run.scored_at:%b %Y}"
    return f"The ranking of {day} is out of date. {run.stale_why}".strip()
