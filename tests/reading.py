"""Helpers of the tests that read files: text in, validated table out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data_access.files import read_tables
from data_access.raw import RawTable
from data_access.sources import recognise
from data_access.validate import ImportOptions, ValidTable, validate

TODAY = date(2026, 11, 22)
SAMPLES = Path(__file__).parent / "samples"
CONTOSO = "72f988bf-86f1-41af-91ab-2d7cd011db47"
FABRIKAM = "11111111-2222-3333-4444-555555555555"
USAGE_HEADER = "CustomerTenantId,WorkloadName,Date,PaidAvailableUnits,MonthlyActiveUsers"


def raw_table(content: str | bytes, name: str = "file.csv") -> RawTable:
    """Return the only table of a file."""
    (table,) = read_tables(name, content.encode() if isinstance(content, str) else content)
    return table


def valid_table(content: str | bytes, *, tenant: str | None = None) -> ValidTable:
    """Return the only table of a file, validated as of TODAY."""
    raw = raw_table(content)
    options = ImportOptions(today=TODAY, tenant_id=tenant)
    return validate(raw, recognise(raw.header, file=raw.file), options=options)


def usage_table(*rows: str, header: str = USAGE_HEADER) -> ValidTable:
    """Return a validated CPOR usage file with these rows."""
    return valid_table("\n".join([header, *rows]) + "\n")


def codes(table: ValidTable) -> list[tuple[int, str, str]]:
    """Return row, column and code of every problem."""
    found = table.problems
    return list(zip(found["row"], found["column"], found["code"], strict=True))
