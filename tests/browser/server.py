"""A real Streamlit server on a free loopback port, and how to wait for its pages."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_path() -> str | None:
    """Return the system's Chromium or Edge, or None where there is none."""
    named = os.environ.get("CHROME")
    return named or next(
        (
            found
            for name in ("chromium", "google-chrome", "msedge")
            if (found := shutil.which(name))
        ),
        None,
    )


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once:\n{log.read_text(encoding='utf-8')}")
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer,
        ):
            if answer.read() == b"ok":
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not answer:\n{log.read_text(encoding='utf-8')}")


@contextlib.contextmanager
def streamlit_server(
    log: Path,
    environment: dict[str, str],
    *,
    port: int | None = None,
    script: str = "app.py",
    folder: Path = ROOT,
) -> Iterator[str]:
    """Run `streamlit run app.py` as a user would and yield its address; stop it afterwards."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
    try:
        url = f"http://localhost:{port}"
        _wait_until_healthy(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(10)


SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true],[data-testid=stSkeleton],'
      + '[data-testid=stAppSkeleton],[data-testid=stSpinner]');
}"""


def settled(page: Page) -> None:
    """Wait until the page's run has ended and nothing on it is stale; fail on an exception box."""
    page.wait_for_function(SETTLED, timeout=30_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator("[class*=st-key-unexpected_]")).to_have_count(0)


def open_page(page: Page, url: str) -> None:
    """Open an address and wait until the page stands."""
    page.goto(url)
    settled(page)
