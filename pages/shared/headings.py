"""Headings and sentences of a page: drawn as Streamlit does, and noted for what is shared."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.shared import page_record


def title(body: str, *, width: Literal["stretch", "content"] = "stretch") -> None:
    """Draw the page's title; of its content's width it leaves room beside it."""
    page_record.note_heading(body, 1)
    st.title(body, width=width)


def header(body: str, *, anchor: str | None = None) -> None:
    """Draw the heading of a section; `anchor` is its part of the address."""
    page_record.note_heading(body, 2)
    st.header(body, anchor=anchor)


def subheader(body: str, *, help: str | None = None) -> None:
    """Draw a heading below a section's; `help` is shown on its question mark."""
    page_record.note_heading(body, 3)
    st.subheader(body, help=help)


def say(markdown: str) -> None:
    """Draw sentences that belong to what the page tells, such as its findings."""
    page_record.note_words(markdown)
    st.markdown(markdown)


def caption(markdown: str) -> None:
    """Draw small print that belongs to the figures, such as their rate card."""
    page_record.note_words(markdown)
    st.caption(markdown)
