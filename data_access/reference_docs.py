"""Documents that are made from the code: what each metric means, what each table holds.

`partner-insights docs` writes them; a test fails when the files in docs/ are not current.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, MetaData, Table

from data_access import schema
from data_access.model_card import model_card
from data_access.playbook_store import shipped_playbooks
from insights.actions.document import actions_document
from insights.actions.playbooks import playbooks_markdown
from insights.metrics.document import metrics_document

_INTRODUCTION = """# Data dictionary

Made from `data_access/schema.py` by `partner-insights docs`; do not edit.

A month is an integer, `year * 12 + month - 1`. Counts are integers; empty means "not reported",
never 0. Money is an integer number of ten-thousandths. The *warehouse* holds what imports write,
the *app* what people do; on SQLite these are two files, on PostgreSQL two schemas.
"""


_MEANINGS = {
    "batch_id": "import batch that wrote the row",
    "month": "month index",
    "first_month": "first month index",
    "last_month": "last month index",
    "latest_month": "newest month index",
    "market": "market of the tenant, empty: not reported",
    "segment": "segment of the tenant, empty: not reported",
    "size_band": "size band of the tenant in the month (`insights/bands.py`)",
    "pairs": "tenant x workload pairs with both counts (workload key 0: tenants)",
    "paid_available_units": "seats",
    "monthly_active_users": "users active within 28 days",
    "pairs_from_15": "pairs at 15 % active usage or more",
    "pairs_from_40": "pairs at 40 % active usage or more",
    "kept_pairs": "pairs that also reported the month before",
    "kept_units": "their seats now",
    "kept_users": "their users now",
    "prior_units": "their seats the month before",
    "prior_users": "their users the month before",
    "associated_pairs": "pairs that a partner holds, among those reporting",
    "tenant_key": "`tenant`",
    "workload_key": "`workload`; in marts 0 counts each tenant once",
    "partner_key": "`partner`",
    "account_key": "`global_account`",
}
"""Meanings of columns that many tables share; a column's own note goes first."""


def reference_documents() -> dict[str, str]:
    """Return the text of every generated document by its file name."""
    return {
        "actions.md": actions_document(),
        "data_dictionary.md": data_dictionary(),
        "metrics.md": metrics_document(),
        "model_card.md": model_card(),
        "playbooks.md": playbooks_markdown(shipped_playbooks().values()),
    }


def data_dictionary() -> str:
    """Return every table of the store with its columns as Markdown, in the schema's order."""
    groups = [_group("Warehouse", schema.warehouse), _group("App", schema.app)]
    return "\n".join([_INTRODUCTION, *groups])


def write_documents(folder: Path) -> list[Path]:
    """Write every document into a folder, which is made if missing, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in reference_documents().items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _group(title: str, tables: MetaData) -> str:
    return "\n".join([f"## {title}\n", *(_table(table) for table in tables.tables.values())])


def _table(table: Table) -> str:
    rows = "\n".join(_column(column) for column in table.columns)
    head = "| column | type | key | may be empty | meaning |\n|---|---|---|---|---|"
    return f"### `{table.name}`\n\n{table.comment}\n\n{head}\n{rows}\n"


def _column(column: Column[object]) -> str:
    references = ", ".join(f"→ `{key.target_fullname}`" for key in column.foreign_keys)
    key = "primary" if column.primary_key else references
    if column.primary_key and references:
        key = f"primary, {references}"
    empty = "yes" if column.nullable else ""
    meaning = column.doc or _MEANINGS.get(column.name, column.name.replace("_", " "))
    return f"| `{column.name}` | {column.type} | {key} | {empty} | {meaning} |"
