"""Invented company names: believable, and none of them meant to be a real company."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

FIRST = (
    "Al", "Ber", "Cal", "Dor", "El", "Fal", "Gal", "Har", "Is", "Jor", "Kel", "Lor", "Mar",
    "Nor", "Or", "Pel", "Quor", "Ros", "Sel", "Tor", "Ul", "Var", "Wes", "Yar", "Zel", "Bran",
    "Cres", "Dal", "Fen", "Hol", "Kor", "Lan", "Mil", "Pen", "Ren", "Stel",
)  # fmt: skip
SECOND = (
    "aby", "bek", "bridge", "bury", "by", "cott", "dale", "den", "dorf", "feld", "field",
    "ford", "gate", "ham", "hurst", "ington", "land", "ley", "lund", "mere", "mond", "more",
    "mouth", "ness", "quist", "ridge", "rup", "sen", "shaw", "stad", "stead", "ston", "thorpe",
    "vale", "ville", "wald", "wick", "worth",
)  # fmt: skip
TRADES = (
    "Logistics", "Foods", "Textiles", "Precision", "Insurance", "Clinics", "Marine", "Energy",
    "Retail", "Packaging", "Engineering", "Pharma", "Media", "Hotels", "Chemicals", "Motors",
    "Timber", "Optics", "Legal", "Plastics", "Dairy", "Aviation", "Glass", "Tools",
)  # fmt: skip
EDUCATION = ("University", "Technical College", "School Trust", "Business School")
PUBLIC = ("City Council", "Regional Health Board", "Water Authority", "County Administration")

SCRIPT_NAMES = (
    "Αιγαίο Ναυτιλιακή Α.Ε.",
    "株式会社みどり野製作所",
    "شركة النخيل للتجارة",
    "ООО «Северный Ветер»",
)
LONG_NAME = (
    "Gesellschaft für angewandte Mess-, Steuerungs- und Regelungstechnik im norddeutschen "
    "Schiffbau und in der Hafenlogistik Wesermündung mbH & Co. Kommanditgesellschaft "
    "(vormals Vereinigte Werften und Ankerwinden-Manufaktur)"
)
MARKUP_NAME = "<b>R&D</b> *Labs* $x$"
FORMULA_NAME = "=Sigma+Partner Analytics GmbH"
QUOTED_NAME = 'Kessler, Brandt & "Söhne" OHG'
TWIN_NAME = "Harfield Tools Ltd"


def stems(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    """Return `count` pairs "Stem Trade", distinct as long as there are enough of them."""
    space = len(FIRST) * len(SECOND) * len(TRADES)
    picks = rng.choice(space, size=count, replace=count > space)
    stem, trade = np.divmod(picks, len(TRADES))
    first, second = np.divmod(stem, len(SECOND))
    names = np.char.add(np.array(FIRST)[first], np.array(SECOND)[second])
    return np.char.add(np.char.add(names, " "), np.array(TRADES)[trade])


def with_form(stem_and_trade: str, form: str, kind: str) -> str:
    """Return the full name of a company, a school ("Education") or a public body."""
    stem = stem_and_trade.partition(" ")[0]
    if kind == "Education":
        return f"{stem} {EDUCATION[len(stem_and_trade) % len(EDUCATION)]}"
    if kind == "Public Sector":
        return f"{stem} {PUBLIC[len(stem_and_trade) % len(PUBLIC)]}"
    return f"{stem_and_trade} {form}"


def slug(name: str) -> str:
    """Return the name as the letters and digits of a domain name, "tenant" where none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain.casefold())[:40] or "tenant"
