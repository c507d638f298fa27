"""What the server decides before it serves anybody."""

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
