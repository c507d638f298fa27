"""An import in a process of its own, for tests that kill or hold it: see its users' arguments.

Arguments: store URL, CSV file, then either `die N` (kill -9 itself at the N-th progress call) or
`hold FLAG` (once it writes, create FLAG.held and wait for FLAG.go).
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from data_access.importer import import_files
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def dying(at):
    """Return a progress function that kills this process at its n-th call."""
    calls = iter(range(1, at + 1))

    def tell(_step, _share):
        if next(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell


def holding(flag):
    """Return a progress function that holds the import while it writes."""

    def tell(step, _share):
        if step.startswith("Writing"):
            Path(f"{flag}.held").touch()
            while not Path(f"{flag}.go").exists():
                time.sleep(0.02)

    return tell


def main(url, file, manner, argument):
    progress = dying(int(argument)) if manner == "die" else holding(argument)
    with Store.open(url) as store:
        import_files(
            store,
            [("big.csv", Path(file))],
            scope=Scope("ada", "admin"),
            now=NOW,
            options=ImportOptions(today=NOW.date()),
            progress=progress,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
