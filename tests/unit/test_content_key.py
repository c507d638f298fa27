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
