"""The thresholds of active usage that Microsoft pays for, and how far a workload is from them.

15 % and 40 % are the milestones of the public programme (FY20 to FY23) and stay the lines that
partners watch. Thresholds are whole percents so that every comparison is exact integer
arithmetic; the ratio itself is never rounded before it is compared.

`milestone_rows` decides for every tenant x workload x milestone exactly one state, by the first
row of milestone_states.STATES that matches. A threshold is crossed in the first month whose users
are at or above it with the minimum of seats; a later drop does not take that back. Whether the
crossing counts is judged from the starting point of the association that held: its usage at claim
(the first full month on or after it), the bucket's maximum and the year's list of workloads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.earnings import (
    ValueCase,
    Worth,
    lasting_reasons,
    milestone_worth,
    paid_milestones,
)
from insights.eligibility import claims_in_progress, claims_known_on, paying_spans
from insights.growth import growth_ledger, growth_rows
from insights.milestone_flags import (
    is_current,
    is_late,
    is_stalled,
    monthly_pace,
    seat_points,
    users_missing,
)
from insights.milestone_frame import MilestoneColumns, due_months, milestone_frame
from insights.milestone_history import (
    History,
    Holdings,
    earliest_spans,
    free_since,
    held_spans,
    holdings,
    usage_history,
)
from insights.milestone_judging import (
    REASON,
    Judgement,
    ThresholdLine,
    fixed_rule,
    is_too_late_to_claim,
    judged_free,
    judged_spans,
    threshold_line,
)
from insights.milestone_states import STATES
from insights.months import first_day, month_of
from insights.panel import Bools, Ints, usage_panel
from insights.program import Program
from insights.rule_tables import rule_tables

MILESTONES: tuple[int, ...] = (15, 40)
"""Thresholds of active usage in percent, rising."""


@dataclass(frozen=True, slots=True)
class MilestoneBand:
    """One range of active usage between milestones: from this share up to the next band's."""

    code: str
    from_share: float
    label: str
    symbol: str


MILESTONE_BANDS: tuple[MilestoneBand, ...] = (
    MilestoneBand("below_15", 0.0, "under 15%", "○"),
    MilestoneBand("from_15", 0.15, "15% to under 40%", "◐"),
    MilestoneBand("from_40", 0.40, "40% and more", "●"),
)
"""The bands in rising order; each has a symbol so that colour never speaks alone."""


def users_needed(units: pd.Series[int], users: pd.Series[int], percent: int) -> pd.Series[int]:
    """Return how many more active users reach the threshold: ceil(percent of units) - users.

    Never below 0; missing where either count is missing or there are no units (DESIGN section 2).
    """
    known = [
        counts.astype("Int64").fillna(-1).to_numpy(dtype=np.int64) for counts in (units, users)
    ]
    missing = users_missing(known[0], known[1], percent)
    return pd.Series(pd.arrays.IntegerArray(missing, missing < 0), index=units.index)


def next_milestone(units: pd.Series[int], users: pd.Series[int]) -> pd.DataFrame:
    """Return per pair the next threshold in percent and the users needed for it.

    Same index as the input; columns next_milestone and users_needed (Int64), missing where every
    threshold is reached now or the counts tell nothing.
    """
    needed = pd.DataFrame({percent: users_needed(units, users, percent) for percent in MILESTONES})
    milestone = pd.Series(pd.NA, index=needed.index, dtype="Int64")
    missing = pd.Series(pd.NA, index=needed.index, dtype="Int64")
    for percent in reversed(MILESTONES):
        is_ahead = needed[percent].fillna(0) > 0
        milestone = milestone.mask(is_ahead, percent)
        missing = missing.mask(is_ahead, needed[percent])
    return pd.DataFrame({"next_milestone": milestone, "users_needed": missing})


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """What is known of a portfolio, as frames with the columns of the store's tables.

    `usage` (tenant_key, workload_key, month and both counts), `associations`, `claims`,
    `earnings`, and `workloads` (workload_key, code).
    """

    usage: pd.DataFrame
    associations: pd.DataFrame
    claims: pd.DataFrame
    earnings: pd.DataFrame
    workloads: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All pairs as of a month, with everything that does not depend on the threshold.

    `holder` is the span that holds now (-1: none), `free_from` the first column after the last
    ended span, `earned_e4` what the growth model has paid this programme year.
    """

    as_of: int
    history: History
    held: Holdings
    holder: Ints
    free_from: Ints
    is_claiming: Bools
    earned_e4: Ints
    paid: pd.DataFrame
    reasons: pd.DataFrame


_STATE = {state.code: at for at, state in enumerate(STATES)}


def portfolio(
    facts: MilestoneFacts, program: Program, as_of: int, *, known_on: date | None = None
) -> Portfolio:
    """Return the portfolio as of a month: usage up to it, claims and earnings up to `known_on`.

    `known_on` defaults to the last day of the as-of month; a later day lets claims and earnings
    speak that are younger than the newest usage report. Raises ValueError where a workload_key
    has no code.
    """
    known = known_on or first_day(as_of + 1) - timedelta(days=1)
    horizon = max(as_of, month_of(known))
    claims = claims_known_on(facts.claims, known)
    spans = paying_spans(facts.associations, claims, horizon)
    claiming = claims_in_progress(claims)
    paid = paid_milestones(facts.earnings, known, program.percents())
    reasons = lasting_reasons(facts.earnings, known, program.percents())
    panel = usage_panel(facts.usage, as_of, [spans, claiming, paid, reasons])
    codes = facts.workloads.set_index("workload_key")["code"]
    tables = rule_tables(program, list(codes))
    workload = codes.index.get_indexer(pd.Index(panel.workload_key)).astype(np.int64)
    if (workload < 0).any():
        raise ValueError("a pair's workload_key is missing from the workloads")
    history = usage_history(panel, tables, workload)
    held = holdings(history, spans)
    holder = held_spans(held, horizon, panel.pairs)
    is_claiming = np.zeros(panel.pairs, dtype=bool)
    is_claiming[panel.rows_of(claiming)] = True
    return Portfolio(
        as_of=as_of,
        history=history,
        held=held,
        holder=holder,
        free_from=free_since(held, panel),
        is_claiming=is_claiming,
        earned_e4=growth_ledger(history, held).earned_in_year(history),
        paid=paid,
        reasons=reasons,
    )


def milestone_rows(pairs: Portfolio) -> pd.DataFrame:
    """Return one row per tenant x workload x milestone with exactly one state.

    Columns: see milestone_frame.COLUMNS. Amounts are integer ten-thousandths of a US dollar.
    """
    thresholds = range(len(pairs.history.tables.percents))
    return milestone_frame(pairs.history, [_decided(pairs, each) for each in thresholds])


def growth_earnings(pairs: Portfolio) -> pd.DataFrame:
    """Return what the growth model paid, tenant x workload x month (see growth.growth_rows)."""
    ledger = growth_ledger(pairs.history, pairs.held)
    return growth_rows(pairs.history, pairs.held, ledger)


def _decided(pairs: Portfolio, threshold: int) -> MilestoneColumns:
    """Return state, event, rule, value and flags of one milestone for every pair."""
    history, held, holder = pairs.history, pairs.held, pairs.holder
    line = threshold_line(history, threshold)
    spans = judged_spans(history, held, line)
    counts = (spans.crossing >= 0) & (spans.reason == 0)
    reaching = earliest_spans(held, spans.crossing, counts, history.panel.pairs)
    now = judged_free(history, pairs.free_from, line).replaced(holder >= 0, spans.at(holder))
    now = now.barred(_rows_of(pairs, pairs.reasons, line.percent) >= 0, history)
    paid = _rows_of(pairs, pairs.paid, line.percent)
    state = _states(pairs, now, is_paid=paid >= 0, is_reached=reaching >= 0)
    judged = now.replaced(reaching >= 0, spans.at(reaching))
    return _columns(pairs, line, _Decision(state, judged, reaching, paid))


def _rows_of(pairs: Portfolio, told: pd.DataFrame, percent: int) -> Ints:
    """Return per pair the row of what Microsoft told of this milestone, -1 for nothing.

    A reason for milestone 0 speaks of every milestone; one of its own comes first.
    """
    found = np.full(pairs.history.panel.pairs, -1, dtype=np.int64)
    general = [0] if told is pairs.reasons else []
    for milestone in (*general, percent):
        rows = np.flatnonzero(told["milestone"].to_numpy() == milestone)
        found[pairs.history.panel.rows_of(told.iloc[rows])] = rows
    return found


def _states(pairs: Portfolio, now: Judgement, *, is_paid: Bools, is_reached: Bools) -> Ints:
    """Return the state of every pair: the first of STATES whose condition holds."""
    history, is_held = pairs.history, pairs.holder >= 0
    minimum = history.tables.minimum_units[history.year[-1]]
    conditions = {
        "paid": is_paid,
        "reached": is_reached,
        "not_earnable": now.reason > 0,
        "missed": ~is_held & (now.crossing >= 0),
        "no_data": ~is_current(history),
        "unclaimed": ~is_held & ~pairs.is_claiming,
        "in_claim": ~is_held,
        "below_minimum": history.at(history.panel.units, history.latest) < minimum,
    }
    codes = [_STATE[code] for code in conditions]
    return np.select(list(conditions.values()), codes, default=_STATE["in_flight"])


@dataclass(frozen=True, slots=True)
class _Decision:
    """One milestone of every pair: its state and the judgement behind it.

    `reaching` is the span that reached it, `paid` the row of what Microsoft paid (-1: none).
    """

    state: Ints
    judged: Judgement
    reaching: Ints
    paid: Ints

    def is_one_of(self, *codes: str) -> Bools:
        """Return whether the state is one of these."""
        return np.isin(self.state, [_STATE[code] for code in codes])


def _rules(pairs: Portfolio, decision: _Decision) -> Ints:
    """Return the rule that decided the state of every pair."""
    history = pairs.history
    fixed = {
        "paid": "earnings_file",
        "no_data": "no_data",
        "unclaimed": "no_association",
        "in_claim": "claim_in_progress",
    }
    rule = decision.judged.rule
    for code, name in fixed.items():
        rule = np.where(decision.state == _STATE[code], fixed_rule(history, name), rule)
    minimum = history.tables.minimum_rule[history.year[-1]]
    return np.where(decision.is_one_of("below_minimum"), minimum, rule)


def _worth(pairs: Portfolio, line: ThresholdLine, decision: _Decision, is_open: Bools) -> Worth:
    """Return what the milestone is worth by the rules of its event, or of the as-of month."""
    history, rows = pairs.history, np.arange(pairs.history.panel.pairs)
    event = decision.judged.crossing
    before = history.highest[rows, event]  # the last column, for -1, looks at all months
    started = pairs.held.at(pairs.held.base, decision.reaching)
    at = np.where(event >= 0, event, history.latest)
    case = ValueCase(
        year=history.years_at(event),
        workload=history.workload,
        units=history.at(history.panel.units, at),
        base=np.where(decision.reaching >= 0, started, before),
        earned_e4=np.where(is_open, pairs.earned_e4, 0),
    )
    return milestone_worth(history.tables, line.position, case)


def _columns(pairs: Portfolio, line: ThresholdLine, decision: _Decision) -> MilestoneColumns:
    """Return everything about one milestone that the frame shows."""
    history, held, latest = pairs.history, pairs.held, pairs.history.latest
    panel, paid = history.panel, decision.paid
    is_earned = decision.is_one_of("paid", "reached")
    is_open = decision.is_one_of("unclaimed", "in_claim", "below_minimum", "in_flight")
    reached = np.where(is_earned & (decision.reaching >= 0), decision.judged.crossing, -1)
    span = np.where(reached >= 0, decision.reaching, pairs.holder)
    worth = _worth(pairs, line, decision, is_open)
    units, users = history.at(panel.units, latest), history.at(panel.users, latest)
    missing = users_missing(units, users, line.percent)
    earner = held.at(held.partner, np.where(reached >= 0, decision.reaching, -1))
    reason = np.where(decision.is_one_of("not_earnable"), decision.judged.reason, 0)
    is_ahead = (missing > 0) & (is_open | is_earned)
    return MilestoneColumns(
        percent=line.percent,
        state=decision.state,
        reason=reason,
        reason_code=_reason_codes(pairs, line.percent, reason),
        rule=_rules(pairs, decision),
        year=history.years_at(decision.judged.crossing),
        holder=held.at(held.partner, pairs.holder),
        earner=_told(pairs.paid["partner_key"], paid, earner),
        is_claiming=pairs.is_claiming,
        claim_at=held.at(held.claim_at, span),
        base=held.at(held.base, span),
        event=decision.judged.crossing,
        reached=reached,
        users_needed=missing,
        bucket=worth.bucket,
        value_e4=_told(pairs.paid["amount_usd_e4"], paid, worth.amount_e4, is_final=True),
        pace=monthly_pace(history),
        is_example=worth.is_example & (paid < 0),
        rate_value_e4=worth.amount_e4,
        is_example_rate=worth.is_example,
        payment_month=_told(pairs.paid["payment_month"], paid, due_months(history, reached)),
        is_open=is_open,
        is_slipping=is_earned & (missing > 0),
        is_stalled=is_open & is_stalled(history, line.percent),
        seat_points=np.where(is_ahead, seat_points(history), np.nan),
        is_too_late=is_open & (pairs.holder < 0) & is_too_late_to_claim(history, line),
        is_late=is_late(history),
    )


def _told(told: pd.Series, rows: Ints, own: Ints, *, is_final: bool = False) -> Ints:
    """Return what Microsoft told of each pair, our own value (-1: missing) where it told nothing.

    `is_final`: where it named the milestone but not this value, the value stays missing.
    """
    if told.empty:
        return own
    said = told.astype("Int64").fillna(-1).to_numpy(dtype=np.int64)[rows]
    return np.where((rows >= 0) & (is_final | (said >= 0)), said, own)


def _reason_codes(pairs: Portfolio, percent: int, reason: Ints) -> npt.NDArray[np.object_]:
    """Return Microsoft's reason code of every pair where that is what bars it, else empty."""
    rows = _rows_of(pairs, pairs.reasons, percent)
    codes = np.array([*pairs.reasons["reason_code"], ""], dtype=object)  # row -1 is the empty one
    return np.where(reason == REASON["reason_code"], codes[rows], "")
