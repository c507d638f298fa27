"""The digest as text, mail and card: what it tells, what it counts, what it never lets through."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pandas as pd
import pytest

from data_access.rules import load_program
from insights.alerts import ALERT_KINDS_BY_CODE
from insights.digest import (
    Digest,
    DigestFacts,
    Section,
    digest_of,
    digest_text,
    people_of,
    total_text,
)
from insights.digest_card import LARGEST_MESSAGE, card_message
from insights.digest_html import digest_html
from insights.months import month_index
from insights.views.alerts import AlertGroup, AlertLine

OCT = month_index(2026, 10)
FACTS = DigestFacts(
    since=datetime(2026, 11, 12, tzinfo=UTC),
    until=datetime(2026, 11, 22, 9, 14, tzinfo=UTC),
    partner="Alderway Hamburg",
    as_of=OCT,
    known_on=date(2026, 11, 20),
    rules=None,
    source="imported files",
)


@pytest.fixture
def empty_alerts():
    """No alerts, and no counts by kind."""
    return (
        pd.DataFrame(columns=["kind", "tenant_id"]),
        pd.DataFrame({"kind": pd.Series(dtype="str"), "alerts": pd.Series(dtype="int64")}),
    )


def group(code, *sentences, total=None):
    lines = tuple(AlertLine(text, f"t{n}", "") for n, text in enumerate(sentences))
    return AlertGroup(ALERT_KINDS_BY_CODE[code], lines, total or len(lines))


def digest(*groups):
    return Digest("Partner Insights: alerts", "Raised today", groups, ("As of Oct 2026.",))


def card_of(message):
    (attachment,) = json.loads(message)["attachments"]
    return attachment["content"]


def texts_of(element):
    """Return the texts of a card's element and of what it holds, in order."""
    inside = [*element.get("body", ()), *element.get("items", ()), *element.get("inlines", ())]
    own = [element["text"]] if "text" in element else []
    return own + [text for part in inside for text in texts_of(part)]


SMALL = digest(
    group("clock", "Contoso: answer by 27 Nov", total=3), group("crossed", "Fabrikam crossed 15%")
)


def test_text_tells_the_first_and_counts_the_rest():
    assert digest_text(SMALL) == (
        "Partner Insights: alerts\n"
        "Raised today. 4 alerts, 2 of them only counted here.\n"
        "\n"
        "◷ Claim clock (3)\n"
        "  - Contoso: answer by 27 Nov\n"
        "  and 2 more\n"
        "\n"
        "● Crossed (1)\n"
        "  - Fabrikam crossed 15%\n"
        "\n"
        "As of Oct 2026.\n"
    )


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        ((), "No alerts."),
        ((group("paid", "a"),), "1 alert."),
        ((group("paid", "a", "b"),), "2 alerts."),
    ],
)
def test_total_is_said_in_words(groups, text):
    assert total_text(digest(*groups)) == text


def test_digest_says_what_its_figures_rest_on(empty_alerts):
    found = digest_of(*empty_alerts, FACTS)
    assert found.title == "Partner Insights: alerts for Alderway Hamburg"
    assert found.period == "Raised 12 Nov 2026, 00:00 UTC to 22 Nov 2026, 09:14 UTC"
    said = " ".join(found.notes)
    assert "judged as of Oct 2026, with what was known on 20 Nov 2026" in said
    assert "no rate card was in force" in said
    assert "Left out: states that did not change" in said
    assert "Source: imported files." in said


def test_digest_names_the_rate_card(empty_alerts):
    rules = load_program().on(date(2026, 11, 20))
    facts = DigestFacts(None, FACTS.until, "", None, None, rules, "imported files")
    found = digest_of(*empty_alerts, facts)
    assert "estimate by rate card of FY27" in found.notes[0]
    assert found.period.startswith("Raised from the first alert on to")


class _Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], {}, ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.text += data


def test_mail_shows_names_as_text_and_loads_nothing():
    hostile = "<img src=x onerror=alert(1)> & “Co” crossed 15%"
    seen = _Seen()
    seen.feed(digest_html(digest(group("crossed", hostile))))
    assert hostile in seen.text
    assert not {"img", "script", "link", "iframe", "a", "form"}.intersection(seen.tags)
    assert not {"src", "href", "onerror", "background"}.intersection(seen.attributes)
    assert "url(" not in digest_html(SMALL)


def test_mail_holds_the_same_as_the_text():
    seen = _Seen()
    seen.feed(digest_html(SMALL))
    for words in (
        "◷ Claim clock (3)",
        "Contoso: answer by 27 Nov",
        "and 2 more",
        "As of Oct 2026.",
    ):
        assert words in seen.text


# What Microsoft's schema of Adaptive Cards 1.4 allows of the elements used here.
TEXT_RUN = {"type", "text", "size", "weight", "isSubtle"}
ALLOWED = {
    "Container": {"type", "items", "separator", "spacing"},
    "RichTextBlock": {"type", "inlines"},
    "TextRun": TEXT_RUN,
    "AdaptiveCard": {"$schema", "type", "version", "fallbackText", "msteams", "body"},
}
VALUES = {
    "size": {"Default", "Small", "Medium", "Large", "ExtraLarge"},
    "weight": {"Default", "Lighter", "Bolder"},
    "spacing": {"Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"},
    "version": {"1.4"},
}


def check(element):
    assert set(element) <= ALLOWED[element["type"]]
    assert all(element[name] in VALUES[name] for name in VALUES if name in element)
    for inside in ("body", "items", "inlines"):
        assert element.get(inside) != []
        for part in element.get(inside, ()):
            check(part)


def test_card_stands_in_the_envelope_that_a_workflow_expects():
    message = json.loads(card_message(SMALL))
    assert message["type"] == "message"
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    check(attachment["content"])


def test_card_holds_the_same_as_the_text():
    assert texts_of(card_of(card_message(SMALL))) == [
        "Partner Insights: alerts",
        "Raised today. 4 alerts, 2 of them only counted here.",
        "◷ Claim clock (3)",
        "Contoso: answer by 27 Nov",
        "and 2 more",
        "● Crossed (1)",
        "Fabrikam crossed 15%",
        "As of Oct 2026.",
    ]


def test_card_shows_names_in_runs_that_read_no_markdown():
    card = card_of(card_message(digest(group("crossed", "[click](https://example.com) **now**"))))
    assert "[click](https://example.com) **now**" in texts_of(card)
    assert "click" not in card["fallbackText"]


def test_card_that_is_too_large_counts_the_least_urgent_alerts():
    many = digest(
        group("clock", *(f"Clock {n} " + "ü" * 200 for n in range(60))),
        group("missed", *(f"Missed {n} " + "x" * 200 for n in range(60)), total=70),
    )
    message = card_message(many)
    assert len(message) <= LARGEST_MESSAGE
    texts = texts_of(card_of(message))
    clocks = [text for text in texts if text.startswith("Clock")]
    missed = [text for text in texts if text.startswith("Missed")]
    assert not missed  # the urgent ones stay
    assert clocks == [f"Clock {n} " + "ü" * 200 for n in range(len(clocks))]
    assert f"130 alerts, {130 - len(clocks)} of them only counted here" in texts[1]
    assert f"and {60 - len(clocks)} more" in texts
    assert "and 70 more" in texts
    # One more line would not have fitted.
    assert (
        len(message) + len(json.dumps(("ü" * 200), ensure_ascii=False).encode()) > LARGEST_MESSAGE
    )


def test_very_long_name_is_shortened_in_the_card():
    longest = max(texts_of(card_of(card_message(digest(group("paid", "x" * 30_000))))), key=len)
    assert longest == "x" * 499 + "…"


ACTIONS = pd.DataFrame(
    {
        "status": ["open", "snoozed", "in_progress", "open", "open"],
        "owner": ["bo@example.com", "bo@example.com", "bo@example.com", "", "ana@example.com"],
        "owner_name": ["Bo Berg", "Bo Berg", "Bo Berg", "", ""],
        "tenant_name": ["Contoso", "Fabrikam", "Adatum", "Nobody's", "Litware"],
        "what": ["call", "wait", "write", "look", "ask"],
        "due_on": pd.to_datetime(["2026-11-20", None, "2026-12-01", None, None]),
        "is_overdue": [True, False, False, False, False],
    }
)


def test_people_get_their_first_open_actions():
    assert people_of(ACTIONS, top=1) == (
        Section("☐ Bo Berg: open actions (2)", ("Contoso: call, overdue since 20 Nov 2026",), 2),
        Section("☐ ana@example.com: open actions (1)", ("Litware: ask",), 1),
    )
    (bo, _) = people_of(ACTIONS, top=5)
    assert bo.lines[1] == "Adatum: write, due 1 Dec 2026"
    assert people_of(ACTIONS[:0], top=5) == ()


def test_people_come_after_the_alerts():
    found = replace(SMALL, people=people_of(ACTIONS, top=1))
    assert digest_text(found).endswith(
        "● Crossed (1)\n"
        "  - Fabrikam crossed 15%\n"
        "\n"
        "☐ Bo Berg: open actions (2)\n"
        "  - Contoso: call, overdue since 20 Nov 2026\n"
        "  and 1 more\n"
        "\n"
        "☐ ana@example.com: open actions (1)\n"
        "  - Litware: ask\n"
        "\n"
        "As of Oct 2026.\n"
    )
    assert "Litware: ask" in digest_html(found)
    assert found.total == SMALL.total


def test_too_large_card_counts_people_s_actions_before_alerts():
    found = replace(SMALL, people=people_of(ACTIONS, top=5))
    whole = card_message(found)
    texts = texts_of(card_of(card_message(found, largest=len(whole) - 1)))
    assert "Litware: ask" not in texts
    assert "Contoso: answer by 27 Nov" in texts
    unread = tuple(replace(section, lines=()) for section in found.people)
    least = card_message(replace(found, people=unread))
    shown = texts_of(card_of(card_message(found, largest=len(least))))
    assert {"Contoso: answer by 27 Nov", "Fabrikam crossed 15%"} <= set(shown)
    assert not any("Contoso: call" in text for text in shown)
