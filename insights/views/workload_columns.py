"""Workloads as columns: their order and their short names, the same in every table."""

from __future__ import annotations

from collections.abc import Iterable

from insights.workloads import WORKLOADS, known_workload

_POSITIONS = {workload.code: position for position, workload in enumerate(WORKLOADS)}


def in_catalogue_order(codes: Iterable[str]) -> list[str]:
    """Return the codes in the order of the catalogue, unknown workloads last by name."""
    return sorted(codes, key=lambda code: (_POSITIONS.get(code, len(_POSITIONS)), code))


def short_name(code: str) -> str:
    """Return the workload's short name for headings; an unknown workload is its own name."""
    known = known_workload(code)
    return known.short if known and known.code == code else code
