"""The page Programme rules: what holds on a day, two years, and refused or activated files."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data_access.program_store import active_program, shipped_text
from data_access.rules_change import Person, activate, uploaded_changes
from data_access.types import Scope
from tests.builders import NOW, bring_in

PAGE = "pages/admin/program_rules.py"
FY27 = shipped_text("FY27")
USAGE = """
tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Teams,2026-09,1000,220,p1,2026-06-01
t1,Teams,2026-10,1000,250,p1,2026-06-01
"""
DEARER = FY27.replace("per_unit_usd = 3", "per_unit_usd = 5", 1)


pytestmark = pytest.mark.usefixtures("shown_store")


def rate(store):
    """What a unit pays in FY27 by the rules in force."""
    with store.read() as connection:
        return active_program(connection).year("FY27").unit_rates[0].per_unit_usd_e4


def table(page: AppTest, *columns):
    """The rows of all tables with these columns, as lists."""
    shown = [frame.value for frame in page.dataframe if {*columns} <= {*frame.value.columns}]
    return [row for rows in shown for row in rows[list(columns)].to_numpy().tolist()]


def texts(page):
    return "\n".join(each.value.replace("\\", "") for each in page.markdown)


def upload(page, text, name="fy27.toml"):
    content = text if isinstance(text, bytes) else text.encode()
    page.file_uploader[0].upload(name, content, "application/toml").run()
    assert not page.exception
    return page


def test_rules_of_today_are_shown_with_reference_and_example_mark(without_exception):
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


def test_day_of_the_address_chooses_the_year(without_exception):
    page = without_exception(PAGE, {"ru_on": "2023-01-01"})
    assert "FY23" in page.header[0].value
    assert ["15%", "All workloads", "500 USD"] in table(page, "milestone", "workloads", "XXS")
    page.date_input[0].set_value(date(2021, 12, 1)).run()
    assert "FY22" in page.header[0].value
    assert page.query_params["ru_on"] == "2021-12-01"


@pytest.mark.parametrize("told", ["1999-01-01", "tomorrow", "2023-13-01"])
def test_address_without_a_day_of_the_programme_still_shows_rules(without_exception, told):
    assert "FY2" in without_exception(PAGE, {"ru_on": told}).header[0].value


def test_two_years_are_compared_as_the_address_names_them(without_exception):
    page = without_exception(PAGE, {"ru_a": "FY22", "ru_b": "FY24"})
    assert "From FY22 to FY24" in texts(page)
    assert ["Model", "milestone", "growth"] in table(page, "subject", "before", "after")


def test_upload_shows_what_changes_and_activates_only_when_asked(shown_store, without_exception):
    bring_in(shown_store, USAGE)
    page = upload(without_exception(PAGE), DEARER)
    assert not page.error
    assert [
        "Rate per unit, all workloads",
        "3 USD, at most 6,000 USD a year (◇ example)",
        "5 USD, at most 6,000 USD a year (◇ example)",
    ] in table(page, "subject", "before", "after")
    # t1 lacks 400 - 250 users to 40 %: 450 USD by the shipped rules, 750 USD by the uploaded ones.
    assert ["In flight", 450.0, 750.0, 300.0] in table(page, "group", "before", "after", "change")
    assert rate(shown_store) == 30_000
    page.button(key="rules_activate").click().run()
    assert not page.exception
    assert page.success[0].value.startswith("FY27: the uploaded rules are in force")
    assert rate(shown_store) == 50_000
    assert ["FY27", "activated", "local user", "fy27.toml", "in force"] in table(
        page, "title", "what", "activated_by", "file_name", "standing"
    )
    assert "activated by local user" in texts(page)


def test_going_back_is_previewed_and_a_new_row_of_the_history(shown_store, without_exception):
    bring_in(shown_store, USAGE)
    activate(
        shown_store,
        uploaded_changes([("fy27.toml", DEARER.encode())]),
        Person(Scope("Ada", "admin"), NOW),
    )
    page = without_exception(PAGE)
    page.pills(key="rules_back").set_value(["FY27"]).run()
    assert ["In flight", 750.0, 450.0, -300.0] in table(page, "group", "before", "after", "change")
    page.button(key="rules_reset").click().run()
    assert not page.exception
    assert rate(shown_store) == 30_000
    assert table(page, "what", "standing") == [
        ["back to the shipped rules", "in force"],
        ["activated", "replaced"],
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\x00\xff", "fy27.toml: is no text in UTF-8"),
        (b" ", "fy27.toml: is empty"),
        (FY27.replace("percent = 40", "percent = 10"), "milestones[2].percent: 10 does not rise"),
        (FY27.replace("starts = 2026-10-01", "starts = 2026-12-01"), "no rules are in force from"),
        (FY27, "is word for word what is in force"),
    ],
)
def test_refused_file_gives_one_message_with_file_and_key(
    shown_store, without_exception, content, words
):
    page = upload(without_exception(PAGE), content)
    assert len(page.error) == 1
    assert words in page.error[0].value.replace("\\", "")
    assert "rules_activate" not in [button.key for button in page.button]
    assert shown_store.data_version() == 0


def test_all_problems_of_a_file_are_listed(without_exception):
    text = FY27.replace("percent = 40", "percent = 10").replace('"SFB"', '"SKYPE"')
    message = upload(without_exception(PAGE), text).error[0].value.replace("\\", "")
    assert "milestones[2].percent" in message
    assert "not_paid[1].workloads: unknown workload SKYPE" in message
