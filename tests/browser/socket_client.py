"""A browser without a screen: the websocket that Streamlit's front end speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import create_connection

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SECONDS = 60


@dataclass
class Heard:
    """What the server sent during one run of a page."""

    messages: list[ForwardMsg] = field(default_factory=list)

    @property
    def elements(self) -> list[str]:
        """The kinds of the elements on the page, in their order."""
        return [
            str(message.delta.new_element.WhichOneof("type"))
            for message in self.messages
            if message.WhichOneof("type") == "delta"
            and message.delta.WhichOneof("type") == "new_element"
        ]

    @property
    def pages(self) -> list[str]:
        """The titles of the pages in the navigation."""
        return [
            page.page_name
            for message in self.messages
            if message.WhichOneof("type") == "navigation"
            for page in message.navigation.app_pages
        ]

    @property
    def everything(self) -> str:
        """All that came over the wire, as text: shown, hidden or only sent along."""
        return "\n".join(str(message) for message in self.messages)


@dataclass
class SocketClient:
    """One session of a browser; `run` asks for a page and waits until it stands."""

    socket: ClientConnection
    known: dict[str, ForwardMsg] = field(default_factory=dict)

    def send(self, message: BackMsg) -> None:
        """Send one message to the server."""
        self.socket.send(message.SerializeToString())

    def run(self, *, page: str = "", script_hash: str = "", query: str = "") -> Heard:
        """Ask for a page by its name or by its script's hash; return what came until it stood."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.page_script_hash = script_hash
        asked.rerun_script.query_string = query
        self.send(asked)
        return self.until("script_finished")

    def until(self, kind: str) -> Heard:
        """Return what comes up to a message of this kind."""
        heard = Heard()
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=SECONDS))
            if message.WhichOneof("type") == "ref_hash":
                message = self.known[message.ref_hash]
            elif message.hash:
                self.known[message.hash] = message
            heard.messages.append(message)
            again = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if message.WhichOneof("type") == kind and not again:
                return heard


@contextmanager
def socket_client(
    url: str, *, cookies: str = "", origin: str | None = None, host: str | None = None
) -> Iterator[SocketClient]:
    """Open a session at a server's address, as its own pages do unless another origin is named.

    Raises websockets' InvalidStatus where the server refuses.
    """
    headers = {"Cookie": cookies} if cookies else {}
    port = url.rpartition(":")[2]
    tokens = dict(part.split("=", 1) for part in cookies.split("; ") if part)
    with connect(
        f"ws://{host or 'localhost'}:{port}/_stcore/stream",
        # Always the same server; only the name in the request differs.
        sock=create_connection(("localhost", int(port)), timeout=SECONDS),
        origin=Origin(origin or url),
        subprotocols=[Subprotocol("streamlit"), Subprotocol(tokens.get("_streamlit_xsrf", "none"))],
        additional_headers=headers,
        max_size=None,
        compression=None,
        proxy=None,
    ) as socket:
        yield SocketClient(socket)
