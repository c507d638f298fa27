"""The server's shell at work: hosts, origins, messages, headers, the way back, safe starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pages.shared.auth_settings import ACCESS, OPEN
from tests.browser.server import ROOT, free_port, open_page, streamlit_server
from tests.browser.signing_in import running_provider, sign_in_settings, signed_in
from tests.browser.socket_client import socket_client

# The provider of the tests uses parts of its own library that are being replaced.
pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with running_provider() as url:
        yield url


@pytest.fixture(scope="module")
def signing_in(
    provider: str, demo_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run the app with sign-in on the demo portfolio and yield its address."""
    folder = tmp_path_factory.mktemp("signing-in")
    access = folder / "access.toml"
    access.write_text('[access]\nadmins = ["t-1/o-1"]\n', encoding="utf-8")
    environment = {"PARTNER_INSIGHTS_STORE": demo_url, ACCESS: str(access)}
    with streamlit_server(folder / "log.txt", environment | sign_in_settings(provider)) as url:
        yield url


# -- hosts, origins, messages ----------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.9"])
def test_foreign_host_gets_nothing(server: str, host: str):
    for path in ("/", "/customers", "/_stcore/host-config", "/static/js/x.js", "/media/x"):
        answer = httpx.get(server + path, headers={"Host": host})
        assert answer.status_code == 403
        assert "<script" not in answer.text
    with pytest.raises(InvalidStatus) as refused, socket_client(server, host=host):
        pass
    assert refused.value.response.status_code == 403


def test_foreign_origin_gets_nothing(server: str):
    for origin in ("http://evil.example", "http://localhost:1", "null"):
        answer = httpx.get(f"{server}/_stcore/host-config", headers={"Origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
        with pytest.raises(InvalidStatus) as refused, socket_client(server, origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_request_through_a_proxy_gets_nothing_without_sign_in(server: str, signing_in: str):
    for name in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via"):
        assert httpx.get(server, headers={name: "x"}).status_code == 403
        assert httpx.get(signing_in, headers={name: "x"}).status_code == 200


def test_what_no_page_needs_does_not_exist(server: str, signing_in: str):
    for url in (server, signing_in):
        for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/component/a/b.html"):
            assert httpx.get(url + path).status_code == 404


def test_files_are_for_people_who_signed_in(signing_in: str):
    assert httpx.get(f"{signing_in}/media/{'a' * 56}.csv").status_code == 403
    with httpx.Client() as stranger:
        stranger.get(f"{signing_in}/_stcore/health")
        token = stranger.cookies["_streamlit_xsrf"]
        answer = stranger.put(
            f"{signing_in}/_stcore/upload_file/session/file",
            files={"file": b"x"},
            headers={"X-Xsrftoken": token},
        )
    assert answer.status_code == 403


def test_browser_is_heard_only_where_a_page_needs_it(server: str):
    with socket_client(server) as client:
        client.run()
        # Streamlit would do all of this for everybody, and answer the first two.
        client.send(BackMsg(set_run_on_save=True))
        client.send(BackMsg(load_git_info=True))
        client.send(BackMsg(clear_cache=True))
        client.send(BackMsg(app_heartbeat=True))
        answers = client.until("heartbeat_ack").messages
    assert not any(answer.session_status_changed.run_on_save for answer in answers)
    assert "git_info_changed" not in [answer.WhichOneof("type") for answer in answers]


def test_message_beyond_the_limit_ends_the_session(server: str):
    asked = BackMsg()
    asked.rerun_script.query_string = "x" * 5_000_000
    with socket_client(server) as client:
        client.send(asked)
        with pytest.raises(ConnectionClosed) as closed:
            client.until("script_finished")
    assert closed.value.rcvd.code == 1009


# -- headers ---------------------------------------------------------------------------------


def test_answers_forbid_what_pages_do_not_need(server: str):
    for path in ("/", "/customers", "/favicon.png", "/_stcore/health", "/_stcore/metrics"):
        headers = httpx.get(server + path).headers
        policy = headers["content-security-policy"]
        assert "unsafe-eval" not in policy
        assert "script-src 'self' blob: 'sha256-" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


def test_cookies_and_headers_demand_tls_behind_a_proxy_that_speaks_it(signing_in: str):
    answer = httpx.get(f"{signing_in}/_stcore/health", headers={"X-Forwarded-Proto": "https"})
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


# Streamlit's reader of messages tries WebAssembly for 64-bit numbers and does without, silently.
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.blockedURI !== "wasm-eval") {
    window.violations.push(event.violatedDirective + " " + event.blockedURI);
  }
});
"""


def violations(page: Page) -> list[str]:
    """Return what the page's Content-Security-Policy kept it from doing."""
    found: list[str] = page.evaluate("window.violations")
    return found


def test_pages_work_under_their_policy(desktop: BrowserContext, server: str, tmp_path: Path):
    desktop.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    page = desktop.new_page()
    page.add_init_script(VIOLATIONS)
    try:
        open_page(page, server)
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_role("button", name="Link copied")).to_be_visible()
        assert not violations(page)

        open_page(page, f"{server}/customers")
        expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
        page.get_by_role("button", name="Share").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Excel").first.click()
        assert Path(download.value.path()).read_bytes()[:2] == b"PK"
        assert not violations(page)

        open_page(page, f"{server}/imports")
        table = tmp_path / "usage.csv"
        table.write_text("not,a,known,table\n1,2,3,4\n", encoding="utf-8")
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(table)
        expect(page.get_by_text("usage.csv").filter(visible=True).first).to_be_visible()
        assert not violations(page)
    finally:
        page.close()


def test_policy_stops_what_an_injected_text_could_do(desktop: BrowserContext, server: str):
    page = desktop.new_page()
    page.add_init_script(VIOLATIONS)
    try:
        open_page(page, f"{server}/definitions")
        page.evaluate(
            """() => {
              const place = document.createElement('div');
              document.body.append(place);
              place.innerHTML = '<img src="x" onerror="window.ran = 1">'
                + '<iframe src="/"></iframe><img src="https://evil.example/?q=1">';
              const script = document.createElement('script');
              script.textContent = 'window.ran = 1';
              document.body.append(script);
              setTimeout('window.ran = 1');
            }"""
        )
        page.wait_for_function("() => window.violations.length >= 5")
        assert page.evaluate("window.ran === undefined")
    finally:
        page.close()


# -- the way back after sign-in --------------------------------------------------------------


def test_sign_in_ends_on_the_page_it_began_on(signing_in: str):
    address = "/customers?wl=EXO%2CSPO&seg=SMB&per=6m&q=%C3%84%20%26%20Co"
    with httpx.Client() as client:
        client.get(signing_in + "/overview?p=1", headers={"Sec-Fetch-Dest": "document"})
        answer = signed_in(client, signing_in, seen=signing_in + address)
        assert answer.status_code == 302
        assert answer.headers["location"] == address
        assert "pi_next" not in client.cookies
        user = [one for one in answer.headers.get_list("set-cookie") if "_streamlit_user=" in one]
        assert len(user) == 1
        assert "Max-Age=86400" in user[0]
        assert "HttpOnly" in user[0]


@pytest.mark.parametrize(
    "seen",
    ["http://evil.example/customers", "{url}/nowhere", "{url}/auth/logout", "{url}//evil.example"],
)
def test_sign_in_never_leads_away(signing_in: str, seen: str):
    with httpx.Client() as client:
        answer = signed_in(client, signing_in, seen=seen.format(url=signing_in))
        assert answer.headers["location"] == "/"


def test_planted_cookie_never_leads_away(signing_in: str):
    for planted in ("//evil.example", "https://evil.example", "/customers%0d%0aSet-Cookie:a=b"):
        with httpx.Client(cookies={"pi_next": planted}) as client:
            answer = signed_in(client, signing_in, seen="")
            assert answer.headers["location"] == "/"


def test_returning_without_a_sign_in_leads_nowhere(signing_in: str):
    with httpx.Client(cookies={"pi_next": "/customers"}) as client:
        answer = client.get(f"{signing_in}/oauth2callback?code=x&state=y")
        assert answer.headers["location"] == "/"
        assert "_streamlit_user" not in answer.cookies


def test_shared_link_opens_with_its_filters_after_sign_in(signing_in: str, desktop: BrowserContext):
    address = f"{signing_in}/customers?per=6m&cmp=year"
    page = desktop.new_page()
    try:
        open_page(page, address)
        page.get_by_role("button", name="Sign in").click()
        page.locator("input[name=sub]").fill("ada")
        page.locator("input[name=sub]").press("Enter")
        expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=30_000)
        assert page.url == address  # a filter that was not taken would be gone
    finally:
        page.close()
        desktop.clear_cookies()


# -- safe starts -----------------------------------------------------------------------------


def start(tmp_path: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the server where it must refuse; return how it ended."""
    store = f"sqlite:///{tmp_path / 'demo.db'}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    return subprocess.run(
        [*command, "--server.port", str(free_port()), *flags],
        cwd=ROOT,
        env={**os.environ, "PARTNER_INSIGHTS_STORE": store, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_public_address_without_sign_in_is_refused(tmp_path: Path, address: str):
    by_flag = start(tmp_path, "--server.address", address)
    by_environment = start(tmp_path, STREAMLIT_SERVER_ADDRESS=address)
    everywhere = start(tmp_path, "--server.address", "")
    for ended in (by_flag, by_environment, everywhere):
        assert ended.returncode == 1
        assert "no sign-in is configured" in ended.stderr
        assert OPEN in ended.stderr
        assert "Traceback" not in ended.stderr
