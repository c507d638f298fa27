"""One action in full: what, why, by when, what it is worth, and what each way to end it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insights.actions.kinds import DISMISS_REASONS, KINDS_BY_CODE, LIVE
from insights.money import marked, usd
from insights.views.customer import Fact
from insights.views.recommended_actions import day_text, status_words


@dataclass(frozen=True, slots=True)
class ActionDetail:
    """An action in words; `row` has its values as the table `action` holds them."""

    row: Mapping[str, Any]
    title: str
    standing: str
    whys: tuple[str, ...]
    facts: tuple[Fact, ...]
    closes_when: str

    @property
    def is_live(self) -> bool:
        """Return whether it is still to be done, now or later."""
        return self.row["status"] in LIVE


def detail(row: Mapping[str, Any]) -> ActionDetail:
    """Return one told action (a row of recommended_actions.told) in full."""
    kind = KINDS_BY_CODE[str(row["kind"])]
    whys = tuple(part for part in str(row["why"]).split("; ") if part)
    return ActionDetail(
        row=row,
        title=f"{row['tenant_name']}: {row['what']}",
        standing=standing(row),
        whys=whys,
        facts=(
            Fact("Kind", str(row["kind_label"])),
            Fact("Due", _due(row)),
            Fact("Worth", worth(row)),
            Fact("Basis", str(row["basis_label"])),
            Fact("Listed", _listed(row)),
        ),
        closes_when=kind.closes_when if row["status"] in LIVE else "",
    )


def standing(row: Mapping[str, Any]) -> str:
    """Return the status with its reason, outcome or day."""
    words = status_words(str(row["status"]))
    if row["status"] == "snoozed":
        until = day_text(pd.Timestamp(row["snoozed_until"]))
        return f"{words} until {until}: {row['status_reason']}"
    return f"{words}: {row['result']}" if row["result"] else words


def worth(row: Mapping[str, Any]) -> str:
    """Return chance, value and their product; each only where it is known and may be seen."""
    if pd.isna(row["value_usd_e4"]) or not row["value_usd_e4"]:
        return f"{row['chance']} chance" if row["chance"] else "no amount is known"
    value = marked(usd(int(row["value_usd_e4"])), is_example=bool(row["is_example"]))
    if pd.isna(row["probability"]):
        return value
    chance = f"{row['chance']} chance" if row["chance"] else "no chance is shown"
    return f"{chance} × {value}: {usd(int(row['expected_usd_e4']))} expected"


def dismiss_labels() -> dict[str, str]:
    """Return the reasons for which an action can be dismissed, each with what that does."""
    return {reason.code: reason.label for reason in DISMISS_REASONS}


def _due(row: Mapping[str, Any]) -> str:
    """Return the due day; of a live action with its urgency."""
    day = str(row["due_words"]) or "no day"
    return f"{day} ({row['urgency_label']})" if row["status"] in LIVE else day


def _listed(row: Mapping[str, Any]) -> str:
    """Return since when the action is listed, how often it came back, and its last refresh."""
    text = f"{day_text(row['created_at'])}"
    if int(row["round"]) > 1:
        text += f", for the {_ordinal(int(row['round']))} time"
    if int(row["run_id"]):
        text += f"; figures of {day_text(row['refreshed_at'])}"
    return text


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    is_teen = 10 < number % 100 < 14
    return f"{number}{'th' if is_teen else endings.get(number % 10, 'th')}"
