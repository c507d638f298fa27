"""The rules of the server's shell: names, origins, the way back, cookies, headers."""

import base64
import hashlib
import string
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.shared.http_rules import (
    LONGEST_ADDRESS,
    LOOPBACK_NAMES,
    address_of_referer,
    came_through_proxy,
    content_security_policy,
    cookies_of,
    hardened_cookie,
    host_name,
    inline_script_hashes,
    is_allowed_host,
    is_foreign_use,
    is_frame_ancestor,
    is_loopback,
    is_own_origin,
    return_address,
    security_headers,
)

PAGES = frozenset({"customers", "customer", "earnings"})
OWN = "https://insights.example"

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="/\\?#&;,:@%. \r\n\t\0customers=httpe<>\"'", max_size=60),
    st.sampled_from(
        [
            "//evil.example",
            "/\\evil.example",
            "/%2F/evil.example",
            "/customers//evil.example",
            "/customers/../../evil",
            "https://evil.example/customers",
            "javascript:alert(1)",
            "/customers\r\nSet-Cookie: a=b",
            "/customers?a=\r\nLocation:%20x",
            "/customers?x=1#//evil.example",
            "/customers;/evil?a=1",
            "/@evil.example/customers",
        ]
    ),
)


@given(HOSTILE, st.sampled_from(["", "/insights", "/a/b"]), st.booleans())
@example("/customers?" + "a" * 5000, "", True)
def test_return_address_is_always_one_of_our_pages(text, base, below):
    found = return_address(f"{base}{text}" if below else text, PAGES, base=base)
    if not found:
        return
    # What a browser makes of it stays on our host, at a page of ours, in one header line.
    target = urlsplit(urljoin(f"{OWN}{base}/", found))
    assert f"{target.scheme}://{target.netloc}" == OWN
    assert target.path in {f"{base}/", *(f"{base}/{page}" for page in PAGES)}
    assert found.isascii()
    assert found.isprintable()
    assert len(found) <= LONGEST_ADDRESS
    assert not set(found) & set(' ";,\\<>')


@given(st.text(alphabet=string.ascii_letters + string.digits + "-._~!$&'()*+=:@/?%", max_size=200))
def test_return_address_keeps_every_harmless_query(query):
    address = f"/customers?{query}" if query else "/customers"
    assert return_address(address, PAGES) == address


@given(HOSTILE)
def test_return_address_survives_a_cookie(query):
    kept = return_address(f"/customers?{query}", PAGES)
    assert cookies_of(f"other=1; pi_next={kept}; last=2")["pi_next"] == kept
    assert SimpleCookie(f"pi_next={kept}")["pi_next"].value == kept
    assert return_address(kept, PAGES) == kept


def test_return_address_names_lists_by_code_where_a_cookie_would_end():
    assert return_address("/customers?wl=EXO,SPO;x", PAGES) == "/customers?wl=EXO%2CSPO%3Bx"


def test_return_address_leaves_out_a_query_that_is_too_long():
    fits = "/customers?" + "a" * (LONGEST_ADDRESS - len("/customers?"))
    assert return_address(fits, PAGES) == fits
    assert return_address(fits + "a", PAGES) == "/customers"


@pytest.mark.parametrize(
    "address", ["", "/nowhere", "/_stcore/health", "/auth/logout", "customers"]
)
def test_return_address_is_empty_for_what_is_no_page(address):
    assert return_address(address, PAGES) == ""


@pytest.mark.parametrize(
    ("referer", "address"),
    [
        ("https://insights.example/customers?p=1", "/customers?p=1"),
        ("https://insights.example", "/"),
        ("https://insights.example.evil/customers", ""),
        ("https://insights.example@evil.example/customers", ""),
        ("https://evil.example/https://insights.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_referer_counts_only_from_our_own_host(referer, address):
    assert address_of_referer(referer, "insights.example") == address


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Insights.Example:443", "insights.example"),
        ("insights.example.", "insights.example"),
        ("[::1]:8501", "::1"),
        ("localhost", "localhost"),
        ("localhost:99999", None),
        ("localhost:x", None),
        ("localhost, evil.example", None),
        ("user@localhost", None),
        ("localhost/evil", None),
        ("", None),
        (None, None),
    ],
)
def test_host_name_is_read_only_where_it_is_clear(host, name):
    assert host_name(host) == name


@given(st.text(max_size=40))
def test_host_name_never_holds_more_than_a_name(host):
    name = host_name(host)
    assert name is None or set(name) <= set(string.ascii_lowercase + string.digits + "._-:")


@given(st.text(alphabet="localhost127.0:[]evil@/ ", max_size=24))
@example("localhost.evil")
@example("127.0.0.1.evil")
def test_no_name_beyond_the_machine_is_allowed_by_default(host):
    name = host_name(host)
    assert is_allowed_host(name, LOOPBACK_NAMES) == (name in LOOPBACK_NAMES)


def test_allowed_hosts_take_all_names_below_one():
    assert is_allowed_host("a.corp.example", ["*.Corp.example"])
    assert not is_allowed_host("corp.example", ["*.corp.example"])
    assert not is_allowed_host("evilcorp.example", ["*.corp.example"])
    assert is_allowed_host("anything", ["*"])
    assert not is_allowed_host(None, ["*"])


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.0.1", "::1"])
def test_loopback_is_the_machine_itself(name):
    assert is_loopback(name)


@pytest.mark.parametrize("name", ["", None, "0.0.0.0", "::", "192.168.0.4", "localhost.evil", "0"])
def test_loopback_is_nothing_else(name):
    assert not is_loopback(name)


@pytest.mark.parametrize(
    ("origin", "secure", "own"),
    [
        ("https://insights.example", True, True),
        ("http://insights.example", True, False),
        ("http://insights.example", False, True),
        ("https://insights.example:8443", True, False),
        ("https://other.example", True, True),
        ("http://other.example", True, False),
        ("null", False, False),
        ("https://", True, False),
        ("ftp://insights.example", False, False),
    ],
)
def test_origin_is_own_only_as_a_whole(origin, secure, own):
    others = frozenset({"https://other.example"})
    assert is_own_origin(origin, "Insights.example", secure=secure, others=others) is own


@pytest.mark.parametrize(
    "header", ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "via"]
)
def test_proxy_shows_by_its_headers(header):
    assert came_through_proxy({"host": "localhost", header: "x"})


def test_browser_on_the_machine_is_no_proxy():
    assert not came_through_proxy({"host": "localhost", "origin": "http://localhost"})


def foreign(site, mode="navigate", dest="document", *, page=True, framed=False):
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    return is_foreign_use(headers, page=page, framed=framed)


def test_other_sites_may_only_lead_to_pages():
    assert not foreign("cross-site")
    assert foreign("cross-site", page=False)
    assert foreign("cross-site", mode="no-cors", dest="image")
    assert foreign("same-site", mode="cors", dest="empty")
    assert foreign("cross-site", dest="iframe")
    assert not foreign("cross-site", dest="iframe", framed=True)


def test_own_pages_and_typed_addresses_may_everything():
    assert not foreign("same-origin", mode="cors", dest="empty", page=False)
    assert not foreign("none", page=False)
    assert not is_foreign_use({}, page=False, framed=False)


def test_cookies_take_the_first_of_a_name():
    assert cookies_of("a=1; b=2=3;c; a=9") == {"a": "1", "b": "2=3"}


@given(st.text(max_size=80))
def test_cookies_are_read_from_anything(header):
    assert all(";" not in value for value in cookies_of(header).values())


def test_cookie_is_bound_to_tls_and_to_a_day():
    plain = "_streamlit_user=abc; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"
    assert hardened_cookie(plain, secure=False) == plain.replace("2592000", "86400")
    assert hardened_cookie(plain, secure=True) == plain.replace("2592000", "86400") + "; Secure"
    assert hardened_cookie("a=secure; Path=/", secure=True) == "a=secure; Path=/; Secure"
    assert hardened_cookie("a=b; secure", secure=True) == "a=b; secure"
    assert hardened_cookie("a=; Max-Age=0", secure=False) == "a=; Max-Age=0"


def test_inline_scripts_are_named_by_their_hash():
    html = '<script>\n go()\n</script><script src="x.js"></script><script type="module">b</script>'
    named = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
        for text in (b"\n go()\n", b"b")
    ]
    assert list(inline_script_hashes(html)) == named


def test_policy_evaluates_nothing_and_lets_nobody_frame():
    policy = dict(
        part.split(" ", 1) for part in content_security_policy(["'sha256-x='"], ()).split("; ")
    )
    assert policy["script-src"] == "'self' blob: 'sha256-x='"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert not any("unsafe-eval" in value or "*" in value for value in policy.values())
    assert [name for name, value in policy.items() if "unsafe-inline" in value] == ["style-src"]


def test_policy_names_the_sites_that_may_frame():
    policy = content_security_policy((), ("https://teams.example",))
    assert policy.endswith("frame-ancestors https://teams.example")


@pytest.mark.parametrize("site", ["https://teams.example", "https://*.teams.example:444"])
def test_frame_ancestor_is_a_site(site):
    assert is_frame_ancestor(site)


@pytest.mark.parametrize("site", ["*", "http://teams.example", "https://a; script-src *", "'self'"])
def test_frame_ancestor_is_nothing_else(site):
    assert not is_frame_ancestor(site)


def test_tls_is_demanded_only_where_it_was_used():
    assert "Strict-Transport-Security" in security_headers("p", framed=False, secure=True)
    plain = security_headers("p", framed=False, secure=False)
    assert "Strict-Transport-Security" not in plain
    assert plain["X-Frame-Options"] == "DENY"
    assert "X-Frame-Options" not in security_headers("p", framed=True, secure=False)
