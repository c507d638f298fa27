"""Whether this server lives and is ready, told to whoever asks; nothing else is told.

Live: the process answers; one that does not should be started again. Ready: pages can be shown
from the store; one that is not should get no visitors and needs no restart.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

LIVE, READY = "/health/live", "/health/ready"
FOLDER = "/health"

KEPT_SECONDS = 2.0
"""How long an answer is given again: however many ask, the store is asked this often at most."""

PATIENCE_SECONDS = 5.0
"""Time after which a store that has not answered counts as gone."""

_LOG = logging.getLogger("partner_insights")


def store_can_serve() -> bool:
    """Return whether the store in use can be shown from; loads the application on the first call.

    Never raises: what is broken in any way is not ready, and the log says why.
    """
    from data_access import health, locations
    from data_access.errors import InsightsError

    try:
        return health.can_serve(locations.chosen_store_url())
    except InsightsError:
        _LOG.warning("Not ready: the store cannot be looked at", exc_info=True)
        return False


class Readiness:
    """Looks at the store in a thread of its own, one look at a time."""

    def __init__(self, look: Callable[[], bool] = store_can_serve) -> None:
        self._look = look
        self._looking: asyncio.Task[bool] | None = None
        self._known_until = 0.0
        self._was_ready = False

    async def is_ready(self) -> bool:
        """Return whether the store can be shown from, as of KEPT_SECONDS ago at most."""
        if time.monotonic() < self._known_until:
            return self._was_ready
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self._look))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._note(await asyncio.shield(self._looking))
        except TimeoutError:
            self._note(False)
        return self._was_ready

    def _note(self, ready: bool) -> None:
        if ready != self._was_ready:
            _LOG.warning("The store %s", "can be shown" if ready else "does not answer")
        self._was_ready = ready
        self._known_until = time.monotonic() + KEPT_SECONDS
