"""The document on alerts speaks of every kind, in their order, with their symbols."""

from pathlib import Path

from insights.alerts import ALERT_KINDS

TEXT = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def test_document_lists_every_kind_in_order():
    rows = [line.split(" | ")[:2] for line in TEXT.splitlines() if line.startswith("| ")]
    told = [(symbol.strip("| "), kind) for symbol, kind in rows if len(symbol.strip("| ")) == 1]
    assert told == [(kind.symbol, kind.label) for kind in ALERT_KINDS]
