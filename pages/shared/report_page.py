"""A report on the page: what a file of it will hold, drawn with the page's own helpers."""

from __future__ import annotations

from insights.exports.page_report import Cards, Chart, Item, PageReport, Table
from pages.shared import headings
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.tables import show_table
from pages.shared.text import plain


def show_report(report: PageReport) -> None:
    """Draw a report's sections in order; its title first."""
    for position, section in enumerate(report.sections):
        if section.level == 1:
            headings.title(plain(section.heading))
        else:
            headings.header(plain(section.heading))
        for place, item in enumerate(section.items):
            _show(item, key=f"report_{position}_{place}")


def _show(item: Item, *, key: str) -> None:
    if isinstance(item, Cards):
        show_cards(item.cards, key=key)
    elif isinstance(item, Chart):
        show_chart(item.figure, key=item.key, alt=item.takeaway)
    elif isinstance(item, Table):
        show_table(item.rows, item.columns, key=item.key, alt=item.takeaway)
    else:
        headings.say(plain(item.text))
