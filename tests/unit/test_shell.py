"""The server's shell before a small app that answers everything: what passes, and how changed."""

import asyncio
import logging
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.shared.health import Readiness
from pages.shared.shell import RETURN_COOKIE, Shell, ShellRules
from pages.shared.socket_messages import unheard

RULES = ShellRules(
    pages=frozenset({"customers", "earnings"}),
    base="",
    allowed_hosts=("insights.example", "localhost"),
    own_origins=frozenset(),
    sign_in=True,
    local_only=False,
    secure=False,
    policy="default-src 'self'",
    framed=False,
)
LOCAL = replace(RULES, sign_in=False, local_only=True)
SIGNED_IN = "_streamlit_user=signed; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"


def ask(path="/", *, rules=RULES, answer=None, method="GET", scheme="http", peer="9.9.9.9", **sent):
    """Send one request through the shell and return (status, headers as pairs, passed on?)."""
    head = {"host": "insights.example", **{name.replace("_", "-"): v for name, v in sent.items()}}
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": path,
        "query_string": query.encode("latin-1"),
        "headers": [(k.encode(), v.encode("latin-1")) for k, v in head.items() if v is not None],
        "client": (peer, 1234),
    }
    messages, passed = [], []

    async def app(_scope, _receive, send):
        passed.append(True)
        headers = [(k.lower().encode(), v.encode()) for k, v in (answer or {}).get("headers", ())]
        status = (answer or {}).get("status", 200)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        messages.append(message)

    asyncio.run(Shell(app, rules)(scope, receive, send))
    headers = [(k.decode(), v.decode()) for k, v in messages[0]["headers"]]
    return messages[0]["status"], headers, bool(passed)


def cookies(headers):
    return [value for name, value in headers if name.lower() == "set-cookie"]


def test_every_answer_has_the_security_headers():
    for path in ("/", "/customers", "/static/js/x.js", "/_stcore/metrics", "/nowhere"):
        headers = dict(ask(path)[1])
        assert headers["content-security-policy"] == "default-src 'self'"
        assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" in dict(ask(host="evil.example")[1])


def test_only_hashed_files_stay_in_the_browsers_cache():
    kept = {"headers": [("Cache-Control", "public, max-age=9")]}
    assert dict(ask("/static/js/x.js", answer=kept)[1])["cache-control"] == "public, max-age=9"
    assert dict(ask("/customers", answer=kept)[1])["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "insights.example.evil", "", None, "a b"])
def test_foreign_host_is_refused(host):
    status, _, passed = ask("/customers", host=host)
    assert (status, passed) == (403, False)


def test_whoever_watches_over_the_server_may_ask_by_its_address():
    assert ask("/_stcore/health", host="10.0.0.4:8501")[2]


@pytest.mark.parametrize("rules", [RULES, LOCAL], ids=["sign-in", "local"])
def test_whether_it_lives_and_is_ready_is_told_to_everybody_and_nothing_else(rules):
    for path, well, status, body in (
        ("/health/live", False, 200, b"ok\n"),
        ("/health/ready", True, 200, b"ok\n"),
        ("/health/ready", False, 503, b"not ready\n"),
    ):
        told = asked_for_health(path, rules, Readiness(lambda well=well: well))
        assert told == (status, body)
    assert ask("/health/other", rules=rules, host="localhost", peer="127.0.0.1")[0] == 404
    assert ask("/health/", rules=rules, host="localhost", peer="127.0.0.1")[0] == 404


def asked_for_health(path, rules, readiness):
    """Return status and body of an answer to a stranger who names the server by its address."""
    head = [(b"host", b"10.0.0.4:8501")]
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": path, "headers": head}
    scope |= {"query_string": b"", "client": ("10.0.0.1", 1234)}
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Shell(None, rules, readiness)(scope, None, send))
    assert b"no-store" in dict(sent[0]["headers"]).values()
    return sent[0]["status"], sent[1]["body"]


def test_store_is_looked_at_once_however_many_ask():
    looks = []

    async def ask_often():
        readiness = Readiness(lambda: looks.append(1) or True)
        return await asyncio.gather(*(readiness.is_ready() for _ in range(50)))

    assert asyncio.run(ask_often()) == [True] * 50
    assert len(looks) == 1


def test_store_that_hangs_is_not_ready_and_is_not_asked_again_meanwhile(monkeypatch):
    monkeypatch.setattr("pages.shared.health.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("pages.shared.health.KEPT_SECONDS", 0.0)
    looks, over = [], threading.Event()

    def hang():
        looks.append(1)
        return over.wait(30)

    async def ask_twice():
        readiness = Readiness(hang)
        answers = [await readiness.is_ready(), await readiness.is_ready()]
        over.set()
        return [*answers, await readiness.is_ready()]

    assert asyncio.run(ask_twice()) == [False, False, True]
    assert len(looks) == 1


def test_without_sign_in_only_the_machine_itself_is_answered():
    assert ask(rules=LOCAL, host="localhost:8501", peer="127.0.0.1")[2]
    assert not ask(rules=LOCAL, host="localhost:8501", peer="192.168.0.7")[2]
    assert not ask(rules=LOCAL, host="insights.example", peer="127.0.0.1")[2]
    assert not ask(rules=LOCAL, host="localhost", peer="127.0.0.1", x_forwarded_for="1.1.1.1")[2]
    assert not ask(rules=LOCAL, host="localhost", peer="127.0.0.1", forwarded="for=1.1.1.1")[2]


def test_open_server_answers_others_under_its_names():
    rules = replace(RULES, sign_in=False, local_only=False)
    assert ask(rules=rules, x_forwarded_for="1.1.1.1")[2]
    assert not ask(rules=rules, host="evil.example")[2]


def test_other_origin_is_refused():
    assert ask("/_stcore/host-config", origin="http://insights.example")[2]
    assert not ask("/_stcore/host-config", origin="http://evil.example")[2]
    assert not ask("/_stcore/host-config", origin="null")[2]


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/media/x.csv"])
def test_other_sites_can_start_nothing(path):
    crossing = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert not ask(path, **crossing, sec_fetch_dest="document")[2]
    assert ask("/customers", **crossing, sec_fetch_dest="document")[2]
    assert ask("/oauth2callback?code=x", **crossing, sec_fetch_dest="document")[2]


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/script-health-check",
        "/_stcore/allowed-message-origins",
        "/_stcore",
        "/component/x/y.html",
        "/app/static/x.csv",
        "/auth/other",
    ],
)
@pytest.mark.parametrize("rules", [RULES, LOCAL], ids=["sign-in", "local"])
def test_what_no_page_needs_does_not_exist(path, rules):
    status, _, passed = ask(path, rules=rules, host="localhost", peer="127.0.0.1")
    assert (status, passed) == (404, False)


@pytest.mark.parametrize("path", ["/media/abc.csv", "/_stcore/upload_file/session/file"])
def test_files_are_for_people_who_signed_in(path, monkeypatch):
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    monkeypatch.setattr("pages.shared.shell.get_cookie_secret", lambda: "k" * 40)
    good = create_signed_value("k" * 40, "_streamlit_user", "{}").decode()
    other = create_signed_value("other" * 8, "_streamlit_user", "{}").decode()
    xsrf = create_signed_value("k" * 40, "_streamlit_xsrf", "{}").decode()
    assert ask(path)[0] == 403
    assert ask(path, cookie=f"_streamlit_user={other}")[0] == 403
    assert ask(path, cookie=f"_streamlit_user={xsrf}")[0] == 403
    assert ask(path, cookie="_streamlit_user=\xff\xfe")[0] == 403
    assert ask(path, cookie=f"a=b; _streamlit_user={good}")[2]
    assert ask(path, rules=LOCAL, host="localhost", peer="::1")[2]


def test_cookies_are_bound_to_tls_where_the_request_came_by_it():
    answer = {"headers": [("Set-Cookie", SIGNED_IN), ("Set-Cookie", "_streamlit_xsrf=2|a; Path=/")]}
    plain = cookies(ask("/_stcore/health", answer=answer)[1])
    assert not any("Secure" in cookie for cookie in plain)
    over_tls = ask("/_stcore/health", answer=answer, scheme="https")[1]
    assert [cookie.endswith("; Secure") for cookie in cookies(over_tls)] == [True, True]
    assert "strict-transport-security" in dict(over_tls)
    assert "strict-transport-security" not in dict(ask("/_stcore/health", answer=answer)[1])


def kept_address(headers):
    found = [one for one in cookies(headers) if one.startswith(f"{RETURN_COOKIE}=")]
    assert len(found) <= 1
    return found[0] if found else None


def test_opened_page_is_remembered_for_sign_in():
    kept = kept_address(ask("/customers?p=1,2", sec_fetch_dest="document")[1])
    assert kept == (
        f"{RETURN_COOKIE}=/customers?p=1%2C2; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"
    )
    assert kept_address(ask("/customers", accept="text/html,*/*")[1])
    assert kept_address(ask("/static/js/a.js", sec_fetch_dest="document")[1]) is None
    assert kept_address(ask("/customers", sec_fetch_dest="empty")[1]) is None
    assert kept_address(ask("/customers", sec_fetch_dest="document", method="HEAD")[1]) is None
    local = {"rules": LOCAL, "host": "localhost", "peer": "::1"}
    assert kept_address(ask("/customers", sec_fetch_dest="document", **local)[1]) is None


def test_address_at_the_moment_of_signing_in_counts():
    seen = "http://insights.example/earnings?wl=EXO"
    kept = kept_address(ask("/auth/login?provider=x", referer=seen)[1])
    assert kept.startswith(f"{RETURN_COOKIE}=/earnings?wl=EXO; ")
    assert kept_address(ask("/auth/login", referer="http://evil.example/earnings")[1]) is None
    # A browser shortens an address that is too long to its site; what was opened is kept then.
    assert kept_address(ask("/auth/login", referer="http://insights.example/")[1]) is None


def come_back(cookie, *, headers=(("Location", "/"), ("Set-Cookie", SIGNED_IN)), rules=RULES):
    answer = {"status": 302, "headers": list(headers)}
    return ask(f"{rules.base}/oauth2callback?code=1", answer=answer, cookie=cookie, rules=rules)[1]


def test_sign_in_ends_on_the_page_it_began_on():
    headers = come_back(f"{RETURN_COOKIE}=/customers?p=1")
    assert [value for name, value in headers if name.lower() == "location"] == ["/customers?p=1"]
    assert kept_address(headers) == (f"{RETURN_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")


def test_failed_sign_in_leads_to_the_start_page():
    for refused in ("", "_streamlit_user=; Max-Age=0; Path=/"):
        headers = come_back(
            f"{RETURN_COOKIE}=/customers", headers=[("Location", "/"), ("Set-Cookie", refused)]
        )
        assert dict(headers)["location"] == "/"
        assert kept_address(headers)


def test_base_of_all_addresses_is_kept():
    rules = replace(RULES, base="/team")
    headers = come_back(f"{RETURN_COOKIE}=/team/customers", rules=rules)
    assert dict(headers)["location"] == "/team/customers"
    assert dict(come_back(f"{RETURN_COOKIE}=/customers", rules=rules))["location"] == "/"
    assert ask("/team/_stcore/metrics", rules=rules)[0] == 404


@given(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=80))
def test_no_cookie_leads_away_from_our_pages(kept):
    headers = come_back(f"{RETURN_COOKIE}={kept}")
    location = dict(headers)["location"]
    assert location.partition("?")[0] in ("/", "/customers", "/earnings")
    assert all(value.isprintable() for _, value in headers)


def through_socket(messages, *, rules=RULES, **sent):
    """Open a websocket, send messages, and return (refused?, the messages that were heard)."""
    head = {"host": "insights.example", **sent}
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/_stcore/stream",
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in head.items()],
        "client": ("127.0.0.1", 1),
    }
    waiting = [{"type": "websocket.receive", "bytes": one} for one in messages]
    waiting.append({"type": "websocket.disconnect", "code": 1000})
    heard, sent_back = [], []

    async def app(_scope, receive, _send):
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message["bytes"])

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent_back.append(message)

    asyncio.run(Shell(app, rules)(scope, receive, send))
    return bool(sent_back), heard


def message(**fields):
    return BackMsg(**fields).SerializeToString()


def run_message():
    back = BackMsg()
    back.rerun_script.query_string = "p=1"
    return back.SerializeToString()


def operation(name):
    back = BackMsg()
    getattr(back.backend_operation_request, name).SetInParent()
    return back.SerializeToString()


def test_pages_are_heard_and_nothing_else(caplog):
    good = [run_message(), message(stop_script=True), message(app_heartbeat=True)]
    bad = [
        message(clear_cache=True),
        message(clear_cache=True),
        message(set_run_on_save=True),
        message(load_git_info=True),
        message(debug_shutdown_runtime=True),
        operation("install_skills"),
        operation("dismiss_skills_nudge"),
    ]
    with caplog.at_level(logging.WARNING):
        refused, heard = through_socket([*bad, *good, operation("deferred_file")])
    assert not refused
    assert heard == [*good, operation("deferred_file")]
    assert caplog.text.count("clear_cache") == 1


def test_socket_of_another_site_is_refused():
    assert through_socket([], origin="http://evil.example")[0]
    assert through_socket([], host="evil.example")[0]
    assert not through_socket([], origin="http://insights.example")[0]


@given(st.binary(max_size=60))
def test_any_bytes_are_judged_without_failing(data):
    kind = unheard(data)
    assert kind is None or kind not in ("rerun_script", "stop_script", "app_heartbeat")
