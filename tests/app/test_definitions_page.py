"""The page Definitions: every metric, flag and word, also before any data is there."""

import pytest

from insights.flags import FLAGS
from insights.metrics.catalogue import CATALOGUE
from pages.shared.text import plain

PAGE = "pages/trust/definitions.py"


@pytest.mark.usefixtures("shown_store")
def test_every_metric_and_flag_is_defined_in_an_empty_store(without_exception):
    text = "\n".join(block.value for block in without_exception(PAGE).markdown)
    for defined in (*CATALOGUE, *FLAGS):
        assert f"**{plain(defined.label)}**" in text
