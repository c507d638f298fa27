"""Several processes and several users on one file store."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("processes of several users need POSIX", allow_module_level=True)

import pwd

from data_access.locations import file_store_url
from data_access.store import Store

PROCESS = Path(__file__).with_name("opening_process.py")
ROOT = Path(__file__).parents[2]


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, str(PROCESS), *map(str, arguments)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_many_processes_make_one_store_at_the_same_time(tmp_path):
    url = file_store_url(tmp_path / "new" / "store.db")
    processes = [start(url) for _ in range(6)]
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert said == [""] * 6
    with Store.open(url, create=False) as store:
        assert store.data_version() == 0


@pytest.fixture
def open_folder():
    """A folder that any user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_store_that_may_not_be_written_is_explained(open_folder):
    url = file_store_url(open_folder / "store.db")
    Store.open(url).close()
    for path in open_folder.iterdir():
        path.chmod(0o444)
    open_folder.chmod(0o555)
    other = [pwd.getpwnam("nobody").pw_uid] if os.geteuid() == 0 else []
    said = start(url, *other).communicate(timeout=60)[0]
    assert "cannot be" in said
    assert "Allow writing" in said or "may be written" in said
