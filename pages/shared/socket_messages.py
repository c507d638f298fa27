"""What a browser may say over the websocket; everything else is dropped before it is heard."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

_LOG = logging.getLogger("partner_insights")

HEARD = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
"""Kinds of messages that our pages need: runs, the stop button, uploads, and being alive."""

HEARD_OPERATIONS = ("deferred_file", "dataframe_chunk")
"""Operations beside a run that our pages need: downloads and the rows of long tables.

Not among all of these: emptying every user's cache, writing files beside the app, switching to
run on save, and what tests of Streamlit itself use.
"""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


def unheard(data: bytes) -> str | None:
    """Return the kind of a message that is not heard, None for one that is.

    What is no message at all is left to Streamlit, which ends the connection.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    kind = message.WhichOneof("type") or "nothing"
    if kind == "backend_operation_request":
        operation = message.backend_operation_request.WhichOneof("payload") or "no operation"
        return None if operation in HEARD_OPERATIONS else operation
    return None if kind in HEARD else kind


def only_heard(receive: Receive) -> Receive:
    """Return a receiver that skips the messages which are not heard; each kind is logged once."""
    told: set[str] = set()

    async def heard() -> Message:
        while True:
            message = await receive()
            kind = unheard(message["bytes"]) if message.get("bytes") else None
            if kind is None:
                return message
            if kind not in told:
                told.add(kind)
                _LOG.warning("A browser sent a message that is not heard: %s", kind)

    return heard
