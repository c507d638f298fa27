"""The load benchmark in small: people click through real pages at once, without any error."""

from pathlib import Path

import pytest

from benchmarks.load import AGAINST, PATH, Profile, loaded, serving

PEOPLE, CLICKS, AT_MOST_S, THINK_S = 3, 9, 300.0, 0.1


@pytest.mark.parametrize("what", AGAINST)
def test_people_click_without_errors(what: str, demo_url: str, tmp_path: Path) -> None:
    path = PATH if what == "app" else (("", ""),)
    store = Path(demo_url.partition("///")[2])
    with serving(what, store, tmp_path) as (server,):
        noted = loaded([server.url], Profile(PEOPLE, AT_MOST_S, THINK_S, path, CLICKS))
    assert noted.errors == []
    assert len(noted.opened) == PEOPLE
    assert len(noted.clicked) == CLICKS - PEOPLE


def test_a_page_that_fails_is_an_error(demo_url: str, tmp_path: Path) -> None:
    store = Path(demo_url.partition("///")[2])
    with serving("app", store, tmp_path) as (server,):
        noted = loaded([server.url], Profile(1, AT_MOST_S, THINK_S, (("no_such_page", ""),), 1))
    assert noted.errors == ["no_such_page: page_not_found"]
