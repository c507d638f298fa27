"""Playbooks: which one stands, and that a faulty file is refused with its place and remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.playbook_files import MOST_STEPS, PlaybookError, parse_playbook, playbook_texts
from insights.actions.kinds import KINDS, OWN
from insights.actions.playbooks import clashes, playbook_for, playbooks_markdown
from insights.workloads import WORKLOADS

TEXT = """
title = "Answer the claim"
kind = "clock"
workloads = "all"
once_per_customer_days = 0
most_open_per_owner = 50

[[steps]]
code = "read"
text = "Read what is asked for."
minutes = 10
link = "https://learn.microsoft.com/partner-center/"

[[steps]]
code = "answer"
text = "Answer it."
minutes = 15
"""

SHIPPED = {code: parse_playbook(text, code) for code, text in playbook_texts().items()}


def test_a_playbook_is_read_with_its_steps_and_their_minutes():
    book = parse_playbook(TEXT, "clock")
    assert (book.code, book.title, book.kind, book.is_for_all) == (
        "clock",
        "Answer the claim",
        "clock",
        True,
    )
    assert [(step.code, step.minutes) for step in book.steps] == [("read", 10), ("answer", 15)]
    assert book.effort_minutes == 25


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('kind = "clock"', 'kind = "clocks"', "kind: 'clocks' is not one of"),
        ('title = "Answer the claim"', "", "title: is missing"),
        ('workloads = "all"', 'workloads = ["TEEMS"]', "workloads: unknown workload TEEMS"),
        ('code = "answer"', 'code = "read"', "steps: has the code read twice"),
        (
            'code = "answer"',
            'code = "An answer"',
            "steps[2].code: 'An answer' is not small letters",
        ),
        ("minutes = 15", "minutes = 0", "steps[2].minutes: 0 is not between 1 and 480"),
        ("minutes = 15", 'minutes = "15"', "steps[2].minutes: '15' is not a whole number"),
        ("minutes = 15", "minutes = 15\nowner = 1", "steps[2].owner: is an unknown key"),
        ("learn.microsoft.com", "microsoft.com.evil.org", "link: 'https://microsoft.com.evil.org"),
        ("https://learn", "http://learn", "steps[1].link: 'http://learn"),
        ("https://learn", "javascript://learn", "steps[1].link: 'javascript://learn"),
        (
            "once_per_customer_days = 0",
            "once_per_customer_days = -1",
            "-1 is not between 0 and 730",
        ),
        ("[[steps]]", "[steps]", "is not TOML"),
    ],
)
def test_a_fault_is_told_with_file_key_and_what_is_needed(old, new, problem):
    with pytest.raises(PlaybookError) as told:
        parse_playbook(TEXT.replace(old, new), "clock")
    assert all(each.startswith("clock.toml: ") for each in told.value.problems)
    assert any(problem in each for each in told.value.problems)


def test_all_faults_are_told_at_once():
    text = TEXT.replace('kind = "clock"', 'kind = "x"').replace("minutes = 15", "minutes = 999")
    with pytest.raises(PlaybookError) as told:
        parse_playbook(text, "clock")
    assert len(told.value.problems) == 2


def test_a_playbook_needs_steps_and_has_not_too_many():
    head = TEXT[: TEXT.index("[[steps]]")]
    step = '\n[[steps]]\ncode = "s{}"\ntext = "x"\nminutes = 1\n'
    for steps, problem in (("", "steps: is missing"), ("steps = []", "at least one step")):
        with pytest.raises(PlaybookError, match=problem):
            parse_playbook(head + steps, "clock")
    many = "".join(step.format(number) for number in range(MOST_STEPS + 1))
    with pytest.raises(PlaybookError, match="20 is the most"):
        parse_playbook(head + many, "clock")


def test_the_playbook_that_names_the_workload_stands_before_the_general_one():
    found = playbook_for(SHIPPED.values(), "activate", "TEAMS")
    assert found is not None
    assert found.code == "activate_teams"
    general = playbook_for(SHIPPED.values(), "activate", "An unknown workload")
    assert general is not None
    assert general.code == "activate"
    assert playbook_for((), "activate", "TEAMS") is None


def test_every_kind_of_the_rules_has_one_playbook_for_every_workload():
    assert clashes(SHIPPED) == []
    for kind in (each for each in KINDS if each != OWN):
        for workload in ("", *(each.code for each in WORKLOADS)):
            assert playbook_for(SHIPPED.values(), kind.code, workload) is not None


def test_two_playbooks_for_the_same_work_are_told():
    double = {**SHIPPED, "zzz": parse_playbook(TEXT, "zzz")}
    assert clashes(double) == [
        "zzz: workloads: all has the playbook clock for “Answer a claim clock” already"
    ]


def test_clocks_and_claims_are_never_held_back_by_a_frequency():
    for kind in ("clock", "claim", "proof"):
        book = playbook_for(SHIPPED.values(), kind, "TEAMS")
        assert book is not None
        assert book.once_per_customer_days == 0


def test_the_document_tells_every_playbook():
    text = playbooks_markdown(SHIPPED.values())
    assert all(f"## {book.title}" in text and f"`{code}`" in text for code, book in SHIPPED.items())


@given(st.text(max_size=200))
def test_any_text_is_a_playbook_or_refused_with_problems(text):
    with pytest.raises(PlaybookError) as told:
        parse_playbook(text, "anything")
    assert told.value.problems
