"""A change of programme rules in a real browser moves figures, and going back moves them back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, settled, streamlit_server

IN_FLIGHT = re.compile(r"In flight\s+\$([\d,]+)")


def copied(database: Path, folder: Path) -> Path:
    """Copy a file store as it is, with what its write-ahead log still holds."""
    for name in (f"{database.stem}.db", f"{database.stem}.app.db"):
        with (
            closing(sqlite3.connect(database.with_name(name))) as source,
            closing(sqlite3.connect(folder / name)) as target,
        ):
            source.backup(target)
    return folder / database.name


@pytest.fixture
def changing(browser: Browser, demo_url: str, tmp_path: Path) -> Iterator[tuple[Page, str, str]]:
    """A page, a server on a demo store of its own, and a customer with money in flight there."""
    store = copied(Path(demo_url.removeprefix("sqlite:///")), tmp_path)
    with closing(sqlite3.connect(store)) as connection:
        (customer,) = connection.execute(
            "SELECT tenant_id FROM tenant JOIN milestone_status USING (tenant_key) "
            "WHERE state = 'in_flight' AND value_usd_e4 > 1000000 ORDER BY value_usd_e4 LIMIT 1"
        ).fetchone()
    named = {"PARTNER_INSIGHTS_STORE": f"sqlite:///{store}"}
    with streamlit_server(tmp_path / "log.txt", named) as server:
        context = new_context(browser, width=1366, height=900, scheme="light")
        page = context.new_page()
        watching = Watched(page, server)
        yield page, server, str(customer)
        context.close()
        assert not watching.complaints


CARDS = {"milestones": "mi_cards", "earnings": "er_cards"}


def figures(page: Page, server: str, customer: str) -> dict[str, str]:
    """The cards of the customer's money, of all milestones and of all earnings, as text."""
    open_page(page, f"{server}/customer?cust={customer}")
    told = {"customer": page.locator(".st-key-customer_money").inner_text()}
    for path, key in CARDS.items():
        open_page(page, f"{server}/{path}")
        told[path] = page.locator(f".st-key-{key}").inner_text()
    return told


def test_rules_that_move_figures_and_back_to_exactly_the_old_ones(changing, tmp_path: Path):
    page, server, customer = changing
    before = figures(page, server, customer)
    assert IN_FLIGHT.search(before["customer"])

    open_page(page, f"{server}/program_rules")
    with page.expect_download() as started:
        page.get_by_role("button", name="TOML, to change and upload").click()
    assert started.value.suggested_filename == "fy27.toml"
    text = started.value.path().read_text(encoding="utf-8")
    changed = tmp_path / "fy27.toml"
    dearer = text.replace("per_unit_usd = ", "per_unit_usd = 1").replace(
        "value = 150", "value = 300"
    )
    changed.write_text(dearer, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(changed)
    expect(page.get_by_text("FY27: 3 values differ.")).to_be_visible(timeout=60_000)
    settled(page)
    assert figures(page, server, customer) == before

    open_page(page, f"{server}/program_rules")
    page.locator("input[type=file]").set_input_files(changed)
    page.get_by_role("button", name="Activate").click(timeout=60_000)
    expect(page.get_by_text("FY27: the uploaded rules are in force.")).to_be_visible(timeout=60_000)
    after = figures(page, server, customer)
    assert [name for name in before if after[name] == before[name]] == []

    open_page(page, f"{server}/program_rules")
    page.get_by_role("button", name="FY27", exact=True).click()
    expect(page.get_by_text("FY27: 3 values differ.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Go back").click(timeout=60_000)
    expect(page.get_by_text("FY27: the shipped rules are in force.")).to_be_visible(timeout=60_000)
    assert figures(page, server, customer) == before


def test_file_of_another_kind_is_refused_with_its_name_and_key(changing, tmp_path: Path):
    page, server, _ = changing
    open_page(page, f"{server}/program_rules")
    picture = tmp_path / "picture.toml"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.get_by_text("picture.toml: is no text in UTF-8")).to_be_visible()
    expect(page.get_by_role("button", name="Activate")).to_have_count(0)


def test_day_and_years_are_in_the_address(changing):
    page, server, _ = changing
    open_page(page, f"{server}/program_rules?ru_on=2023-01-01&ru_a=FY20&ru_b=FY27")
    expect(page.get_by_role("heading", name=re.compile("^FY23: 1 October 2022"))).to_be_visible()
    expect(page.get_by_text(re.compile("^From FY20 to FY27: "))).to_be_visible()
