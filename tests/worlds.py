"""Invented usage histories with different dynamics, to see that the ranking suits none alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST_MONTH = 2023 * 12 + 9


def _frame(share: np.ndarray, units: np.ndarray, workloads: int, rng) -> pd.DataFrame:
    """Return the usage rows of pairs x months; a fiftieth of the reports is missing."""
    users = rng.binomial(units, np.clip(share, 0.0005, 0.9995))
    pair, month = np.nonzero(rng.random(share.shape) > 0.02)
    return pd.DataFrame(
        {
            "tenant_key": pair // workloads + 1,
            "workload_key": pair % workloads + 1,
            "month": FIRST_MONTH + month,
            "paid_available_units": units[pair, month],
            "monthly_active_users": users[pair, month],
        }
    )


def _seats(pairs: int, months: int, rng) -> np.ndarray:
    """Return seats that are bought in steps now and then."""
    start = np.exp(rng.normal(6.2, 1.1, pairs)).clip(20, 30_000)
    steps = np.where(rng.random((pairs, months)) < 0.03, rng.uniform(0.05, 0.5, (pairs, months)), 0)
    steps[:, 0] = 0
    return np.maximum(start[:, None] * np.cumprod(1 + steps, axis=1), 5).astype(np.int64)


def s_curves(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Logistic adoption towards a ceiling of its own, started at different times."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    speed = np.exp(rng.normal(-1.6, 0.5, pairs)) * np.repeat(
        np.exp(rng.normal(0, 0.3, tenants)), workloads
    )
    ceiling = rng.beta(3, 2, pairs)
    middle = rng.uniform(-6, months * 1.6, pairs)
    month = np.arange(months)
    share = ceiling[:, None] / (1 + np.exp(-speed[:, None] * (month - middle[:, None])))
    share = share + rng.normal(0, 0.01, share.shape)
    return _frame(share, _seats(pairs, months, rng), workloads, rng)


def drifting(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Random walks in log-odds with a common workload climate that turns halfway."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    workload = np.arange(pairs) % workloads
    climate = rng.normal(0.03, 0.04, (workloads, months))
    climate[:, months // 2 :] -= rng.uniform(0, 0.08, workloads)[:, None]
    own = rng.normal(0.01, 0.03, pairs)[:, None]
    steps = own + climate[workload] + rng.normal(0, 0.12, (pairs, months))
    odds = rng.normal(-2.4, 1.1, pairs)[:, None] + np.cumsum(steps, axis=1)
    return _frame(1 / (1 + np.exp(-odds)), _seats(pairs, months, rng), workloads, rng)


def projects(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Long standstill, then a project of some months lifts usage; season; some fall back."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    start = rng.integers(-4, months * 2, pairs)
    length = rng.integers(2, 10, pairs)
    lift = rng.gamma(2.0, 0.9, pairs)
    month = np.arange(months)
    progress = np.clip((month - start[:, None]) / length[:, None], 0, 1)
    fading = np.where(rng.random(pairs) < 0.3, 0.04, 0)[:, None]
    after = np.clip(month - start[:, None] - length[:, None], 0, None)
    season = 0.15 * np.cos(2 * np.pi * (month - 2) / 12)
    noise = np.cumsum(rng.normal(0, 0.04, (pairs, months)), axis=1)
    odds = rng.normal(-2.8, 0.8, pairs)[:, None] + lift[:, None] * progress - fading * after
    odds = odds + season + noise
    return _frame(1 / (1 + np.exp(-odds)), _seats(pairs, months, rng), workloads, rng)


def unforeseeable(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Each month is drawn anew: nothing but the level helps."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    level = rng.normal(-2.6, 0.5, pairs)[:, None]
    odds = level + rng.normal(0, 0.35, (pairs, months))
    return _frame(1 / (1 + np.exp(-odds)), _seats(pairs, months, rng), workloads, rng)


def broadband(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Steady growth of each tenant's own pace over steady, large seats; hardly any noise."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    level = np.repeat(rng.normal(-2.2, 1.0, tenants), workloads) + rng.normal(0, 0.5, pairs)
    pace = np.exp(rng.normal(-3.3, 0.6, pairs))[:, None]
    common = np.cumsum(rng.normal(0, 0.015, months))
    odds = level[:, None] + pace * np.arange(months) + common
    odds = odds + rng.normal(0, 0.05, (pairs, months))
    start = np.exp(rng.normal(8, 1.5, pairs))[:, None] + 30
    seats = (start * (1 + 0.001 * np.arange(months))).astype(np.int64)
    return _frame(1 / (1 + np.exp(-odds)), seats, workloads, rng)


def school(tenants: int, workloads: int, months: int, seed: int) -> pd.DataFrame:
    """Half of the tenants stand empty in summer and come back; all wander in log-odds."""
    rng = np.random.default_rng(seed)
    pairs = tenants * workloads
    month = (FIRST_MONTH + np.arange(months)) % 12
    season = np.where(np.isin(month, [6, 7]), -1.2, np.where(month == 8, 0.4, 0.0))
    is_school = np.repeat(np.where(rng.random(tenants) < 0.5, 1.0, 0.1), workloads)[:, None]
    wander = np.cumsum(rng.normal(0.02, 0.08, (pairs, months)), axis=1)
    odds = rng.normal(-2, 0.9, pairs)[:, None] + is_school * season + wander
    start = np.exp(rng.normal(6, 1, pairs)).astype(np.int64)[:, None] + 20
    return _frame(1 / (1 + np.exp(-odds)), np.repeat(start, months, axis=1), workloads, rng)


WORLDS = {
    "s_curves": s_curves,
    "drifting": drifting,
    "projects": projects,
    "unforeseeable": unforeseeable,
    "broadband": broadband,
    "school": school,
}
