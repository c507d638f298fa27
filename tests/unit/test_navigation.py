"""The navigation makes each page once and gives every run pages of its own."""

from dataclasses import dataclass

import pytest

from data_access.types import LOCAL_USER
from pages.shared import navigation as pages


@dataclass
class MadePage:
    path: str
    title: str
    default: bool
    visibility: str
    may_run: bool = False


@pytest.fixture
def made(monkeypatch):
    """The pages that were made, in place of Streamlit's."""
    found = []

    def make(path, **settings):
        found.append(MadePage(path, **settings))
        return found[-1]

    monkeypatch.setattr(pages.st, "Page", make)
    pages._page.cache_clear()
    yield found
    pages._page.cache_clear()


def all_of(sections):
    return [page for some in sections.values() for page in some]


def test_pages_of_two_runs_are_apart(made):
    first = all_of(pages.navigation(LOCAL_USER, 2))
    first[0].may_run = True
    second = all_of(pages.navigation(LOCAL_USER, 2))
    assert len(made) == len(first) == len(second)
    assert not any(page.may_run for page in second)
    assert [page.path for page in second if page.default] == [pages.links.OVERVIEW]


def test_new_alerts_stand_in_the_title(made):
    pages.navigation(LOCAL_USER, 0)
    told = {page.title for page in all_of(pages.navigation(LOCAL_USER, 1200))}
    assert "Alerts (1,200)" in told
    assert len(made) == len(told) + 1
