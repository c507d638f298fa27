"""Partner profile: the partner's locations and the global account above them."""

from __future__ import annotations

import numpy as np

from data_access.checks import Checks
from data_access.parsing.columns import Cell, Coded
from data_access.parsing.identifiers import partner_id
from data_access.sources.attributes import partner_rows
from data_access.sources.base import Source
from data_access.sources.shared import merged_rows, no_months
from data_access.sources.spellings import ANY_TENANT, PARTNER, PARTNER_ATTRIBUTES, WORKLOAD
from data_access.targets import Targets


def _read(checks: Checks) -> Targets:
    """Return one row per partner location; the account's own row only where it stands alone."""
    partners = checks.key("partner", lambda text: Cell(partner_id(text)))
    levels = checks.texts("level")
    rows = partner_rows(checks, partners, no_months(checks))
    held = set(rows.loc[rows["partner_id"] != rows["account_id"], "account_id"].dropna())
    is_account = rows["partner_id"].isin(_global_ids(partners, levels) & held)
    told = [checks.texts(column).codes for column in PARTNER_ATTRIBUTES]
    notes: tuple[str, ...] = ()
    if is_account.any():
        notes = ("Rows of the global account itself are not counted as a partner location.",)
    return Targets(
        partners=rows[~is_account].reset_index(drop=True),
        merged_rows=merged_rows(checks, partners.codes, levels.codes, *told),
        notes=notes,
    )


def _global_ids(partners: Coded[str], levels: Coded[str]) -> set[str]:
    """Return the ids whose row says that it is the global account."""
    is_global = np.array([*("global" in level.casefold() for level in levels.values), False])
    codes = np.unique(partners.codes[is_global[levels.codes]])
    return {partners.values[code] for code in codes if code >= 0}


PARTNER_PROFILE = Source(
    kind="partner_profile",
    title="Partner profile",
    read=_read,
    columns={
        "partner": PARTNER,
        **PARTNER_ATTRIBUTES,
        "partner_city": ("City", "PartnerCity"),
        "partner_country": ("Country", "PartnerCountry", "CountryRegion"),
        "level": ("HierarchyLevel", "AccountType"),
    },
    key=("partner",),
    any_of=("partner_name", "account_id", "partner_city", "partner_country"),
    never=(*ANY_TENANT, *WORKLOAD, "earningId", "CustomerName", "ClaimId"),
    hints=frozenset({"hierarchylevel", "pgampnid", "pgapartnername"}),
)
