"""The pages by section; light to import, because the frame needs it before anything else."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import Literal

import streamlit as st

from data_access.types import Scope
from pages.shared import links

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "Performance": (
        (links.OVERVIEW, "Overview"),
        (links.REVIEW, "Leadership review"),
        (links.WORKLOADS, "Workloads"),
        (links.PARTNERS, "Partners"),
        (links.CUSTOMERS, "Customers"),
        (links.CUSTOMER, "Customer"),
        (links.CUSTOMER_REVIEW, "Customer review"),
    ),
    "Incentives": (
        (links.MILESTONES, "Milestones"),
        (links.EARNINGS, "Earnings"),
        (links.ASSOCIATIONS, "Associations"),
        (links.ALERTS, "Alerts"),
        (links.CLAIM_ASSISTANT, "Claim assistant"),
    ),
    "Growth": (
        (links.OPPORTUNITIES, "Opportunities"),
        (links.RECOMMENDED_ACTIONS, "Recommended actions"),
        (links.WEEKLY_PLAN, "Weekly plan"),
        (links.WHAT_WORKED, "What worked"),
        (links.SIMULATOR, "Simulator"),
    ),
    "Trust": (
        (links.MODEL_RECORD, "Model record"),
        (links.DATA_HEALTH, "Data health"),
        (links.DEFINITIONS, "Definitions"),
    ),
    "Admin": (
        (links.IMPORTS, "Imports"),
        (links.PROGRAM_RULES, "Programme rules"),
        (links.PEOPLE, "People"),
        (links.ACCESS, "Access"),
        (links.AUDIT, "Audit"),
    ),
}
HIDDEN = (links.REVIEW, links.CUSTOMER, links.CUSTOMER_REVIEW, links.CLAIM_ASSISTANT)
"""Pages that only links open."""


def navigation(scope: Scope, new_alerts: int) -> dict[str, list[st.Page]]:
    """Return the pages by section; the section folders have the same names.

    Pages that are not for the scope's role are not listed; the frame refuses them. The number of
    new alerts stands beside their page's name.
    """
    return {
        section: [
            copy(_page(path, _title(path, title, new_alerts), is_listed=_is_listed(scope, path)))
            for path, title in pages
        ]
        for section, pages in SECTIONS.items()
    }


@lru_cache(maxsize=1024)
def _page(path: str, title: str, *, is_listed: bool) -> st.Page:
    """Return a page, to be copied: the navigation notes in its own which one it may run.

    Kept, because making one asks the file system for every part of its path, on every run and
    for every page; each question lets other people's runs go first.
    """
    visibility: Literal["visible", "hidden"] = "visible" if is_listed else "hidden"
    return st.Page(path, title=title, default=path == links.OVERVIEW, visibility=visibility)


def _is_listed(scope: Scope, path: str) -> bool:
    return path not in HIDDEN and links.may_open(scope, path)


def _title(path: str, title: str, new_alerts: int) -> str:
    return f"{title} ({new_alerts:,})" if path == links.ALERTS and new_alerts else title
