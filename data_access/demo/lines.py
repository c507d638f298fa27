"""Fast writing of delimited files: whole columns are joined into lines, never row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

BOM = b"\xef\xbb\xbf"


def joined(columns: Sequence[Iterable[str]], delimiter: str) -> pa.StringArray:
    """Return one text a row: its cells, quoted where they must be, with the delimiter between."""
    cells = [[_quoted(cell, delimiter) for cell in column] for column in columns]
    return texts(delimiter.join(row) for row in zip(*cells, strict=True))


def texts(values: Iterable[str]) -> pa.StringArray:
    """Return the values as an array of texts."""
    return pa.array(list(values), type=pa.string())


def spread(choices: pa.StringArray, positions: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return the text at each position."""
    return choices.take(pa.array(positions))


def numbers(values: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return whole numbers as text."""
    return pc.cast(pa.array(values), pa.string())


def write_blocks(
    path: Path,
    header: Sequence[str],
    blocks: Iterable[Sequence[pa.StringArray]],
    *,
    delimiter: str = ",",
    bom: bool = False,
) -> Path:
    """Write a header and blocks of line parts (the last part ends the line); return the path."""
    with path.open("wb") as file:
        file.write(BOM if bom else b"")
        file.write((delimiter.join(header) + "\n").encode())
        for parts in blocks:
            if len(parts[0]):
                _write_texts(file.write, pc.binary_join_element_wise(*parts, delimiter))
    return path


def write_frame(path: Path, rows: pd.DataFrame, header: Sequence[str]) -> Path:
    """Write a small frame as CSV in the header's columns, those it lacks empty; return the path."""
    rows.reindex(columns=list(header)).to_csv(path, index=False, lineterminator="\n")
    return path


def _write_texts(write: Callable[[memoryview], int], lines: pa.StringArray) -> None:
    """Write the bytes of all texts, which stand one after the other in the array's own memory."""
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
    write(memoryview(lines.buffers()[2])[offsets[0] : offsets[len(lines)]])


def _quoted(cell: str, delimiter: str) -> str:
    """Return the cell as it stands in a delimited file."""
    if delimiter in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
