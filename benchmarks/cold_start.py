"""From nothing to the first page: `python -m benchmarks.cold_start STORE.db [--times N]`.

Starts the server as a user would, asks for the overview over the websocket that browsers speak, and
prints the seconds until the server answered and until the page stood; beside them the same for a
page of one line, which is what Python and Streamlit take by themselves. Files are in the system's
memory after the first start, which is left out.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.load import serving
from tests.browser.socket_client import socket_client

TARGET_S = 3.0


def started(what: str, store: Path) -> tuple[float, float]:
    """Return the seconds until a new server answered, and until its first page stood."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with serving(what, store, Path(folder)) as (server,):
            answered = time.perf_counter() - begin
            with socket_client(server.url) as client:
                client.run(page="", query="")
            return answered, time.perf_counter() - begin


def main() -> None:
    """Print the median of several starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path, help="a file store; a copy of it is served")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    for what in ("app", "empty"):
        times = [started(what, given.store) for _ in range(given.times + 1)][1:]
        answered, stood = (statistics.median(each) for each in zip(*times, strict=True))
        print(f"{what:<6} answers after {answered:.2f} s, first page after {stood:.2f} s")
    print(f"target {TARGET_S:.0f} s")


if __name__ == "__main__":
    main()
