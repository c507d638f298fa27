import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.parsing.numbers import LARGEST_COUNT, read_counts, read_money


def count(text, *others, delimiter=","):
    """Return value, or the code of the fault, of the first text of a column."""
    cell = read_counts([text, *others], delimiter)[0]
    return cell.fault.code if cell.fault else cell.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (" 42 ", 42),
        ("007", 7),
        ("12.0", 12),
        ("12,00", 12),
        ("1 234", 1234),
        ("1 234 567", 1234567),
        ("1'234'567", 1234567),
        ("1’234", 1234),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1,234.00", 1234),
        ("1.234,00", 1234),
        ("+5", 5),
        ("", None),
        ("2147483647", LARGEST_COUNT),
    ],
)
def test_number_that_can_be_read_one_way_is_read(text, value):
    assert count(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "negative_number"),
        ("−5", "negative_number"),
        ("(5)", "negative_number"),
        ("5.5", "fractional_number"),
        ("0,5", "fractional_number"),
        ("1.234,50", "fractional_number"),
        ("0.125", "fractional_number"),
        ("abc", "not_a_number"),
        ("n/a", "not_a_number"),
        ("1e5", "not_a_number"),
        ("1,23,4", "not_a_number"),
        ("12 34", "not_a_number"),
        ("1234 567", "not_a_number"),
        ("٣", "not_a_number"),
        ("2147483648", "number_too_large"),
        ("99999999999999999999", "number_too_large"),
    ],
)
def test_number_that_is_no_count_is_a_fault_of_its_own(text, code):
    assert count(text) == code


def test_one_comma_group_is_thousands_in_comma_and_tab_files():
    assert count("1,234", delimiter=",") == 1234
    assert count("1,234", delimiter="\t") == 1234


def test_one_comma_group_is_undecided_in_semicolon_files_without_another_number():
    assert count("1,234", delimiter=";") == "ambiguous_number"
    assert count("1,234", "1,234,567", delimiter=";") == 1234
    assert count("1,234", "2,5", delimiter=";") == "fractional_number"


def test_one_point_group_needs_another_number_of_the_column():
    assert count("1.234") == "ambiguous_number"
    assert count("1.234", "1.234.567") == 1234
    assert count("1.234", "12,00", delimiter=";") == 1234
    assert count("1.234", "7.5") == "fractional_number"
    assert count("1.000", "7.5") == 1


def test_comma_decimals_in_the_column_overrule_the_comma_file():
    assert count("1,234", "0,5") == "fractional_number"


def test_contradicting_numbers_decide_nothing():
    assert count("1.234", "0.5", "0,5") == "ambiguous_number"


def test_repair_names_what_was_removed():
    cells = read_counts(["1,234", "12.0", "7"], ",")
    assert [cell.repair for cell in cells] == ["thousands_separator", "decimal_zeros", ""]


def test_message_says_what_is_wrong_and_what_to_do():
    fault = read_counts(["12 users"], ",")[0].fault
    assert fault.message == "“12 users” is not a number. Write digits only, such as 1250."


@given(st.integers(0, LARGEST_COUNT), st.sampled_from([" ", "\xa0", "'", "’"]))
def test_any_count_is_read_back_with_spaces_or_apostrophes_between_groups(value, mark):
    assert count(f"{value:,}".replace(",", mark)) == value


@given(st.integers(1_000_000, LARGEST_COUNT), st.sampled_from([",", "."]), st.sampled_from(",;\t"))
def test_any_count_of_several_groups_is_read_back_whatever_the_file(value, mark, delimiter):
    assert count(f"{value:,}".replace(",", mark), delimiter=delimiter) == value


@given(st.text(max_size=20))
def test_any_text_is_a_count_a_fault_or_nothing(text):
    value = count(text)
    assert value is None or isinstance(value, str) or 0 <= value <= LARGEST_COUNT


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 125_000),
        ("-1.50", -15_000),
        ("(1.50)", -15_000),
        ("1,234.50", 12_345_000),
        ("0.125", 1_250),
        ("1.234", 12_340),
        ("$1,234", 12_340_000),
        ("0.00005", 0),
        ("0.00015", 2),
        ("", None),
    ],
)
def test_money_is_read_in_ten_thousandths(text, value):
    assert read_money([text], ",")[0].value == value


def test_money_of_a_semicolon_file_is_undecided_without_another_amount():
    assert read_money(["1.234"], ";")[0].fault.code == "ambiguous_number"
    assert read_money(["1.234", "12,50"], ";")[0].value == 12_340_000


def test_money_that_is_none_is_a_fault():
    assert read_money(["free"], ",")[0].fault.code == "not_an_amount"
    assert read_money(["9" * 30], ",")[0].fault.code == "not_an_amount"


@given(st.integers(-(10**15), 10**15))
def test_any_amount_survives_exactly(value):
    sign, whole, part = "-" if value < 0 else "", *divmod(abs(value), 10_000)
    assert read_money([f"{sign}{whole}.{part:04d}"], ",")[0].value == value
