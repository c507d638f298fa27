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

OVERALL = "*"
"""What stands in place of a workload for all of them together."""

PEER_COLUMNS = ["workload", "active_usage", "peer_usage", "peers", "covered_share"]


def peer_usage(mix: pd.DataFrame, partner_id: str) -> pd.DataFrame:
    """Return the partner's and its peers' active usage, like for like: by workload and overall.

    `mix` has one row per partner x workload x size band of one month: partner_id, workload,
    size_band, paid_available_units, monthly_active_users. The result has a first row for all
    workloads together (workload OVERALL) and one row per workload of the partner that at least
    MINIMUM_PEERS other partners share in the same size band; it is empty where none does.

    - active_usage: the partner's own, over the comparable cells only (share 0-1);
    - peer_usage: sum over cells of the partner's seats x the peers' usage of the cell, divided by
      the partner's seats in these cells;
    - peers: different other partners in these cells;
    - covered_share: share of the partner's seats that lie in these cells.
    """
    own = mix[(mix["partner_id"] == partner_id) & (mix["paid_available_units"] > 0)]
    others = mix[(mix["partner_id"] != partner_id) & (mix["paid_available_units"] > 0)]
    cells = _comparable_cells(own, others)
    if cells.empty:
        return pd.DataFrame(columns=PEER_COLUMNS)
    peers = others.merge(cells[CELL], on=CELL)
    compared = pd.concat(
        [
            _weighted(frame, held, present)
            for frame, held, present in (
                (
                    cells.assign(workload=OVERALL),
                    own.assign(workload=OVERALL),
                    peers.assign(workload=OVERALL),
                ),
                (cells, own, peers),
            )
        ]
    )
    return compared.reset_index()[PEER_COLUMNS]


def _comparable_cells(own: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the partner's cells that enough peers share, with the users its seats would have."""
    by_cell = others.groupby(CELL)
    peers = by_cell[["paid_available_units", "monthly_active_users"]].sum()
    shared = peers[by_cell["partner_id"].nunique() >= MINIMUM_PEERS].rename(
        columns={"paid_available_units": "peer_units", "monthly_active_users": "peer_users"}
    )
    cells = own.merge(shared, left_on=CELL, right_index=True)
    expected = cells["paid_available_units"] * cells["peer_users"] / cells["peer_units"]
    return cells.assign(expected_users=expected)


def _weighted(cells: pd.DataFrame, own: pd.DataFrame, peers: pd.DataFrame) -> pd.DataFrame:
    """Return own and peers' usage by workload, both against the partner's own seats."""
    by_workload = cells.groupby("workload", sort=False)
    sums = by_workload[["paid_available_units", "monthly_active_users", "expected_users"]].sum()
    units = sums["paid_available_units"]
    return pd.DataFrame(
        {
            "active_usage": sums["monthly_active_users"] / units,
            "peer_usage": sums["expected_users"] / units,
            "peers": peers.groupby("workload")["partner_id"].nunique().reindex(sums.index),
            "covered_share": units / own.groupby("workload")["paid_available_units"].sum(),
        },
        index=sums.index,
    )
