"""What is remembered is known by the content of what it was made from."""

import pandas as pd
import pytest

from insights.metrics import catalogue
from pages.shared.cached import content_key


def rows(**columns):
    return pd.DataFrame({"tenant_id": ["a", "b"], "users": [1, 2], **columns})


def shown(frame):
    return frame


def test_key_is_the_same_when_the_content_is_the_same():
    assert content_key(shown, rows(), 7) == content_key(shown, rows(), 7)
    assert content_key(shown, rows().copy()) == content_key(shown, rows().copy())


@pytest.mark.parametrize(
    "other",
    [
        rows(users=[1, 3]),
        rows(users=[1.0, 2.0]),
        rows(users=[1, None]),
        rows(tenant_id=["a", "c"]),
        rows().rename(columns={"users": "seats"}),
        rows().set_index(pd.Index([1, 2])),
        rows().iloc[::-1],
        rows().head(1),
        rows(month=[1, 1]),
    ],
    ids=["value", "type", "missing", "text", "name", "index", "order", "length", "column"],
)
def test_key_differs_when_a_frame_does(other):
    assert content_key(shown, rows()) != content_key(shown, other)


def test_key_differs_when_function_or_value_does():
    assert content_key(shown, 1) != content_key(rows, 1)
    assert content_key(shown, 1) != content_key(shown, True)
    assert content_key(shown, "1") != content_key(shown, 1)


def test_metric_is_known_by_its_name():
    one, other = catalogue.ASSOCIATED_PAIRS, catalogue.PAIRS
    assert content_key(shown, one) == content_key(shown, one)
    assert content_key(shown, one) != content_key(shown, other)


@pytest.mark.parametrize(
    ("dtype", "under"), [("Int64", (7, 9)), ("Float64", (7.5, 9.5)), ("boolean", (True, False))]
)
def test_what_lies_under_a_missing_value_does_not_matter(dtype, under):
    def frame(hidden):
        values = pd.array([hidden, under[1]], dtype=dtype)
        values[0] = pd.NA
        return rows(share=values)

    told, other = frame(under[0]), rows(share=pd.array([pd.NA, under[1]], dtype=dtype))
    assert told.equals(other)
    assert content_key(shown, told) == content_key(shown, other)
    assert content_key(shown, told) != content_key(
        shown, rows(share=pd.array([pd.NA, pd.NA], dtype))
    )


def test_whether_equal_texts_are_one_object_does_not_matter():
    one = "Exchange Online and more"
    other = "".join(["Exchange Online", " and more"])
    assert one is not other
    assert content_key(shown, [one, one]) == content_key(shown, [one, other])


def test_missing_and_zero_are_two_things():
    with_zero = rows(units=pd.array([0, 1], dtype="Int64"))
    without = rows(units=pd.array([pd.NA, 1], dtype="Int64"))
    assert content_key(shown, with_zero) != content_key(shown, without)
