"""Milestones in words: state, why, by which rule, and what is unusual; the same on every page."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.eligibility import REASON_CODES
from insights.milestone_states import FIXED_RULES, REASONS, STATES_BY_CODE
from insights.program import Program
from insights.rule_tables import rule_tables


@dataclass(frozen=True, slots=True)
class MilestoneFlag:
    """Something unusual beside a state: its column in milestone_status, symbol, words, meaning."""

    column: str
    symbol: str
    label: str
    meaning: str

    @property
    def words(self) -> str:
        """Return symbol and label, so that colour never speaks alone."""
        return f"{self.symbol} {self.label}"


MILESTONE_FLAGS: tuple[MilestoneFlag, ...] = (
    MilestoneFlag("is_slipping", "↘", "Slipping", "Reached, but below the threshold again."),
    MilestoneFlag(
        "is_stalled", "‖", "Stalled", "Within 3 points under the threshold for 3 months."
    ),
    MilestoneFlag(
        "seat_points", "⇈", "Seats moved the goal", "More paid seats pushed the usage down."
    ),
    MilestoneFlag(
        "is_too_late_to_claim",
        "⌛",
        "Too late to claim",
        "Not held, and a claim made now could not earn it.",
    ),
    MilestoneFlag(
        "is_small_base", "▫", "Small base", "Fewer paid seats than the programme asks for."
    ),
    MilestoneFlag("is_above_100", "▲", "Above 100%", "More active users than paid seats."),
    MilestoneFlag(
        "is_data_late", "◷", "Data late", "The newest month is missing, the one before is there."
    ),
)


def state_words(states: pd.Series[str]) -> pd.Series[str]:
    """Return the states as symbol and word."""
    words = {code: f"{state.symbol} {state.label}" for code, state in STATES_BY_CODE.items()}
    return states.map(words)


def flag_words(milestones: pd.DataFrame) -> pd.Series[list[str]]:
    """Return per milestone the words of its flags; points that seats took off are told.

    Columns as in milestone_status.
    """
    told: list[list[str]] = [[] for _ in range(len(milestones))]
    for flag in MILESTONE_FLAGS:
        column = milestones[flag.column]
        is_points = flag.column == "seat_points"
        shows = column.notna() if is_points else column.astype(bool)
        for words, value, is_shown in zip(told, column, shows, strict=True):
            if is_shown:
                words.append(f"{flag.words}, −{value:.1f} pts" if is_points else flag.words)
    return pd.Series(told, index=milestones.index, dtype="object")


def why_words(milestones: pd.DataFrame) -> pd.Series[str]:
    """Return why each milestone is not earnable, empty where it is; columns reason, reason_code."""
    ours = milestones["reason"].map(REASONS)
    codes = {code: f"{code}: {reason.meaning}" for code, reason in REASON_CODES.items()}
    told = milestones["reason_code"].map(lambda code: codes.get(code, code))
    return ours.mask(milestones["reason_code"] != "", told)


def rule_sources(program: Program) -> dict[str, str]:
    """Return the source of every rule that can decide a state, by its name in milestone_status."""
    tables = rule_tables(program, [])
    return {**dict(zip(tables.ids, tables.references, strict=True)), **FIXED_RULES}
