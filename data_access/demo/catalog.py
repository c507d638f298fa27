"""What the invented world is made of: workloads and how they are adopted, places, segments.

Parameters follow public figures on adoption (start, ceiling and months from 15 % to 40 % by
workload); where nothing is public they are plain assumptions, good enough for a demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["collaboration", "security"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """How one workload is usually taken up; shares are of paid seats, months a (median, range)."""

    code: str
    group: Group
    cpor_name: str  # the spelling of the CPOR usage report
    usage_name: str  # the spelling of the Microsoft 365 usage report
    start: tuple[float, float]
    ceiling: tuple[float, float]
    months_15_to_40: tuple[float, float, float]
    suites: tuple[float, float, float]  # share of tenants with it on E3, E5, Business Premium
    claimed: float  # share of pairs claimed once the partner claims the group
    policy_step: float  # share of pairs that jump because a policy is switched on


WORKLOADS: tuple[Adoption, ...] = (
    Adoption(
        "EXO", "collaboration", "Exchange Online", "EXO",
        (0.03, 0.60), (0.85, 0.95), (2, 1, 4), (1.0, 1.0, 1.0), 0.76, 0.30,
    ),
    Adoption(
        "SPO", "collaboration", "SharePoint Online", "SPO",
        (0.04, 0.40), (0.50, 0.75), (7, 4, 14), (1.0, 1.0, 1.0), 0.72, 0.0,
    ),
    Adoption(
        "TEAMS", "collaboration", "Teams", "Microsoft Teams",
        (0.03, 0.30), (0.70, 0.90), (5, 2, 10), (0.97, 0.97, 0.97), 0.86, 0.0,
    ),
    Adoption(
        "PROPLUS", "collaboration", "ProPlus", "Microsoft 365 Apps for enterprise",
        (0.03, 0.50), (0.70, 0.90), (4, 2, 8), (1.0, 1.0, 1.0), 0.74, 0.0,
    ),
    Adoption(
        "YAM", "collaboration", "Yammer", "Viva Engage",
        (0.01, 0.10), (0.10, 0.35), (14, 8, 30), (0.80, 0.85, 0.0), 0.42, 0.0,
    ),
    Adoption(
        "INTUNE", "security", "Microsoft Intune", "Intune",
        (0.005, 0.10), (0.40, 0.80), (8, 4, 18), (0.92, 0.98, 1.0), 0.82, 0.0,
    ),
    Adoption(
        "AADP", "security", "AADP", "Azure Active Directory Premium",
        (0.005, 0.15), (0.40, 0.90), (6, 2, 15), (0.95, 1.0, 1.0), 0.80, 0.35,
    ),
    Adoption(
        "AIP", "security", "Azure Information Protection", "AIP",
        (0.002, 0.03), (0.10, 0.40), (20, 8, 40), (0.85, 0.95, 0.50), 0.52, 0.0,
    ),
    Adoption(
        "MDO", "security", "MDO", "Microsoft Defender for Office 365",
        (0.005, 0.10), (0.20, 0.95), (5, 2, 12), (0.30, 1.0, 1.0), 0.76, 0.55,
    ),
    Adoption(
        "MCAS", "security", "Microsoft Cloud App Security", "MCAS",
        (0.005, 0.10), (0.20, 0.95), (5, 2, 12), (0.15, 0.97, 0.10), 0.64, 0.45,
    ),
)  # fmt: skip

CODES: tuple[str, ...] = tuple(adoption.code for adoption in WORKLOADS)
FORTY_PERCENT_CODES = ("TEAMS", "INTUNE", "PROPLUS", "AIP")

SUITE_NAMES = ("Microsoft 365 E3", "Microsoft 365 E5", "Microsoft 365 Business Premium")

SEASON = (0.98, 1.01, 1.01, 1.0, 1.0, 1.0, 0.96, 0.93, 1.01, 1.02, 1.01, 0.94)
"""Factor on active users by calendar month, January first (northern hemisphere)."""

SEASON_EDUCATION = (0.97, 1.01, 1.02, 1.0, 1.0, 0.90, 0.45, 0.40, 0.97, 1.02, 1.01, 0.85)

COUNTRIES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Germany", "de", ("Hamburg", "Leipzig", "Stuttgart", "Bremen"), ("GmbH", "AG", "KG")),
    ("United Kingdom", "uk", ("Leeds", "Bristol", "Glasgow", "Cardiff"), ("Ltd", "PLC", "LLP")),
    ("Netherlands", "nl", ("Utrecht", "Eindhoven", "Groningen", "Breda"), ("B.V.", "N.V.")),
    ("United States", "us", ("Denver", "Columbus", "Austin", "Tampa"), ("Inc.", "LLC", "Corp.")),
    ("France", "fr", ("Lyon", "Nantes", "Lille", "Rennes"), ("SAS", "SA", "SARL")),
    ("Sweden", "se", ("Malmö", "Uppsala", "Umeå", "Lund"), ("AB", "Aktiebolag")),
    ("Switzerland", "ch", ("Bern", "Winterthur", "Lausanne", "Chur"), ("AG", "SA")),
    ("Poland", "pl", ("Gdańsk", "Wrocław", "Poznań", "Łódź"), ("Sp. z o.o.", "S.A.")),
    ("Canada", "ca", ("Calgary", "Ottawa", "Halifax", "Winnipeg"), ("Inc.", "Ltd")),
    ("Japan", "jp", ("Nagoya", "Sapporo", "Fukuoka", "Sendai"), ("K.K.", "G.K.")),
)
"""Market, top-level domain, cities with partner locations, legal forms."""

SEGMENTS = ("Enterprise", "Corporate", "Small & Medium Business", "Education", "Public Sector")

INDUSTRIES: tuple[tuple[str, str], ...] = (
    ("Manufacturing", "Discrete Manufacturing"),
    ("Retail & Consumer Goods", "Retail"),
    ("Financial Services", "Banking"),
    ("Healthcare", "Health Provider"),
    ("Professional Services", "Engineering Services"),
    ("Transportation", "Freight & Logistics"),
    ("Energy", "Utilities"),
    ("Hospitality", "Travel & Leisure"),
)
EDUCATION_INDUSTRY = ("Education", "Higher Education")
PUBLIC_INDUSTRY = ("Government", "Regional & Local Government")

ACCOUNT_NAMES = (
    "Alderway", "Brightmoor", "Corvane", "Delphard", "Eskeline", "Fenwarth", "Garrowby",
    "Hexmere", "Ilverton", "Jorvane", "Kestrand", "Lindquay", "Marlowick", "Nordhaven",
    "Oakenfall", "Pellbrook",
)  # fmt: skip
