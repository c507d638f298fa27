"""A native chart of a workbook, drawn from the cells that hold its figures."""

from __future__ import annotations

from typing import Any

from insights.exports.office_chart import NativeChart, Series
from insights.exports.table_files import safe_text

WIDTH, HEIGHT = 640, 330
TEXT = {"name": "Segoe UI", "size": 9, "color": "#3A4350", "bold": False}


def chart_in_workbook(book: Any, chart: NativeChart, *, sheet: str, top: int) -> Any:  # noqa: ANN401
    """Return a chart of the workbook that reads its figures from a sheet's table at row `top`.

    The table's first column holds the categories; for a scatter chart every series has two
    columns, across and up.
    """
    picture = book.add_chart(_kind(chart))
    columns = [one for one in chart.series if one.style in ("column", "hidden")]
    lines = [one for one in chart.series if one not in columns]
    if not columns:
        columns, lines = list(chart.series), []
    for series in columns:
        picture.add_series(_series(chart, series, sheet=sheet, top=top))
    if lines:
        over = book.add_chart({"type": "line"})
        for series in lines:
            over.add_series(_series(chart, series, sheet=sheet, top=top))
        picture.combine(over)
    _set_axes(picture, chart)
    picture.set_size({"width": WIDTH, "height": HEIGHT})
    picture.set_title({"none": True})
    hidden = [at for at, one in enumerate(columns) if one.style == "hidden"]
    shown = len(chart.series) - len(hidden)
    is_single = shown == 1 and not any(one.style == "guide" for one in chart.series)
    picture.set_legend(
        {"none": True}
        if is_single
        else {"position": "bottom", "font": TEXT, "delete_series": hidden}
    )
    return picture


def _kind(chart: NativeChart) -> dict[str, str]:
    if chart.shape == "scatter":
        return {"type": "scatter", "subtype": "straight_with_markers"}
    return {"type": chart.shape, **({"subtype": "stacked"} if chart.is_stacked else {})}


def _series(chart: NativeChart, series: Series, *, sheet: str, top: int) -> dict[str, Any]:
    position = chart.series.index(series)
    is_scatter = chart.shape == "scatter"
    across, up = (2 * position, 2 * position + 1) if is_scatter else (0, position + 1)
    last = top + len(series.values)
    told: dict[str, Any] = {
        "name": [sheet, top, up],
        "categories": [sheet, top + 1, across, last, across],
        "values": [sheet, top + 1, up, last, up],
    }
    return told | _look(series)


def _look(series: Series) -> dict[str, Any]:
    """Return fill, line and marks of a series."""
    colour = f"#{series.colour}"
    if series.style == "hidden":
        return {"fill": {"none": True}, "border": {"none": True}}
    if series.style == "column":
        points = [{"fill": {"color": f"#{one}"}} for one in series.point_colours]
        return {"fill": {"color": colour}, "gap": 60, **({"points": points} if points else {})}
    if series.style == "guide":
        line = {"color": colour, "width": 1, "dash_type": "dash"}
        return {"line": line, "marker": {"type": "none"}}
    if series.style == "markers":
        mark = {"type": "diamond", "size": 7, "fill": {"color": colour}}
        return {"line": {"none": True}, "marker": mark}
    dash = {"dash_type": "dash"} if series.is_dashed else {}
    return {"line": {"color": colour, "width": 2.25, **dash}, "marker": {"type": "none"}}


def _set_axes(picture: Any, chart: NativeChart) -> None:  # noqa: ANN401 - xlsxwriter's Chart
    across: dict[str, Any] = {
        "name": safe_text(chart.category_title),  # one that begins with "=" would be a reference
        "name_font": TEXT,
        "num_font": TEXT,
        "label_position": "low",
        "reverse": chart.is_reversed,
        **({"date_axis": True, "num_format": "mmm yy"} if chart.has_days else {}),
    }
    up: dict[str, Any] = {
        "name": safe_text(chart.value_title),
        "name_font": TEXT,
        "num_font": TEXT,
        "num_format": chart.number_format,
        "major_gridlines": {"visible": True, "line": {"color": "#E1E6ED", "width": 0.75}},
        **({"min": 0, "max": chart.maximum} if chart.maximum is not None else {}),
    }
    if chart.is_reversed:
        # With the categories turned round, the values would stand at the top.
        across["crossing"] = "max"
    # The writer's x axis is the one that lies; that of lying bars holds the values.
    lying, standing = (up, across) if chart.shape == "bar" else (across, up)
    picture.set_x_axis(lying)
    picture.set_y_axis(standing)
