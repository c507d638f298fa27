"""The audit page: filters, paging, one event in full, and who may open it."""

from datetime import UTC, datetime, timedelta

import pytest

from data_access.audit import note
from data_access.types import LOCAL_USER, Scope

PAGE = "pages/admin/audit.py"
ANA = Scope("Ana *x*", "sales", user_key="u-ana")


@pytest.fixture
def noted(shown_store):
    """A store with 120 exports of one moment in the last hour, and an import of Ana's."""
    now = datetime.now(UTC)
    with shown_store.app_write() as connection:
        for number in range(120):
            subject = f"page{number}"
            detail = {"rows": number}
            note(connection, LOCAL_USER, "export", subject=subject, detail=detail, now=now)
    with shown_store.write() as connection:
        early = now - timedelta(hours=1)
        note(connection, ANA, "import", subject_kind="file", subject="u.csv", now=early)
    return shown_store


def subjects(page):
    return page.dataframe[0].value["about"].tolist()


@pytest.mark.usefixtures("noted")
def test_pages_of_events_are_whole_and_disjoint(without_exception):
    page = without_exception(PAGE)
    newest = subjects(page)
    page.button(key="au_older").click().run()
    older = subjects(page)
    assert (len(newest), len(older)) == (100, 21)
    assert {*newest, *older} == {*(f"page{number}" for number in range(120)), "u.csv"}
    assert page.button(key="au_older").disabled
    page.button(key="au_newest").click().run()
    assert subjects(page) == newest


@pytest.mark.usefixtures("noted")
def test_filters_leave_what_they_ask_for_and_begin_anew(without_exception):
    page = without_exception(PAGE)
    page.button(key="au_older").click().run()
    page.selectbox(key="au_event_box").set_value("import").run()
    assert subjects(page) == ["u.csv"]
    page.selectbox(key="au_event_box").set_value(None).run()
    page.text_input(key="au_q_box").set_value("page119").run()
    assert subjects(page) == ["page119"]


@pytest.mark.usefixtures("noted")
def test_one_event_is_shown_in_full_as_text(without_exception):
    page = without_exception(PAGE, {"au_row": "store-1"})
    told = " ".join(element.value for element in page.markdown)
    assert "Ana \\*x\\*" in told
    assert "file u.csv" in told.replace("\\", "")
    page.button(key="au_close").click().run()
    assert not page.exception


@pytest.mark.usefixtures("noted")
def test_an_unknown_event_and_an_empty_period_are_no_failure(without_exception):
    page = without_exception(PAGE, {"au_row": "app-99999", "au_at": "nonsense~1"})
    assert len(subjects(page)) == 100
    page.text_input(key="au_q_box").set_value("nothing has this").run()
    assert "Nothing was noted" in " ".join(element.value for element in page.info)
