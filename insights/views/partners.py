"""Partners: a scorecard of partner x workload, two of them side by side, or one with its peers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from data_access.types import Filters
from insights.benchmarks import MINIMUM_PEERS, OVERALL, peer_usage
from insights.metrics.catalogue import (
    ACTIVE_USAGE,
    PAID_AVAILABLE_UNITS,
    PAIRS,
    PAIRS_FROM_15,
    PAIRS_FROM_40,
)
from insights.metrics.metric import metrics_by, points_text
from insights.milestones import MILESTONE_BANDS
from insights.months import month_label
from insights.views.table import Column, metric_column
from insights.views.workload_columns import in_catalogue_order, short_name


@dataclass(frozen=True, slots=True)
class PartnersView:
    """The scorecard: a table of partners, the same figures by workload for the heat map."""

    table: pd.DataFrame
    columns: tuple[Column, ...]
    cells: pd.DataFrame
    """partner x workload: partner_id, partner_name, workload, workload_name, active_usage, band
    (code, or no_seats), paid_available_units, monthly_active_users, pairs"""
    workloads: dict[str, str]
    """short name by code, in the order of the columns"""
    names: dict[str, str]
    takeaway: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Two sides by workload; the first row is all workloads together (workload "*")."""

    first: str
    second: str
    rows: pd.DataFrame
    """workload, workload_name, first, second (active usage), difference, and with peers also
    peers and covered_share, else first_units and second_units"""
    columns: tuple[Column, ...]
    takeaway: str
    note: str


NOT_COMPARABLE = (
    "There is nothing to compare here.",
    f"Like-for-like peers need {MINIMUM_PEERS} other partners with customers of the same workload "
    "and size band; two partners need a report in this month. Choose another partner or fewer "
    "filters.",
)


def all_partners(filters: Filters) -> Filters:
    """Return the filters without the partner: it is marked here and not the only one shown."""
    return replace(filters, partner_id=None)


def one_partner(filters: Filters, partner_id: str) -> Filters:
    """Return the filters with this partner as the only one."""
    return replace(filters, partner_id=partner_id)


def months_compared(filters: Filters) -> tuple[int, ...]:
    """Return the months of which all partners' figures are needed, oldest first."""
    return tuple(sorted({filters.as_of, filters.before or filters.as_of}))


def chosen_first(names: dict[str, str], partner_id: str | None) -> dict[str, str]:
    """Return the names with the filters' partner as the first one, if it is among them."""
    first = {code: name for code, name in names.items() if code == partner_id}
    return first | names


def partners_view(usage: pd.DataFrame, filters: Filters) -> PartnersView | None:
    """Return the scorecard as of the filters' month, None where no partner reported then.

    `usage` is `usage_by_partner` by workload with at least the as-of month and the one before.
    """
    now = usage[usage["month"] == filters.as_of]
    if now.empty:
        return None
    workloads = in_catalogue_order(now["workload"].unique())
    table = _totals(now).merge(_change(usage, filters), on="partner_id", how="left")
    cells = _cells(now)
    by_workload = cells.pivot_table(index="partner_id", columns="workload", values="active_usage")
    ordered = table.merge(
        by_workload.reindex(columns=workloads).reset_index(), on="partner_id", how="left"
    ).sort_values("paid_available_units", ascending=False, kind="stable", ignore_index=True)
    names = dict(zip(ordered["partner_id"], ordered["partner_name"], strict=True))
    return PartnersView(
        table=ordered,
        columns=_columns(workloads, filters),
        cells=_in_table_order(cells, ordered["partner_id"]),
        workloads={code: short_name(code) for code in workloads},
        names=names,
        takeaway=_takeaway(ordered),
    )


def _totals(now: pd.DataFrame) -> pd.DataFrame:
    """Return one row per partner over all its workloads."""
    keys = ["partner_id", "partner_name", "account_name"]
    metrics = [ACTIVE_USAGE, PAID_AVAILABLE_UNITS, PAIRS, PAIRS_FROM_15, PAIRS_FROM_40]
    return metrics_by(now.drop(columns="account_id"), metrics, *keys)


def _of_partners(usage: pd.DataFrame) -> pd.DataFrame:
    """Return rows by partner without their accounts, which partners belong to one each."""
    return usage.drop(columns=["account_id", "account_name"])


def _change(usage: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return partner_id and change of active usage over all workloads since the month before."""
    if filters.before is None:
        return pd.DataFrame(
            {"partner_id": pd.Series(dtype="str"), "change": pd.Series(dtype=float)}
        )
    months = _of_partners(usage[usage["month"].isin([filters.before, filters.as_of])])
    by_month = ACTIVE_USAGE.by(months, "partner_id", "month").pivot_table(
        index="partner_id", columns="month", values="active_usage"
    )
    ends = by_month.reindex(columns=[filters.before, filters.as_of])
    change = ends[filters.as_of] - ends[filters.before]
    return change.rename("change").reset_index()


def _cells(now: pd.DataFrame) -> pd.DataFrame:
    """Return partner x workload with its usage, the band it lies in, and the counts behind it."""
    keys = ["partner_id", "partner_name", "workload", "workload_name"]
    cells = now[[*keys, "paid_available_units", "monthly_active_users", "pairs"]].merge(
        ACTIVE_USAGE.by(_of_partners(now), *keys), on=keys
    )
    edges = [band.from_share for band in MILESTONE_BANDS] + [float("inf")]
    codes = [band.code for band in MILESTONE_BANDS]
    band = pd.cut(cells["active_usage"], edges, right=False, labels=codes).astype(object)
    return cells.assign(band=band.fillna("no_seats"))


def _in_table_order(cells: pd.DataFrame, partners: pd.Series[str]) -> pd.DataFrame:
    positions = cells["partner_id"].map({name: position for position, name in enumerate(partners)})
    return cells.loc[positions.sort_values(kind="stable").index].reset_index(drop=True)


def _columns(workloads: list[str], filters: Filters) -> tuple[Column, ...]:
    since = "" if filters.before is None else f" since {month_label(filters.before)}"
    change = Column("change", "Change", "points", help=f"Of active usage{since}, in points.")
    return (
        Column("partner_name", "Partner", is_pinned=True, help="Partner location."),
        Column("account_name", "Global account"),
        metric_column(ACTIVE_USAGE, is_bar=True),
        *(() if filters.before is None else (change,)),
        metric_column(PAID_AVAILABLE_UNITS),
        metric_column(PAIRS, label="Pairs"),
        metric_column(PAIRS_FROM_15, label="At 15%"),
        metric_column(PAIRS_FROM_40, label="At 40%"),
        *(Column(code, short_name(code), "share", help=_OF_WORKLOAD) for code in workloads),
    )


_OF_WORKLOAD = "Active usage of the pairs that the partner holds."


def _takeaway(table: pd.DataFrame) -> str:
    """Return which partners use most and least of the seats they hold."""
    known = table.dropna(subset="active_usage").sort_values("active_usage", ascending=False)
    if known.empty:
        return "No partner holds seats in this month."
    best = known.iloc[0]
    text = f"{best['partner_name']} is highest with {ACTIVE_USAGE.text(best['active_usage'])}"
    if len(known) == 1:
        return f"{text}."
    least = known.iloc[-1]
    return (
        f"{text}, {least['partner_name']} lowest with {ACTIVE_USAGE.text(least['active_usage'])}."
    )


# --- side by side ---------------------------------------------------------------------------------


def two_partners(
    usage: pd.DataFrame, filters: Filters, first: str, second: str
) -> ComparisonView | None:
    """Return two partners side by side by workload, None where one did not report."""
    now = usage[(usage["month"] == filters.as_of) & usage["partner_id"].isin([first, second])]
    names = dict(zip(now["partner_id"], now["partner_name"], strict=True))
    if len({first, second} & set(names)) < len({first, second}) or first == second:
        return None
    keys = ["workload", "workload_name", "partner_id"]
    by_workload = metrics_by(
        _of_partners(now).drop(columns="partner_name"),
        [ACTIVE_USAGE, PAID_AVAILABLE_UNITS],
        *keys,
    )
    together = metrics_by(
        now[["partner_id", "workload", "paid_available_units", "monthly_active_users"]],
        [ACTIVE_USAGE, PAID_AVAILABLE_UNITS],
        "partner_id",
    ).assign(workload=OVERALL, workload_name="All workloads")
    sides = pd.concat([together, by_workload]).pivot_table(
        index=["workload", "workload_name"],
        columns="partner_id",
        values=["active_usage", "paid_available_units"],
    )
    rows = pd.DataFrame(
        {
            "first": sides[("active_usage", first)],
            "second": sides[("active_usage", second)],
            "first_units": sides[("paid_available_units", first)],
            "second_units": sides[("paid_available_units", second)],
        }
    ).reset_index()
    return _comparison(names[first], names[second], rows, note=_DIFFERENT_CUSTOMERS)


_DIFFERENT_CUSTOMERS = (
    "Different customers: part of a difference can come from their size. "
    "Compare with like-for-like peers to take size out."
)


def with_peers(usage: pd.DataFrame, mix: pd.DataFrame, partner_id: str) -> ComparisonView | None:
    """Return a partner beside its like-for-like peers, None below MINIMUM_PEERS of them.

    `mix` is `partner_mix`; the peers are all other partners with customers of the same workload
    and size band, weighted with the partner's own seats.
    """
    compared = peer_usage(mix, partner_id)
    name = usage.loc[usage["partner_id"] == partner_id, "partner_name"]
    if compared.empty or name.empty:
        return None
    names = {OVERALL: "All workloads"} | dict(
        zip(usage["workload"], usage["workload_name"], strict=True)
    )
    rows = compared.rename(columns={"active_usage": "first", "peer_usage": "second"}).assign(
        workload_name=compared["workload"].map(names)
    )
    overall = rows.iloc[0]
    note = (
        f"{overall['peers']:.0f} other partners with customers of the same workload and size band, "
        f"weighted with this partner's own seats. {overall['covered_share']:.0%} of its seats have "
        f"at least {MINIMUM_PEERS} such partners; both sides show these only."
    )
    return _comparison(name.iloc[0], "Like-for-like peers", rows, note=note)


def _comparison(first: str, second: str, sides: pd.DataFrame, *, note: str) -> ComparisonView:
    rows = sides.assign(difference=sides["first"] - sides["second"])
    order = [OVERALL, *in_catalogue_order(set(rows["workload"]) - {OVERALL})]
    rows = rows.assign(
        position=rows["workload"].map({code: position for position, code in enumerate(order)}),
        short_name=rows["workload"].map(lambda c: "All" if c == OVERALL else short_name(c)),
    ).sort_values("position", ignore_index=True)
    total = rows.iloc[0]
    takeaway = (
        f"{first} {ACTIVE_USAGE.text(total['first'])}, {second} "
        f"{ACTIVE_USAGE.text(total['second'])} over all workloads: "
        f"{points_text(total['difference'])}."
    )
    return ComparisonView(
        first, second, rows, _comparison_columns(first, second, rows), takeaway, note
    )


def _comparison_columns(first: str, second: str, rows: pd.DataFrame) -> tuple[Column, ...]:
    described = ACTIVE_USAGE.description
    told = (
        (
            Column("peers", "Peers", "count", help="Other partners in the comparable cells."),
            Column(
                "covered_share",
                "Seats compared",
                "share",
                help="Share of the partner's seats with enough peers in the same size band.",
            ),
        )
        if "peers" in rows
        else (
            Column("first_units", f"Seats, {first}", "count"),
            Column("second_units", f"Seats, {second}", "count"),
        )
    )
    return (
        Column("workload_name", "Workload"),
        Column("first", first, "share", help=described),
        Column("second", second, "share", help=described),
        Column("difference", "Difference", "points", help="First minus second, in points."),
        *told,
    )


# --- over time ------------------------------------------------------------------------------------


def partner_trend(totals: pd.DataFrame, partner_ids: tuple[str | None, ...]) -> pd.DataFrame:
    """Return active usage over all workloads by month of the named partners, in their order.

    `totals` is `usage_by_partner` of the period. Columns: series (partner name), month, value
    (share; NaN: no seats).
    """
    chosen = totals[totals["partner_id"].isin(partner_ids)]
    by_month = ACTIVE_USAGE.by(_of_partners(chosen), "partner_id", "partner_name", "month")
    position = {name: index for index, name in enumerate(partner_ids)}
    return (
        by_month.assign(position=by_month["partner_id"].map(position))
        .sort_values(["position", "month"], ignore_index=True)
        .rename(columns={"partner_name": "series", "active_usage": "value"})[
            ["series", "month", "value"]
        ]
    )


def trend_words(lines: pd.DataFrame) -> str:
    """Return where each line begins and ends, for readers who cannot see the chart."""
    known = lines.dropna(subset="value")
    told = known["value"].map(ACTIVE_USAGE.text) + " in " + known["month"].map(month_label)
    by_series = told.groupby(known["series"], sort=False)
    ends = by_series.first() + ", " + by_series.last()
    return "; ".join(ends.index + ": " + ends)
