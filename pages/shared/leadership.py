"""The parts of the leadership review, each from the views of the page that owns it."""

from __future__ import annotations

import pandas as pd

from data_access.queries.forecast import forecast_months
from data_access.types import Filters, Scope
from insights.charts import bridge as bridge_charts
from insights.charts import performance as charts
from insights.charts.earnings import value_waterfall
from insights.charts.leadership import earned_and_expected
from insights.charts.outcomes import forest
from insights.charts.partners import scorecard_heatmap
from insights.views import earnings, leadership, overview, partners, what_worked
from pages.shared import (
    action_frames,
    cached,
    earnings_frames,
    headings,
    links,
    outcome_frames,
    states,
)
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.tables import show_table
from pages.shared.text import plain


def show_impact(scope: Scope, filters: Filters) -> None:
    """Draw headline numbers, usage over time and why it moved; ends the page without a match."""
    months = {"first": overview.first_month(filters), "last": filters.as_of}
    view = cached.computed(
        overview.overview_view,
        overview.OverviewRows(
            usage=cached.usage_by_month(scope, filters, **months),
            tenants=cached.tenants_by_month(scope, filters, **months),
            partners=cached.totals_by_partner(scope, filters, **months),
            changes=cached.association_changes_by_month(scope, filters),
            largest=cached.largest_customers(scope, filters, limit=overview.TOP_CUSTOMERS),
        ),
        filters,
    )
    if view is None:
        states.stop_with_no_match()
    show_cards(view.cards, key="review_cards")
    headings.header("Impact")
    show_chart(
        cached.built(charts.impact_over_time, view.trend, view.volumes),
        key="review_impact",
        alt=charts.impact_alt(view.trend),
    )
    if not view.steps.empty:
        show_chart(
            cached.built(bridge_charts.usage_waterfall, view.steps),
            key="review_bridge",
            alt=bridge_charts.waterfall_alt(view.steps),
        )
    for line in view.headlines:
        detail = f": {plain(line.detail)}" if line.detail else ""
        headings.say(f"- **{plain(line.lead)}**{detail}")


def show_money(scope: Scope, filters: Filters) -> None:
    """Draw earned and expected against target, and all value of the portfolio."""
    headings.header("Earned and forecast against target")
    asked = earnings_frames.money_question(scope, filters)
    if asked is None:
        states.show_nothing("Milestones were not judged yet.", "Any import judges them.")
        return
    view = cached.computed(
        earnings.earnings_view, asked.rows(earnings_frames.targets(scope)), asked.as_of
    )
    if view is None:
        states.show_nothing("No money in these filters.")
        return
    show_cards(view.cards, key="review_money")
    forecast = cached.read(forecast_months, scope, filters)
    ahead = cached.computed(leadership.outlook, view.quarters, forecast, asked.as_of)
    show_chart(
        cached.built(earned_and_expected, ahead.rows), key="review_outlook", alt=ahead.takeaway
    )
    if not ahead.has_forecast:
        headings.caption(leadership.NO_FORECAST)
    show_table(ahead.rows, leadership.OUTLOOK_COLUMNS, key="review_quarters", alt=ahead.takeaway)
    headings.subheader("All value of the portfolio")
    show_chart(cached.built(value_waterfall, view.parts), key="review_value", alt=view.takeaway)
    links.page_link(links.EARNINGS, label="Earnings", icon=":material/arrow_forward:")


def show_league(scope: Scope, filters: Filters) -> None:
    """Draw partners by what they hold and how it is used."""
    headings.header("Partner league")
    everyone = partners.all_partners(filters)
    usage = pd.concat(
        [
            cached.usage_by_partner(scope, everyone, first=month, last=month)
            for month in partners.months_compared(filters)
        ],
        ignore_index=True,
    )
    view = cached.computed(partners.partners_view, usage, everyone)
    if view is None:
        states.show_nothing("No partner holds anything in these filters.")
        return
    show_chart(
        cached.built(scorecard_heatmap, view.cells, view.workloads),
        key="review_league_map",
        alt=f"Active usage by partner and workload in milestone bands. {view.takeaway}",
    )
    show_table(view.table, view.columns, key="review_league", alt=view.takeaway)
    links.page_link(links.PARTNERS, label="Partners", icon=":material/arrow_forward:")


def show_worked(scope: Scope, filters: Filters) -> None:
    """Draw which playbooks moved usage, against similar customers that nobody worked on."""
    headings.header("What worked")
    begun = outcome_frames.begun(scope, filters)
    if begun.empty:
        states.show_nothing("No action within these filters was begun yet.")
        return
    found = outcome_frames.found(scope, begun, outcome_frames.begun(scope, None))
    headings.say(f"**{plain(what_worked.takeaway(outcome_frames.all_together(found)))}**")
    if found.effects.empty:
        states.show_nothing("No action is old enough to be compared.")
        return
    grouping = next(iter(what_worked.GROUPINGS))
    titles = {code: book.title for code, book in action_frames.playbooks().items()}
    names = what_worked.group_names(grouping, begun, titles)
    league = what_worked.league(outcome_frames.groups(found, begun, grouping), names)
    says = what_worked.league_takeaway(league)
    told = league[league["is_told"]]
    if not told.empty:
        show_chart(cached.built(forest, told), key="review_worked", alt=says)
    show_table(league, what_worked.LEAGUE_COLUMNS, key="review_playbooks", alt=says)
    links.page_link(links.WHAT_WORKED, label="What worked", icon=":material/arrow_forward:")
