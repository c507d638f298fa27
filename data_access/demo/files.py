"""The demo portfolio as the files that Partner Center would give: same bytes for same arguments."""

from __future__ import annotations

import zipfile
from pathlib import Path

from data_access.demo import claim_files, reference_files, usage_files
from data_access.demo.world import World, make_world
from insights.months import month_code

MONTHS_PER_DOWNLOAD = 24
LARGEST_ARCHIVE = 200_000_000  # bytes unpacked; larger ones stay plain files
ZIP_DATE = (2020, 1, 1, 0, 0, 0)


def write_demo_files(
    folder: Path,
    *,
    tenants: int = 400,
    months: int = 36,
    seed: int = 7,
    last_month: int,
    bare: bool = False,
) -> list[Path]:
    """Write the demo's files into a folder and return them in the order to import them.

    `last_month` is the index of the newest month. `bare` is meant for benchmarks: all ten
    workloads for every tenant, only parties and usage, and every pair-month in one file only.
    Raises ValueError where the edge cases do not fit (see make_world).
    """
    world = make_world(tenants=tenants, months=months, seed=seed, last_month=last_month, full=bare)
    folder.mkdir(parents=True, exist_ok=True)
    profile = reference_files.write_partner_profile(folder / "01 Partner profile.csv", world)
    customers = reference_files.write_customers(folder / "02 Customers and Tenants.csv", world)
    cpor = _cpor_files(folder, world)
    m365 = _m365_files(folder, world, unheld_only=bare)
    if bare:
        return [profile, customers, *m365, *cpor]
    if sum(path.stat().st_size for path in m365) <= LARGEST_ARCHIVE:
        m365 = [_zipped(folder / "03 Microsoft 365 usage.zip", m365)]
    return [
        profile,
        customers,
        *m365,
        *cpor,
        usage_files.write_ems(folder / "05 EMS usage.csv", world),
        reference_files.write_subscriptions(folder / "06 Subscription details.csv", world),
        claim_files.write_claims(folder / "07 Customer claims.csv", world),
        claim_files.write_earnings(folder / "08 Earnings - Default.csv", world),
        usage_files.write_correction(folder / "09 CPOR usage, corrected.csv", world),
    ]


def _downloads(world: World) -> list[tuple[str, range]]:
    """Return the periods of the downloads, two years at most each, with their label."""
    starts = range(0, world.months, MONTHS_PER_DOWNLOAD)
    periods = [range(s, min(s + MONTHS_PER_DOWNLOAD, world.months)) for s in starts]
    return [
        (
            f"{month_code(world.first_month + period[0])} to "
            f"{month_code(world.first_month + period[-1])}",
            period,
        )
        for period in periods
    ]


def _cpor_files(folder: Path, world: World) -> list[Path]:
    """Write the CPOR usage, the newest download with a byte order mark."""
    downloads = _downloads(world)
    return [
        usage_files.write_cpor(
            folder / f"04 CPOR usage {label}.csv", world, period, bom=period == downloads[-1][1]
        )
        for label, period in downloads
    ]


def _m365_files(folder: Path, world: World, *, unheld_only: bool) -> list[Path]:
    """Write the Microsoft 365 usage, tab-separated."""
    return [
        usage_files.write_m365(
            folder / f"03 Microsoft 365 usage {label}.tsv", world, period, unheld_only=unheld_only
        )
        for label, period in _downloads(world)
    ]


def _zipped(path: Path, members: list[Path]) -> Path:
    """Move files into one archive whose bytes do not depend on the time; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.name, date_time=ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.read_bytes(), compresslevel=4)
            member.unlink()
    return path
