"""Whatever stands in a cell: a value, a fault, or nothing told; one answer for each text."""

from hypothesis import given
from hypothesis import strategies as st

from data_access.parsing.columns import clean_text, optional_text
from data_access.parsing.dates import read_dates, read_months
from data_access.parsing.headers import header_key, header_names
from data_access.parsing.identifiers import (
    guid,
    is_masked_name,
    partner_id,
    read_any_tenant,
    read_guid_tenant,
)
from data_access.parsing.numbers import read_counts, read_money
from data_access.problems import PROBLEMS
from data_access.sources import is_known
from insights.months import month_index, parse_month_code
from insights.workloads import known_workload
from tests.fuzz.amount import inputs
from tests.fuzz.hostile import cells

columns = st.lists(cells, max_size=6)
EARLIEST, LATEST = month_index(2015, 1), month_index(2026, 12)


def answered(texts, found):
    """Check that every text has one answer, and that a fault is one that is documented."""
    assert len(found) == len(texts)
    for each in found:
        assert each.value is None or each.fault is None
        assert each.fault is None or each.fault.code in PROBLEMS
    return [each.value for each in found if each.value is not None]


@inputs(normal=40, nightly=2_500)
@given(columns)
def test_months_and_days(texts):
    months = answered(texts, read_months(texts, earliest=EARLIEST, latest=LATEST))
    assert all(EARLIEST <= month <= LATEST for month in months)
    answered(texts, read_dates(texts))


@inputs(normal=40, nightly=2_500)
@given(columns, st.sampled_from(["", ",", ";", "\t"]))
def test_counts_and_money(texts, delimiter):
    assert all(0 <= count < 2**31 for count in answered(texts, read_counts(texts, delimiter)))
    assert all(abs(amount) < 2**63 for amount in answered(texts, read_money(texts, delimiter)))


@inputs(normal=40, nightly=2_500)
@given(cells)
def test_names_and_ids(text):
    for read in (read_any_tenant, read_guid_tenant):
        answered([text], [read(text)])
    for name in (guid, partner_id, known_workload, optional_text):
        assert name(text) is None or isinstance(name(text), str)
    assert is_masked_name(text) in (True, False)
    assert parse_month_code(text) is None or isinstance(parse_month_code(text), int)
    assert "\n" not in clean_text(text)


@inputs(normal=20, nightly=1_000)
@given(columns)
def test_headers(texts):
    names = header_names(texts)
    assert len(names) == len(texts)
    assert all(header_key(name) is not None for name in names)
    assert is_known(names) in (True, False)
