"""Work without end in processes that are killed, each forked from this one, which is ready for it.

Reads lines `URL SEED`; for each it forks a worker, prints `pid N`, `ready now` once the worker
works, and `ended` once it is gone. A worker imports a file that changes every cell of the store
and edits the action a1, over and over.
"""

import os
import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from data_access.actions_store import action_of, change_action
from data_access.importer import import_files
from data_access.locations import file_store_url
from data_access.schema import usage
from data_access.store import Store
from data_access.types import LOCAL_USER, Scope
from data_access.validate import ImportOptions
from tests.action_builders import action_row, add_actions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADER = "tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id"
TENANTS, WORKLOADS, MONTHS = 4, ("EXO", "TEAMS"), 3
STATUSES = ("open", "in_progress")


def file_with(users):
    """Return a file in which every cell has this many users; the partner changes with it."""
    lines = [
        f"t{tenant},{workload},2026-{month:02},200,{users},partner{users % 2}"
        for tenant in range(TENANTS)
        for workload in WORKLOADS
        for month in range(8, 8 + MONTHS)
    ]
    return "\n".join([HEADER, *lines])


def bring_another(store, dice):
    """Import a file that changes every cell."""
    with store.read() as connection:
        users = connection.scalar(select(usage.c.monthly_active_users).limit(1))
    users = dice.choice([each for each in range(10, 190) if each != users])
    import_files(
        store,
        [("all.csv", file_with(users).encode())],
        scope=Scope("ada", "admin"),
        now=NOW,
        options=ImportOptions(today=NOW.date()),
    )


def edit(store, dice):
    """Change several fields of the action in one go."""
    now = datetime.now(UTC)
    row = action_of(store, LOCAL_USER, "a1", now=now)
    change_action(
        store,
        LOCAL_USER,
        "a1",
        version=int(row["version"]),
        changes={
            "owner": f"owner{dice.randrange(10**6)}@partner.com",
            "status": next(each for each in STATUSES if each != row["status"]),
        },
        now=now,
        note=f"note {dice.randrange(10**6)}",
    )


def work(url, seed):
    """Work until killed."""
    dice = random.Random(seed)
    with Store.open(url) as store:
        os.write(1, b"ready now\n")
        while True:
            dice.choice((bring_another, edit))(store, dice)


def warm_up():
    """Do all of it once, so that no worker has to load anything first."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(file_store_url(Path(folder) / "warm.db")) as store,
    ):
        bring_another(store, random.Random(0))
        add_actions(store, action_row("a1", tenant_id="t1", workload="TEAMS", partner_id=""))
        edit(store, random.Random(0))


def main():
    """Fork a worker for each line."""
    warm_up()
    for line in sys.stdin:
        url, seed = line.split()
        pid = os.fork()
        if pid == 0:
            work(url, int(seed))
        os.write(1, f"pid {pid}\n".encode())
        os.waitpid(pid, 0)
        os.write(1, b"ended\n")


if __name__ == "__main__":
    main()
