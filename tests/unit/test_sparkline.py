import xml.etree.ElementTree as ElementTree

import pytest

from insights.charts.sparkline import EDGE, HEIGHT, WIDTH, sparkline

LINE = "{http://www.w3.org/2000/svg}polyline"
DOT = "{http://www.w3.org/2000/svg}circle"


def drawn(*values):
    return ElementTree.fromstring(sparkline(values))


@pytest.mark.parametrize("values", [(), (1.0,), (None, 1.0, None)])
def test_there_is_no_line_below_two_values(values):
    assert sparkline(values) is None


def test_line_runs_from_the_lowest_to_the_highest_value():
    [line] = drawn(1.0, 3.0).findall(LINE)
    assert line.get("points") == f"4.0,{HEIGHT - EDGE:.1f} {WIDTH - EDGE:.1f},{EDGE:.1f}"


def test_a_month_without_a_value_is_a_gap():
    assert len(drawn(1.0, 2.0, None, 3.0, 4.0).findall(LINE)) == 2


def test_dot_marks_the_newest_value():
    dot = drawn(5.0, 5.0, None).find(DOT)
    assert (dot.get("cx"), dot.get("cy")) == (f"{WIDTH / 2:.1f}", f"{HEIGHT / 2:.1f}")
