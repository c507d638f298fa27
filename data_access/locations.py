"""Where stores lie: the user's own, the demo portfolio's, and which of them is meant."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from sqlalchemy import URL, make_url

STORE_VARIABLE = "PARTNER_INSIGHTS_STORE"
"""Environment variable that names the store's database URL everywhere."""

APPLICATION = "partner-insights"
OWN_STORE = "partner-insights.db"
DEMO_STORE = "demo.db"


def data_folder() -> Path:
    """Return the folder of the user's own data on this system; it may not exist yet."""
    return platformdirs.user_data_path(APPLICATION, appauthor=False)


def file_store_url(path: Path) -> str:
    """Return the database URL of a store in a file."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


def own_store_url() -> str:
    """Return the URL of the store that the user's own imports go to by default."""
    return file_store_url(data_folder() / OWN_STORE)


def demo_store_url() -> str:
    """Return the URL of the store that holds nothing but the demo portfolio."""
    return file_store_url(data_folder() / DEMO_STORE)


def chosen_store_url(given: str | None = None) -> str:
    """Return the store in use: the given one, the environment's, the own one, else the demo.

    The own store counts from its first import on, which creates its file.
    """
    configured = given or os.environ.get(STORE_VARIABLE)
    if configured:
        return configured
    return own_store_url() if (data_folder() / OWN_STORE).exists() else demo_store_url()


def is_demo(url: str) -> bool:
    """Return whether a URL names a demo store: a file called demo.db, in whichever folder."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and Path(parsed.database or "").name == DEMO_STORE
