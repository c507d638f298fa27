"""Waterfalls as columns that stand on columns which are not drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insights.exports.figure_traces import (
    FALLBACK,
    Trace,
    hex_colour,
    plain_text,
    plain_values,
    series_of,
)
from insights.exports.office_chart import GUIDE, HIDDEN, Category, NativeChart, Series

_STEP_PARTS = {"increase": "increasing", "decrease": "decreasing", "total": "totals"}


def steps_chart(
    traces: Sequence[Trace], layout: Mapping[str, Any], settings: Mapping[str, Any]
) -> NativeChart:
    """Return steps that float above each other as columns on columns that are not drawn."""
    steps = [step for trace in traces for step in _steps(trace)]
    order = [plain_text(str(one)) for one in layout.get("xaxis", {}).get("categoryarray") or ()]
    keys = [key for key in order if any(step[0] == key for step in steps)] or list(
        dict.fromkeys(step[0] for step in steps)
    )
    ends = {
        key: (
            min(low for at, low, _, _ in steps if at == key),
            max(high for at, _, high, _ in steps if at == key),
        )
        for key in keys
    }
    colours = tuple(next(colour for at, _, _, colour in steps if at == key) for key in keys)
    hidden = tuple(max(low, 0) + min(high, 0) for low, high in ends.values())
    above = tuple(max(high, 0) - max(low, 0) for low, high in ends.values())
    below = tuple(min(low, 0) - min(high, 0) for low, high in ends.values())
    visible = Series("Value", above, "column", FALLBACK[0], colours)
    series = [Series(HIDDEN, hidden, "hidden", GUIDE), visible] if any(hidden) else [visible]
    if any(below):
        series.append(Series("Value below zero", below, "column", FALLBACK[0], colours))
    return NativeChart("column", True, _step_labels(traces, keys), tuple(series), **settings)


def _step_labels(traces: Sequence[Trace], keys: Sequence[str]) -> tuple[Category, ...]:
    """Return the steps' names with their signed amounts where a waterfall writes them."""
    texts = {
        key: plain_text(str(text))
        for trace in traces
        if trace.kind == "waterfall"
        for key, text in zip(trace.along, trace.raw.get("text") or (), strict=False)
    }
    return tuple(f"{key} {texts[key]}" if key in texts else key for key in keys)


def _steps(trace: Trace) -> list[tuple[str, float, float, str]]:
    """Return name, lower end, upper end and colour of each step."""
    colours = series_of(trace, trace.values, 0).point_colours
    single = series_of(trace, trace.values, 0).colour
    base, level, found = trace.base, 0.0, []
    measures = plain_values(trace.raw.get("measure")) or ["relative"] * len(trace.values)
    for at, (key, value) in enumerate(zip(trace.along, trace.values, strict=True)):
        if key is None or value is None:
            continue
        if trace.kind == "waterfall":
            is_total = measures[at] == "total"
            start, end = (0.0, level) if is_total else (level, level + value)
            level = end
            part = "total" if is_total else ("increase" if value >= 0 else "decrease")
            wanted = trace.raw.get(_STEP_PARTS[part], {}).get("marker", {}).get("color")
            colour = hex_colour(wanted, FALLBACK[0])
        else:
            start = 0.0 if base is None else float(base[at])
            end, colour = start + value, (colours[at] if colours else single)
        found.append((str(key), min(start, end), max(start, end), colour))
    return found
