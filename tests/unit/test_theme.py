import plotly.graph_objects as go
import pytest

from insights.charts.theme import PALETTE, WORKLOAD_STYLES, composed, workload_style
from insights.workloads import WORKLOADS


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("background", ["#FFFFFF", "#12171F"])
def test_data_colours_stand_out_on_both_backgrounds(colour, background):
    assert contrast(colour, background) >= 3


def test_every_known_workload_looks_different():
    assert len({WORKLOAD_STYLES[workload.code] for workload in WORKLOADS}) == len(WORKLOADS)


def test_an_unknown_workload_keeps_its_style():
    assert workload_style("Project Siena") == workload_style("Project Siena")


def test_a_figure_is_written_down_once_and_as_plotly_writes_it():
    figure = composed([{"type": "bar", "x": [1, 2], "y": [3.5, 4]}], height=200, title="Units")
    assert figure.to_dict() == go.Figure(figure).to_dict()
    assert figure.to_dict() is figure.to_dict()
    assert figure.layout.height == 200
