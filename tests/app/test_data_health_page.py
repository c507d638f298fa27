"""The page Data health: what it finds in a store with one of each oddity."""

import pytest

from insights.months import month_index
from tests.builders import fill_store

PAGE = "pages/trust/data_health.py"
AUG, SEP, OCT = (month_index(2026, month) for month in (8, 9, 10))


@pytest.fixture
def odd_store(shown_store):
    """Pair a/TEAMS lacks September, b/TEAMS is above 100%, c/EXO has no seats, d/EXO is late."""
    usage = [
        ("a", "TEAMS", AUG, 100, 10),
        ("a", "TEAMS", OCT, 100, 12),
        *(("b", "TEAMS", month, 100, 130) for month in (AUG, SEP, OCT)),
        *(("c", "EXO", month, 0, 5) for month in (AUG, SEP, OCT)),
        *(("e", "EXO", month, 50, 5) for month in (AUG, SEP, OCT)),
        ("d", "EXO", AUG, 70, 7),
    ]
    about = {"b": {"name": "Beta", "is_name_masked": True}}
    fill_store(shown_store, usage, tenants=about)
    return shown_store


def summary(page):
    frame = next(f.value for f in page.dataframe if "meaning" in f.value.columns)
    return dict(zip(frame["label"], frame["count"], strict=True))


@pytest.mark.usefixtures("odd_store")
def test_summary_counts_each_oddity(without_exception):
    found = summary(without_exception(PAGE))
    assert found["Late pairs"] == 1
    assert found["Pairs with missing months"] == 1
    assert found["Usage above 100% or without seats"] == 2
    assert found["Masked customer names"] == 1
    assert found["Restated values"] == 0
    assert found["Unknown workloads"] == 0


@pytest.mark.usefixtures("odd_store")
def test_rows_of_a_finding_are_listed_when_it_is_chosen(without_exception):
    page = without_exception(PAGE, {"health_rows": "Usage above 100% or without seats"})
    frame = next(f.value for f in page.dataframe if "active_usage" in f.value.columns)
    assert frame["tenant_name"].tolist() == ["Beta", "c"]
    assert frame["active_usage"].round(1).fillna(-1).tolist() == [130.0, -1]


@pytest.mark.usefixtures("odd_store")
def test_every_finding_can_be_chosen(without_exception):
    page = without_exception(PAGE)
    for name in page.selectbox(key="health_rows").options:
        page.selectbox(key="health_rows").set_value(name).run()
        assert not page.exception
        assert not page.error


@pytest.mark.usefixtures("odd_store")
def test_the_chart_has_a_bar_for_every_month(without_exception):
    [chart] = without_exception(PAGE).get("plotly_chart")
    assert chart.proto.alt.startswith("Pairs reporting by month")
