"""The page as a file: Excel, PowerPoint or HTML, made on the click from what the page noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from insights.exports.page_report import PageReport, PageStamp
from pages.shared import page_record
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import EXCEL, file_stem
from pages.shared.page_record import PageRecord
from pages.shared.page_stamp import page_stamp

POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: its ending, its name on screen, its type, and what it is good for."""

    ending: str
    label: str
    mime: str
    help: str


FORMATS = (
    Format("xlsx", "Excel", EXCEL, "Every table with filters, charts that stay editable."),
    Format("pptx", "PowerPoint", POWERPOINT, "A slide per message, charts that stay editable."),
    Format("html", "HTML", HTML, "One file that opens without a network; print it for a PDF."),
)


def show_sharing(page: str) -> None:
    """Draw the menu that gives this page, as it is shown, as a file."""
    stamp, record = page_stamp(page), page_record.current()
    record.stamp = stamp
    with st.popover("Share", icon=":material/ios_share:", key="share"):
        st.caption("This page as it is shown, with its filters, date and definitions:")
        show_formats(partial(_report, record, stamp), name=page)


def _report(record: PageRecord, stamp: PageStamp) -> PageReport:
    """Return the page as noted until the click, stamped with the time of the click."""
    return record.report(replace(stamp, written_at=datetime.now(UTC)))


def show_formats(report: Callable[[], PageReport], *, name: str) -> None:
    """Draw a button per format; `name` is unique on the page and begins the file's name."""
    with st.container(horizontal=True, gap="small", key=f"share_{name}"):
        for kind in FORMATS:
            st.download_button(
                kind.label,
                data=audited(partial(_made, report, kind.ending), title=name, kind=kind.ending),
                file_name=f"{file_stem(name)}.{kind.ending}",
                mime=kind.mime,
                key=f"share_{name}_{kind.ending}",
                help=kind.help,
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )


def _made(report: Callable[[], PageReport], ending: str) -> Made:
    found = report()
    return Made(content(found, ending), sum(len(table.rows) for table in found.tables()))


def content(report: PageReport, ending: str) -> bytes:
    """Return a report as a file; the writers load late, because they take half a second."""
    if ending == "xlsx":
        from insights.exports.workbook import workbook

        return workbook(report)
    if ending == "pptx":
        from insights.exports.deck import deck

        return deck(report)
    from insights.exports.page_html import page_html

    return page_html(report)
