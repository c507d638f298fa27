"""The command itself: killed in the middle, and given again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from data_access import schema
from data_access.estate.lake import MARKERS
from data_access.importer import import_files
from data_access.locations import file_store_url
from data_access.store import Store
from data_access.validate import ImportOptions
from tests.spark.cluster import PATIENCE, ROOT, write_settings
from tests.spark.estates import NOW, WHO, random_files
from tests.spark.lakes import sorted_rows, store_rows

TABLES = (
    schema.usage,
    schema.association,
    schema.claim,
    schema.earning,
    schema.tenant_month,
    schema.scope_month,
    schema.partner_month,
)


def started(folder: Path) -> subprocess.Popen[str]:
    """Start the batch of a folder's files, in a session of processes of its own."""
    settings = {
        "SPARK_CONF_DIR": str(write_settings(folder)),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }
    places = (
        *("--input", f"file://{folder / 'input'}", "--lake", f"file://{folder / 'lake'}"),
        *("--store", file_store_url(folder / "served.db"), "--master", "local[2]"),
    )
    return subprocess.Popen(
        [sys.executable, "-c", "from data_access.cli import main; main()", "batch", *places],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the command made a file."""
    end = time.monotonic() + 5 * PATIENCE
    while not path.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end, f"no {path.name} in time"
        time.sleep(0.1)


def test_killed_command_goes_on_when_it_is_given_again(tmp_path, sqlite_store):
    (tmp_path / "input").mkdir()
    files = random_files(1)
    for name, content in files:
        (tmp_path / "input" / name).write_bytes(content)
    first = started(tmp_path)
    try:
        wait_for(tmp_path / "lake" / MARKERS / "step-export", first)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate()
    again = started(tmp_path)
    try:
        said = again.communicate(timeout=5 * PATIENCE)[0]
    finally:
        if again.poll() is None:
            os.killpg(again.pid, signal.SIGKILL)
    assert again.returncode == 0, said
    assert "Steps run: marts, judge, score." in said
    import_files(sqlite_store, files, scope=WHO, now=NOW, options=ImportOptions(today=NOW.date()))
    with Store.open(file_store_url(tmp_path / "served.db"), create=False) as served:
        for table in TABLES:
            told = sorted_rows(store_rows(sqlite_store, table), table)
            assert sorted_rows(store_rows(served, table), table) == told, table.name
