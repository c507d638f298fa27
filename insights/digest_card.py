"""The digest as an Adaptive Card in the message that a Teams workflow expects.

Envelope: Microsoft Learn, "Create Incoming Webhooks with Workflows". Teams shows cards up to
version 1.5; this one needs 1.4. Names stand in text runs, in which no Markdown is read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from insights.digest import Digest, Section, total_text
from insights.views.alerts import AlertGroup

LARGEST_MESSAGE = 21_000
"""Bytes. Teams documents 28 KB for the message with all that it adds itself; clients have been
refused from 21 KB on."""

LONGEST_SENTENCE = 500

Json = dict[str, Any]

Part = TypeVar("Part", AlertGroup, Section)


def card_message(digest: Digest, *, largest: int = LARGEST_MESSAGE) -> bytes:
    """Return the message as JSON in UTF-8, at most `largest` bytes.

    Where it is too large, the last people's actions and then the last alerts of the least urgent
    kinds are only counted.
    """
    fitted, message = digest, _encoded(digest)
    while len(message) > largest and any(section.lines for section in fitted.sections):
        fitted = _without_last_line(fitted)
        message = _encoded(fitted)
    return message


def _without_last_line(digest: Digest) -> Digest:
    if any(section.lines for section in digest.people):
        return replace(digest, people=_shortened_by_one(digest.people))
    return replace(digest, groups=_shortened_by_one(digest.groups))


def _shortened_by_one(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts without the last line of the last one that has any."""
    shorter = list(parts)
    last = max(place for place, part in enumerate(parts) if part.lines)
    shorter[last] = replace(shorter[last], lines=shorter[last].lines[:-1])
    return tuple(shorter)


def _encoded(digest: Digest) -> bytes:
    return json.dumps(_message(digest), ensure_ascii=False, separators=(",", ":")).encode()


def _message(digest: Digest) -> Json:
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": _card(digest),
            }
        ],
    }


def _card(digest: Digest) -> Json:
    summary = f"{digest.period}. {total_text(digest)}"
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": f"Partner Insights. {summary}",
        "msteams": {"width": "Full"},
        "body": [
            _text(digest.title, size="Large", weight="Bolder"),
            _text(summary, isSubtle=True),
            *(_section(section) for section in digest.sections),
            _notes(digest),
        ],
    }


def _section(section: Section) -> Json:
    lines = [_text(_shortened(line)) for line in section.lines]
    more = [_text(section.more_text, isSubtle=True)] if section.more_text else []
    items = [_text(section.title, weight="Bolder"), *lines, *more]
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": items}


def _notes(digest: Digest) -> Json:
    items = [_text(note, size="Small", isSubtle=True) for note in digest.notes]
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": items}


def _text(text: str, **how: Any) -> Json:  # noqa: ANN401 - properties of a text run
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **how}]}


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"
