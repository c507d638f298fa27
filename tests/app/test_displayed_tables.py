"""Rows of a table as the browser gets them."""

import numpy as np
import pandas as pd

from insights.views.table import Column
from pages.shared.tables import displayed


def test_trend_stays_empty_when_a_row_has_none():
    rows = pd.DataFrame({"trend": [[0.1, np.nan, 0.3], np.nan]})
    shown = displayed(rows, [Column("trend", "Trend", "trend")])["trend"]
    assert shown[0] == [0.1, 0.3]
    assert np.isnan(shown[1])
