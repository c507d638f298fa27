"""Read the files of a folder on Spark's workers, one file a task.

Every file goes through the functions that an import uses, on a worker. Usage and holders are
merged there too, by shards of customers (`merging.py`). What is left, customers, partners, claims
and earnings, the importer brings into a passing store on the machine that runs the command, in the
order of the files' names. One file at a time is on that machine.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from data_access.errors import InsightsError, RefusedFileError
from data_access.estate.columns import rows_as_arrow
from data_access.estate.exporting import REPORTED, export_reported
from data_access.estate.merging import merge_files, write_merged
from data_access.estate.shard_merge import MERGED, TOLD
from data_access.estate.shards import packed, unpacked
from data_access.files import read_tables
from data_access.importer import import_merged
from data_access.locations import file_store_url
from data_access.sources import recognise
from data_access.store import Store
from data_access.types import Scope
from data_access.validate import ImportOptions, ValidTable, validate

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame, SparkSession

    from data_access.estate.lake import Lake

HIDDEN = (".", "_")
"""Beginnings of names that Hadoop leaves out as well: notes of the systems that wrote a folder."""


@dataclass(frozen=True)
class InputFile:
    """A file of the folder: its name, size in bytes, and when it changed (milliseconds)."""

    name: str
    size: int
    changed: int


@dataclass(frozen=True)
class FileRead:
    """What a worker made of one file: its tables, or why it is refused and what helps."""

    tables: tuple[ValidTable, ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class FolderInput:
    """A batch's input: all files of a folder, in any file system that Spark reads."""

    spark: SparkSession
    url: str
    scope: Scope
    now: datetime

    def version(self) -> str:
        """Return what stands for the folder's files as they are; raises as `input_files` does."""
        told = repr(input_files(self.spark, self.url))
        return f"{self.url} {hashlib.sha256(told.encode()).hexdigest()}"

    def export(self, lake: Lake) -> None:
        """Fill the lake's REPORTED tables with what the files tell.

        Raises InsightsError that names every refused file; then the lake was not changed.
        """
        options = ImportOptions(today=self.now.date())
        with (
            tempfile.TemporaryDirectory() as folder,
            Store.open(file_store_url(Path(folder) / "intake.db")) as intake,
            _files_read(self.spark, self.url, options) as (files, kinds),
        ):
            firsts = list(accumulate(map(len, kinds), initial=0))
            told = {name: _rows_told(lake, files, firsts, name) for name in TOLD}
            effects = merge_files(lake, told, list(chain.from_iterable(kinds)))
            tables = chain.from_iterable(files.map(_without_rows).toLocalIterator())
            reports = import_merged(intake, tables, effects, scope=self.scope, now=self.now)
            merged = {table.name for table in MERGED}
            export_reported(intake, lake, [name for name in REPORTED if name not in merged])
            write_merged(lake, [report.batch_id for report in reports])


def input_files(spark: SparkSession, url: str) -> tuple[InputFile, ...]:
    """Return the files of a folder in the order of their names, folders within left out.

    Raises InsightsError where there is no such folder, or no file in it.
    """
    context: Any = spark.sparkContext
    root = context._jvm.org.apache.hadoop.fs.Path(url)
    system = root.getFileSystem(context._jsc.hadoopConfiguration())
    if not system.exists(root):
        raise InsightsError(f"There is no folder {url}.", "Name the folder of files with --input.")
    found = [
        InputFile(
            str(each.getPath().getName()), int(each.getLen()), int(each.getModificationTime())
        )
        for each in system.listStatus(root)
        if each.isFile()
    ]
    files = sorted((f for f in found if not f.name.startswith(HIDDEN)), key=lambda f: f.name)
    if not files:
        raise InsightsError(
            f"There are no files in {url}.", "Put the files right into it; folders are not read."
        )
    return tuple(files)


def read_file(name: str, content: bytes, options: ImportOptions) -> FileRead:
    """Return the checked tables of a file as an import makes them, or its refusal."""
    try:
        raws = read_tables(name, content)
        sources = [recognise(raw.header, file=raw.file) for raw in raws]
        checked = zip(raws, sources, strict=True)
        return FileRead(tuple(validate(raw, source, options=options) for raw, source in checked))
    except RefusedFileError as error:
        return FileRead(refusal=f"{error}. {error.hint}".strip())


@contextmanager
def _files_read(
    spark: SparkSession, url: str, options: ImportOptions
) -> Iterator[tuple[RDD[FileRead], list[list[str]]]]:
    """Give all files as workers read them, and the kinds of each one's tables.

    A file is a partition, in the order of import. Raises InsightsError where any is refused.
    """
    from pyspark import StorageLevel

    names = {file.name: number for number, file in enumerate(input_files(spark, url))}

    def read(part: Iterator[tuple[int, tuple[str, bytes]]]) -> Iterator[FileRead]:
        for _, (name, content) in part:
            yield read_file(name, content, options)

    contents = spark.sparkContext.binaryFiles(url).map(
        lambda file: (file[0].rpartition("/")[2], bytes(file[1]))
    )
    wanted = contents.filter(lambda file: file[0] in names)
    one_each = wanted.keyBy(lambda file: names[file[0]]).partitionBy(len(names), int)
    # Kept on the workers' disks: what was refused is asked for first, then rows and tables.
    files = one_each.mapPartitions(read).persist(StorageLevel.DISK_ONLY)
    try:
        heads = files.map(lambda file: (file.refusal, [each.kind for each in file.tables]))
        found = heads.collect()
        _refuse([refusal for refusal, _ in found], len(names))
        yield files, [kinds for _, kinds in found]
    finally:
        files.unpersist()


def _rows_told(lake: Lake, files: RDD[FileRead], firsts: list[int], target: str) -> DataFrame:
    """Return what all files tell of usage or holders, by TOLD; `firsts` numbers their tables.

    Kept in the lake, so that the files are unpacked once.
    """

    def told(at: int, part: Iterator[FileRead]) -> Iterator[tuple[bytes]]:
        tables = (table for file in part for table in file.tables)
        for number, table in enumerate(tables, firsts[at]):
            rows: pd.DataFrame = getattr(table, target)
            rows = rows.assign(number=number, place=range(len(rows)))
            yield from zip(packed(rows_as_arrow(rows, TOLD[target])), strict=True)

    pieces = files.mapPartitionsWithIndex(told)
    lake.write(f"told_{target}", unpacked(lake.spark, pieces, TOLD[target]))
    return lake.read(f"told_{target}")


def _without_rows(file: FileRead) -> tuple[ValidTable, ...]:
    """Return a file's tables with the rows of the first and last month only.

    A batch tells which months it spans; the rows themselves are merged by shards.
    """
    return tuple(
        replace(table, usage=_ends(table.usage), evidence=_ends(table.evidence))
        for table in file.tables
    )


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    by_month = rows.sort_values("month", kind="stable")
    return by_month.iloc[[0, -1]] if len(rows) else rows


def _refuse(refusals: list[str], files: int) -> None:
    """Raise InsightsError for files that are refused, all of them at once, or that went away."""
    if len(refusals) != files:
        raise InsightsError(
            f"{files - len(refusals):,} files of the input went away while they were read.",
            "Give the same command again when nobody writes into the folder.",
        )
    if refused := list(filter(None, refusals)):
        raise InsightsError(
            f"{len(refused):,} of {files:,} files are refused, so that nothing was served.\n"
            + "\n".join(refused),
            "Mend these files or take them out of the folder, then give the same command again.",
        )
