"""Rows of a table as the browser gets them."""

import numpy as np
import pandas as pd

from insights.exports.cells import cell_texts, cell_values
from insights.views.table import Column
from pages.shared.tables import displayed

TREND = Column("trend", "Trend", "trend")


def test_trend_stays_empty_when_a_row_has_none():
    rows = pd.DataFrame({"trend": [[0.1, np.nan, 0.3], np.nan]})
    shown = displayed(rows, [TREND])["trend"]
    assert shown[0] == [0.1, 0.3]
    assert np.isnan(shown[1])


def test_trend_is_empty_in_files_when_a_row_has_none():
    rows = pd.DataFrame({"trend": [[0.1, 0.3], np.nan]})
    assert cell_values(rows["trend"], TREND) == ["0.1, 0.3", None]
    assert cell_texts(rows, [TREND])[1] == ("—",)
