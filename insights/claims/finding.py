"""One thing that is wrong or risky in a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from insights.claims.form import FIELDS_BY_NAME

Severity = Literal["blocking", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a code, where it is, how serious, what is wrong and what to do about it.

    `workload` is the code of the workload that it is about, empty for the whole claim.
    """

    code: str
    field: str
    severity: Severity
    message: str
    remedy: str
    workload: str = ""

    @property
    def step(self) -> int:
        """Return the assistant's step in which the field is."""
        return FIELDS_BY_NAME[self.field].step

    @property
    def label(self) -> str:
        """Return the field's label."""
        return FIELDS_BY_NAME[self.field].label

    @property
    def is_missing(self) -> bool:
        """Return whether an answer is only missing yet, rather than wrong."""
        return self.code.endswith("_missing")


def blocking(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings with which no claim can be sent."""
    return tuple(each for each in found if each.severity == "blocking")


def of_step(found: tuple[Finding, ...], step: int) -> tuple[Finding, ...]:
    """Return the findings of one step."""
    return tuple(each for each in found if each.step == step)
