"""Text that came from files, shown as the text it is."""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$<&=^\"'])")
_SHORTCODE = re.compile(r":(?=[\w+/-]*:)|:(?=[\w-]*\[)")
_ADDRESS = re.compile(r"(?i)(https?:/|www|@)(?=[/.\w])")
_ARROW = re.compile(r"(?<=[-<>~])(?=[-=>])")
_GAP = "\u2060"


def plain(text: object) -> str:
    """Return text for a label, caption, message or metric in which Markdown stays as typed.

    Punctuation is escaped; shortcodes (":smile:"), colour directives, bare addresses, and dashes
    and arrows ("--", "->"), which Streamlit recognises after unescaping, are broken with an
    invisible word joiner.
    """
    whole = _ARROW.sub(_GAP, " ".join(str(text).split()))
    broken = _ADDRESS.sub(rf"\1{_GAP}", _SHORTCODE.sub(f":{_GAP}", whole))
    return _PUNCTUATION.sub(r"\\\1", broken)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it needs one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
