"""The pages by section; light to import, because the frame needs it before anything else."""

from __future__ import annotations

import streamlit as st

from pages.shared import links

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "Performance": (
        (links.OVERVIEW, "Overview"),
        (links.WORKLOADS, "Workloads"),
        (links.PARTNERS, "Partners"),
        (links.CUSTOMERS, "Customers"),
        (links.CUSTOMER, "Customer"),
    ),
    "Trust": ((links.DATA_HEALTH, "Data health"), (links.DEFINITIONS, "Definitions")),
    "Admin": ((links.IMPORTS, "Imports"), (links.PROGRAM_RULES, "Programme rules")),
}
HIDDEN = (links.CUSTOMER,)
"""Pages that only links open."""


def navigation() -> dict[str, list[st.Page]]:
    """Return the pages by section; the section folders have the same names."""
    return {
        section: [
            st.Page(
                path,
                title=title,
                default=path == links.OVERVIEW,
                visibility="hidden" if path in HIDDEN else "visible",
            )
            for path, title in pages
        ]
        for section, pages in SECTIONS.items()
    }
