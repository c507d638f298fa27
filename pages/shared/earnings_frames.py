"""What the earnings page reads: money by the filters, and the programme's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from data_access.queries import earnings, reconciliation
from data_access.store import Store
from data_access.targets_store import standing_targets, target_history
from data_access.types import Filters, Scope
from insights.months import first_day, fiscal_year, fiscal_year_start, month_of
from insights.program import ProgramRules
from insights.views.earnings import EarningsRows
from insights.views.earnings_quarters import target_owner, targets_of
from pages.shared import cached, rules_frames
from pages.shared.today import today


@dataclass(frozen=True, slots=True)
class MoneyQuestion:
    """Whose money is asked for, and as of when it was judged."""

    scope: Scope
    filters: Filters
    as_of: int
    known_month: int

    @property
    def month_of_today(self) -> int:
        """Return the month in which what is due is judged."""
        return month_of(today())

    def rows(self, targets: pd.DataFrame) -> EarningsRows:
        """Return the frames of the upper part of the page; `targets` is standing_targets."""
        year = fiscal_year_start(fiscal_year(self.as_of))
        whole = cached.read(earnings.money_parts, self.scope, self.filters)
        by_workload, by_partner = (
            cached.read(earnings.money_parts, self.scope, self.filters, by=by, since=year)
            for by in ("workload", "partner")
        )
        shown = targets_of(standing_targets(targets), target_owner(self.filters))
        return EarningsRows(whole, by_workload, by_partner, shown)

    def expected(self) -> pd.DataFrame:
        """Return `expected_payments`."""
        months = {"as_of": self.as_of, "known_month": self.known_month}
        return cached.read(earnings.expected_payments, self.scope, self.filters, **months)

    def links(self) -> pd.DataFrame:
        """Return `reconciliation_sums` as of today."""
        return cached.read(
            earnings.reconciliation_sums, self.scope, self.filters, today=self.month_of_today
        )

    def wanted(self, links: tuple[str, ...], limit: int) -> reconciliation.RowsWanted:
        """Return which rows of the reconciliation to list."""
        return reconciliation.RowsWanted(links, self.month_of_today, self.known_month, limit)

    def compared(self, links: tuple[str, ...], limit: int) -> pd.DataFrame:
        """Return `reconciliation_rows` of these links as of today."""
        wanted = self.wanted(links, limit)
        return cached.read(
            reconciliation.reconciliation_rows, self.scope, self.filters, wanted=wanted
        )

    def read_compared(self, store: Store, wanted: reconciliation.RowsWanted) -> pd.DataFrame:
        """Return `reconciliation_rows` past the cache, for a download outside the session."""
        with store.read(self.scope) as connection:
            return reconciliation.reconciliation_rows(
                connection, self.scope, self.filters, wanted=wanted
            )

    def growth(self) -> pd.DataFrame:
        """Return `growth_by_holder`."""
        return cached.read(earnings.growth_by_holder, self.scope, self.filters, as_of=self.as_of)

    def has_earnings(self) -> bool:
        """Return whether any Earnings file was imported."""
        found = cached.read(reconciliation.has_earnings, self.scope)
        return bool(found["has_earnings"].iloc[0])


def money_question(scope: Scope, filters: Filters) -> MoneyQuestion | None:
    """Return what to ask under the filters, None where milestones were never judged.

    Period, comparison and as-of month do not apply, so that they make no new cache entries.
    """
    judged = cached.read(earnings.judged, scope)
    if judged.empty:
        return None
    as_of, known_month = (int(judged[name].iloc[0]) for name in ("as_of", "known_month"))
    own = replace(filters, as_of=as_of, since=as_of, before=None, comparison="none")
    return MoneyQuestion(scope, own, as_of, known_month)


def targets(scope: Scope) -> pd.DataFrame:
    """Return `target_history`, past the cache: the app's own data changes without an import."""
    return target_history(cached.store(), scope)


def rules_in_force(as_of: int) -> ProgramRules | None:
    """Return the programme rules of a month."""
    return rules_frames.program(rules_frames.activations()).on(first_day(as_of))
