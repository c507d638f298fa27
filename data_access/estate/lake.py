"""Tables as Parquet in any file system that Spark reads, each replaced as a whole.

A table is written beside the one before; a small marker file then names it. A batch that is
killed leaves the last marker, and with it every table that was finished.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from filelock import FileLock, Timeout

from data_access.errors import StoreError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MARKERS = "_markers"
LOCK = "_lock"


class Lake:
    """A folder of tables, by a URL; tables have the names and columns of the store's."""

    def __init__(self, spark: SparkSession, url: str) -> None:
        self.spark = spark
        self.url = url.rstrip("/")
        context: Any = spark.sparkContext
        self._jvm: Any = context._jvm  # the file systems of Hadoop are reached through it only
        root = self._jvm.org.apache.hadoop.fs.Path(self.url)
        self._files: Any = root.getFileSystem(context._jsc.hadoopConfiguration())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other batches off the lake; the system lets go of it when this process dies.

        Only for a lake that is a folder of this machine: others have no such lock. Raises
        StoreError where another batch has it.
        """
        place = urlsplit(self.url)
        if place.scheme != "file":
            yield
            return
        Path(place.path).mkdir(parents=True, exist_ok=True)
        lock = FileLock(Path(place.path) / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StoreError(
                f"Another batch is writing the lake {self.url}.",
                "Wait for its end, or name another folder with --lake.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def write(self, name: str, frame: DataFrame, *, by: Sequence[str] = ()) -> None:
        """Put a frame in the place of a table, in a folder for each value of `by`."""
        version = f"{name}/{uuid4().hex}"
        frame.write.partitionBy(*by).parquet(f"{self.url}/{version}")
        self._mark(name, {"version": version, "schema": frame.schema.json()})
        self._drop_others(name, version)

    def read(self, name: str) -> DataFrame:
        """Return a table; raises KeyError where it was never written."""
        from pyspark.sql.types import StructType

        marker = self._marker(name)
        if marker is None:
            raise KeyError(name)
        # A table in folders has no file to tell its columns while it has no row.
        told = self.spark.read.schema(StructType.fromJson(json.loads(marker["schema"])))
        return told.parquet(f"{self.url}/{marker['version']}")

    def holds(self, name: str) -> bool:
        """Return whether a table was written.

        Raises StoreError where it was and its marker is gone: nobody knows which rows are whole.
        """
        if self._marker(name) is not None:
            return True
        if self._files.exists(self._path(name)):
            raise StoreError(
                f"The lake {self.url} has lost the marker of its table {name}.",
                f"Remove its folder {MARKERS}; the same command then makes all tables anew.",
            )
        return False

    def views(self, *names: str) -> None:
        """Let Spark SQL find these tables by their names."""
        for name in names:
            self.read(name).createOrReplaceTempView(name)

    def done(self, step: str, fingerprint: str) -> bool:
        """Return whether a step was finished last with inputs of this fingerprint."""
        marker = self._marker(f"step-{step}")
        return marker is not None and marker["fingerprint"] == fingerprint

    def finish(self, step: str, fingerprint: str) -> None:
        """Note that a step was finished with inputs of this fingerprint."""
        self._mark(f"step-{step}", {"fingerprint": fingerprint})

    def _path(self, *parts: str) -> Any:  # noqa: ANN401 - an object of the Java machine
        return self._jvm.org.apache.hadoop.fs.Path("/".join((self.url, *parts)))

    def _marker(self, name: str) -> dict[str, str] | None:
        path = self._path(MARKERS, name)
        if not self._files.exists(path):
            return None
        stream = self._files.open(path)
        try:
            told: dict[str, str] = json.loads(bytes(stream.readAllBytes()))
        finally:
            stream.close()
        return told

    def _mark(self, name: str, told: dict[str, str]) -> None:
        """Replace a marker: written whole under another name first."""
        path, fresh = self._path(MARKERS, name), self._path(MARKERS, f"{name}.new")
        stream = self._files.create(fresh, True)
        stream.write(bytearray(json.dumps(told).encode()))
        stream.close()
        self._files.delete(path, False)
        self._files.rename(fresh, path)

    def _drop_others(self, name: str, version: str) -> None:
        """Remove the folders of a table that no marker names."""
        for status in self._files.listStatus(self._path(name)):
            if status.getPath().getName() != version.rpartition("/")[2]:
                self._files.delete(status.getPath(), True)
