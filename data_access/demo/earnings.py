"""What Microsoft says it paid in the demo: milestones of FY20 to FY23, then growth month by month.

The rules in force in each month decide which model pays and when; amounts come from the same rates
as on the pages, where Microsoft's own are not public, except for a workload for which it pays
another rate. Some pairs were never paid, some are refused for a reason.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.demo import headers
from data_access.demo.cases import SET_ASIDE
from data_access.demo.catalog import CODES
from data_access.demo.claims import SOLUTION_AREA
from data_access.demo.days import first_days, iso
from data_access.demo.holdings import NEVER
from data_access.demo.lines import write_frame
from data_access.demo.usage_files import corrected_users
from data_access.demo.world import World
from data_access.types import OPEN_END
from insights.earnings import payment_month
from insights.milestones import MilestoneFacts, growth_earnings, milestone_rows, portfolio

Ints = npt.NDArray[np.int64]

UNPAID_SHARE = 0.02
REFUSED_SHARE = 0.02
REFUSED_MONTHS = 12
OTHER_RATES = {"AADP": 0.875, "YAM": 0.9}
"""Workloads for which Microsoft pays another rate than our example, as a share of it."""

BEFORE_OUR_DATA_SHARE = 0.02
BEFORE_OUR_DATA_USD = 900
SHORT_USD = 500

REFUSALS = ("IVDCOMP", "IVDPOE", "CUSPUBSEC", "IVDCUST", "IVDMPA", "MXTMCPMT")
REFUSED_CASES = {"reason_code": "IVDCOMP", "reached_not_eligible": "IVDPOE"}
UNPAID_CASES = ("payment_overdue", "growth_overdue")
LATE_CASE = "amount_differs"
"""Paid years late: only the newer download has it."""

FIRST_EARNING = 6_100_000


def world_earnings(world: World) -> pd.DataFrame:
    """Return every earning up to the month before the newest one, by month of usage.

    Columns: id, pair and partner (positions), month (index), milestone (0: growth), bucket, usd
    (missing: not told in US dollars), units and mark (growth: units paid, high-water mark before),
    code (why nothing is paid, else empty).
    """
    pairs = portfolio(_facts(world), world.program, world.last_month - 1)
    told = [_milestones(world, milestone_rows(pairs)), _growth(world, growth_earnings(pairs))]
    earned = pd.concat([*told, _before_our_data(world)], ignore_index=True)
    earned["usd"] *= earned["pair"].map(_rates(world))
    refused, unpaid = _refused(world), _unpaid(world)
    stays = ~earned["pair"].isin(unpaid) & ~earned["pair"].isin(refused["pair"])
    rows = pd.concat([earned[stays], refused], ignore_index=True)
    rows = _with_case_amounts(world, rows).sort_values(
        ["month", "pair", "milestone"], kind="stable"
    )
    return rows.assign(id=[f"E{FIRST_EARNING + row}" for row in range(len(rows))])


def write_earnings(path: Path, world: World, earnings: pd.DataFrame, *, newest: bool) -> Path:
    """Write a download of earnings: what is due by its day, the newer one with the last month."""
    last = world.last_month - (1 if newest else 2)
    is_late = earnings["pair"] == world.pairs.position(LATE_CASE)
    if newest:
        rows = earnings[(earnings["month"] >= last - 1) | is_late]
    else:
        rows = earnings[(earnings["month"] <= last) & ~is_late]
    return write_frame(path, _report_rows(world, rows, last), headers.EARNINGS_DEFAULT)


def _facts(world: World) -> MilestoneFacts:
    """Return the truth of the world as the engine reads it; keys are positions."""
    pair, month = np.nonzero(world.reported)
    users = world.users.copy()
    users[world.restated, -2] = corrected_users(world)
    usage = pd.DataFrame(
        {
            **_keys(world, pair),
            "month": world.first_month + month,
            "paid_available_units": world.seats[pair, month].astype(np.int64),
            "monthly_active_users": users[pair, month].astype(np.int64),
        }
    )
    held = world.holdings
    end = held["end"].to_numpy()
    associations = pd.DataFrame(
        {
            **_keys(world, held["pair"].to_numpy()),
            "partner_key": held["partner"].to_numpy(),
            "start_month": held["start"].to_numpy() + world.first_month,
            "end_month": np.where(end == NEVER, OPEN_END, world.first_month + end - 1),
            "associated_on": held["associated_on"],
            "attribution_type": "CPOR",
        }
    )
    workloads = pd.DataFrame({"workload_key": range(len(CODES)), "code": CODES})
    return MilestoneFacts(usage, associations, _nothing(CLAIMS), _nothing(EARNINGS), workloads)


CLAIMS = (
    "claim_id tenant_key workload_key partner_key status status_on submitted_on approved_on "
    "ended_on"
)
EARNINGS = (
    "tenant_key workload_key partner_key milestone earning_on calculated_on amount_usd_e4 "
    "estimated_payment_month payment_status reason_code"
)


def _nothing(columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns.split()})


def _keys(world: World, pair: Ints) -> dict[str, Ints]:
    return {"tenant_key": world.pairs.tenant[pair], "workload_key": world.pairs.workload[pair]}


def _pairs_of(world: World, rows: pd.DataFrame) -> Ints:
    """Return the pair of each row with tenant_key and workload_key."""
    codes = world.pairs.tenant * len(CODES) + world.pairs.workload
    wanted = rows["tenant_key"] * len(CODES) + rows["workload_key"]
    found: Ints = np.searchsorted(codes, wanted.to_numpy())
    return found


def _milestones(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the earnings of milestones reached while the milestone model was in force."""
    models = {year.title: year.model for year in world.program.years}
    is_paid = rows["program_year"].astype("str").map(models) == "milestone"
    reached = rows[is_paid & rows["reached_month"].notna() & rows["value_usd_e4"].notna()]
    return pd.DataFrame(
        {
            "pair": _pairs_of(world, reached),
            "partner": reached["earner_partner_key"].astype("int64"),
            "month": reached["reached_month"].astype("int64"),
            "milestone": reached["milestone"],
            "bucket": reached["bucket"].astype("str"),
            "usd": reached["value_usd_e4"].astype("int64") / 10_000,
            "units": 0,
            "mark": 0,
            "code": "",
        }
    )


def _growth(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the earnings of the growth model; months that earned nothing have their reason."""
    told = rows[(rows["amount_usd_e4"] > 0) | (rows["reason_code"] != "")]
    return pd.DataFrame(
        {
            "pair": _pairs_of(world, told),
            "partner": told["partner_key"],
            "month": told["month"],
            "milestone": 0,
            "bucket": "",
            "usd": told["amount_usd_e4"] / 10_000,
            "units": told["earned_units"],
            "mark": told["prior_high_water_mark"].fillna(0).astype("int64"),
            "code": told["reason_code"].where(told["amount_usd_e4"] == 0, "").replace("CAP", ""),
        }
    )


def _before_our_data(world: World) -> pd.DataFrame:
    """Return payments of 15 % for months before the first report we have."""
    held = world.holdings[world.holdings["start"] < -2].drop_duplicates("pair")
    chosen = world.rng("early").random(len(held)) < BEFORE_OUR_DATA_SHARE
    chosen &= world.pairs.tenant[held["pair"]] >= SET_ASIDE
    chosen |= (held["pair"] == world.pairs.position("paid_before_data")).to_numpy()
    early = held[chosen]
    return pd.DataFrame(
        {
            "pair": early["pair"],
            "partner": early["partner"],
            "month": world.first_month - 2,
            "milestone": 15,
            "bucket": "XS",
            "usd": float(BEFORE_OUR_DATA_USD),
            "units": 0,
            "mark": 0,
            "code": "",
        }
    )


def _rates(world: World) -> pd.Series:
    """Return by pair what share of our rate Microsoft pays."""
    rates = [OTHER_RATES.get(code, 1.0) for code in CODES]
    return pd.Series(np.array(rates)[world.pairs.workload])


def _free_pairs(world: World) -> npt.NDArray[np.bool_]:
    """Return which pairs chance may choose: those of customers that are not set aside."""
    free: npt.NDArray[np.bool_] = world.pairs.tenant >= SET_ASIDE
    return free


def _unpaid(world: World) -> Ints:
    """Return the pairs for which nothing was ever paid."""
    chosen = (world.rng("unpaid").random(len(world.pairs)) < UNPAID_SHARE) & _free_pairs(world)
    chosen[[world.pairs.position(key) for key in UNPAID_CASES]] = True
    return np.flatnonzero(chosen)


def _refused(world: World) -> pd.DataFrame:
    """Return earnings of nothing, with Microsoft's reason, for some pairs held in every month."""
    rng = world.rng("refused")
    held = (world.holding[:, -2] >= 0) & _free_pairs(world)
    chosen = held & (rng.random(len(held)) < REFUSED_SHARE)
    chosen[[world.pairs.position(key) for key in REFUSED_CASES]] = True
    pair = np.flatnonzero(chosen)
    code = np.array(REFUSALS, dtype=object)[rng.integers(0, len(REFUSALS), len(pair))]
    is_public = world.tenants["segment"].to_numpy()[world.pairs.tenant[pair]] == "Public Sector"
    code[(code == "CUSPUBSEC") & ~is_public] = "IVDPOE"
    month = world.last_month - 1 - rng.integers(0, REFUSED_MONTHS, len(pair))
    for key, own in REFUSED_CASES.items():
        here = pair == world.pairs.position(key)
        code[here], month[here] = own, world.last_month - 1
    return pd.DataFrame(
        {
            "pair": pair,
            "partner": world.holdings["partner"].to_numpy()[world.holding[pair, -2]],
            "month": month,
            "milestone": 0,
            "bucket": "",
            "usd": 0.0,
            "units": 0,
            "mark": 0,
            "code": code,
        }
    )


def _with_case_amounts(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the earnings with the amounts of the edge cases."""
    is_milestone = rows["milestone"] > 0
    short = is_milestone & (rows["pair"] == world.pairs.position("amount_differs"))
    other = is_milestone & (rows["pair"] == world.pairs.position("example_rate"))
    untold = is_milestone & (rows["pair"] == world.pairs.position("amount_not_told"))
    usd = rows["usd"].mask(short, rows["usd"] - SHORT_USD).mask(other, rows["usd"] * 0.9)
    return rows.assign(usd=usd.mask(untold))


def _report_rows(world: World, earned: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return the earnings report's rows; those of the month `last` are still to be sent."""
    pair, month = earned["pair"].to_numpy(), earned["month"].to_numpy()
    tenants = world.tenants.iloc[world.pairs.tenant[pair]].reset_index(drop=True)
    partners = world.partners.iloc[earned["partner"]].reset_index(drop=True)
    at = np.maximum(month - world.first_month, 0)
    is_growth = earned["milestone"].to_numpy() == 0
    amount = earned["usd"].map("{:.2f}".format).replace("nan", "").to_numpy()
    euros = (earned["usd"].fillna(900) * 0.9).map("{:.2f}".format).to_numpy()
    days = iso(first_days(month + 1) + 15)
    is_sent = month < last
    rows = pd.DataFrame(
        {
            "earningId": earned["id"].to_numpy(),
            "claimId": _claims_of(world, earned),
            "bucketSize": earned["bucket"].to_numpy(),
            "calculationDate": days,
            "earningDate": days,
            "customerCountry": tenants["market"],
            "customerName": tenants["name"],
            "customerTenantId": tenants["tenant_id"],
            "estimatedPaymentMonth": iso(first_days(_payment_months(world, month))),
            "milestone": [f"{each}%" if each else "" for each in earned["milestone"]],
            "participantId": partners["partner_id"],
            "participantName": partners["name"],
            "paymentId": np.where(is_sent, [f"P{each:05d}" for each in month], ""),
            "paymentStatus": np.where(is_sent, "Sent", "Upcoming"),
            "quantity": world.users[pair, at],
            "quantityAlt": world.seats[pair, at],
            "baseline": np.where(is_growth, earned["mark"].to_numpy().astype(str), ""),
            "baselineType": np.where(is_growth, "HWM", ""),
            "compensableUnits": np.where(is_growth, earned["units"].to_numpy().astype(str), ""),
            "reasonCode": earned["code"].to_numpy(),
            "workload": np.array(CODES)[world.pairs.workload[pair]],
            "lever": np.where(is_growth, "Usage growth", "Usage milestone"),
            "earningAmount": np.where(amount == "", euros, amount),
            "earningAmountUSD": amount,
            "transactionCurrency": np.where(amount == "", "EUR", "USD"),
        }
    )
    return rows.assign(
        earningType="Rebate",
        engagementName=np.where(
            is_growth, "Modern Work and Security Usage", "Online Services Usage - Microsoft 365"
        ),
        lastPaymentCurrency=rows["transactionCurrency"],
        earningAmountInLastPaymentCurrency=rows["earningAmount"],
        participantIdType="MPN",
        partnerRole="Use or consume",
        programName=np.where(is_growth, "Microsoft Commerce Incentives", "Online Services Usage"),
        quantityAltType="PAU",
        quantityType="MAU",
        solutionArea=SOLUTION_AREA,
    )


def _claims_of(world: World, earned: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the claim behind each earning: that of the pair's association with the partner."""
    held = world.holdings.drop_duplicates(["pair", "partner"])
    both = earned[["pair", "partner"]].merge(held, on=["pair", "partner"], how="left")
    found: npt.NDArray[np.object_] = both["claim_id"].fillna("").to_numpy(dtype=object)
    return found


def _payment_months(world: World, month: Ints) -> Ints:
    """Return the month in which usage of each month is paid by the rules then in force."""
    distinct, position = np.unique(month, return_inverse=True)
    rules = [world.program.in_month(int(each)) for each in distinct]
    days = [45 if each is None else each.payment_days_after_month_end.value for each in rules]
    return payment_month(distinct, np.array(days))[position]
