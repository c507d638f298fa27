"""Take a picture of every page, light and dark: `python -m tests.browser.screenshots FOLDER`.

Builds the demo portfolio in a temporary store, so the pictures show what a first start shows.
"""

from __future__ import annotations

import argparse
import io
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from data_access.demo.build import build_demo_store
from data_access.types import no_progress
from insights.months import month_index
from tests.browser.conftest import new_context
from tests.browser.server import CHROMIUM_FLAGS, chromium_path, open_page, streamlit_server
from tests.browser.test_every_page import PATHS


def save_small(picture: bytes, path: Path) -> None:
    """Write a PNG with 256 colours: a third of the size, and nobody sees the difference."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(path, optimize=True)


def take_pictures(browser: Browser, server: str, folder: Path, *, customer: str) -> None:
    """Write one PNG per page and theme, each as tall as its page."""
    for scheme in ("light", "dark"):
        context = new_context(browser, width=1366, height=900, scheme=scheme)
        page = context.new_page()
        for name, path in PATHS.items():
            link = f"{path}?cust={quote(customer)}" if name == "customer" else path
            open_page(page, server + link)
            height = page.evaluate(
                "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"
            )
            page.set_viewport_size({"width": 1366, "height": min(int(height) + 80, 4000)})
            page.wait_for_timeout(800)  # charts redraw after a change of size
            save_small(page.screenshot(), folder / f"{name}-{scheme}.png")
            page.set_viewport_size({"width": 1366, "height": 900})
        context.close()


def some_customer(folder: str) -> str:
    """Return the id of the customer that uses most workloads, the largest of them."""
    with closing(sqlite3.connect(Path(folder) / "demo.db")) as connection:
        row = connection.execute(
            "SELECT tenant_id FROM tenant JOIN tenant_month USING (tenant_key) "
            "ORDER BY month DESC, pairs DESC, seats DESC LIMIT 1"
        ).fetchone()
    return str(row[0])


def main() -> None:
    """Build the demo, serve it, take the pictures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    chosen = arguments.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        url = f"sqlite:///{Path(scratch) / 'demo.db'}"
        build_demo_store(
            url,
            tenants=400,
            months=48,
            seed=7,
            last_month=month_index(2026, 10),
            now=datetime(2026, 11, 22, tzinfo=UTC),
            progress=no_progress,
        )
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        log = Path(scratch) / "log.txt"
        with streamlit_server(log, {"PARTNER_INSIGHTS_STORE": url}) as server:
            take_pictures(browser, server, chosen.folder, customer=some_customer(scratch))
        browser.close()


if __name__ == "__main__":
    main()
