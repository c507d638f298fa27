"""The demo's edge cases of milestones, money and claims, as the built store holds them."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from data_access.demo.build import build_demo_store
from data_access.demo.cases import BY_KEY
from data_access.demo.claims import OPEN_CLAIMS, PROOF_MONTHS
from data_access.demo.files import MONTHS
from data_access.demo.world import make_world
from data_access.rules import load_program
from data_access.store import Store
from insights.alerts import ALERT_KINDS_BY_CODE
from insights.claim_clocks import claim_clocks, proof_ages
from insights.milestone_states import REASONS, STATES_BY_CODE
from insights.months import month_index
from insights.reconciliation import LINKS_BY_CODE

LAST = month_index(2026, 10)
TODAY = date(2026, 11, 22)  # a Sunday
SIZE = {"tenants": 20, "months": MONTHS, "seed": 7, "last_month": LAST}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    build_demo_store(url, now=now, progress=lambda *_: None, is_ranked=False, **SIZE)
    with Store.open(url, create=False) as store:
        yield store


@pytest.fixture(scope="module")
def read(demo):
    """Return a function: statement -> its rows."""

    def rows(statement: str) -> pd.DataFrame:
        with demo.read() as connection:
            return pd.read_sql(statement, connection.connection.driver_connection)

    return rows


@pytest.fixture(scope="module")
def of_case(read):
    """Return a function: table and key of a case -> the table's rows at its place."""
    tenants = make_world(**SIZE).tenants["tenant_id"]
    tables: dict[str, pd.DataFrame] = {}

    def rows(table: str, key: str) -> pd.DataFrame:
        if table not in tables:
            tables[table] = read(
                f"SELECT * FROM {table} JOIN tenant USING (tenant_key) "
                "JOIN workload USING (workload_key)"
            )
        case, found = BY_KEY[key], tables[table]
        here = found["tenant_id"] == tenants[case.tenant]
        return found[here & ((found["code"] == case.workload) | (case.workload is None))]

    return rows


ANY_WORKLOAD_OF_THE_CUSTOMER = "small"

STATES = {
    "paid": ("paid_as_rated", 15),
    "reached": ("just_crossed", 15),
    "not_earnable": ("high_at_claim", 40),
    "missed": ("crossed_unclaimed", 40),
    "no_data": ("never_reported", 15),
    "unclaimed": ("unclaimed", 15),
    "in_claim": ("in_claim", 15),
    "below_minimum": ("small", 40),
    "in_flight": ("users_short", 15),
}

REASON_CASES = {
    "workload_not_paid": ("workload_not_paid", 15),
    "no_such_milestone": ("no_such_milestone", 40),
    "passed_before_claim": ("high_at_claim", 15),
    "passed_before_first_report": ("above_100", 15),
    "usage_at_claim": ("usage_at_claim", 40),
    "reason_code": ("reason_code", 15),
}

FLAGS = {
    "is_slipping": ("slipping", 15),
    "is_stalled": ("stalled_15", 15),
    "is_small_base": ("too_late", 15),
    "is_above_100": ("above_100", 15),
    "is_data_late": ("late_month", 15),
    "is_too_late_to_claim": ("too_late", 15),
}

LINK_CASES = {
    "agrees": [("paid_as_rated", 15), ("growth_paid", 0)],
    "example_rate": [("example_rate", 15)],
    "amount_not_told": [("amount_not_told", 15)],
    "amount_differs": [("amount_differs", 15)],
    "paid_not_reached": [("paid_before_data", 15)],
    "not_eligible": [("workload_not_paid", 15), ("reached_not_eligible", 15)],
    "not_claimed": [("not_claimed", 15)],
    "not_due": [("growth_not_due", 0)],
    "overdue": [("payment_overdue", 15), ("growth_overdue", 0)],
}


def at_milestone(rows: pd.DataFrame, milestone: int) -> pd.Series:
    found = rows[rows["milestone"] == milestone]
    assert len(found) == 1
    return found.iloc[0]


def test_every_state_reason_and_link_has_its_case():
    assert set(STATES) == set(STATES_BY_CODE)
    assert set(REASON_CASES) == set(REASONS) - {"", "no_programme"}  # before October 2019 only
    assert set(LINK_CASES) == set(LINKS_BY_CODE)


@pytest.mark.parametrize("state", STATES)
def test_case_shows_its_state(of_case, state):
    key, milestone = STATES[state]
    rows = of_case("milestone_status", key)
    states = rows.loc[rows["milestone"] == milestone, "state"]
    assert state in set(states)
    assert len(states) == 1 or key == ANY_WORKLOAD_OF_THE_CUSTOMER


@pytest.mark.parametrize("reason", REASON_CASES)
def test_case_shows_its_reason(of_case, reason):
    key, milestone = REASON_CASES[reason]
    row = at_milestone(of_case("milestone_status", key), milestone)
    assert (row["state"], row["reason"]) == ("not_earnable", reason)
    assert (row["reason_code"] == "IVDCOMP") == (reason == "reason_code")


@pytest.mark.parametrize("flag", FLAGS)
def test_case_shows_its_flag(of_case, flag):
    key, milestone = FLAGS[flag]
    assert at_milestone(of_case("milestone_status", key), milestone)[flag] == 1


def test_seats_moved_the_goal(of_case):
    # 189 users of 900 seats were 21 %, of 1,500 they are 12.6 %.
    row = at_milestone(of_case("milestone_status", "diluted"), 40)
    assert (row["state"], round(row["seat_points"], 6)) == ("in_flight", 8.4)
    # 100 users of 1,000 seats were 10 %, of 1,250 they are 8 %.
    row = at_milestone(of_case("milestone_status", "newest_purchase"), 15)
    assert round(row["seat_points"], 6) == 2


@pytest.mark.parametrize(
    ("link", "key", "milestone"),
    [(link, *place) for link, places in LINK_CASES.items() for place in places],
)
def test_case_shows_its_link(of_case, link, key, milestone):
    assert at_milestone(of_case("reconciliation", key), milestone)["link"] == link


def test_amounts_of_the_cases(of_case):
    def money(key: str) -> tuple[float, float]:
        row = at_milestone(of_case("reconciliation", key), 15)
        return row["earned_usd_e4"] / 10_000, row["paid_usd_e4"] / 10_000

    assert money("paid_as_rated") == (4_500, 4_500)
    assert money("amount_differs") == (4_500, 4_000)
    assert money("example_rate") == (1_500, 1_350)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("declining", "MAULWPHWM"),
        ("above_100", "PAULWPHWM"),
        ("growth_capped", "CAP"),
        ("small", "MINTHNTMT"),
    ],
)
def test_growth_of_the_newest_month_has_its_reason(of_case, key, code):
    rows = of_case("growth_earning", key)
    assert code in set(rows.loc[rows["month"] == LAST, "reason_code"])


def test_growth_of_a_month_pays_no_more_than_the_years_maximum(of_case):
    row = of_case("growth_earning", "growth_capped").set_index("month").loc[LAST]
    assert (row["earned_units"], row["amount_usd_e4"]) == (2_500, 80_000_000)


def test_reclaiming_gave_the_workload_a_new_start(of_case):
    row = at_milestone(of_case("milestone_status", "reclaimed"), 15)
    assert (row["state"], row["usage_at_claim"]) == ("reached", 0.08)
    spans = of_case("association", "reclaimed")
    spans = spans[spans["attribution_type"] == "CPOR"].sort_values("start_month")
    assert spans["end_reason"].fillna("").tolist() == ["disassociated", ""]
    assert spans["partner_key"].nunique() == 1


ALERTS = {
    "crossed": "just_crossed",
    "slipping": "slipping",
    "stalled": "newly_stalled",
    "seats_moved": "newest_purchase",
    "missed": "newly_missed",
    "too_late": "too_late",
    "not_earnable": "reason_code",
    "paid": "amount_differs",
    "association_lost": "newly_moved",
    "association_gained": "newly_claimed",
    "clock": "answer_tomorrow",
    "contested": "contested_newer",
}


def test_every_kind_of_alert_has_its_case():
    assert set(ALERTS) == set(ALERT_KINDS_BY_CODE)


@pytest.mark.parametrize("kind", ALERTS)
def test_second_import_raises_the_alert_of_the_case(of_case, kind):
    assert kind in set(of_case("alert", ALERTS[kind])["kind"])


def test_only_the_second_import_raises_alerts(read):
    batches = read("SELECT DISTINCT batch_id FROM alert")["batch_id"]
    first = read("SELECT max(batch_id) AS n FROM import_batch WHERE imported_at < '2026-11'")
    assert len(batches) > 0
    assert (batches > first["n"].iloc[0]).all()


def test_customer_ended_an_association_in_the_newest_month(of_case):
    span = of_case("association", "newly_ended").iloc[0]
    assert (span["end_month"], span["end_reason"]) == (LAST, "disassociated")
    assert "association_lost" in set(of_case("alert", "newly_ended")["kind"])


@pytest.mark.parametrize("told", OPEN_CLAIMS, ids=lambda told: f"{told.key}-{told.status}")
def test_claim_of_the_case_has_its_status_and_its_clock(of_case, told):
    claims = of_case("claim", told.key)
    mine = claims[claims["status"] == told.status]
    clocks = claim_clocks(mine, load_program(), TODAY)
    left = clocks["business_days_left"]
    if told.status in {"Rejected", "Approved"}:  # these clocks count calendar days
        left = clocks["days_left"]
    assert told.status == "Draft" or told.days_left in set(left)
    assert len(mine) >= 1


def test_one_answer_is_overdue_and_one_is_due_tomorrow(of_case):
    overdue = claim_clocks(of_case("claim", "answer_overdue"), load_program(), TODAY)
    assert overdue["is_overdue"].tolist() == [True]
    tomorrow = claim_clocks(of_case("claim", "answer_tomorrow"), load_program(), TODAY)
    assert tomorrow["days_left"].tolist() == [1]


@pytest.mark.parametrize("key", PROOF_MONTHS)
def test_proof_of_the_case_has_its_age(of_case, key):
    ages = proof_ages(of_case("claim", key), load_program(), TODAY)
    assert ages["age_months"].tolist() == [int(PROOF_MONTHS[key])]
    assert ages["is_too_old"].tolist() == [key == "proof_14"]


def test_contested_workloads_are_claimed_by_two_partners(of_case):
    for key, rival_is_newer in (("contested_newer", True), ("contested_older", False)):
        claims = of_case("claim", key).set_index("status")
        assert set(claims.index) == {"Approved", "Under review"}
        assert claims["partner_key"].nunique() == 2
        signed = claims["proof_signed_on"]
        assert (signed["Under review"] > signed["Approved"]) == rival_is_newer
    free = of_case("claim", "contested_free")
    assert free["status"].tolist() == ["Under review"] * 2
    assert free["partner_key"].nunique() == 2


def test_claim_that_was_approved_and_is_over_is_known_as_such(of_case):
    ended = of_case("claim", "disassociated")
    row = ended[ended["status"] == "Rejected final"].iloc[0]
    assert row["approved_on"] < row["ended_on"]


def test_claims_changed_their_status_between_the_two_imports(read):
    seen = read(
        "SELECT claim_id, batch_id, count(DISTINCT status) AS n FROM claim_event GROUP BY 1"
    )
    assert (seen["n"] > 1).sum() >= 5
