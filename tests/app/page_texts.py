"""What a page sent to the browser, as one text: all of it, not only what is easily seen.

All protocol messages (texts, options of widgets, tables with their hidden columns, figures with
what they say on hovering), and what the page's tables hold when they are downloaded whole.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from pages.shared import page_record


def page_text(page: AppTest) -> str:
    """Return what a page sent to the browser."""
    messages = [node.proto for node in page._tree if getattr(node, "proto", None) is not None]
    return "\n".join(map(message_text, messages))


def downloads_text(page: AppTest) -> str:
    """Return what the tables of a page hold when they are downloaded whole."""
    record = page.session_state[page_record.RECORD]
    if record.stamp is None:
        return ""
    tables = record.report(record.stamp).tables()
    return "\n".join(table.all_rows().to_csv() for table in tables)


def message_text(message: Any) -> str:
    """Return all that a protocol message holds: texts, tables, and figures with their arrays."""
    texts = []
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                texts.append(str(one))
            elif field.message_type is not None:
                texts.append(message_text(one))
            elif isinstance(one, bytes):
                texts.append(_table_text(one))
            else:
                texts.append(_plain(str(one)))
    return "\n".join(texts)


def _table_text(content: bytes) -> str:
    try:
        return convert_arrow_bytes_to_pandas_df(content).to_csv()
    except (ValueError, OSError):
        return content.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """Return a text without Markdown's backslashes, and a figure's arrays as numbers."""
    if '"bdata"' in text:
        text += "\n" + "\n".join(_arrays(json.loads(text)))
    return text.replace("\\", "")


def _arrays(value: Any) -> Iterator[str]:
    """Yield every array of a figure that is packed, as text."""
    if isinstance(value, dict):
        if "bdata" in value:
            packed = base64.b64decode(value["bdata"])
            yield " ".join(str(int(n)) for n in np.frombuffer(packed, value["dtype"]) if n == n)
        for each in value.values():
            yield from _arrays(each)
    elif isinstance(value, list):
        for each in value:
            yield from _arrays(each)
