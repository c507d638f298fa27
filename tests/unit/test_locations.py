"""Which store is meant, from the command line to the demo."""

import pytest

from data_access import locations


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(locations, "data_folder", lambda: tmp_path)
    monkeypatch.delenv(locations.STORE_VARIABLE, raising=False)
    return tmp_path


def test_demo_is_chosen_until_there_is_an_own_store(own_folder):
    assert locations.chosen_store_url() == locations.demo_store_url()
    (own_folder / locations.OWN_STORE).touch()
    assert locations.chosen_store_url() == locations.own_store_url()


def test_environment_wins_over_the_data_folder_and_an_argument_over_both(monkeypatch, own_folder):
    (own_folder / locations.OWN_STORE).touch()
    monkeypatch.setenv(locations.STORE_VARIABLE, "postgresql://db/insights")
    assert locations.chosen_store_url() == "postgresql://db/insights"
    assert locations.chosen_store_url("sqlite:///x.db") == "sqlite:///x.db"


def test_only_the_demo_file_is_the_demo():
    assert locations.is_demo(locations.demo_store_url())
    assert locations.is_demo("sqlite:////somewhere/demo.db")
    assert not locations.is_demo(locations.own_store_url())
    assert not locations.is_demo("postgresql://db/demo.db")
