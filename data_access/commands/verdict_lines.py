"""What the record allows, in lines for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from insights.ranking.verdicts import Verdict

RANKS = {"model": "the learned model ranks", "gap": "the plain gap rule ranks"}
SHOWS = {
    "percent": "percentages may be shown",
    "band": "only low, medium or high may be shown",
    "order": "only the order may be shown",
}


def verdict_lines(verdicts: Mapping[int, Verdict]) -> list[str]:
    """Return one line per horizon: who ranks, what may be shown, and why."""
    return [
        f"{days:>4} days: {RANKS[told.ranks]}, {SHOWS[told.shows]}. {told.why}"
        for days, told in sorted(verdicts.items())
    ]
