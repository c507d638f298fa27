"""What a training or scoring is asked for; light, because commands and pages name it too."""

from __future__ import annotations

from dataclasses import dataclass

HORIZONS = (30, 90, 180)
"""Days ahead that the store keeps scores for."""

RECORD_DATES = 6
"""Past months that the record of a model is made of."""


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """As of which month (None: the newest complete one), which milestones and which horizons.

    `milestones` are percents for every workload (None: by the programme rules of the month).
    `dates` is at how many past months a model trained for this is judged.
    """

    as_of: int | None = None
    milestones: tuple[int, ...] | None = None
    horizons: tuple[int, ...] = HORIZONS
    dates: int = RECORD_DATES

    @property
    def is_default(self) -> bool:
        """Return whether milestones and horizons are those that the store keeps scores for."""
        return self.milestones is None and self.horizons == HORIZONS

    @property
    def milestones_text(self) -> str:
        """Return the milestones as model_version keeps them: '' by programme rules."""
        return ",".join(map(str, self.milestones or ()))

    @property
    def horizons_text(self) -> str:
        """Return the horizons as model_version keeps them, e.g. 30,90,180."""
        return ",".join(map(str, self.horizons))
