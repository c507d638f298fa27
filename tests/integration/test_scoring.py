"""What a scoring keeps, says and never does; expected values are worked out by hand."""

import math
from datetime import timedelta
from functools import partial

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from data_access import schema, training
from data_access.errors import NothingToRankError
from data_access.locations import file_store_url
from data_access.predictions import write_predictions
from data_access.queries.ranking import model_facts, model_report, model_versions, newest_run
from data_access.scoring import RankingSettings
from data_access.store import Store
from data_access.training import train_model
from data_access.types import Scope
from insights.months import month_code, month_index
from tests.builders import NOW, bring_in
from tests.ranking_builders import canonical, ranked, steady, world

MONTHS = [month_code(month) for month in range(month_index(2026, 1), month_index(2026, 11))]
LAST = month_index(2026, 10)


@pytest.fixture(autouse=True)
def _short_record(monkeypatch):
    """Judge models by two past months instead of six: these tests are about what is kept."""
    monkeypatch.setattr(training, "train", partial(training.train, dates=2))


def three_pairs() -> str:
    """A: 100 of 1,000 users, ahead of 15 %. B: passed 40 %. C: silent since June."""
    return canonical(
        [
            *steady("A", "Teams", MONTHS, 1000, range(10, 110, 10)),
            *steady("B", "Teams", MONTHS, 100, [*range(37, 46), 30]),
            *steady("C", "Teams", MONTHS[:6], 100, [5] * 6),
        ]
    )


def rows_of(store: Store, table: str) -> pd.DataFrame:
    with store.read() as connection:
        return pd.read_sql(select(schema.warehouse.tables[table]), connection)


def test_scoring_lists_exactly_the_pairs_with_a_milestone_ahead(store):
    bring_in(store, three_pairs())
    result = ranked(store)
    pairs = result.rows[result.rows["workload"] != "*"]
    assert list(pairs["tenant_id"]) == ["A"] * 3
    assert list(pairs["workload"]) == ["Teams"] * 3
    assert list(pairs["milestone"]) == [0.15] * 3
    assert list(pairs["horizon_days"]) == [30, 90, 180]
    assert list(result.rows["as_of"].unique()) == ["2026-10"]
    # One workload: the customer's chance is the workload's.
    whole = result.rows[result.rows["workload"] == "*"]
    assert whole["milestone"].isna().all()
    assert list(whole["probability"]) == pytest.approx(list(pairs["probability"]))


def test_opportunity_holds_the_newest_counts_and_what_is_missing(store):
    bring_in(store, three_pairs())
    ranked(store)
    (row,) = rows_of(store, "opportunity").to_dict("records")
    counts = ("milestone", "paid_available_units", "monthly_active_users", "users_needed")
    assert [row[name] for name in counts] == [15, 1000, 100, 50]
    assert row["history_months"] == 10
    assert row["state"] == "unclaimed"
    assert row["is_earnable"]
    assert row["evidence"] == "fair"  # ten months, and nothing was ever learned
    assert row["expected_usd_e4"] == round(row["probability_90"] * row["value_usd_e4"])
    # Too little history: no date of arrival and no forecast, only the order.
    assert math.isnan(row["eta_median"] if row["eta_median"] is not None else math.nan)
    assert rows_of(store, "forecast_month").empty


def test_run_names_its_verdict_and_is_stale_after_the_next_import(store):
    bring_in(store, three_pairs())
    with store.read() as connection:
        assert newest_run(connection) is None
    ranked(store)
    with store.read() as connection:
        run = newest_run(connection)
    assert (run.as_of, run.pairs, run.is_stale) == (LAST, 1, False)
    assert {days: told.shows for days, told in run.verdicts.items()} == dict.fromkeys(
        (30, 90, 180), "order"
    )
    bring_in(store, canonical([("D", "Teams", "2026-10", 50, 1)]))
    with store.read() as connection:
        assert newest_run(connection).stale_why == "Files were brought in since."
    ranked(store)
    with store.read() as connection:
        assert not newest_run(connection).is_stale


def test_run_is_stale_at_once_when_an_import_comes_in_meanwhile(store):
    bring_in(store, three_pairs())

    def progress(step: str, _share: float) -> None:
        if step == "Scoring":
            with Store.open(store.url) as other:
                bring_in(other, canonical([("D", "Teams", "2026-10", 50, 1)]))

    result = ranked(store, progress=progress)
    assert set(result.rows["tenant_id"]) == {"A"}
    with store.read() as connection:
        assert newest_run(connection).is_stale


def test_second_scoring_uses_the_kept_model_and_gives_the_same_bytes(store, tmp_path):
    bring_in(store, world(12, 2, 14))
    first, second = ranked(store), ranked(store)
    assert first.model_id == second.model_id
    assert second.run_id == first.run_id + 1
    for number, result in enumerate((first, second)):
        write_predictions(result.rows, tmp_path / f"{number}.csv")
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_earlier_month_knows_nothing_later_and_is_not_kept(store, tmp_path):
    everything = world(8, 2, 16)
    header, *lines = everything.splitlines()
    until = [line for line in lines if line.split(",")[2] <= "2024-11"]
    bring_in(store, everything)
    ranked(store)
    with Store.open(file_store_url(tmp_path / "earlier.db")) as earlier:
        bring_in(earlier, "\n".join([header, *until]))
        alone = ranked(earlier, RankingSettings(as_of=month_index(2024, 11)))
    before = rows_of(store, "opportunity")
    looked_back = ranked(store, RankingSettings(as_of=month_index(2024, 11)))
    pd.testing.assert_frame_equal(looked_back.rows, alone.rows)
    assert looked_back.run_id is None
    pd.testing.assert_frame_equal(rows_of(store, "opportunity"), before)


def test_asked_milestones_and_horizons_are_used_and_not_kept(store):
    bring_in(store, three_pairs())
    asked = RankingSettings(milestones=(5, 20, 60), horizons=(60, 120))
    result = ranked(store, asked)
    pairs = result.rows[result.rows["workload"] != "*"]
    told = dict(zip(pairs["tenant_id"], pairs["milestone"], strict=True))
    assert told == {"A": 0.2, "B": 0.6}
    assert sorted(pairs["horizon_days"].unique()) == [60, 120]
    assert result.run_id is None
    assert rows_of(store, "opportunity").empty
    with store.read() as connection:
        (version,) = model_versions(connection).to_dict("records")
    assert (version["milestones"], version["horizons"]) == ("5,20,60", "60,120")


def test_sums_and_forecast_add_up_to_the_opportunities(store):
    bring_in(store, world(24, 2, 16))
    ranked(store)
    rows = rows_of(store, "opportunity")
    part, month = rows_of(store, "opportunity_part"), rows_of(store, "forecast_month")
    everywhere = (part["workload_key"] == 0) & (part["partner_key"] == -1)
    for name in ("users_needed", "expected_usd_e4"):
        assert part.loc[everywhere, name].sum() == rows[name].sum()
        by_workload = part[(part["workload_key"] > 0) & (part["partner_key"] == -1)]
        assert by_workload[name].sum() == rows[name].sum()
    assert part.loc[everywhere, "pairs"].sum() == len(rows)
    assert part.loc[everywhere, "expected_pairs"].sum() == pytest.approx(
        rows["probability_90"].sum()
    )
    # The months up to a horizon add up to its chances, of what can still earn.
    earnable = rows[rows["is_earnable"].astype(bool)]
    month = month[(month["workload_key"] == 0) & (month["partner_key"] == -1)]
    assert list(month["month"]) == list(range(month["month"].min(), month["month"].min() + 12))
    for ahead, days in ((1, 30), (3, 90), (6, 180)):
        told = month["expected_pairs"].head(ahead).sum()
        assert told == pytest.approx(earnable[f"probability_{days}"].sum())


def test_customers_are_ranked_by_the_chance_of_any_workload(store):
    bring_in(store, world(10, 3, 12))
    result = ranked(store)
    rows, customers = rows_of(store, "opportunity"), rows_of(store, "customer_opportunity")
    told = customers.set_index("tenant_key")["chance_90"]
    for tenant, of_tenant in rows.groupby("tenant_key"):
        assert told[tenant] == pytest.approx(1 - (1 - of_tenant["probability_90"]).prod())
    assert len(result.rows) == 3 * (len(rows) + len(customers))


def test_scores_of_a_month_are_replaced_and_those_before_stay(store):
    header, *lines = world(24, 2, 14).splitlines()
    months = sorted({line.split(",")[2] for line in lines})
    bring_in(store, "\n".join([header, *(each for each in lines if months[-1] not in each)]))
    ranked(store)
    first = rows_of(store, "opportunity").set_index(["tenant_key", "workload_key"])
    later = NOW + timedelta(days=1)
    bring_in(store, "\n".join([header, *(each for each in lines if months[-1] in each)]))
    ranked(store, now=later)
    ranked(store, now=later + timedelta(hours=1))
    second = rows_of(store, "opportunity").set_index(["tenant_key", "workload_key"])
    assert rows_of(store, "score").groupby("as_of")["run_id"].unique().map(list).tolist() == [
        [1],
        [3],
    ]
    both = first.join(second.add_suffix("_now"), how="inner")
    same = both[both["milestone"] == both["milestone_now"]]
    assert len(same) > 10
    # SQLite and PostgreSQL round the same sums alike: said before is what was said then.
    assert list(same["before_probability_90_now"]) == pytest.approx(list(same["probability_90"]))
    assert (pd.to_datetime(same["new_at_now"]) == pd.to_datetime(same["new_at"])).all()
    moved = (same["probability_90_now"] - same["probability_90"]).abs() >= 0.05
    assert moved.any()
    assert (same["moved_at_now"].notna() == moved).all()


def test_kept_model_of_other_features_is_refused_and_trained_anew(store):
    bring_in(store, three_pairs())
    first = ranked(store)
    with store.write() as connection:
        version = schema.model_version
        facts = connection.scalar(select(version.c.facts))
        mine = first.model_id
        strange = facts.replace('"features":"', '"features":"0')
        connection.execute(update(version).where(version.c.model_id == mine).values(facts=strange))
    second = ranked(store)
    assert second.model_id == first.model_id + 1
    assert "another list of features" in second.notes[0]


def test_training_keeps_facts_and_a_report_without_customers(store):
    bring_in(store, world(24, 2, 14))
    model_id = train_model(store, RankingSettings(), scope=Scope("tester", "admin"), now=NOW)
    with store.read() as connection:
        assert [model.days for model in model_facts(connection, model_id)] == [30, 90, 180]
        report = model_report(connection, model_id)
        said = connection.scalar(select(func.count()).select_from(schema.model_said))
        with pytest.raises(LookupError):
            model_report(connection, model_id + 1)
    assert set(report["verdicts"]) == {"30", "90", "180"}
    assert "T1" not in str(report)
    assert said > 0


def test_nothing_is_ranked_without_usage(store):
    with pytest.raises(NothingToRankError, match="no usage"):
        ranked(store)
    bring_in(store, three_pairs())
    with pytest.raises(NothingToRankError, match="up to 2020-01"):
        ranked(store, RankingSettings(as_of=month_index(2020, 1)))


ODD = {
    "one month": [("A", "X", "2026-10", 100, 3)],
    "no event ever": steady("A", "X", MONTHS, 100, [3] * 10),
    "all reached": steady("A", "X", MONTHS, 100, [80] * 10),
    "no users": steady("A", "X", MONTHS, 100, [0] * 10),
    "a gap of a year": [("A", "X", "2025-09", 100, 3), ("A", "X", "2026-10", 100, 4)],
    "more users than seats": steady("A", "X", MONTHS, 10, [12] * 10),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_portfolio_is_ranked_without_a_crash(sqlite_store, case):
    bring_in(sqlite_store, canonical(ODD[case]))
    result = ranked(sqlite_store)
    has_next = case not in ("all reached", "more users than seats")
    assert result.pairs == int(has_next)
    assert all(told.shows == "order" for told in result.verdicts.values())
    assert all("history" in told.why or "outcome" in told.why for told in result.verdicts.values())


def test_newest_month_after_a_gap_is_ranked(sqlite_store):
    bring_in(sqlite_store, canonical(ODD["a gap of a year"]))
    assert month_code(ranked(sqlite_store).as_of) == "2026-10"


def test_month_that_is_still_coming_in_is_not_the_default(sqlite_store):
    rows = [row for n in range(5) for row in steady(f"A{n}", "X", MONTHS, 100, [3] * 10)]
    bring_in(sqlite_store, canonical([*rows, ("A0", "X", "2026-11", 100, 4)]))
    result = ranked(sqlite_store)
    assert month_code(result.as_of) == "2026-10"
    assert ranked(sqlite_store, RankingSettings(as_of=month_index(2026, 11))).pairs == 5


counts = st.tuples(st.integers(0, 300), st.integers(0, 300))
pair_rows = st.lists(counts | st.none(), min_size=1, max_size=9)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(pair_rows, min_size=1, max_size=6), end=st.integers(0, 3))
def test_every_pair_at_risk_has_ordered_chances(tmp_path_factory, pairs, end):
    last = LAST - end
    rows = [
        (f"T{n // 2}", f"W{n % 2}", month_code(last - len(told) + 1 + at), *pair)
        for n, told in enumerate(pairs)
        for at, pair in enumerate(told)
        if pair is not None
    ]
    usable = [row for row in rows if row[3] > 0]
    with Store.open(file_store_url(tmp_path_factory.mktemp("any") / "store.db")) as store:
        if not usable:
            return
        bring_in(store, canonical(rows))
        result = ranked(store, RankingSettings(as_of=last, milestones=(15, 40)))
    at_risk = set()
    for tenant, workload in {row[:2] for row in usable}:
        own = [row for row in usable if row[:2] == (tenant, workload)]
        is_young = max(row[2] for row in own) >= month_code(last - 2)
        best = max(min(users, units) / units for *_, units, users in own)
        if is_young and best < 0.4:
            at_risk.add((tenant, workload, 0.15 if best < 0.15 else 0.4))
    told = result.rows[result.rows["workload"] != "*"]
    assert set(zip(told["tenant_id"], told["workload"], told["milestone"], strict=True)) == at_risk
    assert len(told) == 3 * len(at_risk)
    for _, chances in result.rows.groupby(["tenant_id", "workload"])["probability"]:
        assert chances.between(0, 1).all()
        assert chances.is_monotonic_increasing
