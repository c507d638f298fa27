"""The milestone engine over random portfolios: against a plain reading of the rules, and laws.

The reference below decides one pair at a time with loops over months, as one would with the rules
on paper; the engine decides whole portfolios with arrays. Both must agree.
"""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.types import OPEN_END
from insights.milestone_frame import COLUMNS
from insights.milestone_states import STATES_BY_CODE
from insights.milestones import MilestoneFacts, growth_earnings, milestone_rows, portfolio
from insights.months import first_day, month_of
from insights.program import ALL_WORKLOADS
from tests.milestone_builders import PROGRAM, decided, facts, frame, held, month, usage_rows

WORKLOADS = ("INTUNE", "EXO", "TEAMS", "TEAMSPLATFORM")
FIRST_MONTHS = (month("2022-01"), month("2023-06"), month("2026-02"))
MONTHS = 8
PAIRS = 60


@dataclass(frozen=True)
class Pair:
    """One random history: counts per month (None: not reported) and spans (start day, end)."""

    workload: int
    counts: tuple[tuple[int | None, int | None], ...]
    spans: tuple[tuple[date, int], ...]


SEATS = (0, 10, 149, 150, 200, 200, 300, 1000, 1000, 2000)
SHARES = (5, 9, 12, 13, 14, 14, 16, 25, 31, 39, 60)
STEPS = (-20, -2, 0, 0, 1, 1, 2, 5, 15, 30)


def random_pair(rng, first):
    """Return usage that mostly grows on seats that mostly stay, with gaps, and up to two spans."""
    seats, share, counts = rng.choice(SEATS), rng.choice(SHARES), []
    for _ in range(MONTHS):
        seats = rng.choice(SEATS) if rng.random() < 0.15 else seats
        share = max(0, share + rng.choice(STEPS))
        users = seats * share // 100 + rng.randint(0, 1)
        counts.append((None, None) if rng.random() < 0.1 else (seats, users))
    cuts = sorted(rng.sample(range(-5, MONTHS - 2), rng.choice((0, 1, 1, 2, 3, 4))))
    spans = []
    for start, end in zip_longest(cuts[::2], cuts[1::2]):
        day = first_day(first + start).replace(day=rng.choice((1, 15)))
        spans.append((day, OPEN_END if end is None else first + end))
    return Pair(rng.randrange(len(WORKLOADS)), tuple(counts), tuple(spans))


@st.composite
def portfolios(draw):
    """Draw the first month and 60 random pairs; the seed alone is drawn, so trials stay cheap."""
    rng = Random(draw(st.integers(0, 2**32)))
    first = draw(st.sampled_from(FIRST_MONTHS))
    return first, [random_pair(rng, first) for _ in range(PAIRS)]


def known(first, histories):
    """Return the facts of the histories; tenant keys count from 1, partners by span."""
    usage, spans = [], []
    for tenant, pair in enumerate(histories, start=1):
        seats, users = zip(*pair.counts, strict=True)
        rows = usage_rows(first, seats, users, tenant=tenant)
        usage += [{**row, "workload_key": pair.workload} for row in rows]
        for partner, (day, end) in enumerate(pair.spans, start=1):
            span = held(day, until=end, partner=partner, tenant=tenant)
            spans.append({**span, "workload_key": pair.workload})
    told = facts(usage, associations=spans)
    codes = pd.DataFrame({"workload_key": range(len(WORKLOADS)), "code": WORKLOADS})
    return MilestoneFacts(told.usage, told.associations, told.claims, told.earnings, codes)


# --- the reference --------------------------------------------------------------------------------


def minimum(rules):
    return rules.minimum_paid_units.value if rules else 0


def excluded(rules, code, percent):
    if rules is None:
        return "no_programme"
    if any(code in barred.workloads for barred in rules.not_paid):
        return "workload_not_paid"
    for milestone in rules.milestones:
        if milestone.percent == percent and (
            milestone.workloads == ALL_WORKLOADS or code in milestone.workloads
        ):
            return ""
    return "no_such_milestone"


def maximum(rules, units):
    names = [bucket.name for bucket in rules.buckets if units >= bucket.from_units]
    limits = {limit.bucket: limit.percent for limit in rules.maximum_usage_at_claim}
    return limits.get(names[-1]) if names else None


class Reference:
    """One pair and one threshold, read off month by month."""

    def __init__(self, first, pair, percent, as_of):
        self.first, self.percent, self.as_of = first, percent, as_of
        self.code = WORKLOADS[pair.workload]
        months = {first + at: each for at, each in enumerate(pair.counts) if first + at <= as_of}
        self.reports = {at: each for at, each in months.items() if None not in each}
        self.spans = [(day, end) for day, end in pair.spans if month_of(day) <= as_of]

    def above(self, at):
        units, users = self.reports[at]
        return units > 0 and users * 100 >= self.percent * units

    def counted(self, at):
        return self.above(at) and self.reports[at][0] >= minimum(PROGRAM.in_month(at))

    def crossing(self, since, until):
        return next((at for at in self.reports if since <= at <= until and self.counted(at)), None)

    def judged(self, day, end):
        """Return crossing and reason of one span."""
        since = month_of(day) + (day.day > 1)
        until = min(end, self.as_of)
        crossing = self.crossing(since, until)
        rules = PROGRAM.in_month(self.as_of if crossing is None else crossing)
        barred = excluded(rules, self.code, self.percent)
        if barred:
            return crossing, barred
        usable = [at for at, (units, _) in self.reports.items() if units > 0]
        claim = next((at for at in usable if since <= at <= until), None)
        start = claim if claim is not None else max(self.reports, default=None)
        if start is None:
            return crossing, ""
        return crossing, self.bar(rules, since, claim, start)

    def bar(self, rules, since, claim, start):
        units, users = self.reports[start]
        is_known = claim is not None and claim - since <= 2
        if rules.model == "growth":
            before = [users for at, (_, users) in self.reports.items() if at < since]
            base = max(before) if before else users
            if claim is None and not before:
                base = -1
            passed = units > 0 and base * 100 >= self.percent * units
        else:
            passed = self.above(start)
        if passed:
            late = claim is not None and not is_known
            return "passed_before_first_report" if late else "passed_before_claim"
        if is_known and rules.model == "milestone":
            limit = maximum(PROGRAM.in_month(claim), units)
            if limit is not None and users * 100 > units * limit:
                return "usage_at_claim"
        return ""

    def free(self):
        """Return crossing and reason since the last span ended."""
        since = max((end + 1 for _, end in self.spans), default=self.first)
        crossing = self.crossing(since, self.as_of)
        rules = PROGRAM.in_month(self.as_of if crossing is None else crossing)
        barred = excluded(rules, self.code, self.percent)
        if barred or crossing is None:
            return crossing, barred
        earlier = [at for at in self.reports if at < crossing]
        if not earlier:
            return crossing, "passed_before_first_report"
        return crossing, "passed_before_claim" if self.counted(earlier[-1]) else ""

    def state(self):
        """Return state, reason, month of crossing and partner who earned it."""
        judged = [self.judged(*span) for span in self.spans]
        reached = [
            (crossing, at)
            for at, (crossing, reason) in enumerate(judged, start=1)
            if crossing is not None and not reason
        ]
        if reached:
            return "reached", "", min(reached)[0], min(reached)[1]
        is_held = any(end >= self.as_of for _, end in self.spans)
        crossing, reason = judged[-1] if is_held else self.free()
        if reason:
            return "not_earnable", reason, crossing, None
        if not is_held and crossing is not None:
            return "missed", "", crossing, None
        return self.open(is_held), "", None, None

    def open(self, is_held):
        latest = max(self.reports, default=-1)
        if latest < self.as_of - 1:
            return "no_data"
        if not is_held:
            return "unclaimed"
        below = self.reports[latest][0] < minimum(PROGRAM.in_month(self.as_of))
        return "below_minimum" if below else "in_flight"


def told(row):
    month_, partner = row["crossed_month"], row["earner_partner_key"]
    return (
        row["state"],
        row["reason"],
        None if pd.isna(month_) else month_,
        None if pd.isna(partner) else partner,
    )


@settings(max_examples=20, deadline=None)
@given(portfolios(), st.integers(2, MONTHS - 1))
def test_engine_agrees_with_a_plain_reading_of_the_rules(drawn, last):
    first, histories = drawn
    as_of = first + last
    rows = milestone_rows(portfolio(known(first, histories), PROGRAM, as_of))
    found = {(row["tenant_key"], row["milestone"]): told(row) for row in rows.to_dict("records")}
    reported = {tenant for tenant, _ in found}
    for tenant, pair in enumerate(histories, start=1):
        for percent in PROGRAM.percents() if tenant in reported else ():
            expected = Reference(first, pair, percent, as_of).state()
            assert found[tenant, percent] == expected, (pair, percent)


# --- laws -----------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(portfolios())
def test_every_pair_has_every_milestone_once_in_one_known_state(drawn):
    first, histories = drawn
    rows = milestone_rows(portfolio(known(first, histories), PROGRAM, first + MONTHS - 1))
    assert tuple(rows.columns) == tuple(COLUMNS)
    keys = ["tenant_key", "workload_key", "milestone"]
    assert not rows.duplicated(keys).any()
    assert len(rows) == 2 * len(rows.drop_duplicates(keys[:2]))
    assert set(rows["state"]) <= set(STATES_BY_CODE)
    assert (rows["reason"] != "").eq(rows["state"] == "not_earnable").all()


@settings(max_examples=10, deadline=None)
@given(portfolios())
def test_no_users_are_needed_exactly_when_at_or_above_now(drawn):
    first, histories = drawn
    rows = milestone_rows(portfolio(known(first, histories), PROGRAM, first + MONTHS - 1))
    units, users = rows["paid_available_units"], rows["monthly_active_users"]
    is_above = (units > 0) & (users * 100 >= rows["milestone"] * units)
    assert rows["users_needed"].eq(0).fillna(False).eq(is_above.fillna(False)).all()
    assert rows["users_needed"].isna().eq((units.fillna(0) == 0) | users.isna()).all()


@settings(max_examples=10, deadline=None)
@given(portfolios(), st.integers(2, MONTHS - 1))
def test_months_after_the_as_of_month_change_nothing(drawn, last):
    first, histories = drawn
    as_of = first + last
    everything = known(first, histories)
    begun = everything.associations["start_month"] <= as_of
    until_then = MilestoneFacts(
        everything.usage[everything.usage["month"] <= as_of],
        everything.associations[begun],
        everything.claims,
        everything.earnings,
        everything.workloads,
    )
    now = milestone_rows(portfolio(everything, PROGRAM, as_of))
    before = milestone_rows(portfolio(until_then, PROGRAM, as_of))
    pair = ["tenant_key", "workload_key", "milestone"]
    same = before.merge(now[pair], on=pair)  # a pair first reported later has no row before
    pd.testing.assert_frame_equal(
        now.merge(before[pair], on=pair), same, check_categorical=False, check_dtype=False
    )


@settings(max_examples=10, deadline=None)
@given(portfolios(), st.integers(2, MONTHS - 2))
def test_reached_never_unreaches_as_months_pass(drawn, last):
    first, histories = drawn
    pair = ["tenant_key", "workload_key", "milestone"]
    facts_ = known(first, histories)
    keep = [*pair, "reached_month", "earner_partner_key"]
    early = milestone_rows(portfolio(facts_, PROGRAM, first + last))
    late = milestone_rows(portfolio(facts_, PROGRAM, first + last + 1))
    both = early.loc[early["state"] == "reached", keep].merge(late, on=keep)
    assert len(both) == (early["state"] == "reached").sum()
    assert (both["state"] == "reached").all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_more_users_after_the_claim_never_unreach(seed):
    rng, first = Random(seed), FIRST_MONTHS[0]  # one year: years differ in what they pay
    histories = [random_pair(rng, first) for _ in range(PAIRS)]
    rows = milestone_rows(portfolio(known(first, histories), PROGRAM, first + MONTHS - 1))
    is_reached = rows[rows["state"] == "reached"]
    claimed = is_reached.groupby("tenant_key")["claim_month"].min() - first
    richer = [
        Pair(pair.workload, _raised(rng, pair.counts, claimed.get(tenant, MONTHS)), pair.spans)
        for tenant, pair in enumerate(histories, start=1)
    ]
    now = milestone_rows(portfolio(known(first, richer), PROGRAM, first + MONTHS - 1))
    both = is_reached[["tenant_key", "milestone"]].merge(now, on=["tenant_key", "milestone"])
    assert len(both) == len(is_reached)
    assert (both["state"] == "reached").all()


def _raised(rng, counts, claimed):
    """Return counts with more users in some months after the column `claimed`."""
    return tuple(
        (units, users if users is None or at <= claimed else users + rng.choice((0, 1, 50, 500)))
        for at, (units, users) in enumerate(counts)
    )


@settings(max_examples=10, deadline=None)
@given(portfolios())
def test_growth_pays_new_units_once_and_never_more_than_the_maximum(drawn):
    first, histories = drawn
    paid = growth_earnings(portfolio(known(first, histories), PROGRAM, first + MONTHS - 1))
    assert (paid["month"] >= month("2023-10")).all()
    assert (paid["amount_usd_e4"] <= paid["earned_units"] * 30_000).all()
    yearly = paid.groupby(["tenant_key", "workload_key", "program_year"])["amount_usd_e4"].sum()
    assert (yearly <= 60_000_000).all()
    for tenant, rows in paid.groupby("tenant_key"):
        highest = max((users or 0) for _, users in histories[tenant - 1].counts)
        assert rows["earned_units"].sum() <= highest


# --- single questions -----------------------------------------------------------------------------

JAN = month("2022-01")
HELD = [held(date(2022, 1, 1))]


def test_pace_is_users_gained_per_month_over_three_months():
    rows = decided(facts(usage_rows(JAN, [1000] * 5, [10, 20, 50, 60, 80])), JAN + 4)
    assert rows.loc[15, "monthly_pace"] == pytest.approx(20.0)  # (80 - 20) / 3


def test_pace_over_a_gap_counts_the_months_between():
    rows = decided(facts(usage_rows(JAN, [1000] * 4, [10, None, 30, 60])), JAN + 3)
    assert rows.loc[15, "monthly_pace"] == pytest.approx(50 / 3)  # (60 - 10) / 3 months


def test_pace_is_undefined_with_a_single_report():
    rows = decided(facts(usage_rows(JAN, [1000], [10])), JAN)
    assert rows["monthly_pace"].isna().all()


def test_seats_that_stay_or_shrink_moved_no_goal():
    for seats in ([1000, 1000], [1000, 900]):
        rows = decided(facts(usage_rows(JAN, seats, [50, 60])), JAN + 1)
        assert rows["seat_points"].isna().all()


def test_high_water_mark_is_the_most_users_of_any_month():
    rows = decided(facts(usage_rows(JAN, [1000] * 3, [100, 140, 120]), associations=HELD), JAN + 2)
    assert rows["high_water_mark"].tolist() == [140, 140]
    assert rows["starting_high_water_mark"].tolist() == [100, 100]


def test_association_without_any_usage_has_rows_without_data():
    rows = decided(facts([], associations=HELD), JAN)
    assert rows["state"].tolist() == ["no_data", "no_data"]
    assert rows[["users_needed", "latest_month", "value_usd_e4"]].isna().all(axis=None)


def test_nothing_known_gives_no_rows_with_all_columns():
    rows = milestone_rows(portfolio(facts([]), PROGRAM, JAN))
    assert rows.empty
    assert tuple(rows.columns) == tuple(COLUMNS)
    assert growth_earnings(portfolio(facts([]), PROGRAM, JAN)).empty


def test_workload_without_a_code_is_refused():
    told_ = facts(usage_rows(JAN, [1000], [100]))
    nothing = MilestoneFacts(
        told_.usage, told_.associations, told_.claims, told_.earnings, told_.workloads.iloc[:0]
    )
    with pytest.raises(ValueError, match="workload_key is missing"):
        portfolio(nothing, PROGRAM, JAN)


def test_pairs_are_decided_alike_whatever_stands_beside_them():
    alone = facts(usage_rows(JAN, [1000, 1000], [100, 150]), associations=HELD)
    other = [{**row, "tenant_key": 1} for row in usage_rows(JAN - 5, [300] * 9, [30] * 9)]
    beside = MilestoneFacts(
        pd.concat([alone.usage, frame("usage", other).astype(alone.usage.dtypes)]),
        alone.associations,
        alone.claims,
        alone.earnings,
        alone.workloads,
    )
    one = milestone_rows(portfolio(alone, PROGRAM, JAN + 1))
    both = milestone_rows(portfolio(beside, PROGRAM, JAN + 1))
    pd.testing.assert_frame_equal(
        both[both["tenant_key"] == 7].reset_index(drop=True), one, check_categorical=False
    )


def test_partner_of_a_payment_and_its_month_come_from_microsoft():
    told_ = facts(
        usage_rows(JAN, [1000, 1000], [100, 150]),
        associations=HELD,
        earnings=[
            {
                "tenant_key": 7,
                "workload_key": 1,
                "partner_key": 5,
                "milestone": "15 %",
                "earning_on": date(2022, 2, 16),
                "amount_usd_e4": 15_000_000,
                "estimated_payment_month": JAN + 2,
            }
        ],
    )
    row = decided(told_, JAN + 1).loc[15]
    assert (row["earner_partner_key"], row["payment_due_month"]) == (5, JAN + 2)
    assert row["reached_month"] == JAN + 1
