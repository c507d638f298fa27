"""What a scoring does to the actions there are: create, refresh, close; never twice, never over.

Identity is customer x workload x kind x reason. A live action is refreshed and never duplicated;
an ended one comes back as the next round, once the cool-down of its end is over and if it still
qualifies. What people set is never touched here: only numbers are handed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from insights.actions.kinds import (
    DISMISS_REASONS_BY_CODE,
    KEPT_OF_KIND,
    KINDS_BY_CODE,
    LAPSED_DAYS,
    LIVE,
    MOST_OF_KIND,
    OUTCOMES_BY_CODE,
    PAIR_KINDS,
    USAGE_KINDS,
)

IDENTITY = ["tenant_id", "workload", "kind", "reason"]
WORKLOAD = ["tenant_id", "workload"]

STORED = (
    *IDENTITY,
    "action_id",
    "round",
    "status",
    "playbook",
    "cool_until",
    "is_for_workload",
    "is_touched",
    "created_on",
)
"""What must be known of the actions there are; is_touched: a person changed something."""


@dataclass(frozen=True)
class Update:
    """What is to be done, and what was not created and why.

    `create`: candidates with their round. `refresh`: candidates with the action_id they belong to.
    `close`: action_id, closing (of CLOSINGS). `linger`: action_id of what no longer qualifies but
    somebody works on. `left_out`: by kind, how many qualify beyond the most of a kind.
    `held_back`: by cause (cool_down, dismissed, worked_on, frequency), how many were not created.
    """

    create: pd.DataFrame
    refresh: pd.DataFrame
    close: pd.DataFrame
    linger: pd.DataFrame
    left_out: Mapping[str, int]
    held_back: Mapping[str, int]


def plan_update(
    candidates: pd.DataFrame,
    standing: pd.DataFrame,
    stored: pd.DataFrame,
    *,
    goals: frozenset[str],
    caps: Mapping[str, int],
    today: date,
) -> Update:
    """Return what a run does to the stored actions.

    `candidates` and `standing` have IDENTITY, playbook, expected_usd_e4, probability and
    users_needed, one row per identity: what qualifies to be listed, and what may stay listed.
    `stored` has STORED, one row per action. `goals` are ids of live actions whose
    goal is reached; `caps` days between two actions of a playbook for one customer.
    """
    # A frame without rows may hold any type, and would not join.
    as_text = dict.fromkeys([*IDENTITY, "playbook"], "str")
    candidates, standing, stored = (rows.astype(as_text) for rows in (candidates, standing, stored))
    live = stored[stored["status"].isin(LIVE)]
    ended = ended_actions(stored)
    ranked = _ranked(candidates)
    fresh = _unlike(ranked, live)
    fresh, held = _allowed(fresh, live, ended, today)
    listed = pd.concat([ranked[_is_in(ranked, live)], fresh])
    place = _ranked(listed).groupby("kind", sort=False).cumcount()
    is_left = place.reindex(fresh.index) >= MOST_OF_KIND
    chosen, slow = _frequency(fresh[~is_left], stored, caps, today)
    places = _ranked(listed)[IDENTITY].assign(place=place)
    gone = _closings(live, standing, chosen, places, goals)
    kept = live[~live["action_id"].isin(gone["action_id"])]
    return Update(
        create=chosen.merge(_last_rounds(stored), on=IDENTITY, how="left").pipe(_next_rounds),
        refresh=_both(standing, candidates).merge(kept[[*IDENTITY, "action_id"]], on=IDENTITY),
        close=gone,
        linger=kept[~_is_in(kept, standing)][["action_id"]],
        left_out=_counts(fresh[is_left]["kind"]),
        held_back={**held, "frequency": slow},
    )


def ended_actions(stored: pd.DataFrame) -> pd.DataFrame:
    """Return the newest round of each identity that has ended; one row per identity."""
    newest = stored.sort_values("round").drop_duplicates(IDENTITY, keep="last")
    return newest[~newest["status"].isin(LIVE)]


def cool_until(rows: pd.DataFrame) -> pd.Series:
    """Return until which day each ended action does not come back; NaT for live ones.

    `rows` has kind, status, status_reason, outcome and ended_at (UTC).
    """
    texts = zip(
        *(rows[name] for name in ("kind", "status", "status_reason", "outcome")), strict=True
    )
    days = pd.Series([_cool_days(*each) for each in texts], index=rows.index, dtype="float64")
    ended = pd.to_datetime(rows["ended_at"], utc=True).dt.tz_localize(None).dt.normalize()
    return (ended + pd.to_timedelta(days, unit="D")).where(~rows["status"].isin(LIVE))


def _cool_days(kind: str, status: str, reason: str, outcome: str) -> int:
    if status == "dismissed" and reason in DISMISS_REASONS_BY_CODE:
        return DISMISS_REASONS_BY_CODE[reason].cool_down_days
    if status == "done" and outcome in OUTCOMES_BY_CODE:
        return OUTCOMES_BY_CODE[outcome].cool_down_days
    if status == "closed" and reason == "reached" and kind in KINDS_BY_CODE:
        return KINDS_BY_CODE[kind].cool_down_days
    return LAPSED_DAYS if reason == "lapsed" else 0


def is_for_workload(rows: pd.DataFrame) -> pd.Series:
    """Return whether each dismissal silences the whole workload (`status_reason`)."""
    reasons = [code for code, each in DISMISS_REASONS_BY_CODE.items() if each.is_for_workload]
    return (rows["status"] == "dismissed") & rows["status_reason"].isin(reasons)


# --- parts ----------------------------------------------------------------------------------------


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, the most valuable first, then the likeliest, then the fewest users."""
    by = ["expected_usd_e4", "probability", "users_needed", *IDENTITY]
    order = [False, False, True, *([True] * len(IDENTITY))]
    return rows.sort_values(by, ascending=order, na_position="last")


def _keys(rows: pd.DataFrame, names: Sequence[str] = tuple(IDENTITY)) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[list(names)].astype("str"))


def _is_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    return pd.Series(_keys(rows).isin(_keys(others)), index=rows.index)


def _unlike(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    return rows[~_is_in(rows, others)]


def _both(standing: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([candidates, _unlike(standing, candidates)], ignore_index=True)


def _allowed(
    fresh: pd.DataFrame, live: pd.DataFrame, ended: pd.DataFrame, today: date
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the new candidates that nothing speaks against, and how many each cause held back."""
    cooling = ended[ended["cool_until"] > pd.Timestamp(today)]
    silenced = cooling[cooling["is_for_workload"]]
    taken = live[live["kind"].isin(USAGE_KINDS) & live["is_touched"]]
    causes = {
        "cool_down": _is_in(fresh, cooling),
        "dismissed": fresh["kind"].isin(PAIR_KINDS) & _of_workload(fresh, silenced),
        "worked_on": fresh["kind"].isin(USAGE_KINDS) & _of_workload(fresh, taken),
    }
    held: dict[str, int] = {}
    free = pd.Series(True, index=fresh.index)
    for cause, holds in causes.items():
        held[cause] = int((free & holds).sum())
        free &= ~holds
    return fresh[free], held


def _of_workload(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    return pd.Series(_keys(rows, WORKLOAD).isin(_keys(others, WORKLOAD)), index=rows.index)


def _frequency(
    rows: pd.DataFrame, stored: pd.DataFrame, caps: Mapping[str, int], today: date
) -> tuple[pd.DataFrame, int]:
    """Return the rows that their playbooks' frequency allows, and how many it does not.

    The most valuable of a customer goes first; the next one waits for its days.
    """
    days = rows["playbook"].map(caps).fillna(0)
    key = ["tenant_id", "playbook"]
    last = stored.groupby(key)["created_on"].max().rename("last_on").reset_index()
    last_on = rows[key].merge(last, on=key, how="left")["last_on"].to_numpy()
    since = (np.datetime64(today, "s") - last_on.astype("datetime64[s]")).astype("float64") / 86_400
    is_soon = np.where(np.isnat(last_on), False, since < days.to_numpy())
    is_second = rows.duplicated(key, keep="first").to_numpy() & (days > 0).to_numpy()
    is_slow = is_soon | is_second
    return rows[~is_slow], int(is_slow.sum())


def _closings(
    live: pd.DataFrame,
    standing: pd.DataFrame,
    chosen: pd.DataFrame,
    places: pd.DataFrame,
    goals: frozenset[str],
) -> pd.DataFrame:
    """Return what closes by itself: action_id and why, one row each."""
    untouched = (live["status"] == "open") & ~live["is_touched"]
    place = live[IDENTITY].merge(places, on=IDENTITY, how="left")["place"].to_numpy()
    last = live["kind"].map(places["kind"].value_counts()).fillna(0).to_numpy()
    place = np.where(np.isnan(place), last, place)  # what only may stay comes after all others
    usage = chosen[chosen["kind"].isin(USAGE_KINDS)]
    is_usage = live["kind"].isin(USAGE_KINDS)
    causes = [
        live["action_id"].isin(goals),
        ~_is_in(live, standing) & (live["status"] != "in_progress"),
        is_usage & untouched & _of_workload(live, usage),
        untouched & (place >= KEPT_OF_KIND),
    ]
    names = ["reached", "lapsed", "replaced", "overtaken"]
    closing = np.select([cause.to_numpy(dtype=bool) for cause in causes], names, "")
    told = pd.DataFrame({"action_id": live["action_id"].to_numpy(), "closing": closing})
    return told[told["closing"] != ""].reset_index(drop=True)


def _last_rounds(stored: pd.DataFrame) -> pd.DataFrame:
    return stored.groupby(IDENTITY, sort=False)["round"].max().rename("last_round").reset_index()


def _next_rounds(rows: pd.DataFrame) -> pd.DataFrame:
    rounds = rows["last_round"].fillna(0).astype("int64") + 1
    return rows.drop(columns="last_round").assign(round=rounds)


def _counts(kinds: pd.Series) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in kinds.value_counts().sort_index().items()}
