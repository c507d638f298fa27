"""What a month was like for everybody can be summed up part by part."""

from dataclasses import fields
from functools import reduce
from operator import add

import numpy as np
import pytest

from insights.panel import usage_panel
from insights.ranking.climate import climate_at, climate_of, climate_sums
from insights.ranking.grid import UsageGrid
from tests.worlds import WORLDS

WORKLOADS = 4


@pytest.mark.parametrize("column", [0, 2, 14, 29])
@pytest.mark.parametrize("world", WORLDS)
def test_sums_of_parts_give_the_climate_of_the_whole(world, column):
    usage = WORLDS[world](30, WORKLOADS, 30, 2)
    first, last = int(usage["month"].min()), int(usage["month"].max())

    def grid(rows):
        return UsageGrid(usage_panel(rows, last, first_month=first))

    def workload(part):
        return part.panel.workload_key - 1

    whole = grid(usage)
    parts = [grid(rows) for _, rows in usage.groupby(usage["tenant_key"] % 3)]
    sums = [climate_sums(part, column, workload(part), WORKLOADS) for part in parts]
    summed = climate_of(reduce(add, sums), first_month=first)
    told = climate_at(whole, column, workload(whole), WORKLOADS)
    for each in fields(told):
        np.testing.assert_allclose(getattr(summed, each.name), getattr(told, each.name), rtol=1e-9)


def test_part_of_a_portfolio_keeps_the_first_month_of_the_whole():
    usage = WORLDS["drifting"](5, WORKLOADS, 12, 2)
    first, last = int(usage["month"].min()), int(usage["month"].max())
    late = usage[usage["month"] >= first + 4]
    part = usage_panel(late, last, first_month=first)
    assert part.first_month == first
    assert part.months == 12
    assert not part.reported()[:, :4].any()
