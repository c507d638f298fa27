"""Size bands of customers, by the paid available units of their largest workload.

Microsoft's own bucket boundaries (XXS to XL) are not public; these bands are ours. Two of their
edges are: 150 is the minimum of the milestone programme, 300 separates small and medium
businesses from enterprises in the Modern Work designation.
"""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_SEATS = 150
"""Paid units under which a workload earned no milestone (programme years FY20 to FY23)."""


@dataclass(frozen=True, slots=True)
class SizeBand:
    """One band: its code in links and the store, its first number of seats, its label."""

    code: int
    from_seats: int
    label: str


SIZE_BANDS: tuple[SizeBand, ...] = (
    SizeBand(0, 0, "no seats"),
    SizeBand(1, 1, "1–149"),
    SizeBand(2, 150, "150–300"),
    SizeBand(3, 301, "301–999"),
    SizeBand(4, 1000, "1,000–4,999"),
    SizeBand(5, 5000, "5,000+"),
)

SIZE_BAND_LABELS: dict[int, str] = {band.code: band.label for band in SIZE_BANDS}
