"""Like-for-like comparison of one partner with its peers.

A partner with many small customers cannot be held against one with few large ones: usage differs
by workload and by size of the customer. So peers are read cell by cell (workload x size band),
and the cells are weighted with the partner's own seats.
"""

from __future__ import annotations

import pandas as pd

MINIMUM_PEERS = 5
"""Fewer other partners than this say little, and could be recognised; the cell is left out."""

CELL = ["workload", "size_band"]

PEER_COLUMNS = ["workload", "active_usage", "peer_usage", "peers", "covered_share"]


def peer_usage(mix: pd.DataFrame, partner_id: str) -> pd.DataFrame:
    """Return the partner's and its peers' active usage by workload, like for like.

    `mix` has one row per partner x workload x size band of one month: partner_id, workload,
    size_band, paid_available_units, monthly_active_users. The result has one row per workload of
    the partner that at least MINIMUM_PEERS other partners share in the same size band:

    - active_usage: the partner's own, over the comparable cells only (share 0-1);
    - peer_usage: sum over cells of the partner's seats x the peers' usage of the cell, divided by
      the partner's seats in these cells;
    - peers: different other partners in these cells;
    - covered_share: share of the partner's seats of the workload that lie in these cells.
    """
    cells = _comparable_cells(mix, partner_id)
    own_units = _own(mix, partner_id).groupby("workload")["paid_available_units"].sum()
    by_workload = _weighted(cells, ["workload"])
    by_workload["peers"] = _distinct_peers(mix, cells, partner_id, by_workload.index)
    by_workload["covered_share"] = by_workload["units"] / own_units.reindex(by_workload.index)
    return by_workload.reset_index()[PEER_COLUMNS]


def peer_usage_overall(mix: pd.DataFrame, partner_id: str) -> pd.Series[float] | None:
    """Return the comparison over all workloads: active_usage, peer_usage, peers, covered_share.

    The weights are the partner's own seats by workload and size band. None where no cell has
    MINIMUM_PEERS other partners. The input is that of `peer_usage`.
    """
    cells = _comparable_cells(mix, partner_id)
    if cells.empty:
        return None
    overall = _weighted(cells.assign(workload="*"), ["workload"]).iloc[0]
    own_units = _own(mix, partner_id)["paid_available_units"].sum()
    return pd.Series(
        {
            "active_usage": overall["active_usage"],
            "peer_usage": overall["peer_usage"],
            "peers": float(_peer_rows(mix, cells, partner_id)["partner_id"].nunique()),
            "covered_share": overall["units"] / own_units,
        }
    )


def _own(mix: pd.DataFrame, partner_id: str) -> pd.DataFrame:
    """Return the partner's own cells that have seats."""
    return mix[(mix["partner_id"] == partner_id) & (mix["paid_available_units"] > 0)]


def _comparable_cells(mix: pd.DataFrame, partner_id: str) -> pd.DataFrame:
    """Return the partner's cells that enough peers share, with the peers' usage of the cell."""
    others = mix[(mix["partner_id"] != partner_id) & (mix["paid_available_units"] > 0)]
    peers = others.groupby(CELL, as_index=False).agg(
        peer_units=("paid_available_units", "sum"),
        peer_users=("monthly_active_users", "sum"),
        cell_peers=("partner_id", "nunique"),
    )
    shared = peers[peers["cell_peers"] >= MINIMUM_PEERS]
    return (
        _own(mix, partner_id)
        .merge(shared, on=CELL)
        .assign(
            expected_users=lambda cells: (
                cells["paid_available_units"] * cells["peer_users"] / cells["peer_units"]
            )
        )
    )


def _weighted(cells: pd.DataFrame, keep: list[str]) -> pd.DataFrame:
    """Return own and peers' usage over cells, both measured against the partner's own seats."""
    sums = cells.groupby(keep).agg(
        units=("paid_available_units", "sum"),
        users=("monthly_active_users", "sum"),
        expected=("expected_users", "sum"),
    )
    return sums.assign(
        active_usage=sums["users"] / sums["units"], peer_usage=sums["expected"] / sums["units"]
    )


def _peer_rows(mix: pd.DataFrame, cells: pd.DataFrame, partner_id: str) -> pd.DataFrame:
    """Return the peers' rows in the comparable cells."""
    others = mix[(mix["partner_id"] != partner_id) & (mix["paid_available_units"] > 0)]
    return others.merge(cells[CELL], on=CELL)


def _distinct_peers(
    mix: pd.DataFrame, cells: pd.DataFrame, partner_id: str, workloads: pd.Index[str]
) -> pd.Series[int]:
    """Return how many different other partners the comparable cells of a workload hold."""
    peers = _peer_rows(mix, cells, partner_id).groupby("workload")["partner_id"].nunique()
    return peers.reindex(workloads, fill_value=0)
