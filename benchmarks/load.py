"""People who click: `python -m benchmarks.load STORE.db [--people N ...] [--seconds S]`.

Starts the app on a copy of the store, opens sessions over the websocket that browsers speak, and
lets each person follow the path below with exponential pauses of 10 s on average. Prints, for
every number of people, the median and the 95th percentile of the time from a click to the
finished page, errors, the server's CPU time per click, the cores it kept busy and the memory that a
session added. The same for an empty page, and for an overview as many would write it (pandas and
plotly.express on Streamlit's default settings) with `--against empty` and `--against plain`.

The usual profile is 1, 10, 50 and 100 people, 15 s each: one minute. The long one is
`--seconds 300`. `--servers 2` runs two processes on one store, each person staying with one of
them, as behind a proxy with sticky sessions. Everything goes to this machine's own loopback
address, no more than `MOST_CLICKS` clicks and `MOST_SECONDS` each. Clients and server share the
cores: what the clients use is printed too.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from websockets.exceptions import WebSocketException

from data_access.locations import file_store_url
from tests.browser.server import ROOT, streamlit_server
from tests.browser.socket_client import Heard, SocketClient, socket_client

PATH = (
    ("", ""),
    ("", "per=24m"),
    ("workloads", ""),
    ("workloads", "wl=TEAMS"),
    ("partners", ""),
    ("customers", ""),
    ("milestones", ""),
    ("earnings", ""),
    ("associations", ""),
    ("recommended_actions", ""),
    ("alerts", ""),
    ("data_health", ""),
)
AGAINST = {"app": "app.py", "plain": "plain_page.py", "empty": "empty_page.py"}
MOST_PEOPLE, MOST_SECONDS, MOST_CLICKS = 200, 3_600.0, 50_000
OWN_FAILURE = b"unexpected_"
"""Begins the key of the box in which our app tells of a failure."""


@dataclass
class Noted:
    """What the people saw: milliseconds of opening and of each click, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    clicked: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Used:
    """What one process has used so far: CPU seconds, and memory held in MB."""

    cpu_s: float
    memory_mb: float


@dataclass(frozen=True)
class Profile:
    """How many people click for how long, with which mean pause, at which pages."""

    people: int
    seconds: float
    think_s: float
    path: tuple[tuple[str, str], ...] = PATH
    clicks: int = MOST_CLICKS
    """No more than these by all together."""


@dataclass(frozen=True)
class Server:
    """Where an app answers, and the process that it is."""

    url: str
    process: int


def used(process: int) -> Used:
    """Return what a process has used; Linux only, elsewhere it raises FileNotFoundError."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    ticks = int(stat[11]) + int(stat[12])
    return Used(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1024**2)


def used_by(servers: Sequence[Server]) -> Used:
    """Return what several servers have used together."""
    each = [used(server.process) for server in servers]
    return Used(sum(one.cpu_s for one in each), sum(one.memory_mb for one in each))


def visited(client: SocketClient, page: str, query: str) -> tuple[float, Heard]:
    """Return the milliseconds until a page stood, and what came."""
    begin = time.perf_counter()
    heard = client.run(page=page, query=query)
    return (time.perf_counter() - begin) * 1000, heard


def failures(heard: Heard) -> list[str]:
    """Return what went wrong in a run: exceptions, our own boxes about them, unknown pages."""
    kinds = [message.WhichOneof("type") for message in heard.messages]
    told = any(OWN_FAILURE in message.SerializeToString() for message in heard.messages)
    return [
        *(kind for kind in heard.elements if kind == "exception"),
        *(kind for kind in kinds if kind == "page_not_found"),
        *(["unexpected failure"] if told else []),
    ]


def person(url: str, profile: Profile, seed: int, noted: Noted, end: threading.Event) -> None:
    """Open a session and click until the end; people begin at different places of the path."""
    pauses = random.Random(seed)
    places = profile.path[seed % len(profile.path) :] + profile.path
    try:
        with socket_client(url) as client:
            times = noted.opened
            for click in range(profile.clicks // profile.people):
                page, query = places[click % len(places)]
                took, heard = visited(client, page, query)
                times.append(took)
                noted.errors += [f"{page}: {failure}" for failure in failures(heard)]
                times = noted.clicked
                if end.wait(pauses.expovariate(1 / profile.think_s)):
                    return
    except (OSError, WebSocketException) as failure:
        noted.errors.append(f"{type(failure).__name__}: {failure}")


def loaded(urls: Sequence[str], profile: Profile) -> Noted:
    """Let the people in one after the other, and let them click until the time is over.

    Each stays with one of the servers, as behind a proxy that keeps sessions where they began.
    """
    noted, end = Noted(), threading.Event()
    with ThreadPoolExecutor(profile.people) as crowd:
        latest = time.perf_counter() + profile.seconds
        people = []
        for seed in range(profile.people):
            url = urls[seed % len(urls)]
            people.append(crowd.submit(person, url, profile, seed, noted, end))
            time.sleep(min(profile.think_s, profile.seconds / 4) / profile.people)
        wait(people, timeout=max(0.0, latest - time.perf_counter()))
        end.set()
    for one in people:
        one.result()
    return noted


@contextmanager
def serving(
    what: str, store: Path, folder: Path, *, servers: int = 1
) -> Iterator[tuple[Server, ...]]:
    """Run one of the three apps on a copy of a store, in so many processes.

    The app has the settings of this project, the other two Streamlit's own: they run in a folder
    without any.
    """
    copied = folder / "load.db"
    shutil.copy(store, copied)
    shutil.copy(store.with_suffix(".app.db"), copied.with_suffix(".app.db"))
    environment = {"PARTNER_INSIGHTS_STORE": file_store_url(copied), "PLAIN_STORE": str(copied)}
    script = ROOT / AGAINST[what] if what == "app" else ROOT / "benchmarks" / AGAINST[what]
    with ExitStack() as running:
        started = []
        for number in range(servers):
            before = _children()
            server = streamlit_server(
                folder / f"log{number}.txt",
                environment,
                script=str(script),
                folder=ROOT if what == "app" else folder,
            )
            url = running.enter_context(server)
            (process,) = _children() - before
            started.append(Server(url, process))
        yield tuple(started)


def _children() -> set[int]:
    """Return the processes that this one has started."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text(encoding="ascii").split()}


def measured(servers: Sequence[Server], profile: Profile) -> dict[str, float]:
    """Return the figures of one profile against servers that run."""
    before, own = used_by(servers), time.process_time()
    begin = time.perf_counter()
    noted = loaded([server.url for server in servers], profile)
    passed = time.perf_counter() - begin
    after = used_by(servers)
    runs = len(noted.opened) + len(noted.clicked)
    for error in sorted(set(noted.errors)):
        print(f"  {noted.errors.count(error)} x {error}")
    return {
        "people": profile.people,
        "clicks": len(noted.clicked),
        "p50_ms": _percentile(noted.clicked, 50),
        "p95_ms": _percentile(noted.clicked, 95),
        "open_p95_ms": _percentile(noted.opened, 95),
        "errors": len(noted.errors),
        "cpu_ms_per_run": (after.cpu_s - before.cpu_s) * 1000 / max(runs, 1),
        "cores_server": (after.cpu_s - before.cpu_s) / passed,
        "cores_clients": (time.process_time() - own) / passed,
        "mb_per_session": (after.memory_mb - before.memory_mb) / profile.people,
        "machine_load": os.getloadavg()[0],
    }


def _percentile(times: list[float], share: float) -> float:
    return float(np.percentile(times, share)) if times else float("nan")


def table_of(what: str, store: Path, profiles: list[Profile], servers: int) -> None:
    """Print one row of figures for each profile, after a person who is alone has warmed it up."""
    with (
        tempfile.TemporaryDirectory() as name,
        serving(what, store, Path(name), servers=servers) as running,
    ):
        path = PATH if what == "app" else (("", ""),)
        for server in running:
            with socket_client(server.url) as client:
                for page, query in path:
                    visited(client, page, query)
        held = used_by(running).memory_mb
        print(f"\n### {what}, {servers} processes, {held:.0f} MB after a look at each page\n")
        for place, profile in enumerate(profiles):
            given = Profile(profile.people, profile.seconds, profile.think_s, path)
            figures = measured(running, given)
            if not place:
                print("|" + "|".join(figures) + "|\n" + "|---" * len(figures) + "|")
            print("|" + "|".join(f"{value:,.2f}" for value in figures.values()) + "|", flush=True)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path, help="a file store; a copy of it is served")
    parser.add_argument("--people", type=int, nargs="+", default=[1, 10, 50, 100])
    parser.add_argument("--seconds", type=float, default=15.0, help="for each number of people")
    parser.add_argument("--think", type=float, default=10.0, help="mean pause in seconds")
    parser.add_argument("--servers", type=int, default=1, help="processes behind one store")
    parser.add_argument("--against", choices=AGAINST, nargs="+", default=["app"])
    given = parser.parse_args()
    if max(given.people) > MOST_PEOPLE or given.seconds > MOST_SECONDS:
        parser.error(f"at most {MOST_PEOPLE} people and {MOST_SECONDS:.0f} seconds")
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    profiles = [Profile(people, given.seconds, given.think) for people in given.people]
    for what in given.against:
        table_of(what, given.store, profiles, given.servers)


if __name__ == "__main__":
    main()
