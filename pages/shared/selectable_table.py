"""A table whose rows can be marked, kept in the address, and opened by a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import pandas as pd
import streamlit as st

from insights.views.table import Column
from pages.shared import page_record, seen
from pages.shared.tables import OnSelect, displayed, table_settings
from pages.shared.url_state import set_in_address, values_in_address

OPEN = "open"


@dataclass(frozen=True, slots=True)
class RowChoice:
    """What rows stand for: their id column, the address key of the marked ones, how to open one."""

    id_column: str
    key: str
    most: int
    on_open: OnSelect
    open_label: str = "Open"


def show_selectable_table(
    rows: pd.DataFrame, columns: Sequence[Column], *, key: str, alt: str, choice: RowChoice
) -> tuple[str, ...]:
    """Draw the table and return the ids of the marked rows, as the address holds them.

    The button before each row opens it; marking more rows than `choice.most` keeps the first
    ones. Other rows or another order are another table, so that marks are found again by id.
    """
    columns = seen.columns(columns)
    page_record.note_table(rows, columns, key=key, alt=alt)
    ids = tuple(rows[choice.id_column].astype(str))
    key = f"{key}_{crc32(chr(10).join(ids).encode()):08x}"
    marked = values_in_address(choice.key)
    settings = table_settings(rows, columns, key=key, alt=alt)
    settings["column_config"] = {
        OPEN: st.column_config.ButtonColumn(
            "",
            width=70,
            pinned=True,
            type="tertiary",
            key=f"{key}_{OPEN}",
            on_click=_open,
            args=(f"{key}_{OPEN}", ids, choice.on_open),
        ),
        **settings["column_config"],
    }
    shown = displayed(rows, columns)
    shown.insert(0, OPEN, choice.open_label)
    with st.container(key=f"table_{key}"):
        st.dataframe(
            shown,
            **settings,
            selection_mode="multi-row",
            selection_default={
                "selection": {"rows": [ids.index(one) for one in marked if one in ids]}
            },
            on_select=lambda: _mark(key, ids, choice),
        )
    return marked


def _mark(key: str, ids: tuple[str, ...], choice: RowChoice) -> None:
    """Write the marked rows into the address; marked ones that are not listed stay."""
    elsewhere = [one for one in values_in_address(choice.key) if one not in ids]
    chosen = [ids[row] for row in st.session_state[key]["selection"]["rows"]]
    set_in_address(choice.key, [*elsewhere, *chosen][: choice.most])


def _open(key: str, ids: tuple[str, ...], on_open: OnSelect) -> None:
    clicked = st.session_state[key]
    if clicked:
        on_open(ids[clicked["row"]])
