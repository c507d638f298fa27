"""Settings of sign-in: whole, strong, and from one place; anything else starts nothing."""

import pytest

from pages.shared.auth_settings import (
    ACCESS,
    FRAMES,
    IN_ENVIRONMENT,
    OPEN,
    SIGN_IN,
    UnsafeStartError,
    auth_settings,
)

SECTION = {
    "client_id": "the-client",
    "client_secret": "the-secret",
    "server_metadata_url": "https://login.example/a-directory/.well-known/openid-configuration",
    "redirect_uri": "https://insights.example/oauth2callback",
    "cookie_secret": "0123456789abcdefghijklmnopqrstuvwxyz",
}
ENVIRONMENT = {IN_ENVIRONMENT[key]: value for key, value in SECTION.items()}


def test_nothing_configured_means_no_sign_in():
    settings = auth_settings({}, {})
    assert not settings.sign_in
    assert not settings.open_to_network
    assert settings.secrets == {}


def test_environment_makes_the_section_that_streamlit_reads():
    settings = auth_settings(ENVIRONMENT, {})
    assert settings.sign_in
    assert settings.secrets == {"auth": SECTION}
    assert settings.cookie_secret == SECTION["cookie_secret"]


def test_section_of_the_secrets_is_taken_as_it_is():
    section = {**SECTION, "client_kwargs": {"prompt": "login"}}
    assert auth_settings({}, {"auth": section}).secrets == {"auth": section}


def test_section_may_name_its_provider():
    of_provider = ("client_id", "client_secret", "server_metadata_url")
    section = {
        "redirect_uri": SECTION["redirect_uri"],
        "cookie_secret": SECTION["cookie_secret"],
        "entra": {key: SECTION[key] for key in of_provider},
    }
    assert auth_settings({}, {"auth": section}).secrets == {"auth": section}
    del section["entra"]["client_secret"]
    with pytest.raises(UnsafeStartError, match=r"client_secret is missing in \[auth\.entra\]"):
        auth_settings({}, {"auth": section})


def test_environment_stands_in_for_the_whole_section():
    settings = auth_settings(ENVIRONMENT, {"auth": {"client_id": "another"}})
    assert settings.secrets == {"auth": SECTION}


@pytest.mark.parametrize("key", IN_ENVIRONMENT)
def test_start_is_refused_where_one_variable_is_missing(key):
    name = IN_ENVIRONMENT[key]
    with pytest.raises(UnsafeStartError, match=name) as refused:
        auth_settings({**ENVIRONMENT, name: " "}, {})
    assert "Set it" in refused.value.hint


@pytest.mark.parametrize("key", IN_ENVIRONMENT)
def test_start_is_refused_where_one_key_is_missing(key):
    section = {name: value for name, value in SECTION.items() if name != key}
    with pytest.raises(UnsafeStartError, match=key):
        auth_settings({}, {"auth": section})


@pytest.mark.parametrize("section", [{}, "auth", 1, []])
def test_start_is_refused_where_the_section_is_empty_or_none(section):
    with pytest.raises(UnsafeStartError):
        auth_settings({}, {"auth": section})


@pytest.mark.parametrize(
    ("key", "value", "about"),
    [
        ("cookie_secret", "short-0123456789abcdef", "too easy to guess"),
        ("cookie_secret", "change-me" * 8, "too easy to guess"),
        ("redirect_uri", "http://insights.example/oauth2callback", "not https"),
        ("redirect_uri", "https://insights.example/", "redirect_uri is"),
        ("redirect_uri", "https:///oauth2callback", "redirect_uri is"),
        ("server_metadata_url", "http://login.example/x", "not an https address"),
        (
            "server_metadata_url",
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
            "all organisations",
        ),
    ],
)
def test_start_is_refused_where_a_setting_is_weak(key, value, about):
    with pytest.raises(UnsafeStartError, match=about):
        auth_settings({**ENVIRONMENT, IN_ENVIRONMENT[key]: value}, {})


def test_sign_in_on_the_machine_itself_needs_no_tls():
    local = {
        **ENVIRONMENT,
        IN_ENVIRONMENT["redirect_uri"]: "http://localhost:{port}/oauth2callback",
        IN_ENVIRONMENT["server_metadata_url"]: "http://localhost:9/.well-known/x",
    }
    assert auth_settings(local, {}).sign_in


@pytest.mark.parametrize("said", ["no", "true", "1", "YES", "off"])
def test_opening_to_the_network_takes_exactly_yes(said):
    with pytest.raises(UnsafeStartError, match=OPEN):
        auth_settings({OPEN: said}, {})
    assert auth_settings({OPEN: "yes"}, {}).open_to_network


def test_mapping_of_roles_comes_from_its_own_file(tmp_path):
    mapping = tmp_path / "access.toml"
    mapping.write_text('[access]\ncontact = "Ada"\n', encoding="utf-8")
    settings = auth_settings({**ENVIRONMENT, ACCESS: str(mapping)}, {})
    assert settings.secrets["access"] == {"contact": "Ada"}


@pytest.mark.parametrize("content", ["[other]\n", "not toml", 'access = "x"\n', b"\xff\xfe["])
def test_start_is_refused_where_the_mapping_cannot_be_read(tmp_path, content):
    mapping = tmp_path / "access.toml"
    mapping.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnsafeStartError, match=ACCESS):
        auth_settings({**ENVIRONMENT, ACCESS: str(mapping)}, {})
    with pytest.raises(UnsafeStartError, match=ACCESS):
        auth_settings({**ENVIRONMENT, ACCESS: str(tmp_path / "missing.toml")}, {})


def test_start_is_refused_where_roles_are_mapped_without_sign_in():
    with pytest.raises(UnsafeStartError, match="no sign-in is configured"):
        auth_settings({}, {"access": {"contact": "Ada"}})


def test_start_is_refused_where_the_mapping_is_wrong():
    with pytest.raises(UnsafeStartError, match="rolls"):
        auth_settings(ENVIRONMENT, {"access": {"rolls": {}}})
    with pytest.raises(UnsafeStartError, match="no section"):
        auth_settings(ENVIRONMENT, {"access": "admin"})


def test_start_is_refused_where_required_sign_in_is_lost():
    with pytest.raises(UnsafeStartError, match=SIGN_IN):
        auth_settings({SIGN_IN: "required"}, {})
    assert auth_settings({SIGN_IN: "required"}, {"auth": SECTION}).sign_in


def test_sites_that_may_frame_are_named_in_full():
    settings = auth_settings({FRAMES: "https://a.example https://*.b.example"}, {})
    assert settings.frame_ancestors == ("https://a.example", "https://*.b.example")
    with pytest.raises(UnsafeStartError, match=FRAMES):
        auth_settings({FRAMES: "https://a.example *"}, {})
