"""Playbooks: what to do step by step for a kind of action, how long it takes, and how often.

The most specific playbook stands: one that names the workload before one for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insights.actions.kinds import KINDS_BY_CODE

ALL = ("all",)
"""Stands in place of workloads for a playbook of every workload."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a code that stays, what to do, how many minutes, and where to read more."""

    code: str
    text: str
    minutes: int
    link: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """One playbook. Its caps: once per customer in so many days, so many open ones per owner."""

    code: str
    title: str
    kind: str
    workloads: tuple[str, ...]
    steps: tuple[Step, ...]
    once_per_customer_days: int
    most_open_per_owner: int

    @property
    def effort_minutes(self) -> int:
        """Return the minutes of all steps together."""
        return sum(step.minutes for step in self.steps)

    @property
    def is_for_all(self) -> bool:
        """Return whether it is for every workload."""
        return self.workloads == ALL


def playbook_for(playbooks: Iterable[Playbook], kind: str, workload: str) -> Playbook | None:
    """Return the playbook of an action by kind and workload ("": the whole customer), or None."""
    of_kind = sorted((each for each in playbooks if each.kind == kind), key=lambda each: each.code)
    named = [each for each in of_kind if workload in each.workloads]
    general = [each for each in of_kind if each.is_for_all]
    return next(iter([*named, *general]), None)


def clashes(playbooks: Mapping[str, Playbook]) -> list[str]:
    """Return where two playbooks are for the same kind and workload, one sentence each."""
    taken: dict[tuple[str, str], str] = {}
    found = []
    for code, playbook in sorted(playbooks.items()):
        for workload in playbook.workloads:
            other = taken.setdefault((playbook.kind, workload), code)
            if other != code:
                label = KINDS_BY_CODE[playbook.kind].label
                found.append(
                    f"{code}: workloads: {workload} has the playbook {other} for “{label}” already"
                )
    return found


def playbooks_markdown(playbooks: Iterable[Playbook]) -> str:
    """Return the document of playbooks as Markdown, in the order given."""
    return "\n".join([_INTRODUCTION, *(_section(playbook) for playbook in playbooks)])


_INTRODUCTION = """# Playbooks

This page is made by `partner-insights docs` from the files in `data_access/playbooks`, one per
playbook; the file's name is its code.

A playbook says what to do step by step for a kind of action, for all workloads or for the ones that
it names; the one that names the workload stands. The effort of an action is the sum of its steps.
An admin can change a playbook on the page People; the text is checked as these files are, every
change is kept with who made it and when, and the one that comes with the app can be taken back.

```toml
title = "Answer the claim"            # a text
kind = "clock"                        # one of the kinds of actions
workloads = "all"                     # or a list of codes, e.g. ["TEAMS", "EXO"]
once_per_customer_days = 0            # days between two actions of it for one customer; 0: no cap
most_open_per_owner = 50              # with so many nobody is suggested

[[steps]]
code = "read"                         # stays the same: done steps are kept by it
text = "Read what is asked for."
minutes = 10
link = "https://learn.microsoft.com/" # may be left out; only pages of microsoft.com
```
"""


def _section(playbook: Playbook) -> str:
    label = KINDS_BY_CODE[playbook.kind].label
    workloads = "every workload" if playbook.is_for_all else ", ".join(playbook.workloads)
    steps = "\n".join(
        f"{place}. {step.text} *({step.minutes} minutes)*" + (f" <{step.link}>" * bool(step.link))
        for place, step in enumerate(playbook.steps, start=1)
    )
    return (
        f"## {playbook.title}\n\n`{playbook.code}` · {label} · {workloads} · "
        f"{playbook.effort_minutes} minutes. At most once per customer in "
        f"{playbook.once_per_customer_days} days, and {playbook.most_open_per_owner} open per "
        f"owner.\n\n{steps}\n"
    )
