"""Opens a store in a process of its own, as another user if told; prints what went wrong.

Arguments: store URL, then optionally the number of the user to become.
"""

import os
import sys

from data_access.errors import StoreError
from data_access.store import Store


def main(url, user=None):
    if user is not None:
        os.setuid(int(user))
    try:
        with Store.open(url) as store, store.write() as connection:
            connection.exec_driver_sql("UPDATE tenant SET name = name")
    except StoreError as error:
        sys.stdout.write(f"{error} {error.hint}")


if __name__ == "__main__":
    main(*sys.argv[1:])
