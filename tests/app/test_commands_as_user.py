"""Commands that hand figures on tell no more than the user sees with whose eyes they look."""

import pytest
from click.testing import CliRunner

from data_access.store import Store
from pages.shared.command_line import main
from tests.app.people import give
from tests.prime_world import (
    A2,
    BASE,
    A,
    B,
    name_of,
    secrets,
    tenant_of,
)
from tests.scope_calls import leaks

GRANTS = (("role", "account_manager"), ("partner", A), ("partner", A2), ("money", ""))
SECRET = secrets(BASE, is_partner_scope=True)


@pytest.fixture(scope="module")
def call(prime_urls):
    """A function that runs a command on the store of primes and returns what came of it."""
    with Store.open(prime_urls[BASE.name]) as opened:
        give(opened, "command-user", GRANTS)
        give(opened, "without-role", ())

    def run(*arguments):
        return CliRunner().invoke(main, [*arguments, "--store", prime_urls[BASE.name]])

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ("actions", "--status", "all"),
        ("actions", "--status", "all", "--json"),
        ("digest", "--since", "2026-11-01"),
        ("digest", "--since", "2026-11-01", "--format", "html"),
        ("digest", "--since", "2026-11-01", "--partner", A),
    ],
    ids=" ".join,
)
def test_command_as_a_user_tells_nothing_of_others(call, arguments):
    done = call(*arguments, "--as", "command-user")
    assert done.exit_code == 0, done.output
    assert leaks(done.output, SECRET) == []
    assert name_of(1, BASE) in done.output


def test_command_without_a_user_tells_the_operator_all(call):
    assert leaks(call("actions", "--status", "all", "--json").output, SECRET)


def test_digest_of_a_partner_out_of_scope_is_refused_as_unknown(call):
    done = call("digest", "--since", "2026-11-01", "--partner", B, "--as", "command-user")
    assert done.exit_code == 1
    assert "No partner has the id" in done.output


def test_export_as_a_user_holds_nothing_of_others(call, tmp_path):
    place = tmp_path / "customers.csv"
    done = call("export", "customers", "--out", str(place), "--as", "command-user")
    assert done.exit_code == 0, done.output
    text = place.read_text("utf-8-sig")
    assert leaks(text, SECRET) == []
    assert name_of(1, BASE) in text


@pytest.mark.parametrize(
    ("user", "told"), [("nobody-here", "no user"), ("without-role", "has no role")]
)
def test_command_as_somebody_who_sees_nothing_is_refused(call, user, told):
    done = call("actions", "--as", user)
    assert done.exit_code == 1
    assert told in done.output
    assert tenant_of(1, BASE) not in done.output
