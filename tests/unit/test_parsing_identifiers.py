import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.parsing.identifiers import (
    guid,
    is_masked_name,
    partner_id,
    read_any_tenant,
    read_guid_tenant,
)

PLAIN = "72f988bf-86f1-41af-91ab-2d7cd011db47"


@given(
    st.uuids(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["{}", "{{{}}}", "({})", "urn:uuid:{}", " {} ", '"{}"', "\ufeff{}"]),
)
def test_any_spelling_of_a_guid_is_one_tenant(value, is_upper, has_dashes, around):
    text = str(value) if has_dashes else value.hex
    text = around.format(text.upper() if is_upper else text)
    assert guid(text) == str(value)


@given(st.text(max_size=40))
def test_any_text_that_is_no_guid_is_none(text):
    found = guid(text)
    assert found is None or guid(found) == found


@pytest.mark.parametrize(
    "text", ["contoso", PLAIN[:-1], PLAIN + "0", "00000000-0000-0000-0000-000000000000"]
)
def test_tenant_of_microsofts_files_must_be_a_guid(text):
    assert read_guid_tenant(text).fault.code == "bad_tenant_id"


def test_tenant_of_the_canonical_layout_may_be_any_text():
    assert read_any_tenant("  Contoso   AG ").value == "Contoso AG"
    assert read_any_tenant(f"{{{PLAIN.upper()}}}").value == PLAIN
    assert read_any_tenant(" ").value is None


def test_unified_tenant_id_is_a_repair_but_mere_case_is_not():
    assert read_guid_tenant(PLAIN.replace("-", "")).repair == "tenant_id_spelling"
    assert read_guid_tenant(PLAIN.upper()).repair == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4012345", "4012345"),
        ("4012345.0", "4012345"),
        (" 7 ", "7"),
        ("v1.0", "v1.0"),
        ("", None),
        ("NULL", None),
    ],
)
def test_partner_id_is_text_without_a_spreadsheets_decimals(text, value):
    assert partner_id(text) == value


@pytest.mark.parametrize(
    "name",
    [
        "77E5979DD60BA6EAA53E814DBEEEFA5F",
        "***",
        "C*****",
        "xxxx",
        "Obfuscated customer",
        "Masked",
        "hidden",
    ],
)
def test_placeholder_is_a_masked_name(name):
    assert is_masked_name(name)


@pytest.mark.parametrize(
    "name", ["Contoso", "Hidden Valley Ltd", "Xx AG", "Masquerade GmbH", "3M", "A-B"]
)
def test_ordinary_name_is_not_masked(name):
    assert not is_masked_name(name)
