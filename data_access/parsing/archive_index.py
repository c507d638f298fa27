"""What the end of an archive says of its list of files, read without reading the list."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

_END = b"PK\x05\x06"
_END_LENGTH = 22
_LONGEST_COMMENT = 2**16
_LOCATOR = b"PK\x06\x07"
_LOCATOR_LENGTH = 20
_END_64 = b"PK\x06\x06"
_END_64_LENGTH = 56
_TOLD_ELSEWHERE = 2**32 - 1


def end_records(stream: BinaryIO) -> int:
    """Return how many records of an end there are: with two, two readers see two archives."""
    return _tail(stream)[0].count(_END)


def index_bytes(stream: BinaryIO) -> int:
    """Return the length of an archive's list of files in bytes, 0 where it has no end record."""
    tail, size = _tail(stream)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + _END_LENGTH:
        return 0
    lengths = [int(struct.unpack_from("<L", tail, place + 12)[0]) % _TOLD_ELSEWHERE]
    locator = place - _LOCATOR_LENGTH
    if locator >= 0 and tail.startswith(_LOCATOR, locator):
        told = int(struct.unpack_from("<Q", tail, locator + 8)[0])
        before = size - len(tail) + locator - _END_64_LENGTH  # where Python looks for it
        lengths += [_index_bytes_64(stream, where, size) for where in (told, before)]
    return max(lengths)


def _tail(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the part of a file in which an end record can be, and the file's size."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _END_LENGTH - _LONGEST_COMMENT - _LOCATOR_LENGTH, 0))
    return stream.read(), size


def _index_bytes_64(stream: BinaryIO, where: int, size: int) -> int:
    """Return what the end record of a large archive says, 0 where it is not there."""
    if where < 0 or where + _END_64_LENGTH > size:
        return 0
    stream.seek(where)
    record = stream.read(_END_64_LENGTH)
    return int(struct.unpack_from("<Q", record, 40)[0]) if record.startswith(_END_64) else 0
