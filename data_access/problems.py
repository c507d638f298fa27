"""Every finding that reading a file can make: its code, what it means and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from data_access.types import Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding on one value: the code and the sentence that is shown."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of finding: `says` may name the `{value}`; the remedy follows it."""

    code: str
    severity: Severity
    says: str
    remedy: str

    def fault(self, **details: object) -> Fault:
        """Return this finding with its details filled in: what is wrong, then what to do."""
        shown = {name: _shortened(str(value)) for name, value in details.items()}
        return Fault(self.code, f"{self.says.format(**shown)} {self.remedy.format(**shown)}")


def _shortened(text: str) -> str:
    """Return at most 60 characters of a value on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


_KINDS = (
    ProblemKind(
        "wrong_column_count",
        "quarantined",
        "The row has {actual} cells but the header has {expected}.",
        "Put cells that contain the separator into quotation marks, or add the missing cells.",
    ),
    ProblemKind(
        "missing_key",
        "quarantined",
        "{column} is empty, and without it the row cannot be placed.",
        "Fill it in.",
    ),
    ProblemKind(
        "bad_tenant_id",
        "quarantined",
        "“{value}” is not a tenant id.",
        "Write the customer's directory id: 32 hexadecimal digits, such as "
        "72f988bf-86f1-41af-91ab-2d7cd011db47.",
    ),
    ProblemKind(
        "not_a_month",
        "quarantined",
        "“{value}” is not a month.",
        "Write it as 2024-05 or 2024-05-01.",
    ),
    ProblemKind("not_a_date", "quarantined", "“{value}” is not a date.", "Write it as 2024-05-01."),
    ProblemKind(
        "undecidable_date",
        "quarantined",
        "“{value}” can be read day first or month first, and nothing in the column decides.",
        "Write it as 2024-05-01.",
    ),
    ProblemKind(
        "month_too_early",
        "quarantined",
        "“{value}” is before {earliest}, the first month that this kind of file can speak of.",
        "Correct the month.",
    ),
    ProblemKind(
        "month_in_future",
        "quarantined",
        "“{value}” is after {latest}, the last month that can be reported yet.",
        "Correct the month.",
    ),
    ProblemKind(
        "not_a_number",
        "quarantined",
        "“{value}” is not a number.",
        "Write digits only, such as 1250.",
    ),
    ProblemKind(
        "negative_number",
        "quarantined",
        "“{value}” is negative, but seats and users are counted from 0.",
        "Correct the value.",
    ),
    ProblemKind(
        "fractional_number",
        "quarantined",
        "“{value}” is not a whole number, but seats and users are.",
        "Correct the value, or write 1250 without separators if thousands were meant.",
    ),
    ProblemKind(
        "ambiguous_number",
        "quarantined",
        "“{value}” has a mark for thousands or for decimals, and nothing in the column decides.",
        "Write digits only, such as 1250.",
    ),
    ProblemKind(
        "number_too_large",
        "quarantined",
        "“{value}” is larger than any count of seats or users (2,147,483,647).",
        "Correct the value.",
    ),
    ProblemKind(
        "not_an_amount",
        "quarantined",
        "“{value}” is not an amount of money.",
        "Write it as 1250.75.",
    ),
    ProblemKind(
        "conflicting_rows",
        "quarantined",
        "Other rows of this file give different values for the same {what} (first: row {row}).",
        "Keep the right one of them and bring it in again.",
    ),
    ProblemKind(
        "wrong_period",
        "quarantined",
        "The report covers {value} days; monthly active users need 28 or 30.",
        "Download the report again with period D30.",
    ),
    ProblemKind(
        "users_above_seats",
        "flagged",
        "{users} monthly active users are more than {seats} paid available units.",
        "Accepted: trial licences or staff turnover can cause it; check the seats if it stays.",
    ),
    ProblemKind(
        "no_seats",
        "flagged",
        "The row reports no paid available units.",
        "Accepted: active usage is not defined for it; check whether the licences have lapsed.",
    ),
    ProblemKind(
        "missing_count",
        "flagged",
        "{column} is empty.",
        "Accepted as “not reported”, which is not 0; a value stored earlier stays.",
    ),
    ProblemKind(
        "unknown_workload",
        "flagged",
        "“{value}” is not a workload we know (rows: {rows}).",
        "Kept under its own name; correct the spelling if another workload is meant.",
    ),
    ProblemKind(
        "unknown_status",
        "flagged",
        "“{value}” is not a claim status we know.",
        "Kept as it is and not counted as approved; correct the spelling if Approved is meant.",
    ),
    ProblemKind(
        "attributes_disagree",
        "flagged",
        "{column} differs between rows of the same {what}; the most frequent, “{value}”, is used.",
        "Correct the file if another one is right.",
    ),
    ProblemKind(
        "optional_number_not_read",
        "flagged",
        "“{value}” is not a whole number that can be read.",
        "The row is accepted without this value.",
    ),
    ProblemKind(
        "flag_not_read",
        "flagged",
        "“{value}” is neither 0 nor 1.",
        "Read as 0; write 1 for a duplicate row.",
    ),
)

PROBLEMS: dict[str, ProblemKind] = {kind.code: kind for kind in _KINDS}
"""Every finding by its code, in the order of docs/files.md."""

REPAIRS: dict[str, str] = {
    "tenant_id_spelling": "braces, missing dashes or other spellings of a tenant id were unified",
    "day_above_12": "day and month were told apart: another value of the column has a day above 12",
    "first_of_month": "day and month were told apart: only one order makes every value the first "
    "day of a month",
    "not_first_of_month": "a day within the month was read as its month",
    "thousands_separator": "thousands separators were removed",
    "decimal_zeros": "decimals that are all zero were removed",
}
"""Every repair by its code, with the sentence that a report shows."""


def fault(code: str, **details: object) -> Fault:
    """Return the finding of this code with its details; raises KeyError for an unknown code."""
    return PROBLEMS[code].fault(**details)
