"""A throwaway PostgreSQL cluster for the tests, on a free loopback port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pwd

FAST_AND_UNSAFE = {  # commits outlive a stopped server, not a stopped machine
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}


def binaries() -> Path | None:
    """Return the folder of the server's programs, None where PostgreSQL is not installed."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def _account() -> pwd.struct_passwd | None:
    """Return the user to run as: the server refuses root; None for who we are."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server of its own that can be stopped and started again; gone with its folder."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._account = _account()
        self.folder = Path(tempfile.mkdtemp(prefix="insights-pg-"))
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self.port = _free_port()
        self.url = f"postgresql://insights@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make the files of an empty database."""
        self._run(
            "initdb", "-U", "insights", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )

    def start(self) -> None:
        """Start and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            **FAST_AND_UNSAFE,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop and wait until it is gone; "immediate" is as a crash to everybody connected."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def is_running(self) -> bool:
        """Return whether it runs."""
        try:
            self._run("pg_ctl", "status")
        except subprocess.CalledProcessError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        account = self._account
        who = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        )
        subprocess.run(
            [self._programs / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            **who,
        )


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Give a new server, started; stop and remove it after."""
    server = Server(programs)
    try:
        server.make()
        server.start()
        yield server
    finally:
        if server.is_running():  # a test may have stopped it
            server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Give the URL of a new server's database `postgres`; stop and remove the server after."""
    with running_server(programs) as server:
        yield server.url
