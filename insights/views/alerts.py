"""Alerts as people read them: one sentence each, grouped by kind, what is most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from insights.alerts import ALERT_KINDS_BY_CODE, AlertKind, sentence
from insights.claim_clocks import STATUS_CLOCKS
from insights.milestone_states import REASONS
from insights.money import marked, usd
from insights.months import month_label
from insights.program import CLOCKS
from insights.views.overview import END_REASONS
from insights.views.table import Column
from insights.views.workload_columns import short_name
from insights.visits import Visit

TOP_PER_KIND = 3
"""Alerts of a kind that are told one by one where space is short; the rest is counted."""

COLUMNS = (
    Column("kind_label", "Kind"),
    Column("sentence", "What happened", is_wide=True),
    Column("value_usd_e4", "Value", "money", help="Estimate by rate card where we computed it."),
    Column("month", "Month", "month", help="The month it happened in."),
    Column("due_on", "Due", "date", help="Of a claim's clock."),
    Column("raised_at", "Raised", "moment", help="By the import at this time (UTC)."),
    Column("tenant_name", "Customer"),
    Column("workload_name", "Workload"),
    Column("partner_name", "Partner"),
    Column("tenant_id", "Tenant id"),
    Column("claim_id", "Claim id"),
)
"""Columns of the list and of its download, in the order shown."""

DELIVERY_COLUMNS = (
    Column("tried_at", "Sent", "moment", help="UTC"),
    Column("outcome", "Outcome"),
    Column("alerts", "Alerts", "count"),
    Column("attempts", "Attempts", "count"),
    Column("since", "From", "moment", help="The digest covers alerts raised after this time."),
    Column("until", "To", "moment"),
    Column("partner_id", "Partner ID", help="Empty: all partners."),
    Column("failure", "Failure", is_wide=True),
)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert: its sentence, and the customer it is about; `place` is the sentence's beginning.

    A place is a customer and workload, e.g. "Contoso · Teams".
    """

    sentence: str
    tenant_id: str
    place: str

    @property
    def rest(self) -> str:
        """Return what happened at the place, without naming it again."""
        return self.sentence.removeprefix(self.place).removeprefix(":").strip()


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """The alerts of one kind: the first ones told, and how many there are of it in all."""

    kind: AlertKind
    lines: tuple[AlertLine, ...]
    total: int

    @property
    def more(self) -> int:
        """Return how many alerts of the kind are not told one by one."""
        return self.total - len(self.lines)


def told(alerts: pd.DataFrame) -> pd.DataFrame:
    """Return alerts (rows of queries.alerts.alert_list) with kind_label, place and sentence."""
    kinds = [ALERT_KINDS_BY_CODE[code] for code in alerts["kind"]]
    fields = [_fields(row) for row in alerts.to_dict("records")]
    texts = [sentence(kind, known) for kind, known in zip(kinds, fields, strict=True)]
    return alerts.assign(
        kind_label=pd.Series([f"{kind.symbol} {kind.label}" for kind in kinds], dtype="str"),
        place=pd.Series([known["place"] for known in fields], dtype="str"),
        sentence=pd.Series(texts, dtype="str"),
    )


def groups_of(alerts: pd.DataFrame, counts: pd.DataFrame) -> tuple[AlertGroup, ...]:
    """Return alerts by kind in the order of their rows; `counts` has alerts by kind in all."""
    rows = told(alerts)
    lines: dict[str, list[AlertLine]] = {}
    for row in rows.to_dict("records"):
        line = AlertLine(row["sentence"], row["tenant_id"], row["place"])
        lines.setdefault(row["kind"], []).append(line)
    totals = dict(zip(counts["kind"], counts["alerts"], strict=True))
    return tuple(
        AlertGroup(ALERT_KINDS_BY_CODE[code], tuple(told_ones), int(totals[code]))
        for code, told_ones in lines.items()
    )


def news_title(visit: Visit, *, is_new: bool) -> str:
    """Return the heading of the newest alerts: what is new, and since when."""
    if visit.last_ended_at is None:
        return "New during your first visit" if is_new else "From the latest import"
    since = f"since your last visit on {moment_text(visit.last_ended_at)}"
    return f"New {since}" if is_new else f"Nothing new {since}; from the latest import"


def moment_text(moment: datetime) -> str:
    """Return a moment as people read it, e.g. "12 Nov 2026, 09:14 UTC"."""
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def counts_text(counts: pd.DataFrame) -> str:
    """Return how many alerts there are by kind, in one line; empty without any."""
    return " · ".join(
        f"{ALERT_KINDS_BY_CODE[code].symbol} {ALERT_KINDS_BY_CODE[code].label} {count:,}"
        for code, count in zip(counts["kind"], counts["alerts"], strict=True)
    )


def list_caption(counts: pd.DataFrame, *, listed: int, downloaded: int) -> str:
    """Return how many alerts match, by kind, and how many of them are listed."""
    total = int(counts["alerts"].sum())
    if listed < total:
        rest = "has all" if total <= downloaded else f"has the first {downloaded:,}"
        return f"The first {listed:,} of {total:,}; the download {rest} · {counts_text(counts)}"
    return counts_text(counts)


def takeaway(rows: pd.DataFrame) -> str:
    """Return the first alert of a list as its alternative text."""
    first = f" First: {rows['sentence'].iloc[0]}." if len(rows) else ""
    noun = "alert" if len(rows) == 1 else "alerts"
    return f"{len(rows):,} {noun}, the newest import first.{first}"


def deliveries_view(deliveries: pd.DataFrame) -> pd.DataFrame:
    """Return sent digests with their outcome in words, in the order given."""
    outcome = deliveries["is_delivered"].map({True: "✔ Delivered", False: "✕ Failed"})
    return deliveries.assign(outcome=outcome.astype("str"))


def failing_since(deliveries: pd.DataFrame) -> str:
    """Return the newest failure that no later digest made good, empty where there is none.

    `deliveries` has the newest first.
    """
    if deliveries.empty or deliveries["is_delivered"].iloc[0]:
        return ""
    newest = deliveries.iloc[0]
    return (
        f"The last digest was not delivered ({moment_text(newest['tried_at'])}): "
        f"{newest['failure']} Its alerts are in the next one."
    )


# --- the fields of a sentence ---------------------------------------------------------------------


def _fields(row: dict[Any, Any]) -> dict[str, str]:
    """Return the texts that a sentence may name; what is not known is empty."""
    detail = str(row["detail"])
    clock = next((k for k in STATUS_CLOCKS if STATUS_CLOCKS[k].clock == detail), "")
    workload = "" if pd.isna(row["workload"]) else short_name(row["workload"])
    return {
        "place": " · ".join(part for part in (str(row["tenant_name"]), workload) if part),
        "milestone": _known(row["milestone"], "{:.0f}%"),
        "partner": _text(row["partner_name"]),
        "month": "" if pd.isna(row["month"]) else month_label(int(row["month"])),
        "users": _known(row["monthly_active_users"], "{:,.0f}"),
        "units": _known(row["paid_available_units"], "{:,.0f}"),
        "users_needed": _users(row["users_needed"]),
        "value": _value(row),
        "paid": detail,
        "claim_id": _text(row["claim_id"]),
        "due_on": _day(row["due_on"]),
        "claim_status": clock,
        "clock": CLOCKS.get(detail, ""),
        "end_reason": END_REASONS.get(detail, detail),
        "rival": detail,
        "reason": REASONS.get(detail, f"reason code {detail}" if detail else ""),
        "points": detail,
    }


def _value(row: dict[Any, Any]) -> str:
    amount = row["value_usd_e4"]
    if pd.isna(amount) or not amount:
        return ""
    return marked(usd(amount), is_example=bool(row["is_example"]))


def _known(number: Any, pattern: str) -> str:  # noqa: ANN401 - a number or missing
    return "" if pd.isna(number) else pattern.format(number)


def _users(number: Any) -> str:  # noqa: ANN401 - a number or missing
    more = _known(number, "{:,.0f} more active user")
    return more if not more or number == 1 else f"{more}s"


def _text(value: Any) -> str:  # noqa: ANN401 - a text or missing
    return "" if pd.isna(value) else str(value)


def _day(value: Any) -> str:  # noqa: ANN401 - a date, a timestamp or missing
    if pd.isna(value):
        return ""
    day: date = pd.Timestamp(value).date()
    return f"{day.day} {day:%b %Y}"
