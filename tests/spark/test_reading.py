"""Files read on workers give what an import of them gives; a refused one stops the batch."""

import pytest

from data_access import schema
from data_access.errors import InsightsError
from data_access.estate.exporting import REPORTED
from data_access.estate.lake import Lake
from data_access.estate.reading import FolderInput, input_files
from data_access.importer import import_files
from data_access.validate import ImportOptions
from tests.spark.estates import NOW, WHO, demo_files, random_files
from tests.spark.lakes import sorted_rows, store_rows

NUMBERED_ANEW = ("usage_revision", "evidence_revision", "association_event")
"""Their rows have the order of an import's, not its numbers."""

QUARANTINED = (
    "tenant_id,workload,month,pau,mau,partner_id\n"
    "00000001-0000-0000-0000-000000000000,EXO,2023-06,40,30,north\n"
    "00000002-0000-0000-0000-000000000000,EXO,2023-06,many,3,north\n"
    "00000003-0000-0000-0000-000000000000,EXO,2023-13,10,3,north\n"
)


def in_folder(folder, files):
    """Write files so that the order of their names is theirs; return them by those names."""
    folder.mkdir()
    named = []
    for number, (name, content) in enumerate(files):
        path = folder / f"{number:03} {name}"
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        named.append((path.name, path))
    return named


def overlapping_files():
    """Return random files, restated ones, one of them twice, and rows that are quarantined."""
    first, restated = random_files(1), random_files(2)
    return [*first, *restated, first[0], ("bad.csv", QUARANTINED.encode())]


@pytest.mark.parametrize("kind", ["overlapping", "demo"])
def test_folder_tells_what_an_import_tells(kind, spark, tmp_path, sqlite_store):
    made = tmp_path / "made"
    made.mkdir()
    files = overlapping_files() if kind == "overlapping" else demo_files(made)
    named = in_folder(tmp_path / "input", files)
    import_files(sqlite_store, named, scope=WHO, now=NOW, options=ImportOptions(today=NOW.date()))
    lake = Lake(spark, f"file://{tmp_path / 'lake'}")
    FolderInput(spark, f"file://{tmp_path / 'input'}", WHO, NOW).export(lake)
    for name in REPORTED:
        table = schema.warehouse.tables[name]
        own = [table.autoincrement_column.name] if name in NUMBERED_ANEW else []
        told = sorted_rows(store_rows(sqlite_store, table), table, without=own)
        assert sorted_rows(lake.read(name).toArrow(), table, without=own) == told, name
    assert lake.read("usage").count()
    if kind == "overlapping":
        assert lake.read("usage_revision").count()
        assert lake.read("import_problem").count()


def test_all_refused_files_are_named_and_nothing_is_written(spark, tmp_path):
    good = random_files(1)[0]
    files = [("a.csv", b"no,such,table\n1,2,3\n"), good, ("b.pdf", b"%PDF-1.7")]
    in_folder(tmp_path / "input", files)
    lake = Lake(spark, f"file://{tmp_path / 'lake'}")
    with pytest.raises(InsightsError, match="2 of 3 files are refused") as refused:
        FolderInput(spark, f"file://{tmp_path / 'input'}", WHO, NOW).export(lake)
    assert "000 a.csv: " in str(refused.value)
    assert "002 b.pdf: is a PDF document" in str(refused.value)
    assert not lake.holds("usage")


def test_folder_version_changes_with_its_files(spark, tmp_path):
    in_folder(tmp_path / "input", random_files(1))
    told = FolderInput(spark, f"file://{tmp_path / 'input'}", WHO, NOW)
    before = told.version()
    assert told.version() == before
    (tmp_path / "input" / "_SUCCESS").write_bytes(b"")
    assert told.version() == before
    (tmp_path / "input" / "later.csv").write_bytes(b"x")
    assert told.version() != before


def test_folder_without_files_is_refused(spark, tmp_path):
    with pytest.raises(InsightsError, match="There are no files in"):
        input_files(spark, f"file://{tmp_path}")
    with pytest.raises(InsightsError, match="There is no folder"):
        input_files(spark, f"file://{tmp_path}/nowhere")
