"""Like-for-like peers with weights worked out by hand."""

import pandas as pd
import pytest

from insights.benchmarks import OVERALL, peer_usage


def mix(*rows):
    columns = [
        "partner_id",
        "workload",
        "size_band",
        "paid_available_units",
        "monthly_active_users",
    ]
    return pd.DataFrame(list(rows), columns=columns)


def workload_row(rows, workload="TEAMS"):
    compared = peer_usage(rows, "me").set_index("workload")
    return compared.loc[workload]


def peers_in(workload, size_band, units, users, count=5):
    return [(f"peer{n}", workload, size_band, units, users) for n in range(count)]


# Our partner: Teams 900 seats with small customers, 100 with large ones.
OWN = [("me", "TEAMS", 2, 900, 270), ("me", "TEAMS", 5, 100, 80)]


def test_peers_are_weighted_with_the_partners_own_seats():
    rows = mix(*OWN, *peers_in("TEAMS", 2, 100, 20), *peers_in("TEAMS", 5, 9000, 5400))
    compared = workload_row(rows)
    # Peers: 20 % with small and 60 % with large customers.
    # Plain ratio of their sums: (100 + 27,000) / (500 + 45,000) = 59.6 %, which is no comparison.
    # With our seats: (900 x 20 % + 100 x 60 %) / 1,000 = 24 %; ours: 350 / 1,000 = 35 %.
    assert compared["peer_usage"] == pytest.approx(0.24)
    assert compared["active_usage"] == pytest.approx(0.35)
    assert compared["peers"] == 5
    assert compared["covered_share"] == pytest.approx(1.0)


def test_cell_with_fewer_than_five_other_partners_is_left_out_on_both_sides():
    rows = mix(*OWN, *peers_in("TEAMS", 2, 100, 20), *peers_in("TEAMS", 5, 100, 60, count=4))
    compared = workload_row(rows)
    assert compared["peer_usage"] == pytest.approx(0.20)
    assert compared["active_usage"] == pytest.approx(270 / 900)
    assert compared["covered_share"] == pytest.approx(0.9)


def test_comparison_is_empty_when_too_few_other_partners_exist():
    rows = mix(*OWN, *peers_in("TEAMS", 2, 100, 20, count=4))
    assert peer_usage(rows, "me").empty


def test_overall_weights_workloads_and_bands_with_the_partners_own_seats():
    rows = mix(
        ("me", "TEAMS", 3, 300, 150),
        ("me", "EXO", 3, 700, 420),
        *peers_in("TEAMS", 3, 1000, 400),
        *peers_in("EXO", 3, 10, 8),
    )
    overall = workload_row(rows, OVERALL)
    # (300 x 40 % + 700 x 80 %) / 1,000 = 68 %; ours (150 + 420) / 1,000 = 57 %.
    assert overall["peer_usage"] == pytest.approx(0.68)
    assert overall["active_usage"] == pytest.approx(0.57)
    assert overall["peers"] == 5


def test_peers_without_seats_do_not_count_as_peers():
    rows = mix(*OWN, *peers_in("TEAMS", 2, 100, 20, count=4), ("peer9", "TEAMS", 2, 0, 3))
    assert peer_usage(rows, "me").empty


def test_different_cells_may_have_different_peers_and_all_are_counted():
    others = [(f"big{n}", "TEAMS", 5, 100, 50) for n in range(6)]
    compared = workload_row(mix(*OWN, *peers_in("TEAMS", 2, 100, 20), *others))
    assert compared["peers"] == 11
