"""A local stand-in for a Teams workflow: answers as told, and keeps what it received."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/workflows/secret-part/triggers/manual/paths/invoke?sig=SECRETSIGNATURE"


@dataclass
class Webhook:
    """What the stand-in answers, one entry per request, the last one for all that follow.

    An answer is a status, a status with headers and text, or "hang".
    """

    answers: list[object]
    received: list[bytes] = field(default_factory=list)
    url: str = ""

    def next_answer(self) -> object:
        """Return the answer to the request received last."""
        return self.answers[min(len(self.received), len(self.answers)) - 1]


@contextmanager
def webhook(*answers: object, hang_seconds: float = 2.0) -> Iterator[Webhook]:
    """Serve a stand-in on this machine."""
    told = Webhook(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.received.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer = told.next_answer()
            if answer == "hang":
                time.sleep(hang_seconds)
                return
            status, headers, text = answer if isinstance(answer, tuple) else (answer, {}, "")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}{PATH}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
