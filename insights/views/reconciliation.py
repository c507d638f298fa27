"""Earned by our rules against paid by Microsoft, what is still to come, and growth by partner."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insights.eligibility import REASON_CODES
from insights.growth import CAP_REACHED
from insights.metrics.metric import UNDEFINED
from insights.milestone_states import REASONS
from insights.money import E4, EXAMPLE_HELP, marked, usd_short
from insights.months import month_label
from insights.program import ALL_WORKLOADS, ProgramRules
from insights.reconciliation import GROWTH, LINKS, LINKS_BY_CODE
from insights.views.table import Column
from insights.workloads import known_workload

NOTHING_TO_DO = ("agrees", "example_rate", "not_due")
"""Links of the chain that hold, or will."""

ROWS_SHOWN = 200
ROWS_DOWNLOADED = 50_000

_AMOUNTS = (
    Column("earned_usd_e4", "Worth by our rules (USD)", "money", help=EXAMPLE_HELP),
    Column("paid_usd_e4", "Paid by Microsoft (USD)", "money", help="Earnings – Default, net."),
    Column(
        "difference_usd_e4",
        "Difference (USD)",
        "money",
        help="Paid less earned, where both are known.",
    ),
)
LINK_COLUMNS: tuple[Column, ...] = (
    Column("label", "Outcome", is_pinned=True),
    Column("pairs", "Rows", "count", help="Customer × workload × milestone, or its growth."),
    *_AMOUNTS,
    Column("example_pairs", "At example rates", "count", help=EXAMPLE_HELP),
    Column("meaning", "What it means, what to do", is_wide=True),
)
ROW_COLUMNS: tuple[Column, ...] = (
    Column("tenant_name", "Customer", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("milestone_text", "Milestone", help="Growth: the growth model's units of the pair."),
    Column("partner_name", "Partner"),
    Column("link_label", "Outcome"),
    *_AMOUNTS,
    Column("reason_text", "Reason", help="Why it is not eligible, ours or Microsoft's code."),
    Column("due_month", "Due", "month", help="By when a payment is due by the rules."),
    Column("is_sent", "Payment sent", "flag", help="By the payment status in the file."),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
    Column("tenant_id", "Tenant id"),
    Column("partner_id", "Partner ID"),
)
PAYMENT_COLUMNS: tuple[Column, ...] = (
    Column("due_month", "Due by", "month", is_pinned=True),
    Column("state", "Standing"),
    Column("milestone", "Milestone model (USD)", "money", help=EXAMPLE_HELP),
    Column("growth", "Growth model (USD)", "money", help=EXAMPLE_HELP),
    Column("total", "Expected (USD)", "money", help=EXAMPLE_HELP),
    Column("rows", "Rows", "count", help="Milestones, and months of growth."),
    Column("is_example", "Example rate", "flag", help=EXAMPLE_HELP),
)
GROWTH_COLUMNS: tuple[Column, ...] = (
    Column("partner_name", "Partner", is_pinned=True),
    Column("workload_name", "Workload"),
    Column("pairs", "Customers", "count", help="Customers of this workload that can earn now."),
    Column(
        "opportunity_units",
        "Opportunity units",
        "count",
        help="Paid available units less the high-water mark: units that can still be earned.",
    ),
    Column("earned_units", "Units this month", "count", help="Earned in the as-of month."),
    Column("amount_usd_e4", "Earned this month (USD)", "money", help=EXAMPLE_HELP),
    Column("rate", "Rate per unit", help="By the rate card of the programme year."),
    Column(
        "cap_usd_e4", "Cap per customer (USD)", "money", help="Most that a programme year pays."
    ),
    Column("capped", "At the cap", "count", help="Customers whose further units pay nothing."),
    Column("reasons", "Why no or fewer units", is_wide=True, help="In the as-of month."),
)


@dataclass(frozen=True, slots=True)
class LinksView:
    """The reconciliation by link of the chain."""

    rows: pd.DataFrame
    """link, label, meaning, pairs, earned_usd_e4, paid_usd_e4, difference_usd_e4"""
    names: dict[str, str]
    """labels of the links that have rows, by code, with their number"""
    takeaway: str


def links_view(sums: pd.DataFrame) -> LinksView | None:
    """Return the reconciliation by link in the order of LINKS, None where there is no row.

    `sums` is reconciliation_sums: link, pairs and amounts, judged as of today.
    """
    if sums.empty:
        return None
    order = {link.code: at for at, link in enumerate(LINKS)}
    rows = sums.assign(
        place=sums["link"].map(order),
        label=sums["link"].map(lambda code: LINKS_BY_CODE[code].label),
        meaning=sums["link"].map(lambda code: LINKS_BY_CODE[code].meaning),
    ).sort_values("place", ignore_index=True)
    names = {row["link"]: f"{row['label']} ({row['pairs']:,})" for row in rows.to_dict("records")}
    return LinksView(rows, names, _takeaway(rows))


def _takeaway(rows: pd.DataFrame) -> str:
    """Return how much agrees and where the chain breaks most often."""
    total = int(rows["pairs"].sum())
    broken = rows[~rows["link"].isin(NOTHING_TO_DO)]
    if broken.empty:
        return f"Nothing to ask about: all {total:,} rows agree or are not due yet."
    late = rows.loc[rows["link"] == "overdue", "earned_usd_e4"].sum()
    asked = f" {usd_short(int(late))} is overdue." if late else ""
    most = broken.sort_values("pairs", ascending=False).iloc[0]
    return (
        f"{int(broken['pairs'].sum()):,} of {total:,} rows break the chain, most of them "
        f"“{most['label']}” ({most['pairs']:,}).{asked}"
    )


def reconciled_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return reconciliation_rows with link, milestone and reason in words."""
    return rows.assign(
        link_label=rows["link"].map(lambda code: LINKS_BY_CODE[code].label),
        milestone_text=rows["milestone"].map(
            lambda percent: "Growth" if percent == GROWTH else f"{percent}%"
        ),
        reason_text=rows["reason"].map(reason_text),
    )


def reason_text(code: str) -> str:
    """Return a reason of ours or Microsoft's code in words; an unknown code as it is."""
    if code == CAP_REACHED:
        return "the programme year's maximum was reached"
    if code in REASON_CODES:
        reason = REASON_CODES[code]
        act = ", somebody can act" if reason.can_act else ""
        return f"{reason.meaning} ({code}{act})"
    return REASONS.get(code, code)


# --- expected payments ----------------------------------------------------------------------------


def expected_payments(expected: pd.DataFrame, today: int, has_earnings: bool) -> pd.DataFrame:
    """Return what was earned and is not paid yet, one row per month in which it is due.

    `expected` is the query of the same name; `today` the month of today. Without an Earnings file
    what was due before is left out: nobody knows what of it was paid. Columns: due_month, state
    (overdue, due this month, to come), milestone and growth (e4 USD), total, rows, is_example.
    """
    if not has_earnings:
        expected = expected[expected["due_month"] >= today]
    wide = expected.pivot_table(
        index="due_month", columns="model", values="amount_usd_e4", aggfunc="sum", fill_value=0
    ).reindex(columns=["milestone", "growth"], fill_value=0)
    wide = wide.astype("int64").rename_axis(columns=None)
    counts = expected.groupby("due_month")[["pairs", "example_pairs"]].sum()
    months = wide.index.to_series()
    state = pd.Series("to come", index=wide.index).mask(months == today, "due this month")
    return wide.assign(
        state=state.mask(months < today, "overdue"),
        total=wide.sum(axis=1),
        rows=counts["pairs"],
        is_example=counts["example_pairs"] > 0,
    ).reset_index()


def payments_words(payments: pd.DataFrame) -> str:
    """Return what is expected when, in one sentence."""
    if payments.empty:
        return "No payment is expected: nothing earned is still to be paid."
    parts = []
    late = payments[payments["state"] == "overdue"]
    ahead = payments[payments["state"] != "overdue"]
    if len(ahead):
        months = dict.fromkeys(
            month_label(int(at)) for at in (ahead["due_month"].min(), ahead["due_month"].max())
        )
        parts.append(f"{usd_short(int(ahead['total'].sum()))} is due in {' to '.join(months)}")
    if len(late):
        parts.append(f"{usd_short(int(late['total'].sum()))} is overdue")
    return f"{', '.join(parts)}."


# --- growth model ---------------------------------------------------------------------------------


GROWTH_WORDS = (
    "From programme year FY24 each active user above the high-water mark pays once, up to a cap "
    "per customer and programme year. Opportunity units are paid available units less the "
    "high-water mark."
)


def growth_words(table: pd.DataFrame) -> str:
    """Return how many units can still be earned, and who has most of them."""
    units, first = int(table["opportunity_units"].sum()), table.iloc[0]
    return (
        f"{units:,} units can still be earned, most with {first['partner_name']} in "
        f"{first['workload_name']} ({first['opportunity_units']:,})."
    )


def growth_table(growth: pd.DataFrame, rules: ProgramRules | None) -> pd.DataFrame:
    """Return the growth model by partner and workload, what has most opportunity first.

    `growth` is growth_by_holder: one row per partner x workload x reason_code of the as-of month
    with pairs, opportunity_units, earned_units and amount_usd_e4. Adds rate, cap_usd_e4 (missing:
    no unit rate), capped, reasons.
    """
    keys = ["partner_id", "partner_name", "workload", "workload_name"]
    sums = growth.groupby(keys, as_index=False, dropna=False).agg(
        pairs=("pairs", "sum"),
        opportunity_units=("opportunity_units", "sum"),
        earned_units=("earned_units", "sum"),
        amount_usd_e4=("amount_usd_e4", "sum"),
    )
    capped = growth[growth["reason_code"] == CAP_REACHED].groupby(keys[::2])["pairs"].sum()
    cards = sums["workload"].map(lambda code: unit_rate(rules, code))
    index = pd.MultiIndex.from_frame(sums[keys[::2]])
    return sums.assign(
        rate=cards.map(lambda card: card[0]),
        cap_usd_e4=pd.array(cards.map(lambda card: card[1]).tolist(), dtype="Int64"),
        capped=capped.reindex(index).fillna(0).astype("int64").to_numpy(),
        reasons=_reasons(growth, keys[::2]).reindex(index).fillna("").to_numpy(),
    ).sort_values("opportunity_units", ascending=False, ignore_index=True)


def unit_rate(rules: ProgramRules | None, workload: str) -> tuple[str, int | None]:
    """Return rate per unit in words and the cap (e4 USD) of a workload; "—" and None without.

    As in the engine, a rate that names the workload wins over one for all, which are those known.
    """
    rates = rules.unit_rates if rules else ()
    own = [rate for rate in rates if workload in rate.workloads]
    general = [rate for rate in rates if rate.workloads == ALL_WORKLOADS]
    found = own or (general if known_workload(workload) else [])
    if not found:
        return (UNDEFINED, None)
    rate = found[-1]
    words = f"${rate.per_unit_usd_e4 / E4:,.2f}"
    return marked(words, is_example=rate.is_example), rate.maximum_usd_e4


def _reasons(growth: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """Return why customers earned no or fewer units, the most frequent first, in words."""
    told = growth[growth["reason_code"] != ""].sort_values("pairs", ascending=False)
    count = told["pairs"].map("{:,}".format).astype("str")
    words = count + " × " + told["reason_code"].map(reason_text).astype("str")
    by_holder = words.groupby([told[key] for key in keys], sort=False)
    joined: pd.Series[str] = by_holder.agg("; ".join)
    return joined
