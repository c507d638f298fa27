"""The page Programme rules: what holds on a day, two years, and refused or activated files."""

from streamlit.testing.v1 import AppTest

from data_access.program_store import shipped_text

PAGE = "pages/admin/program_rules.py"
FY27 = shipped_text("FY27")
DEARER = FY27.replace("per_unit_usd = 3", "per_unit_usd = 5", 1)


def table(page: AppTest, *columns):
    """The rows of the first table with these columns, as lists."""
    shown = next(frame.value for frame in page.dataframe if {*columns} <= {*frame.value.columns})
    return shown[list(columns)].to_numpy().tolist()


def texts(page):
    return "\n".join(each.value.replace("\\", "") for each in page.markdown)


def upload(page, text, name="fy27.toml"):
    content = text if isinstance(text, bytes) else text.encode()
    page.file_uploader[0].upload(name, content, "application/toml").run()
    assert not page.exception
    return page


def test_rules_of_today_are_shown_with_reference_and_example_mark(shown_store, without_exception):
    page = without_exception(PAGE)
    assert "FY27" in page.header[0].value
    assert "as shipped with the app" in texts(page)
    assert ["Exchange Online", "✓", "✓", "yes"] in table(
        page, "workload", "at_15", "at_40", "earns"
    )
    assert ["Minimum", 150, "◇ example"] in table(page, "bucket", "from_units", "example")
    assert ["All workloads", "3 USD", "6,000 USD"] in table(
        page, "workloads", "per_unit", "maximum"
    )
    assert ["Payment", "45 days after the month's end"] in table(page, "subject", "value")
