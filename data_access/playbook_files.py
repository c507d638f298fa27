"""Playbooks from TOML: read, checked, and handed out as frozen values.

A file is refused when a key is unknown or missing, a kind or workload is unknown, a step's code
repeats or a link leads anywhere but to a page of Microsoft. All problems are collected first, and
every message names the file, the key and what is needed.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from data_access.errors import InsightsError
from data_access.rules_table import RuleTable
from insights.actions.kinds import KINDS_BY_CODE
from insights.actions.playbooks import ALL, Playbook, Step
from insights.program import ALL_WORKLOADS

SHIPPED_PLAYBOOKS = Path(__file__).parent / "playbooks"
LONGEST_CODE = 60
LONGEST_TEXT = 300
MOST_STEPS = 20
MOST_MINUTES = 480
MOST_DAYS = 730
MOST_OPEN = 1_000

_CODE = re.compile(r"[a-z][a-z0-9_]*")


class PlaybookError(InsightsError):
    """A playbook that cannot be used; every problem is listed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems), "Correct these keys and save it again.")
        self.problems = problems


def playbook_texts(folder: Path = SHIPPED_PLAYBOOKS) -> dict[str, str]:
    """Return the texts of a folder's playbooks by code, which is the file's name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def parse_playbook(text: str, code: str, file_name: str = "") -> Playbook:
    """Return the playbook of a TOML text; raises PlaybookError with every problem."""
    name = file_name or f"{code}.toml"
    problems: list[str] = []
    try:
        values = tomllib.loads(text)
        repr(values)  # fails for what no message could show
    except (ValueError, RecursionError) as error:  # besides its own, numbers of endless length
        raise PlaybookError((f"{name}: is not TOML: {error}",)) from error
    file = RuleTable(f"{name}: ", values, problems)
    playbook = Playbook(
        code=code,
        title=_short(file, "title"),
        kind=file.choice("kind", tuple(KINDS_BY_CODE)),
        workloads=_workloads(file),
        steps=tuple(_step(table) for table in file.tables("steps")),
        once_per_customer_days=file.whole("once_per_customer_days", 0, MOST_DAYS),
        most_open_per_owner=file.whole("most_open_per_owner", 1, MOST_OPEN),
    )
    file.close()
    _check_steps(file, playbook)
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        file.fault("code", f"{code[:80]!r} is not small letters, digits and underscores")
    if problems:
        raise PlaybookError(tuple(problems))
    return playbook


def _workloads(file: RuleTable) -> tuple[str, ...]:
    workloads = file.workloads("workloads")
    return ALL if workloads == ALL_WORKLOADS else workloads


def _step(table: RuleTable) -> Step:
    step = Step(
        code=_code(table),
        text=_short(table, "text"),
        minutes=table.whole("minutes", 1, MOST_MINUTES),
        link=_link(table),
    )
    table.close()
    return step


def _short(table: RuleTable, key: str) -> str:
    text = table.text(key)
    if len(text) > LONGEST_TEXT or not text.isprintable():
        table.fault(key, f"is longer than {LONGEST_TEXT} letters or has line breaks")
    return text


def _code(table: RuleTable) -> str:
    code = table.text("code")
    if code and (len(code) > LONGEST_CODE or not _CODE.fullmatch(code)):
        table.fault("code", f"{code[:80]!r} is not small letters, digits and underscores")
    return code


def _link(table: RuleTable) -> str:
    """Return the link of a step, "" without one; only Microsoft's own pages are led to."""
    if not table.has("link"):
        return ""
    link = table.text("link")
    try:
        parts = urlsplit(link)
        is_right = parts.scheme == "https" and (parts.hostname or "").endswith(".microsoft.com")
    except ValueError:
        is_right = False
    if not is_right:
        table.fault("link", f"{link[:80]!r} is no https address of a page at microsoft.com")
    return link


def _check_steps(file: RuleTable, playbook: Playbook) -> None:
    codes = [step.code for step in playbook.steps]
    if not codes and file.has("steps"):
        file.fault("steps", "is empty; at least one step is needed")
    if len(codes) > MOST_STEPS:
        file.fault("steps", f"has {len(codes)} steps; {MOST_STEPS} is the most")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        file.fault("steps", f"has the code {', '.join(twice)} twice; done steps are kept by code")
