"""What the page Opportunities reads: the ranking in force, its lists, and work on them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from data_access.action_making import dismissed_pairs
from data_access.actions_store import ActionsOf, actions
from data_access.queries import customer_ranking, opportunities
from data_access.queries.customer_ranking import CustomerOrder
from data_access.queries.opportunities import DOWNLOADED_AT_MOST, OpportunityQuestion
from data_access.queries.ranking import RunFacts
from data_access.store import Store
from data_access.types import Filters, Scope
from insights.actions.kinds import DISMISS_REASONS_BY_CODE, PAIR_KINDS, STATUSES_BY_CODE
from insights.months import month_label
from insights.views import opportunities as views
from insights.views.opportunities import HORIZON, Told
from pages.shared import cached, visits
from pages.shared.today import now, today

Marks = dict[tuple[str, str], str]


def told(run: RunFacts) -> Told:
    """Return what the words of the lists depend on."""
    return Told(run.verdicts[HORIZON], visits.present().last_ended_at)


def cells(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return `opportunities.opportunity_cells`."""
    return cached.read(opportunities.opportunity_cells, scope, filters)


def count(scope: Scope, filters: Filters, question: OpportunityQuestion) -> int:
    """Return how many opportunities a question asks for."""
    rows = cached.read(opportunities.opportunity_counts, scope, filters, question=question)
    return int(rows["pairs"].iloc[0])


def marks(scope: Scope) -> Marks:
    """Return in words what is being done about pairs, or why they are left alone."""
    return cached.read_work(_marks, scope)


def _marks(store: Store, scope: Scope) -> Marks:
    found = actions(store, scope, now=now(), of=ActionsOf(kinds=PAIR_KINDS))
    words: Marks = {}
    for row in found.to_dict("records"):
        status = STATUSES_BY_CODE[row["status"]]
        owner = f", {row['owner_name']}" if row["owner_name"] else ""
        words[row["tenant_id"], row["workload"]] = f"{status.symbol} {status.label}{owner}"
    for row in dismissed_pairs(store, scope, today=today()).to_dict("records"):
        label = DISMISS_REASONS_BY_CODE[row["reason"]].label
        pair = (row["tenant_id"], row["workload"])
        words.setdefault(pair, f"✕ {label}, until {row['until']:%Y-%m-%d}")
    return words


def listed(
    scope: Scope, filters: Filters, question: OpportunityQuestion, words: Marks, told: Told
) -> pd.DataFrame:
    """Return the first opportunities of a question as shown; by effort without dismissed ones."""
    rows = cached.read(opportunities.opportunity_list, scope, filters, question=question)
    return _shown(rows, question, words, told)


def all_listed(
    scope: Scope, filters: Filters, question: OpportunityQuestion, words: Marks, told: Told
) -> Callable[[], pd.DataFrame]:
    """Return what reads the list as downloaded; made outside the session."""
    store = cached.store()

    def read() -> pd.DataFrame:
        with store.read(scope) as connection:
            rows = opportunities.opportunity_list(
                connection, scope, filters, question=question, limit=DOWNLOADED_AT_MOST
            )
        return _shown(rows, question, words, told)

    return read


def _shown(
    rows: pd.DataFrame, question: OpportunityQuestion, words: Marks, told: Told
) -> pd.DataFrame:
    if question.order == "effort":
        left_alone = {pair for pair, word in words.items() if word.startswith("✕")}
        pairs = zip(rows["tenant_id"], rows["workload"], strict=True)
        rows = rows[[pair not in left_alone for pair in pairs]]
    return views.table(rows, told, words)


def one(scope: Scope, tenant_id: str, workload: str, words: Marks, told: Told) -> pd.DataFrame:
    """Return one opportunity as shown, no row where there is none within the scope."""
    rows = cached.read(opportunities.opportunity_of, scope, tenant_id, workload)
    return views.table(rows, told, words)


def live_action(scope: Scope, tenant_id: str, workload: str) -> str | None:
    """Return the id of the live action on a pair, None where there is none."""
    of = ActionsOf(tenant_id=tenant_id, kinds=PAIR_KINDS)
    found = actions(cached.store(), scope, now=now(), of=of)
    mine = found[found["workload"] == workload]
    return None if mine.empty else str(mine["action_id"].iloc[0])


def customers(
    scope: Scope, filters: Filters, *, order: CustomerOrder, text: str, told: Told
) -> pd.DataFrame:
    """Return customers ranked, as shown."""
    rows = cached.read(customer_ranking.customer_ranking, scope, filters, order=order, text=text)
    return views.customer_table(rows, told.verdict.shows)


def workloads(scope: Scope, filters: Filters) -> pd.DataFrame:
    """Return `opportunities.workload_ranking`."""
    return cached.read(opportunities.workload_ranking, scope, filters)


def spoken_of(run: RunFacts) -> str:
    """Return which data and which model the ranking rests on."""
    return (
        f"As of {month_label(run.as_of)}; {run.pairs:,} workloads with a milestone ahead, ranked "
        f"on {run.scored_at:%d %b %Y} by model {run.model_id}."
    )
