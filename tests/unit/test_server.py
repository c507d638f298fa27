"""What the server decides before it serves anybody."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

from pages.shared.links import PAGES
from pages.shared.server import page_names

ROOT = Path(__file__).parents[2]


def test_every_page_can_be_come_back_to():
    assert page_names() == {PurePosixPath(path).stem for path in PAGES}


def test_server_starts_without_loading_the_application():
    code = "import sys, pages.shared.server; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "pages.shared.shell" in loaded
    assert not {"sqlalchemy", "sklearn", "pages.shared.links"} & set(loaded)


def test_server_takes_turns_and_searches_for_garbage_less_once_it_starts():
    code = (
        "import asyncio, gc, sys\n"
        "from pages.shared.server import started\n"
        "print(sys.getswitchinterval(), gc.get_threshold())\n"
        "asyncio.run(started(None).__aenter__())\n"
        "print(sys.getswitchinterval(), gc.get_threshold())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "STREAMLIT_SERVER_HEADLESS": "true"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0].startswith("0.005")
    assert told[1] == "0.001 (50000, 20, 50)"
