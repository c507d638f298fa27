"""What Microsoft's reasons point to, text by text as they stand in Partner Center's docs."""

from __future__ import annotations

import pytest

from insights.proof_checklist import PROOF_ITEMS, PROOF_ITEMS_BY_CODE, items_for, meaning_of


@pytest.mark.parametrize(
    ("reason", "items"),
    [
        ("Missing all POE", ("proof",)),
        ("POE unavailable", ("proof",)),
        ("missing CUSTOMER acknowledgement", ("acknowledgement",)),
        ("Missing customer consent on POE.", ("acknowledgement",)),
        ("Missing or old dates", ("dates",)),
        ("Missing partner solution/service", ("service",)),
        ("Missing products", ("workload",)),
        ("More info: missing products; missing or old dates", ("dates", "workload")),
        ("Insufficient POE", ()),
        ("Insufficient proof of execution", ()),
        ("No partner response", ()),
        ("Customer declined", ()),
        ("something else", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_reason_points_to_items(reason: str | None, items: tuple[str, ...]) -> None:
    assert meaning_of(reason).items == items


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("Insufficient POE", "check every item"),
        ("No partner response", "Nobody answered in time"),
        ("Partner request", "partner's own request"),
        ("Customer declined", "customer declined"),
        ("Workload moved to another partner", "newer proof won"),
        ("Missing products", "Tick or name this workload"),
    ],
)
def test_reason_is_told_in_words(reason: str, part: str) -> None:
    assert part in meaning_of(reason).sentence


def test_unknown_reason_says_nothing() -> None:
    assert meaning_of("because").sentence == ""


def test_codes_are_unique() -> None:
    assert len(PROOF_ITEMS_BY_CODE) == len(PROOF_ITEMS)


def test_only_workloads_are_asked_per_workload() -> None:
    assert [item.code for item in PROOF_ITEMS if item.applies == "workload"] == ["workload"]


@pytest.mark.parametrize(("is_public", "asked"), [(True, True), (None, True), (False, False)])
def test_disclosure_is_asked_unless_the_customer_is_private(
    is_public: bool | None, asked: bool
) -> None:
    codes = [item.code for item in items_for(is_public_sector=is_public)]
    assert ("disclosure" in codes) is asked
