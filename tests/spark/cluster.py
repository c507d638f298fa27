"""A real standalone cluster of Spark on loopback: a master and workers, each its own process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds that starting may take on a busy machine."""


def missing() -> str:
    """Return what this machine lacks for Spark, "" for nothing."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install -e .[spark]"
    return "" if shutil.which("java") else "Java is not installed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A master and its workers; ends with `stop`, however its workers ended."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.folder = folder
        self._home = Path(pyspark.__file__).parent
        self._port, self._web = free_port(), free_port()
        self.url = f"spark://127.0.0.1:{self._port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, workers: int) -> None:
        """Start and wait until all workers are known to the master."""
        at = ("--host", "127.0.0.1")
        web = ("--port", str(self._port), "--webui-port", str(self._web))
        self._run("org.apache.spark.deploy.master.Master", *at, *web)
        for _ in range(workers):
            self.add_worker()
        self.wait_for(workers)

    def add_worker(self) -> None:
        number = len(self.workers)
        settings = ("--cores", "1", "--memory", "1g", "--webui-port", str(free_port()))
        place = ("--host", "127.0.0.1", "--work-dir", str(self.folder / f"worker{number}"))
        started = self._run("org.apache.spark.deploy.worker.Worker", *place, *settings, self.url)
        self.workers.append(started)

    def kill_worker(self) -> None:
        """Kill a worker and the executor that it started, as when its machine is lost."""
        os.killpg(self.workers.pop(0).pid, signal.SIGKILL)

    def wait_for(self, workers: int) -> None:
        """Wait until the master knows so many living workers."""
        end = time.monotonic() + PATIENCE
        while self._alive() != workers:
            if time.monotonic() > end:
                raise TimeoutError(f"not {workers} workers within {PATIENCE} seconds")
            time.sleep(0.3)

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _alive(self) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self._web}/json/", timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (URLError, ConnectionError, TimeoutError):
            return -1

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        settings = {
            "SPARK_HOME": str(self._home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [self._home / "bin/spark-class", *arguments],
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


DRIVER = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.memory": "700m",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than so few rows
    "spark.executorEnv.PYTHONPATH": str(ROOT),
    "spark.pyspark.python": sys.executable,
}
"""What a driver's spark-defaults.conf says for the tests."""


def write_settings(folder: Path) -> Path:
    """Write the driver's settings and return the folder for SPARK_CONF_DIR."""
    lines = (f"{name} {value}" for name, value in DRIVER.items())
    (folder / "spark-defaults.conf").write_text("\n".join(lines), encoding="utf-8")
    return folder
