"""Whatever a report of a known kind holds: every row is accepted or quarantined with a reason."""

import json

import pytest
from hypothesis import given

from data_access.errors import RefusedFileError
from data_access.problems import PROBLEMS
from tests.fuzz.amount import inputs
from tests.fuzz.hostile import TABLES, broken_files, delimited, tables
from tests.reading import CONTOSO, valid_table


def check(content):
    """Validate a file, and check the account of its rows where it is not refused."""
    try:
        found = valid_table(content, tenant=CONTOSO)
    except RefusedFileError:
        return
    quarantined = found.problems[found.problems["severity"] == "quarantined"]
    assert found.quarantined_rows == quarantined["row"].nunique()
    assert 0 <= found.quarantined_rows <= found.rows_read
    assert set(found.problems["code"]) <= set(PROBLEMS)
    assert all(json.loads(raw) for raw in quarantined["raw_row"])
    key = ["tenant_id", "workload", "month"]
    assert not found.usage.duplicated(key).any()
    assert all(0 <= each < 2**63 for each in found.quarantine_ids)


@pytest.mark.parametrize("name", TABLES)
def test_kind(name):
    @inputs(normal=12, nightly=600)
    @given(tables(names=(name,)).flatmap(delimited))
    def checked(content):
        check(content)

    checked()


@inputs(normal=30, nightly=1_500)
@given(broken_files)
def test_broken_file(content):
    check(content)
