"""Figures of the app as charts that Excel and PowerPoint draw themselves, and people can edit.

A figure with several value axes becomes one chart per axis. What neither program can draw, such as
a grid of coloured cells or a timeline, gives no chart; `figure_table` gives its table instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from insights.exports.figure_traces import (
    Trace,
    are_texts,
    drawn_traces,
    plain_text,
    plain_value,
    series_of,
)
from insights.exports.office_chart import GUIDE, NativeChart, Series, Value
from insights.exports.step_chart import steps_chart


def native_charts(figure: Any) -> tuple[NativeChart, ...]:  # noqa: ANN401 - plotly's Figure
    """Return the figure as native charts, one per value axis; none where there is no such chart."""
    layout = figure.layout.to_plotly_json()
    traces = drawn_traces(figure)
    if not traces or any(_has_no_native_form(trace, layout) for trace in traces):
        return ()
    groups: dict[str, list[Trace]] = {}
    for trace in traces:
        groups.setdefault("x" if trace.is_horizontal else trace.axis, []).append(trace)
    charts = [_chart(group, layout, axis) for axis, group in groups.items()]
    return tuple(chart for chart in charts if chart.series)


def _are_numbers(values: Iterable[object]) -> bool:
    return all(isinstance(value, (int, float)) for value in values if value is not None)


def _has_no_native_form(trace: Trace, layout: Mapping[str, Any]) -> bool:
    """Return whether a trace is a grid, a timeline, or a kind that office programs do not have."""
    if trace.kind not in ("bar", "scatter", "waterfall"):
        return True
    base = trace.base
    if base is None:
        return not _are_numbers(trace.values)
    return not _are_numbers(base) or "tickvals" in layout.get("xaxis", {})


def _chart(traces: list[Trace], layout: Mapping[str, Any], axis: str) -> NativeChart:
    """Return one chart of traces that share a value axis."""
    value_axis, category_axis = _axes(traces[0], layout, axis)
    settings: dict[str, Any] = {
        "category_title": _title(category_axis),
        "value_title": _title(value_axis),
        "number_format": number_format(value_axis),
        "maximum": _maximum(value_axis),
    }
    if any(trace.kind == "waterfall" or trace.base is not None for trace in traces):
        return steps_chart(traces, layout, settings)
    if not traces[0].is_horizontal and _is_scattered(traces):
        return _scatter_chart(traces, settings)
    return _category_chart(traces, layout, settings, category_axis)


def _axes(
    trace: Trace, layout: Mapping[str, Any], axis: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if trace.is_horizontal:
        return layout.get("xaxis", {}), layout.get("yaxis", {})
    return layout.get("yaxis" + axis[1:], {}), layout.get("xaxis", {})


def _title(axis: Mapping[str, Any]) -> str:
    title = axis.get("title") or {}
    return plain_text(str(title.get("text") or "") if isinstance(title, Mapping) else str(title))


def _maximum(axis: Mapping[str, Any]) -> float | None:
    """Return the end of a scale of shares that begins at zero; others scale themselves."""
    ends = axis.get("range")
    if not ends or "%" not in str(axis.get("tickformat")) or ends[0] != 0:
        return None
    return float(ends[1])


def number_format(axis: Mapping[str, Any]) -> str:
    """Return the format of a value axis as office programs write it."""
    wanted = str(axis.get("tickformat") or "")
    places = re.search(r"\.(\d)[f%]", wanted)
    number = "0" + ("." + "0" * int(places[1]) if places and places[1] != "0" else "")
    if "%" in wanted:
        return f"{number}%"
    if "$" in wanted or axis.get("tickprefix") == "$":
        return "$#,##0"
    if not wanted:
        return "General"
    body = number if places else "#,##0"
    return f"+{body};-{body};{body}" if wanted.startswith("+") else body


def _is_scattered(traces: Sequence[Trace]) -> bool:
    """Return whether points lie anywhere on a scale of numbers, not at steps of it."""
    along = [value for trace in traces for value in trace.along if value is not None]
    if not _are_numbers(along) or not all(trace.kind == "scatter" for trace in traces):
        return False
    return any(value != int(value) for value in along) or any(
        len(set(trace.along)) < len(trace.along) for trace in traces
    )


def _scatter_chart(traces: Sequence[Trace], settings: Mapping[str, Any]) -> NativeChart:
    series = []
    for position, trace in enumerate(traces):
        points = [
            (float(one), float(other))
            for one, other in zip(trace.along, trace.values, strict=True)
            if one is not None and other is not None and isfinite(float(other))
        ]
        series.append(
            replace(
                series_of(trace, [other for _, other in points], position),
                across=tuple(one for one, _ in points),
            )
        )
    return NativeChart("scatter", False, (), tuple(series), **settings)


def _category_chart(
    traces: Sequence[Trace],
    layout: Mapping[str, Any],
    settings: Mapping[str, Any],
    category_axis: Mapping[str, Any],
) -> NativeChart:
    has_bars = any(trace.kind == "bar" for trace in traces)
    is_horizontal = traces[0].is_horizontal
    if is_horizontal and has_bars:
        # Marks beside bars that lie down are no chart of theirs; their number is in the label.
        traces = [trace for trace in traces if trace.kind == "bar"]
    keys = _categories(traces, category_axis)
    series = _apart(
        _beside(
            traces,
            [series_of(trace, _on(keys, trace), position) for position, trace in enumerate(traces)],
        )
    )
    if is_horizontal:
        series = [replace(one, style="column") for one in series]
    else:
        series += _guides(layout, len(keys), settings)
    names = _names(category_axis, layout)
    groups = {trace.raw.get("offsetgroup") for trace in traces if trace.kind == "bar"}
    return NativeChart(
        shape="bar" if is_horizontal else ("column" if has_bars else "line"),
        is_stacked=has_bars and len(groups) == 1 and layout.get("barmode") in ("stack", "relative"),
        categories=tuple(names.get(key, key) for key in keys),
        series=tuple(series),
        is_reversed=is_horizontal and category_axis.get("autorange") == "reversed",
        **settings,
    )


def _beside(traces: Sequence[Trace], series: Sequence[Series]) -> list[Series]:
    """Return one series per group of bars that stand beside each other: a group's bars add up.

    Office programs stack all columns of a chart or none.
    """
    groups: dict[object, list[Series]] = {}
    for position, (trace, one) in enumerate(zip(traces, series, strict=True)):
        groups.setdefault(trace.raw.get("offsetgroup") or position, []).append(one)
    return [_added(group) for group in groups.values()]


def _added(group: Sequence[Series]) -> Series:
    if len(group) == 1:
        return group[0]
    sums = [
        None if all(value is None for value in values) else sum(value or 0 for value in values)
        for values in zip(*(one.values for one in group), strict=True)
    ]
    return replace(group[0], name=" + ".join(one.name for one in group), values=tuple(sums))


def _apart(series: Sequence[Series]) -> list[Series]:
    """Return the series with lighter shades where two of them have one colour."""
    times: dict[str, int] = {}
    told = []
    for one in series:
        times[one.colour] = times.get(one.colour, -1) + 1
        told.append(replace(one, colour=_lighter(one.colour, min(times[one.colour] * 0.4, 0.8))))
    return told


def _lighter(colour: str, share: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(part + (255 - part) * share):02X}" for part in parts)


def _categories(traces: Sequence[Trace], axis: Mapping[str, Any]) -> list[Any]:
    """Return the categories in the order in which the figure draws them."""
    found = dict.fromkeys(
        [*(axis.get("categoryarray") or ()), *(one for trace in traces for one in trace.along)]
    )
    keys = [key for key in found if key is not None]
    wanted = {one for trace in traces for one in trace.along}
    keys = [key for key in keys if key in wanted]
    return keys if are_texts(keys) else sorted(keys)


def _on(keys: Sequence[Any], trace: Trace) -> list[Value]:
    """Return the trace's value at each category; several at one add up."""
    sums: dict[Any, float] = {}
    for key, value in zip(trace.along, trace.values, strict=False):
        if key is not None and value is not None:
            sums[key] = sums.get(key, 0) + float(value)
    return [sums.get(key) for key in keys]


def _names(axis: Mapping[str, Any], layout: Mapping[str, Any]) -> dict[Any, str]:
    """Return the labels of positions: of their ticks, or standing above them in the plot."""
    ticks = zip(axis.get("tickvals") or (), axis.get("ticktext") or (), strict=False)
    names = {plain_value(at): plain_text(str(text)) for at, text in ticks}
    if axis.get("visible") is False:
        for note in layout.get("annotations") or ():
            names[int(note["y"])] = plain_text(str(note["text"]))
    return names


def _guides(layout: Mapping[str, Any], length: int, settings: Mapping[str, Any]) -> list[Series]:
    """Return the milestones that lie across the plot of shares as series of one value."""
    top = settings["maximum"]
    if "%" not in settings["number_format"]:
        return []
    return [
        Series(f"Milestone {line['y0']:.0%}", (line["y0"],) * length, "guide", GUIDE)
        for line in layout.get("shapes") or ()
        if line.get("type") == "line"
        and line.get("y0") == line.get("y1")
        and (top is None or line["y0"] < top)
    ]
