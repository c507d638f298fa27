"""Who lives in the demo world: global accounts with their locations, and customer tenants."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import names
from data_access.demo.cases import BY_KEY, SET_ASIDE
from data_access.demo.catalog import (
    ACCOUNT_NAMES,
    COUNTRIES,
    EDUCATION_INDUSTRY,
    INDUSTRIES,
    PUBLIC_INDUSTRY,
    SEGMENTS,
    SUITE_NAMES,
)

TENANTS_PER_LOCATION = 35
LOCATIONS = (6, 200)
LOCATIONS_PER_ACCOUNT = 13
MEDIAN_SEATS = 600.0
SPREAD_OF_SEATS = 1.25
SEATS = (15, 20_000)
LARGEST_CASES = ("paid_as_rated", "amount_differs", "growth_capped")
LARGEST_SEATS = 16_600.0  # of these customers: the one public rate is for 12,744 and more
MARKET_OF_THE_LOCATION = 0.8
MASKED_SHARE = 0.015


def make_partners(rng: np.random.Generator, tenants: int) -> pd.DataFrame:
    """Return one row per partner location.

    Columns: partner_id, name, account_id, account_name, city, country, country_index, account
    (position), skill (how well its customers adopt, about 1), weight (its share of customers).
    """
    count = min(max(math.ceil(tenants / TENANTS_PER_LOCATION), LOCATIONS[0]), LOCATIONS[1])
    accounts = max(3, math.ceil(count / LOCATIONS_PER_ACCOUNT))
    ids = rng.choice(900_000, size=count + accounts, replace=False) + 4_100_000
    index = np.arange(count)
    account, turn = index % accounts, index // accounts
    country = (turn + 3 * account) % len(COUNTRIES)
    city = [COUNTRIES[c][2][(t // len(COUNTRIES)) % 4] for c, t in zip(country, turn, strict=True)]
    account_names = [f"{ACCOUNT_NAMES[position]} Group" for position in range(accounts)]
    weight = 1.0 / (1.0 + 0.35 * rng.permutation(count) * 12 / count)
    return pd.DataFrame(
        {
            "partner_id": ids[accounts:].astype(str),
            "name": [f"{ACCOUNT_NAMES[a]} {c}" for a, c in zip(account, city, strict=True)],
            "account_id": ids[account].astype(str),
            "account_name": np.array(account_names)[account],
            "city": city,
            "country": [COUNTRIES[c][0] for c in country],
            "country_index": country,
            "account": account,
            "skill": rng.normal(1.0, 0.12, count).clip(0.75, 1.3),
            "weight": weight / weight.sum(),
        }
    )


def make_tenants(rng: np.random.Generator, count: int, partners: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer tenant.

    Columns: tenant_id, name, tpid, duns, domain, segment, market, country, industry, vertical,
    home (position of its partner location), seats (at the start), suite (position), is_education.
    """
    home = rng.choice(len(partners), size=count, p=partners["weight"].to_numpy())
    own_market = rng.random(count) < MARKET_OF_THE_LOCATION
    local = partners["country_index"].to_numpy()[home]
    country = np.where(own_market, local, rng.integers(0, len(COUNTRIES), count))
    seats = np.exp(rng.normal(math.log(MEDIAN_SEATS), SPREAD_OF_SEATS, count)).clip(*SEATS)
    seats[:SET_ASIDE] = rng.integers(400, 2_400, min(SET_ASIDE, count)) // 10 * 10
    segment = _segments(rng, seats)
    industry = _industries(rng, segment)
    tenants = pd.DataFrame(
        {
            "tenant_id": _guids(rng, count),
            "tpid": (rng.choice(9_000_000, size=count, replace=False) + 1_000_000).astype(str),
            "duns": rng.integers(100_000_000, 999_999_999, count).astype(str),
            "segment": np.array(SEGMENTS)[segment],
            "market": np.array([place[0] for place in COUNTRIES])[country],
            "industry": industry[:, 0],
            "vertical": industry[:, 1],
            "home": home,
            "seats": seats,
            "suite": _suites(rng, seats),
        }
    )
    tenants["country"] = tenants["market"]
    tenants["name"] = _names(rng, tenants, country)
    return _with_cases(tenants, country)


def suite_names(tenants: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the product that each tenant bought, by tenant."""
    products: npt.NDArray[np.object_] = np.array(SUITE_NAMES, dtype=object)[tenants["suite"]]
    return products


def _guids(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct random tenant ids in lower case with dashes."""
    digits = [part.tobytes().hex() for part in rng.integers(0, 256, (count, 16), dtype=np.uint8)]
    return [f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:]}" for d in digits]


def _segments(rng: np.random.Generator, seats: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the position of each tenant's segment: by size, some schools and public bodies."""
    blurred = seats * np.exp(rng.normal(0.0, 0.35, len(seats)))
    by_size = np.select([blurred > 3_000, blurred > 500], [0, 1], default=2)
    kind = rng.random(len(seats))
    segment = np.select([kind < 0.07, kind < 0.16], [3, 4], default=by_size)
    segment[:SET_ASIDE] = by_size[:SET_ASIDE]
    return segment


def _industries(
    rng: np.random.Generator, segment: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """Return industry and vertical by tenant, fitting the segment."""
    industry = np.array(INDUSTRIES, dtype=object)[rng.integers(0, len(INDUSTRIES), len(segment))]
    industry[segment == 3] = EDUCATION_INDUSTRY
    industry[segment == 4] = PUBLIC_INDUSTRY
    return industry


def _suites(rng: np.random.Generator, seats: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the position of each tenant's suite; Business Premium ends at 300 seats."""
    large = np.where(rng.random(len(seats)) < 0.45, 1, 0)
    small = np.where(rng.random(len(seats)) < 0.75, 2, 0)
    suite = np.where(seats <= 300, small, large)
    suite[:SET_ASIDE] = 1
    return suite


def _names(
    rng: np.random.Generator, tenants: pd.DataFrame, country: npt.NDArray[np.int64]
) -> list[str]:
    """Return one name a tenant; a few are concealed behind 32 hexadecimal digits."""
    count = len(tenants)
    draw = rng.integers(0, 6, count)
    forms = [COUNTRIES[c][3][d % len(COUNTRIES[c][3])] for c, d in zip(country, draw, strict=True)]
    parts = zip(names.stems(rng, count), forms, tenants["segment"], strict=True)
    made = [names.with_form(str(stem), form, kind) for stem, form, kind in parts]
    for position in np.flatnonzero(rng.random(count) < MASKED_SHARE):
        made[position] = rng.bytes(16).hex().upper()
    return made


def _with_cases(tenants: pd.DataFrame, country: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the tenants with the names and attributes of the edge cases, and their domains."""
    plain = pd.Series(
        {
            BY_KEY["formula_name"].tenant: names.FORMULA_NAME,
            BY_KEY["markup_name"].tenant: names.MARKUP_NAME,
            BY_KEY["long_name"].tenant: names.LONG_NAME,
            BY_KEY["quoted_name"].tenant: names.QUOTED_NAME,
            BY_KEY["masked_name"].tenant: "77E5979DD60BA6EAA53E814DBEEEFA5F",
            BY_KEY["twin_name"].tenant: names.TWIN_NAME,
            BY_KEY["twin_name_2"].tenant: names.TWIN_NAME,
            **{
                BY_KEY[f"{script}_name"].tenant: name
                for script, name in zip(
                    ("greek", "japanese", "arabic", "cyrillic"), names.SCRIPT_NAMES, strict=True
                )
            },
        }
    )
    tenants.loc[plain.index, "name"] = plain
    school = BY_KEY["education"].tenant
    tenants.loc[school, ["segment", "industry", "vertical"]] = ("Education", *EDUCATION_INDUSTRY)
    tenants.loc[school, "name"] = "Stellmere University"
    tenants.loc[BY_KEY["small"].tenant, "seats"] = 60.0
    large = [BY_KEY[key].tenant for key in LARGEST_CASES]
    tenants.loc[large, ["seats", "segment"]] = (LARGEST_SEATS, "Enterprise")
    odd = BY_KEY["wrong_country"].tenant
    tenants.loc[odd, "country"] = COUNTRIES[(int(country[odd]) + 1) % len(COUNTRIES)][0]
    tenants["is_education"] = tenants["segment"] == "Education"
    ends = np.array([place[1] for place in COUNTRIES])[country]
    stem = [names.slug(name) for name in tenants["name"]]
    tenants["domain"] = [
        f"{s}{t[-3:]}.{e}.example" for s, t, e in zip(stem, tenants["tpid"], ends, strict=True)
    ]
    return tenants
