"""The people list and the playbooks as an admin meets them."""

from datetime import UTC, datetime

import pytest

from data_access import people_store, playbook_store
from data_access.types import LOCAL_USER
from insights.actions.people import Person
from tests.action_builders import action_row, add_actions, add_people
from tests.app.performance_store import fill_portfolio

PEOPLE = "pages/admin/people.py"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = "ana@partner.com"


@pytest.fixture
def open_people(shown_store, without_exception):
    """A function that opens the page on Ana, who has one open action, and Bo."""
    fill_portfolio(shown_store)
    add_people(shown_store, ana="Ana Lind", bo="Bo Berg")
    add_actions(shown_store, action_row("a1", owner=ANA))
    return lambda **query: without_exception(PEOPLE, query=query)


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.success, *page.warning, *page.error]
    return "\n".join(one.value for one in shown).replace("\\", "")


def press(page, label):
    button = next(one for one in page.button if one.label == label)
    return button.click().run()


def fill(page, **texts):
    for label, text in texts.items():
        field = next(one for one in page.text_input if one.label.replace("-", "") == label)
        field.set_value(text)
    return page


def by_email(store):
    return people_store.people(store).set_index("email")


def test_list_shows_who_has_how_much_to_do(open_people):
    rows = open_people().dataframe[0].value
    assert rows["name"].tolist() == ["Ana Lind", "Bo Berg"]
    assert rows["open_actions"].tolist() == [1, 0]


@pytest.mark.usefixtures("shown_store")
def test_empty_store_takes_people_already(without_exception):
    page = without_exception(PEOPLE)
    assert "Nobody is on the list yet." in words(page)
    page = fill(press(page, "Add a person"), Email="Cleo@Partner.com", Name="Cleo Ortiz")
    assert "Cleo Ortiz is saved." in words(press(page, "Save person"))


def test_person_is_added_changed_and_deactivated(open_people, shown_store):
    page = fill(open_people(pe_p="new"), Email="cleo@partner.com", Name="Cleo Ortiz")
    page = press(page, "Save person")
    assert by_email(shown_store).loc["cleo@partner.com", "name"] == "Cleo Ortiz"
    page = press(fill(page, Name="Cleo O."), "Save person")
    assert by_email(shown_store).loc["cleo@partner.com", "name"] == "Cleo O."
    page = press(page, "Deactivate")
    assert not by_email(shown_store).loc["cleo@partner.com", "is_active"]
    assert "Name: Cleo Ortiz → Cleo O." in page.dataframe[0].value["changed"].tolist()[1]


def test_wrong_address_is_refused_and_what_was_typed_stays(open_people, shown_store):
    page = press(fill(open_people(pe_p="new"), Email="cleo", Name="Cleo Ortiz"), "Save person")
    assert "E-mail:" in words(page)
    assert next(one for one in page.text_input if one.label == "Name").value == "Cleo Ortiz"
    assert len(by_email(shown_store)) == 2


def test_change_of_somebody_else_is_told_and_kept(open_people, shown_store):
    page = open_people(pe_p=ANA)
    other = Person(ANA, "Ana Lind", hours_per_week=8.0)
    people_store.save_person(shown_store, LOCAL_USER, other, version=1, now=NOW)
    page = press(fill(page, Name="Ana L."), "Save person")
    text = words(page)
    assert "changed this person meanwhile" in text
    assert next(one for one in page.text_input if one.label == "Name").value == "Ana L."
    assert by_email(shown_store).loc[ANA, "hours_per_week"] == 8.0
    press(page, "Show their values")


def upload(page, text):
    return page.file_uploader[0].upload("people.csv", text.encode(), "text/csv").run()


def test_list_is_checked_first_and_changes_nothing_before_it_is_saved(open_people, shown_store):
    page = upload(
        open_people(),
        "Name,E-mail,Role,Hours per week\n"
        "Ana Lind,ana@partner.com,Sales,5\n"
        "Cleo Ortiz,cleo@partner.com,Sales,5\n"
        "Dan,dan,Sales,lots\n",
    )
    problems = page.dataframe[1].value
    assert problems["row"].tolist() == [3, 3]
    assert set(problems["column"]) == {"E-mail", "Hours per week"}
    assert "1 new, 1 changed, 0 unchanged; 2 problems" in words(page)
    assert len(by_email(shown_store)) == 2
    page = press(page, "Save 2 rows")
    assert "1 added, 1 changed, 0 as they were." in words(page)
    assert by_email(shown_store).loc[ANA, "role"] == "sales"


def test_file_that_is_no_list_is_refused(open_people, shown_store):
    page = upload(open_people(), "a,b\n1,2\n")
    assert "No row of this file can be used; nothing was changed." in words(page)
    assert len(by_email(shown_store)) == 2


def test_link_to_nobody_says_so(open_people):
    assert "This person is not on the list." in words(open_people(pe_p="eve@partner.com"))


# --- playbooks ------------------------------------------------------------------------------------


def test_playbook_is_changed_with_a_preview_and_taken_back(open_people, shown_store):
    page = open_people(pe_view="playbooks", pe_b="activate")
    area = next(one for one in page.text_area if one.label == "Text (TOML)")
    page = area.set_value(area.value.replace("Activation sprint", "Our sprint")).run()
    page = press(page, "Put it in force")
    assert "Our sprint is in force." in words(page)
    assert playbook_store.playbooks(shown_store)["activate"].title == "Our sprint"
    page = press(page, "Back to the shipped one")
    assert playbook_store.playbooks(shown_store)["activate"].title == "Activation sprint"


def test_faulty_text_names_every_problem_and_cannot_be_put_in_force(open_people):
    page = open_people(pe_view="playbooks", pe_b="activate")
    area = next(one for one in page.text_area if one.label == "Text (TOML)")
    page = area.set_value('title = "x"\nkind = "dance"').run()
    text = "\n".join(error.value for error in page.error).replace("\\", "")
    assert "kind" in text
    assert "steps" in text
    assert "Put it in force" not in [button.label for button in page.button]
