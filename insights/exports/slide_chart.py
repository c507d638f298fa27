"""A native chart on a slide, with its figures in the workbook that PowerPoint keeps inside."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from insights.exports.office_chart import NativeChart, Series
from insights.exports.slide_figures import keep_safe_figures

LABELLED_MONTHS = 12
SMALL = 10
"""Points of the letters in charts of which several stand on a slide."""
FONT, INK, GRID = "Segoe UI", "3A4350", "E1E6ED"

_KINDS = {
    ("column", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("column", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("bar", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bar", True): XL_CHART_TYPE.BAR_STACKED,
    ("line", False): XL_CHART_TYPE.LINE,
    ("scatter", False): XL_CHART_TYPE.XY_SCATTER,
}


def add_native_chart(
    slide: Any,  # noqa: ANN401 - pptx's Slide
    chart: NativeChart,
    area: tuple[float, float, float, float],
    *,
    told: str,
    size: int,
) -> None:
    """Draw a chart in an area (inches); `told` is its alternative text, `size` that of letters."""
    places = [Inches(one) for one in area]
    figures = _figures(chart)
    frame = slide.shapes.add_chart(_KINDS[chart.shape, chart.is_stacked], *places, figures)
    keep_safe_figures(frame.chart, figures, is_scatter=chart.shape == "scatter")
    frame._element.nvGraphicFramePr.cNvPr.set("descr", told)
    drawn = frame.chart
    drawn.font.size, drawn.font.name = Pt(size), FONT
    drawn.font.color.rgb = RGBColor.from_string(INK)
    drawn.has_title = False
    _set_axes(drawn, chart, size=size)
    plot = drawn.plots[0]
    if chart.shape in ("column", "bar"):
        plot.gap_width = 60
        plot.overlap = 100 if chart.is_stacked else 0
    for series, wanted in zip(plot.series, chart.series, strict=True):
        _paint(series, wanted, is_line=chart.shape in ("line", "scatter"))
    if chart.shape == "column":
        _lines_over_columns(drawn, chart)
    _set_legend(drawn, chart, size=size)


def _figures(chart: NativeChart) -> CategoryChartData | XyChartData:
    if chart.shape == "scatter":
        points = XyChartData(number_format=chart.number_format)
        for one in chart.series:
            added = points.add_series(one.name)
            for across, up in zip(one.across, one.values, strict=True):
                added.add_data_point(across, up)
        return points
    figures = CategoryChartData(number_format=chart.number_format)
    figures.categories = chart.categories if chart.has_days else chart.labels
    for one in chart.series:
        figures.add_series(one.name, one.values)
    return figures


def _set_axes(drawn: Any, chart: NativeChart, *, size: int) -> None:  # noqa: ANN401 - pptx's Chart
    across, up = drawn.category_axis, drawn.value_axis
    for axis, title in ((across, chart.category_title), (up, chart.value_title)):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            font = axis.axis_title.text_frame.paragraphs[0].font
            font.size, font.bold, font.name = Pt(size), False, FONT
        axis.format.line.color.rgb = RGBColor.from_string("C3CBD6")
    across.has_major_gridlines = False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.has_days:
        across.tick_labels.number_format = "mmm yy"
        across.tick_labels.number_format_is_linked = False
        _by_month(across, chart, labelled=LABELLED_MONTHS if size > SMALL else 4)
    up.has_major_gridlines = True
    up.major_gridlines.format.line.color.rgb = RGBColor.from_string(GRID)
    up.tick_labels.number_format = chart.number_format
    up.tick_labels.number_format_is_linked = False
    if chart.maximum is not None:
        up.minimum_scale, up.maximum_scale = 0, chart.maximum
    if chart.is_reversed:
        across.reverse_order = True
        up.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _by_month(axis: Any, chart: NativeChart, *, labelled: int) -> None:  # noqa: ANN401
    """Make a month one step of a time axis whose points are first days of months."""
    if any("-" in label for label in chart.labels):
        return
    step = max(len(chart.categories) // labelled, 1)
    unit = axis._element.find(qn("c:baseTimeUnit"))
    unit.set("val", "months")
    major = parse_xml(f'<c:majorUnit {nsdecls("c")} val="{step}"/>')
    unit.addnext(major)
    major.addnext(parse_xml(f'<c:majorTimeUnit {nsdecls("c")} val="months"/>'))


def _set_legend(drawn: Any, chart: NativeChart, *, size: int) -> None:  # noqa: ANN401
    """Name the series below the plot where there are several; what is not drawn has no name."""
    shown = [one for one in chart.series if one.style != "hidden"]
    named = [one for one in shown if one.style != "guide"]
    drawn.has_legend = len(shown) > 1 and (size > SMALL or len(named) > 1)
    if not drawn.has_legend:
        return
    drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.legend.font.size, drawn.legend.font.name = Pt(size), FONT
    legend = drawn.legend._element
    for position, one in enumerate(chart.series):
        if one.style == "hidden":
            entry = parse_xml(
                f'<c:legendEntry {nsdecls("c")}><c:idx val="{position}"/>'
                '<c:delete val="1"/></c:legendEntry>'
            )
            legend.insert(1, entry)


def _paint(series: Any, wanted: Series, *, is_line: bool) -> None:  # noqa: ANN401 - pptx's series
    """Give a series its colour, and each of its points where they differ."""
    if is_line:
        _paint_line(series.format.line, wanted)
        series.smooth = False
        if wanted.style == "markers":
            series.marker.style, series.marker.size = XL_MARKER_STYLE.DIAMOND, 8
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = RGBColor.from_string(wanted.colour)
        else:
            series.marker.style = XL_MARKER_STYLE.NONE
        return
    if wanted.style == "hidden":
        series.format.fill.background()
        return
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(wanted.colour)
    series.invert_if_negative = False
    for position, colour in enumerate(wanted.point_colours):
        fill = series.points[position].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(colour)


def _paint_line(line: Any, wanted: Series) -> None:  # noqa: ANN401 - pptx's LineFormat
    if wanted.style == "markers":
        line.fill.background()
        return
    line.color.rgb = RGBColor.from_string(wanted.colour)
    line.width = Pt(1 if wanted.style == "guide" else 2.25)
    if wanted.style == "guide" or wanted.is_dashed:
        line.dash_style = MSO_LINE.DASH


def _lines_over_columns(drawn: Any, chart: NativeChart) -> None:  # noqa: ANN401 - pptx's Chart
    """Move the series that are lines out of the columns, into lines on the same axes."""
    wanted = [at for at, one in enumerate(chart.series) if one.style not in ("column", "hidden")]
    if not wanted or len(wanted) == len(chart.series):
        return
    columns = drawn._chartSpace.find(f".//{qn('c:barChart')}")
    moved = columns.findall(qn("c:ser"))
    lines = parse_xml(
        f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/>'
        "</c:lineChart>"
    )
    for at in wanted:
        lines.append(_as_line(moved[at], chart.series[at]))
    lines.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in columns.findall(qn("c:axId")):
        lines.append(deepcopy(axis))
    columns.addnext(lines)


def _as_line(series: Any, wanted: Series) -> Any:  # noqa: ANN401 - an element of a chart
    """Return a series of columns as one of lines: what lines do not have is taken out."""
    for name in ("c:invertIfNegative", "c:spPr", "c:dPt"):
        for part in series.findall(qn(name)):
            series.remove(part)
    dash = '<a:prstDash val="dash"/>' if wanted.is_dashed or wanted.style == "guide" else ""
    look = parse_xml(
        f'<c:spPr {nsdecls("c", "a")}><a:ln w="28575"><a:solidFill>'
        f'<a:srgbClr val="{wanted.colour}"/></a:solidFill>{dash}</a:ln></c:spPr>'
    )
    mark = parse_xml(f'<c:marker {nsdecls("c")}><c:symbol val="none"/></c:marker>')
    series.find(qn("c:tx")).addnext(look)
    look.addnext(mark)
    series.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))
    return series
