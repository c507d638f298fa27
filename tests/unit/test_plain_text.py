import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared.text import counted, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Contoso", "Contoso"),
        ("**Contoso**", r"\*\*Contoso\*\*"),
        ("[x](http://e.x)", "\\[x\\]\\(http:/\u2060/e\\.x\\)"),
        (":red[x]", ":\u2060red\\[x\\]"),
        (":smile:", ":\u2060smile:"),
        ("a\nb", "a b"),
        ("$1$", r"\$1\$"),
    ],
)
def test_plain_leaves_nothing_for_markdown(text, shown):
    assert plain(text) == shown


@given(st.text())
def test_plain_keeps_every_letter(text):
    unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain(text)).replace("\u2060", "")
    assert unescaped == " ".join(text.replace("\u2060", "").split())


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (1200, "1,200 rows")])
def test_counted_uses_the_plural_where_it_is_one(number, words):
    assert counted(number, "row") == words
