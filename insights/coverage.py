"""Whether a customer's workload is associated: the kinds of coverage, each with symbol and word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoverageKind:
    """One kind: its code in queries and links, word, symbol and meaning in one sentence."""

    code: str
    label: str
    symbol: str
    meaning: str

    @property
    def words(self) -> str:
        """Return symbol and label, so that colour never speaks alone."""
        return f"{self.symbol} {self.label}"


COVERAGE_KINDS: tuple[CoverageKind, ...] = (
    CoverageKind("mine", "Mine", "●", "Held now by the chosen partner, or by any if none is."),
    CoverageKind("in_claim", "In claim", "◔", "Not held, and a claim is on its way."),
    CoverageKind(
        "unclaimed", "Unclaimed", "○", "Nobody holds or claims it, and nobody is known to have."
    ),
    CoverageKind(
        "lost", "Lost", "✕", "Held earlier by the chosen partner, or by any if none is; not now."
    ),
    CoverageKind("other", "Another partner", "◆", "Held by a partner that is not the chosen one."),
)
"""Every kind, in the order of charts and tables; exactly one holds per customer and workload."""

KINDS_BY_CODE: dict[str, CoverageKind] = {kind.code: kind for kind in COVERAGE_KINDS}
