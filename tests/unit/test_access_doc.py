"""docs/access.md says what the code does: roles, kinds of grants, mapping, columns of lists."""

import re
import tomllib
from pathlib import Path

import pytest

from data_access.access_mapping import mapping_from
from data_access.roles import CAPABILITY_LABELS, ROLE_LABELS
from data_access.types import CAPABILITIES, WHOLE_STORE_ROLES
from insights.grant_lists import LABELS
from insights.grants import KINDS, ROLES, Grant

TEXT = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
MAY = {row[0]: row[1:] for row in ROWS if len(row) == 5}
ON_TOP = ("money", "contacts")


def test_the_table_names_every_role():
    assert MAY["May"] == list(ROLE_LABELS.values())


@pytest.mark.parametrize("capability", CAPABILITY_LABELS)
def test_the_table_tells_what_each_role_may_do(capability):
    told = MAY[CAPABILITY_LABELS[capability]]
    no = "on top" if capability in ON_TOP else "no"
    assert told == ["yes" if capability in CAPABILITIES[role] else no for role in ROLE_LABELS]


def test_the_table_tells_whose_customers_each_role_sees():
    told = ["every one" if role in WHOLE_STORE_ROLES else "those granted" for role in ROLE_LABELS]
    assert MAY["see customers"] == told


def test_every_kind_of_grant_is_told():
    section = TEXT.partition("## Grants")[2].partition("## ")[0]
    assert [kind.code for kind in KINDS if f"`{kind.code}`" not in section] == []
    assert [role for role in ROLES if f"`{role}`" not in section] == []


def test_the_example_of_a_mapping_is_understood():
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    mapping = mapping_from(tomllib.loads(example)["access"])
    assert mapping.session_hours == 10
    assert len(mapping.admins) == len(mapping.directories) == 1
    groups = list(mapping.groups.values())
    assert groups == [
        (Grant("role", "sales"),),
        (
            Grant("role", "account_manager"),
            Grant("partner", "4567890"),
            Grant("market", "Germany"),
            Grant("money"),
        ),
    ]


def test_every_column_of_a_list_is_told():
    section = TEXT.partition("## Announcing and uploading")[2].partition("## ")[0]
    assert [label for label in LABELS.values() if label not in section] == []
