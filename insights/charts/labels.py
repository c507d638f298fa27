"""Text that came from files, inside charts."""

from __future__ import annotations


def as_typed(text: str) -> str:
    """Return text in which Plotly, which reads a little HTML, shows every sign as it was typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
