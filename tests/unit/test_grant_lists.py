"""Lists of users and grants: each row is understood or told, whatever is in it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.grant_lists import LABELS, list_rows, users_from_texts
from insights.grants import KINDS_BY_CODE, Grant, grant_fault

HEADER = ("Directory id", "Object id", "Role", "Partners", "Markets", "Money")


def read(*rows, header=HEADER):
    return users_from_texts(header, rows, range(1, len(rows) + 1))


def test_cells_become_grants_and_absent_columns_are_not_told():
    (user,), problems = read((" d ", "O", "account manager", "1, 2;3", "North, West | B", "Yes"))
    assert problems.empty
    assert (user.identity, user.row) == (("d", "O"), 1)
    assert user.grants == {
        Grant("role", "account_manager"),
        *(Grant("partner", one) for one in "123"),
        Grant("market", "North, West"),
        Grant("market", "B"),
        Grant("money"),
    }
    assert user.told == {"role", "partner", "market", "money"}


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (("", "o", "", "", "", ""), "Directory id", "The id is missing."),
        (("d", "a@b.c", "", "", "", ""), "Object id", "'a@b.c' is no id."),
        (("d", "o", "boss", "", "", ""), "Role", "This is no role."),
        (("d", "o", "sales; admin", "", "", ""), "Role", "A user has one role at most."),
        (("d", "o", "", "", "", "perhaps"), "Money", "'perhaps' is not understood."),
        (("d", "o", "", "x" * 201, "", ""), "Partners", "Partner: this is no id or name."),
    ],
)
def test_a_wrong_cell_is_told_with_row_column_and_remedy(row, column, message):
    users, problems = read(row)
    assert users == ()
    (told,) = problems.to_dict("records")
    assert (told["row"], told["column"]) == (1, column)
    assert told["message"].startswith(message)
    assert told["remedy"]


def test_who_is_listed_twice_keeps_the_first_row():
    users, problems = read(("d", "o", "sales", "", "", ""), ("d", "o", "admin", "", "", ""))
    assert [user.grants for user in users] == [{Grant("role", "sales")}]
    assert problems["message"].tolist() == ["The user is in row 1 already."]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("Object id", "Role"), "There is no column Directory id."),
        ((*HEADER, "Marktes"), "This column is not known."),
        (("Directory id", "Object id", "Name"), "No column tells a grant."),
    ],
)
def test_a_header_is_not_guessed(header, words):
    users, problems = read(tuple("x" for _ in header), header=header)
    assert users == ()
    assert words in problems["message"].tolist()


def test_a_list_of_nobody_is_told():
    assert read()[1]["message"].tolist() == ["The list names nobody."]


TEXTS = st.text(max_size=12) | st.sampled_from(["sales", "admin", "yes", "no", "p1; p2", "d"])


@given(st.lists(st.tuples(*[TEXTS] * len(HEADER)), max_size=6))
def test_every_row_is_a_user_or_has_a_problem(rows):
    users, problems = read(*rows)
    listed = {user.row for user in users}
    assert listed | set(problems["row"]) >= set(range(1, len(rows) + 1))
    assert not listed & set(problems["row"])
    assert all(grant_fault(grant) is None for user in users for grant in user.grants)
    assert len({user.identity for user in users}) == len(users)


VALUES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
GRANTS = st.frozensets(
    st.builds(Grant, st.sampled_from(["partner", "tenant", "market", "segment"]), VALUES)
    | st.sampled_from([Grant("money"), Grant("everything"), Grant("role", "sales")])
)


@given(st.lists(GRANTS, min_size=1, max_size=4))
def test_a_list_that_was_written_is_read_as_the_same_grants(everybody):
    users = pd.DataFrame(
        [(f"k{at}", "d", f"o{at}", "", "") for at in range(len(everybody))],
        columns=["user_key", "directory_id", "object_id", "name", "email"],
    )
    held = {f"k{at}": granted for at, granted in enumerate(everybody)}
    written = list_rows(users, held)
    assert list(written.columns) == list(LABELS.values())
    found, problems = users_from_texts(
        list(written.columns), written.to_numpy().tolist(), range(1, len(written) + 1)
    )
    assert problems.empty
    assert [user.grants for user in found] == everybody
    assert all(user.told == set(KINDS_BY_CODE) for user in found)
