"""Tenants and partners that a file names, with what its newest month says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data_access.checks import Checks
from data_access.parsing.columns import MISSING, Coded, Codes
from data_access.parsing.identifiers import is_masked_name, partner_id
from data_access.problems import Fault, fault
from data_access.sources.shared import count_array, spellings
from data_access.sources.spellings import PARTNER_ATTRIBUTES, TENANT_ATTRIBUTES
from data_access.targets import NOT_TOLD


def tenant_rows(
    checks: Checks, tenants: Coded[str], months: Codes, imported: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return one row per accepted tenant with its attributes of the newest month."""
    written = imported
    if written is None:
        written = spellings(checks, tenants, "tenant") if checks.has("tenant") else {}
    found = newest_attributes(checks, tenants, months, tuple(TENANT_ATTRIBUTES), what="tenant")
    names = found["name"]
    return pd.DataFrame(
        {
            "tenant_id": found["id"].astype("str"),
            "imported_id": pd.Series([written[each] for each in found["id"]], dtype="str"),
            "name": names,
            "is_name_masked": pd.Series(
                [name is not None and is_masked_name(name) for name in names], dtype="bool"
            ),
            **{name: found[name] for name in tuple(TENANT_ATTRIBUTES)[1:]},
            "month": count_array(found["month"].to_numpy(dtype=np.int64)),
        }
    )


def partner_rows(checks: Checks, partners: Coded[str], months: Codes) -> pd.DataFrame:
    """Return one row per accepted partner with its attributes of the newest month."""
    found = newest_attributes(checks, partners, months, tuple(PARTNER_ATTRIBUTES), what="partner")
    return pd.DataFrame(
        {
            "partner_id": found["id"].astype("str"),
            "name": found["partner_name"],
            "account_id": found["account_id"],
            "account_name": found["account_name"],
            "city": found["partner_city"],
            "country": found["partner_country"],
        }
    )


def newest_attributes(
    checks: Checks, keys: Coded[str], months: Codes, columns: Sequence[str], *, what: str
) -> pd.DataFrame:
    """Return per key the most frequent value of each column in its newest month that tells one.

    Columns: id, month (newest of the key's rows), and one object column each; ties go to the
    value seen first, and keys with several values in that month are flagged.
    """
    rows = checks.good
    rows = rows[keys.told[rows]]
    codes = keys.codes[rows]
    present = np.unique(codes)
    newest = np.full(len(keys.values), NOT_TOLD, dtype=np.int64)
    np.maximum.at(newest, codes, months[rows])
    found: dict[str, object] = {
        "id": pd.Series([keys.values[code] for code in present], dtype=object),
        "month": newest[present],
    }
    for column in columns:
        read = checks.texts(column, partner_id) if column == "account_id" else checks.texts(column)
        chosen = np.full(len(keys.values), MISSING, dtype=np.int64)
        _choose(checks, (keys, read), months, rows, chosen, (column, what))
        values = np.empty(len(read.values) + 1, dtype=object)
        values[:-1], values[-1] = read.values, None
        found[column] = pd.Series(values[chosen[present]], dtype=object)
    return pd.DataFrame(found)


def _choose(
    checks: Checks,
    coded: tuple[Coded[str], Coded[str]],
    months: Codes,
    rows: Codes,
    chosen: Codes,
    names: tuple[str, str],
) -> None:
    """Write each key's value into `chosen` and flag the keys whose rows disagree."""
    keys, values = coded
    rows = rows[values.told[rows]]
    if not len(rows):
        return
    newest = np.full(len(keys.values), NOT_TOLD, dtype=np.int64)
    np.maximum.at(newest, keys.codes[rows], months[rows])
    rows = rows[months[rows] == newest[keys.codes[rows]]]
    pairs, first, counts = np.unique(
        keys.codes[rows] * len(values.values) + values.codes[rows],
        return_index=True,
        return_counts=True,
    )
    key, value = pairs // len(values.values), pairs % len(values.values)
    order = np.lexsort((first, -counts, key))
    key, value, first = key[order], value[order], first[order]
    is_best = np.r_[True, key[1:] != key[:-1]]
    chosen[key[is_best]] = value[is_best]
    others = np.flatnonzero(~is_best)
    column, what = names
    faults: tuple[Fault, ...] = tuple(
        fault(
            "attributes_disagree",
            column=checks.header(column),
            what=what,
            value=values.values[chosen[key[other]]],
        )
        for other in others
    )
    checks.find(rows[first[others]], checks.header(column), np.arange(len(others)), faults)
