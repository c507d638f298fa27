"""Speed of the milestone engine: `python -m benchmarks.milestone_speed [--pairs N] [--months M]`.

Prints the seconds to turn usage, associations, claims and earnings into one row per tenant x
workload x milestone, next to a plain pandas groupby-max of the same usage frame (the cheapest
question one can ask of it). Times depend on the machine; the ratio is what to compare.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from data_access.rules import load_program
from data_access.types import OPEN_END
from insights.milestones import MilestoneFacts, milestone_rows, portfolio
from insights.months import month_index
from insights.workloads import WORKLOADS

AS_OF = month_index(2026, 10)
PER_TENANT = 10
TARGET_S = 5.0


def invented(pairs: int, months: int) -> MilestoneFacts:
    """Return an invented portfolio: seats and users that grow, four fifths of the pairs held."""
    rng = np.random.default_rng(20261122)
    pair = np.arange(pairs)
    keys = {"tenant_key": pair // PER_TENANT + 1, "workload_key": pair % PER_TENANT + 1}
    seats = np.exp(rng.normal(6.4, 1.2, pairs)).astype(np.int64) + 1
    share = np.clip(
        rng.beta(1, 6, pairs)[:, None] + rng.normal(0.01, 0.01, pairs)[:, None] * np.arange(months),
        0,
        1.1,
    )
    users = (seats[:, None] * share).astype(np.int64)
    usage = pd.DataFrame(
        {
            **{name: np.repeat(values, months) for name, values in keys.items()},
            "month": np.tile(np.arange(AS_OF - months + 1, AS_OF + 1), pairs),
            "paid_available_units": np.repeat(seats, months),
            "monthly_active_users": users.ravel(),
        }
    )
    start = AS_OF - rng.integers(0, months, pairs)
    held = pd.DataFrame(
        {
            **keys,
            "partner_key": pair % 97 + 1,
            "start_month": start,
            "end_month": np.where(rng.random(pairs) < 0.1, start + 6, OPEN_END),
            "associated_on": pd.NaT,
            "attribution_type": "CPOR",
            "claim_id": None,
            "end_reason": None,
        }
    )[rng.random(pairs) < 0.8]
    return facts_of(usage, held)


def facts_of(usage: pd.DataFrame, held: pd.DataFrame) -> MilestoneFacts:
    """Return a portfolio of this usage and these associations, without claims and earnings."""
    return MilestoneFacts(usage, held, _no_claims(), _no_earnings(), _workloads())


def _workloads() -> pd.DataFrame:
    codes = [workload.code for workload in WORKLOADS[:PER_TENANT]]
    return pd.DataFrame({"workload_key": np.arange(1, PER_TENANT + 1), "code": codes})


def _no_claims() -> pd.DataFrame:
    names = "claim_id tenant_key workload_key partner_key status"
    dates = "status_on submitted_on approved_on ended_on"
    return pd.DataFrame(columns=[*names.split(), *dates.split()])


def _no_earnings() -> pd.DataFrame:
    names = (
        "tenant_key workload_key partner_key milestone earning_on calculated_on amount_usd_e4 "
        "estimated_payment_month payment_status reason_code"
    )
    return pd.DataFrame(columns=names.split())


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Measure once and print seconds and ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=36)
    asked = parser.parse_args()
    facts, program = invented(asked.pairs, asked.months), load_program()
    usage = facts.usage
    plain = seconds(
        lambda: usage.groupby(["tenant_key", "workload_key"])["monthly_active_users"].max()
    )
    states = seconds(lambda: milestone_rows(portfolio(facts, program, AS_OF)))
    print(f"{asked.pairs:,} pairs x {asked.months} months = {len(usage):,} usage rows")
    print(f"milestone engine  {states:6.2f} s (target {TARGET_S:.0f} s at 200,000 x 36)")
    print(f"groupby-max       {plain:6.2f} s")
    print(f"ratio             {states / plain:6.1f}")


if __name__ == "__main__":
    main()
