"""`partner-insights access`: the way in that no last admin can close."""

import json

import pytest
from click.testing import CliRunner

from data_access.cli import main

MAPPING = """
[access]
directories = ["dir"]
contact = "it@example.com"
admins = ["dir/glass"]
[access.roles]
"Insights.Lead" = "leadership"
[access.groups.g1]
role = "sales"
markets = ["Germany"]
"""


@pytest.fixture
def call(sqlite_url, monkeypatch):
    """A function that calls the command on an empty store."""
    monkeypatch.delenv("PARTNER_INSIGHTS_ACCESS", raising=False)
    return lambda *words: CliRunner().invoke(main, ["access", *words, "--store", sqlite_url])


def test_the_first_admin_is_announced_granted_and_listed(call):
    announced = call("announce", "dir", "ada", "--name", "Ada", "--email", "Ada@example.com")
    key = announced.stdout.strip()
    assert call("grant", "dir/ada", "role", "admin").output == "Ada has: role admin\n"
    assert call("grant", key, "market", "Nowhere").stderr.startswith("note: no report names")
    (user,) = json.loads(call("list", "--json").stdout)
    assert user["role"] == "admin"
    assert user["grants"] == [
        {"kind": "market", "value": "Nowhere"},
        {"kind": "role", "value": "admin"},
    ]
    assert (user["email"], user["last_seen_at"]) == ("ada@example.com", None)
    assert call("revoke", "ada", "market", "Nowhere").exit_code == 0
    assert call("list").output == "Ada: admin\n  dir/ada\n  role admin\n1 user.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grant", "nobody", "role", "admin"), "There is no user nobody."),
        (("grant", "ada@example.com", "role", "admin"), "There is no user"),
        (("grant", "ada", "role", "boss"), "is no role"),
        (("grant", "ada", "money", "much"), "takes no value"),
        (("revoke", "ada", "role", "admin"), "has no such grant"),
        (("announce", "dir", "ada"), "known already"),
        (("announce", "dir", "ada@example.com"), "no identity"),
        (("list", "--mapping", "missing.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, words, said):
    call("announce", "dir", "ada", "--email", "ada@example.com")
    refused = call(*words)
    assert refused.exit_code == 1
    assert said in refused.output


def test_an_id_of_two_directories_needs_the_directory(call):
    for directory in ("d1", "d2"):
        call("announce", directory, "ada", "--role", "sales")
    assert "There are several users ada." in call("grant", "ada", "money").output
    assert call("grant", "d2/ada", "money").exit_code == 0


def test_a_mapping_is_checked_and_told(tmp_path):
    file = tmp_path / "access.toml"
    file.write_text(MAPPING)
    told = CliRunner().invoke(main, ["access", "check-mapping", str(file)])
    assert told.output.splitlines() == [
        "sign-in: dir",
        "session: 10 hours",
        "contact: it@example.com",
        "admin by the configuration: dir/glass",
        "app role Insights.Lead: leadership",
        "group g1: role sales; market Germany",
    ]
    file.write_text(MAPPING.replace("markets", "market"))
    refused = CliRunner().invoke(main, ["access", "check-mapping", str(file)])
    assert refused.exit_code == 1
    assert "[access.groups.g1] has no key 'market'" in refused.output
    file.write_text("[auth]\n")
    refused = CliRunner().invoke(main, ["access", "check-mapping", str(file)])
    assert "has no section [access]" in refused.output
