"""What sharing costs: noting a page while it is drawn, and making each file on the click."""

from __future__ import annotations

import sys
import time

from data_access import locations
from pages.shared import headless, page_record, sharing

PAGES = ("overview", "workloads", "milestones", "earnings")
TIMES = 200


def main() -> None:
    """Print milliseconds per page; takes the store's URL, else the one that the app opens."""
    url = sys.argv[1] if len(sys.argv) > 1 else locations.chosen_store_url()
    for page in PAGES:
        report = headless.page_report(page, {}, store_url=url)
        told = [f"noting {_noting(report):.3f} ms"]
        for kind in sharing.FORMATS:
            start = time.perf_counter()
            content = sharing.content(report, kind.ending)
            spent = 1000 * (time.perf_counter() - start)
            told.append(f"{kind.label} {spent:.0f} ms, {len(content) / 1024:.0f} KiB")
        print(f"{page}: {'; '.join(told)}")


def _noting(report: sharing.PageReport) -> float:
    """Return the milliseconds of noting everything of a page once, on average."""
    from insights.exports.page_report import Cards, Chart, Table, Words

    start = time.perf_counter()
    for _ in range(TIMES):
        page_record.begin()
        for section in report.sections:
            page_record.note_heading(section.heading, section.level)
            for place, item in enumerate(section.items):
                key = f"{section.heading} {place}"
                if isinstance(item, Words):
                    page_record.note_words(item.text)
                elif isinstance(item, Cards):
                    page_record.note_cards(item.cards, key=key)
                elif isinstance(item, Chart):
                    page_record.note_chart(item.figure, key=key, alt=item.takeaway)
                elif isinstance(item, Table):
                    page_record.note_table(item.rows, item.columns, key=key, alt=item.takeaway)
                    page_record.note_download(
                        item.rows, item.columns, name=key, title=item.title or key
                    )
    return 1000 * (time.perf_counter() - start) / TIMES


if __name__ == "__main__":
    main()
