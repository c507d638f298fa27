"""Images of replaced rows name the batches of the store that serves them."""

import json

import pandas as pd

from data_access import schema
from data_access.estate.serving import images_renumbered

PARTNER = [7, "north", 'Nörth, "Ltd"', None, None, "DE", 3]
"""partner_key, partner_id, name, account_key, city, country, batch_id."""


def image(values):
    return json.dumps(values, separators=(",", ":"))


def rows_of(*images):
    return pd.DataFrame({"entity": "partner", "old_row": images}, index=range(5, 5 + len(images)))


def test_batch_of_an_image_is_renumbered_and_all_else_stays():
    assert schema.partner.c.keys()[-1] == "batch_id"
    other = [*PARTNER[:-1], 4]
    told = images_renumbered(rows_of(image(PARTNER), image(other)), {3: 11})
    assert list(told["old_row"]) == [image([*PARTNER[:-1], 11]), image(other)]
    assert list(told.index) == [5, 6]


def test_no_image_is_no_row():
    assert images_renumbered(rows_of(), {3: 11}).empty
