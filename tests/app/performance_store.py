"""A small portfolio for the pages on performance, with figures that can be worked out by hand."""

from data_access.store import Store
from data_access.types import OPEN_END
from insights.months import month_index
from tests.builders import fill_store

OCT = month_index(2026, 10)
YEAR_AGO = OCT - 12
MONTHS = range(YEAR_AGO, OCT + 1)


def fill_portfolio(store: Store) -> None:
    """Write three tenants: Teams of t1 and t2 and Exchange of t1 are associated, t3 is not.

    Every month has 100 Teams seats for t1 and 300 for t2, 100 Exchange seats for t1 and 500
    Teams seats for t3. In October there are 40, 30, 80 and 50 users, before half as many.
    """
    seats = {
        ("t1", "TEAMS"): (100, 40),
        ("t2", "TEAMS"): (300, 30),
        ("t1", "EXO"): (100, 80),
        ("t3", "TEAMS"): (500, 50),
    }
    usage = [
        (tenant, workload, month, units, users if month == OCT else users // 2)
        for (tenant, workload), (units, users) in seats.items()
        for month in MONTHS
    ]
    held = [
        ("p1", "t1", "TEAMS", YEAR_AGO - 3, OPEN_END),
        ("p1", "t1", "EXO", OCT - 4, OPEN_END),
        ("p2", "t2", "TEAMS", YEAR_AGO - 20, OPEN_END),
    ]
    tenants = {
        "t1": {"name": "Contoso *bold*", "segment": "Enterprise", "market": "DE"},
        "t2": {"name": "Fabrikam", "segment": "SMB", "market": "FR"},
        "t3": {"name": "Tailspin", "segment": "SMB", "market": "FR"},
    }
    fill_store(store, usage, held, tenants=tenants, accounts={"p1": "a1", "p2": "a2"})
