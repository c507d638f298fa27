"""Milestones judged afresh equal the stored ones; an earlier month is judged as it was then."""

import json
from io import StringIO

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from data_access import schema
from data_access.cli import main
from tests.builders import bring_in
from tests.integration.test_milestone_marts import START, TENANT, further, month_row


@pytest.fixture
def crossed(sqlite_store):
    """A store in which Intune of one customer crossed 15% in April 2023."""
    bring_in(sqlite_store, START, further(month_row("2023-04", 150)))
    return sqlite_store


def run(store, *arguments):
    done = CliRunner().invoke(main, ["milestones", *arguments, "--store", store.url])
    assert done.exit_code == 0, done.output
    return done.output


def test_rows_equal_the_stored_ones_without_options(crossed, tmp_path):
    run(crossed, "--out", str(tmp_path / "all.csv"))
    listed = pd.read_csv(tmp_path / "all.csv", keep_default_na=False)
    with crossed.read() as connection:
        status = schema.milestone_status
        stored = pd.read_sql(
            select(schema.tenant.c.tenant_id, status)
            .join_from(status, schema.tenant, schema.tenant.c.tenant_key == status.c.tenant_key)
            .order_by(status.c.tenant_key, status.c.milestone),
            connection,
        )
    names = ["tenant_id", "milestone", "state", "reason", "users_needed", "added_value_usd_e4"]
    names += ["rule", "program_year", "bucket", "is_example", "paid_available_units"]
    text = stored[names].astype(object).where(stored[names].notna(), "").astype(str)
    assert listed[names].astype(str).to_csv() == text.to_csv()


def test_earlier_month_is_judged_as_it_was_then(crossed):
    rows = json.loads(run(crossed, "--as-of", "2023-03", "--json"))
    states = {row["milestone"]: row["state"] for row in rows if row["tenant_id"] == TENANT}
    assert states[15] == "in_flight"
    now = pd.read_json(StringIO(run(crossed, "--json")))
    assert now.loc[(now["tenant_id"] == TENANT) & (now["milestone"] == 15), "state"].item() == (
        "reached"
    )


def test_counts_by_state_are_shown_without_a_file(crossed):
    # two customers with Intune: one reached 15%, one is on its way; FY23 paid no 40% for it
    assert run(crossed).split("\n")[:3] == [
        f"{15:>3}%  {'reached':<15} {1:>9}",
        f"{15:>3}%  {'in_flight':<15} {1:>9}",
        f"{40:>3}%  {'not_earnable':<15} {2:>9}",
    ]


def test_what_is_no_month_is_refused(crossed):
    done = CliRunner().invoke(main, ["milestones", "--as-of", "April", "--store", crossed.url])
    assert done.exit_code == 2
    assert "'April' is no month" in done.output
