"""The demo portfolio as the files that Partner Center would give: same bytes for same arguments.

They come as two downloads, so that the demo tells what changed in between: everything up to the
month before the newest, then the newest month with a correction and the claims and earnings of
that day.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from data_access.demo import claims, earnings, reference_files, usage_files
from data_access.demo.world import World, make_world
from insights.months import month_code

MONTHS = 48
"""Months of the portfolio unless told otherwise: back into FY23, when milestones were paid."""

MONTHS_PER_DOWNLOAD = 24
EMS_MONTHS = 12
LARGEST_ARCHIVE = 200_000_000  # bytes unpacked; larger ones stay plain files
ZIP_DATE = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Download:
    """Files that were downloaded on one day, in the order to import them."""

    day: date
    files: tuple[Path, ...]


def write_demo_files(  # noqa: PLR0913 - what is written and where
    folder: Path,
    *,
    tenants: int = 400,
    months: int = MONTHS,
    seed: int = 7,
    last_month: int,
    today: date | None = None,
    bare: bool = False,
) -> tuple[Download, ...]:
    """Write the demo's files into a folder and return the downloads in the order to import them.

    `last_month` is the index of the newest month, `today` the day of the newer download (the 22nd
    of the month after unless given). `bare` is meant for benchmarks: all ten workloads for every
    tenant, only parties and usage in one download, every pair-month in one file only. Raises
    ValueError where the edge cases do not fit (see make_world).
    """
    world = make_world(
        tenants=tenants, months=months, seed=seed, last_month=last_month, today=today, full=bare
    )
    folder.mkdir(parents=True, exist_ok=True)
    if bare:
        return (_bare_download(folder, world),)
    earned = earnings.world_earnings(world)
    first = Download(
        world.first_download,
        (
            reference_files.write_partner_profile(folder / "01 Partner profile.csv", world),
            *_usage_part(folder, world, range(world.months - 1), 2),
            earnings.write_earnings(
                folder / "08 Earnings - Default.csv", world, earned, newest=False
            ),
        ),
    )
    second = Download(
        world.today,
        (
            *_usage_part(folder, world, range(world.months - 1, world.months), 9),
            earnings.write_earnings(
                folder / "15 Earnings - Default.csv", world, earned, newest=True
            ),
            usage_files.write_correction(folder / "16 CPOR usage, corrected.csv", world),
        ),
    )
    return first, second


def _usage_part(folder: Path, world: World, months: range, number: int) -> tuple[Path, ...]:
    """Write what both downloads have, as of the last of these months, numbered from `number`."""
    last = months[-1]
    label = month_code(world.first_month + last)
    names = [f"{at:02d}" for at in range(number, number + 6)]
    day = world.today if last == world.months - 1 else world.first_download
    ems = range(max(months.start, last + 1 - EMS_MONTHS), last + 1)
    return (
        reference_files.write_customers(
            folder / f"{names[0]} Customers and Tenants {label}.csv", world, last
        ),
        *_m365_files(folder, world, months, names[1]),
        *_cpor_files(folder, world, months, names[2]),
        usage_files.write_ems(folder / f"{names[3]} EMS usage {label}.csv", world, ems),
        reference_files.write_subscriptions(
            folder / f"{names[4]} Subscription details {label}.csv", world, last
        ),
        claims.write_claims(
            folder / f"{names[5]} Customer claims {day}.csv", world, np.datetime64(day, "D")
        ),
    )


def _bare_download(folder: Path, world: World) -> Download:
    """Write parties and usage only, every pair-month in one file only."""
    months = range(world.months)
    return Download(
        world.today,
        (
            reference_files.write_partner_profile(folder / "01 Partner profile.csv", world),
            reference_files.write_customers(
                folder / "02 Customers and Tenants.csv", world, world.months - 1
            ),
            *_m365_files(folder, world, months, "03", unheld_only=True),
            *_cpor_files(folder, world, months, "04"),
        ),
    )


def _downloads(world: World, months: range) -> list[tuple[str, range]]:
    """Return the periods of the reports, two years at most each, with their label."""
    starts = range(months.start, months.stop, MONTHS_PER_DOWNLOAD)
    periods = [range(s, min(s + MONTHS_PER_DOWNLOAD, months.stop)) for s in starts]
    return [(_label(world, period), period) for period in periods]


def _label(world: World, period: range) -> str:
    ends = [month_code(world.first_month + month) for month in (period[0], period[-1])]
    return " to ".join(dict.fromkeys(ends))


def _cpor_files(folder: Path, world: World, months: range, number: str) -> list[Path]:
    """Write the CPOR usage, the newest report with a byte order mark."""
    return [
        usage_files.write_cpor(
            folder / f"{number} CPOR usage {label}.csv",
            world,
            period,
            bom=period.stop == world.months,
        )
        for label, period in _downloads(world, months)
    ]


def _m365_files(
    folder: Path, world: World, months: range, number: str, *, unheld_only: bool = False
) -> list[Path]:
    """Write the Microsoft 365 usage, tab-separated; long periods as members of an archive."""
    files = [
        usage_files.write_m365(
            folder / f"{number} Microsoft 365 usage {label}.tsv",
            world,
            period,
            unheld_only=unheld_only,
        )
        for label, period in _downloads(world, months)
    ]
    is_small = sum(path.stat().st_size for path in files) <= LARGEST_ARCHIVE
    if unheld_only or len(months) == 1 or not is_small:
        return files
    return [_zipped(folder / f"{number} Microsoft 365 usage.zip", files)]


def _zipped(path: Path, members: list[Path]) -> Path:
    """Move files into one archive whose bytes do not depend on the time; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.name, date_time=ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.read_bytes(), compresslevel=4)
            member.unlink()
    return path
