"""Generated documents are current, and speak of everything that they are made from."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from data_access import schema
from data_access.audit import EVENTS
from data_access.cli import main
from data_access.reference_docs import reference_documents
from insights.metrics.catalogue import CATALOGUE

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", reference_documents())
def test_document_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == reference_documents()[name], (
        "run `partner-insights docs` and commit the result"
    )


def test_every_metric_and_table_is_documented():
    texts = reference_documents()
    assert all(f"`{metric.name}`" in texts["metrics.md"] for metric in CATALOGUE)
    tables = [*schema.warehouse.tables.values(), *schema.app.tables.values()]
    assert all(f"### `{table.name}`" in texts["data_dictionary.md"] for table in tables)
    assert all(table.comment for table in tables)


def test_command_writes_the_documents(tmp_path):
    outcome = CliRunner().invoke(main, ["docs", str(tmp_path / "docs")])
    assert outcome.exit_code == 0
    written = {path.name for path in (tmp_path / "docs").iterdir()}
    assert written == set(reference_documents())


def test_the_document_of_the_audit_has_every_event_in_the_words_of_the_page():
    lines = (DOCS / "audit.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|") for line in lines if line.startswith("| `")]
    assert {code.strip(" `"): told.strip() for _, code, told, *_ in cells} == EVENTS
