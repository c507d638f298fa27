"""Look-alikes, levers and scenarios: comparable by stated limits, honest about what they change."""

import pandas as pd
import pytest

from insights.panel import usage_panel
from insights.ranking.explain import climate_json
from insights.ranking.levers import Pair, levers
from insights.ranking.lookalikes import lookalikes, seat_band
from insights.ranking.questions import Portfolio
from insights.ranking.scenario import Ranker, changed, compared
from insights.ranking.scoring import score, train
from tests.worlds import FIRST_MONTH, s_curves

AS_OF = 100


def history(shares, *, last=AS_OF):
    """Usage of 1,000 seats, in percent by month, the last one at `last`."""
    first = last - len(shares) + 1
    return pd.DataFrame(
        {
            "month": range(first, last + 1),
            "paid_available_units": 1000,
            "monthly_active_users": [10 * share for share in shares],
        }
    )


def other(name, shares, start):
    return history(shares).assign(tenant_id=name, name=name.title(), start=start)


OWN = history([24, 25, 26, 27, 28, 29, 30])


def test_nearest_in_path_come_first_with_what_came_after():
    # Both stood at 30 % in month 94; "near" climbed 1 point a month before, "far" 2 points.
    near = other("near", [24, 25, 26, 27, 28, 29, 30, 32, 35, 38, 41, 42, 43], 94)
    far = other("far", [18, 20, 22, 24, 26, 28, 30, 30, 30, 30, 30, 30, 30], 94)
    first, second = lookalikes(OWN, pd.concat([far, near]), as_of=AS_OF, percent=40)
    assert (first.tenant_id, first.name, first.apart) == ("near", "Near", 0.0)
    assert first.path == (30, 32, 35, 38, 41, 42, 43)
    assert first.months == 4  # 41 % in month 98
    assert second.tenant_id == "far"
    assert second.months is None
    # apart by 6, 5, 4, 3, 2, 1, 0 points: root of 91 / 7 = 13
    assert second.apart == pytest.approx(13**0.5)


def test_who_had_reached_it_or_stood_elsewhere_is_not_comparable():
    had = other("had", [41, 25, 26, 27, 28, 29, 30, 32, 35, 38, 41, 42, 43], 94)
    away = other("away", [30, 31, 32, 33, 34, 35, 36, 36, 36, 36, 36, 36, 36], 94)
    assert lookalikes(OWN, pd.concat([had, away]), as_of=AS_OF, percent=40) == ()


def test_size_bands_of_seats_have_no_gaps():
    assert [seat_band(units) for units in (1, 149, 150, 999, 5000)] == [
        (1, 149),
        (1, 149),
        (150, 300),
        (301, 999),
        (5000, None),
    ]


@pytest.fixture(scope="module")
def asked():
    """A trained world, the panel of one of its customers, and what answers."""
    last = FIRST_MONTH + 29
    usage = s_curves(120, 3, 30, 5)
    portfolio = Portfolio(usage_panel(usage, last), [(15, 40)] * 3)
    trained = train(portfolio, dates=2)
    verdicts = {m.days: v for m, v in zip(trained.models, trained.verdicts, strict=True)}
    percents = dict.fromkeys((1, 2, 3), (15, 40))
    ranker = Ranker(trained.models, verdicts, percents, climate_json(portfolio))
    scores = score(portfolio, trained)
    ahead = scores[scores["days"] == 90].iloc[0]
    mine = usage[usage["tenant_key"] == ahead["tenant_key"]]
    return usage_panel(mine, last), ranker, ahead


def test_nothing_changed_is_what_the_whole_portfolio_says(asked):
    panel, ranker, ahead = asked
    key = pd.DataFrame([ahead[["tenant_key", "workload_key"]].astype("int64")])
    same = changed(panel, key.assign(add_users=0, add_seats=0))
    told = compared([panel, same], key.reset_index(drop=True), ranker)
    assert told["panel"].tolist() == [0, 1]
    assert told["probability_90"].tolist() == pytest.approx([ahead["probability"]] * 2, abs=1e-12)


def test_users_are_added_to_the_newest_report_and_never_exceed_the_seats():
    usage = OWN.assign(tenant_key=7, workload_key=2)
    panel = usage_panel(usage, AS_OF + 1)
    change = pd.DataFrame(
        {"tenant_key": [7], "workload_key": [2], "add_users": [900], "add_seats": [100]}
    )
    after = changed(panel, change)
    assert after.units[0].tolist() == [1000] * 6 + [1100, -1]
    assert after.users[0].tolist() == [240, 250, 260, 270, 280, 290, 1100, -1]


def test_levers_reach_the_milestone_with_all_users_and_start_with_the_claim(asked):
    panel, ranker, ahead = asked
    row = panel.rows_of(pd.DataFrame([ahead[["tenant_key", "workload_key"]].astype("int64")]))[0]
    units, users = int(panel.units[row, -1]), int(panel.users[row, -1])
    needed = -(-int(ahead["milestone"]) * units // 100) - users
    pair = Pair(
        int(ahead["tenant_key"]), int(ahead["workload_key"]), users, users, needed, "unclaimed"
    )
    claim, every, *_ = levers(panel, pair, ranker)
    assert (claim.code, claim.chance_after) == ("claim", None)
    assert (every.code, every.chance_after, every.is_reached) == ("activate", 1.0, True)
    assert f"{needed:,} users" in every.text
    assert every.chance == pytest.approx(ahead["probability"], abs=1e-12)
