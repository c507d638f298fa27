"""What a horizon of the ranking may show; apart from the model, so that pages load none of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one horizon may show: who ranks, and whether a number, a band or only an order.

    `ranks` is "model" or "gap", `shows` "percent", "band" or "order"; `why` says it in a sentence.
    """

    ranks: str
    shows: str
    why: str
