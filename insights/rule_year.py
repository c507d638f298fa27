"""What milestones ahead would be worth by the rules of one programme year, whichever that is.

For what-ifs only: the rules that really apply follow from when a pair was claimed, and
`insights.milestone_verdict` judges by them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insights.earnings import ValueCase, milestone_worth
from insights.panel import Bools, Ints
from insights.program import Program, ProgramRules
from insights.rule_tables import RuleTables, rule_tables


def worth_by_year(rows: pd.DataFrame, rules: ProgramRules) -> pd.DataFrame:
    """Return what reaching each row's milestone would pay if these rules were in force.

    `rows` has workload, milestone (percent), paid_available_units and high_water_mark; the result
    has their index and value_usd_e4 (Int64; missing: the year has no rate for it), is_example, and
    is_paid: whether the year knows the milestone, pays the workload, and asks for no more seats.
    Nothing is taken off for what the year has paid already.
    """
    names = list(dict.fromkeys(rows["workload"]))
    tables = rule_tables(Program((rules,)), names)
    workload = pd.Index(names).get_indexer(pd.Index(rows["workload"]))
    year = np.zeros(len(rows), dtype=np.int64)
    units = rows["paid_available_units"].to_numpy(dtype=np.int64)
    base = rows["high_water_mark"].to_numpy(dtype=np.int64)
    case = ValueCase(year, workload, units, base, np.zeros_like(units))
    amount, is_example, is_known = _of_their_milestone(rows, tables, case)
    value = pd.Series(amount, index=rows.index, dtype="Int64").mask(amount < 0)
    is_paid = is_known & tables.is_paid[year, workload] & (units >= tables.minimum_units[0])
    return pd.DataFrame(
        {"value_usd_e4": value, "is_example": is_example, "is_paid": is_paid}, index=rows.index
    )


def _of_their_milestone(
    rows: pd.DataFrame, tables: RuleTables, case: ValueCase
) -> tuple[Ints, Bools, Bools]:
    """Return amount, whether it is an example, and whether the year has the row's milestone."""
    amount = np.full(len(rows), -1)
    is_example, is_known = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for at, percent in enumerate(tables.percents):
        worth = milestone_worth(tables, at, case)
        is_asked = (rows["milestone"] == percent).to_numpy(dtype=bool)
        here = is_asked & tables.is_milestone[case.year, case.workload, at]
        amount = np.where(here, worth.amount_e4, amount)
        is_example |= here & worth.is_example
        is_known |= here
    return amount, is_example, is_known
