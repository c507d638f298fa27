"""People lists as people write them: spellings, mistakes, and what is read is what was meant."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.actions.people import (
    FRAME_COLUMNS,
    MOST_HOURS,
    PROBLEM_COLUMNS,
    ROLES,
    USUAL_HOURS,
    Person,
    people_from_texts,
    people_of,
    person_faults,
    template_csv,
)

HEADER = ["Name", "E-mail", "Role", "Partners", "Customers", "Hours per week", "Active"]
ANA = ["Ana Lind", "ana@example.com", "Sales", "p1; p2", "", "6", "yes"]


def read(*rows: list[str], header: list[str] | None = None):
    return people_from_texts(HEADER if header is None else header, rows, range(1, len(rows) + 1))


def changed(**values: str) -> list[str]:
    """Return Ana's row with other values by field."""
    fields = ("name", "email", "role", "partner_ids", "tenant_ids", "hours", "active")
    places = {field: place for place, field in enumerate(fields)}
    row = list(ANA)
    for name, value in values.items():
        row[places[name]] = value
    return row


def test_a_row_becomes_a_person():
    found, problems = read(changed(email=" Ana@Example.COM ", name="Ana  Lind"))
    assert problems.empty
    assert list(found.columns) == list(FRAME_COLUMNS)
    assert people_of(found) == [
        Person("ana@example.com", "Ana Lind", "sales", ("p1", "p2"), (), 6.0, True)
    ]


def test_only_name_and_address_are_needed():
    found, problems = read(["Ana Lind", "ana@example.com"], header=["Full name", "Mail"])
    assert problems.empty
    assert people_of(found) == [Person("ana@example.com", "Ana Lind", hours_per_week=USUAL_HOURS)]


@pytest.mark.parametrize(
    ("values", "column", "message", "remedy"),
    [
        ({"email": "ana"}, "E-mail", "@", "Give an address like ana@example.com."),
        ({"email": ""}, "E-mail", "@", "Give an address like ana@example.com."),
        ({"name": " "}, "Name", "empty", "Give first and last name."),
        ({"role": "boss"}, "Role", "'boss' is no role", "Account manager, Sales"),
        ({"hours": "many"}, "Hours per week", "'many' is not understood", "Give a number"),
        ({"hours": "61"}, "Hours per week", "61 hours a week", "Give 0 to 60 hours."),
        ({"hours": "nan"}, "Hours per week", "nan hours", "Give 0 to 60 hours."),
        ({"hours": "-1"}, "Hours per week", "-1 hours", "Give 0 to 60 hours."),
        ({"active": "maybe"}, "Active", "'maybe' is not understood", "Write yes or no."),
    ],
)
def test_a_problem_names_row_column_and_remedy(values, column, message, remedy):
    found, problems = read(ANA, changed(**{"email": "bo@example.com", **values}))
    assert list(problems.columns) == list(PROBLEM_COLUMNS)
    row = problems.iloc[0]
    assert (row["row"], row["column"]) == (2, column)
    assert message in row["message"]
    assert remedy in row["remedy"]
    assert found["email"].tolist() == ["ana@example.com"]


def test_a_person_listed_twice_is_told_with_both_rows():
    _, problems = read(ANA, changed(email="ANA@example.com"))
    assert problems.iloc[0]["row"] == 2
    assert "in row 1 already" in problems.iloc[0]["message"]


@pytest.mark.parametrize("header", [["Role"], ["Name", "Role"], []])
def test_a_table_without_the_needed_columns_is_refused_as_a_whole(header):
    found, problems = read(["x"] * len(header), header=header)
    assert found.empty
    assert set(problems["row"]) == {0}
    assert problems["message"].str.contains("There is no column").all()


def test_an_empty_list_is_a_problem():
    found, problems = read()
    assert found.empty
    assert problems["message"].tolist() == ["The list names nobody."]


def test_a_customer_is_found_whatever_the_spelling_of_its_id():
    guid = "{226C5908-CC90-4DD9-ABDA-C533317D151E}"
    found, _ = read(changed(tenant_ids=f"{guid}, Contoso-7"))
    assert json.loads(found["tenant_ids"].iloc[0]) == [
        "226c5908-cc90-4dd9-abda-c533317d151e",
        "Contoso-7",
    ]


def test_the_template_is_a_list_that_is_accepted():
    rows = list(csv.reader(io.StringIO(template_csv())))
    found, problems = people_from_texts(rows[0], rows[1:], [1])
    assert problems.empty
    assert len(found) == 1


WORDS = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=9)
PEOPLE = st.builds(
    Person,
    email=st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.com", fullmatch=True),
    name=st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
    role=st.sampled_from(sorted(ROLES)),
    partner_ids=st.lists(WORDS, max_size=4, unique=True).map(tuple),
    tenant_ids=st.lists(WORDS, max_size=4, unique=True).map(tuple),
    hours_per_week=st.floats(0, MOST_HOURS).map(lambda hours: round(hours, 2)),
    is_active=st.booleans(),
)


@given(st.lists(PEOPLE, min_size=1, max_size=5, unique_by=lambda person: person.email), st.data())
def test_what_is_written_is_what_is_read_whatever_the_spelling(people, data):
    joined = data.draw(st.sampled_from([";", "; ", " | ", ","]))
    roles = data.draw(st.sampled_from([lambda code: code, lambda code: ROLES[code].upper()]))
    rows = [
        [
            person.name,
            person.email.upper(),
            roles(person.role),
            joined.join(person.partner_ids),
            joined.join(person.tenant_ids),
            str(person.hours_per_week).replace(".", data.draw(st.sampled_from([".", ","]))),
            "yes" if person.is_active else "no",
        ]
        for person in people
    ]
    found, problems = read(*rows)
    assert problems.empty
    assert people_of(found) == people


@given(st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=4))
def test_any_text_is_read_or_told_and_what_is_read_is_right(rows):
    found, problems = read(*rows)
    assert set(problems["column"]) <= {*HEADER, ""}
    assert len(set(found["row"]) & set(problems["row"])) == 0
    assert all(not person_faults(person) for person in people_of(found))
