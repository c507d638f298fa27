"""One number, wherever it is told: pages, downloads and the command line on one store."""

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner

from data_access.cli import main
from insights.exports.table_files import Stamp, csv_file
from insights.money import usd_short
from pages.shared import (
    earnings_frames,
    milestone_lists,
    overview_incentives,
    reconciliation_section,
)
from tests.builders import NOW, bring_in

MILESTONES = "pages/incentives/milestones.py"
EARNINGS = "pages/incentives/earnings.py"
CUSTOMER = "pages/performance/customer.py"
TENANTS = ("t1", "t2", "t3")

# t1 reached 15 % in February 2023 (a milestone year) and gains units in growth years; t2 crosses
# 15 % in October; t3 is nobody's. Contoso and Fabrikam then still need 40 %.
HEADER = "tenant_id,tenant_name,segment,workload,month,paid_available_units,monthly_active_users,"
HEADER += "partner_id,associated_on\n"
BEFORE = HEADER + "\n".join(
    [
        "t1,Contoso,SMB,Intune,2023-01,1000,100,p1,2023-01-01",
        "t1,Contoso,SMB,Intune,2023-02,1000,150,p1,2023-01-01",
        "t1,Contoso,SMB,Intune,2026-08,1000,200,p1,2023-01-01",
        "t1,Contoso,SMB,Intune,2026-09,1000,220,p1,2023-01-01",
        "t2,Fabrikam,SMB,Teams,2026-08,1000,100,p2,2026-06-01",
        "t2,Fabrikam,SMB,Teams,2026-09,1000,140,p2,2026-06-01",
        "t3,Tailspin,Enterprise,Exchange,2026-08,500,50,,",
        "t3,Tailspin,Enterprise,Exchange,2026-09,500,50,,",
    ]
)
OCTOBER = HEADER + "\n".join(
    [
        "t1,Contoso,SMB,Intune,2026-10,1000,250,p1,2023-01-01",
        "t2,Fabrikam,SMB,Teams,2026-10,1000,160,p2,2026-06-01",
        "t3,Tailspin,Enterprise,Exchange,2026-10,500,50,,",
    ]
)


@pytest.fixture
def filled(shown_store, monkeypatch):
    for text in (BEFORE, OCTOBER):
        bring_in(shown_store, text)
    for module in (earnings_frames, reconciliation_section, overview_incentives):
        monkeypatch.setattr(module, "today", lambda: date(2026, 11, 22))
    return shown_store


@pytest.fixture
def command(filled):
    """A function that runs a command on the store and returns what it prints."""

    def call(*arguments):
        done = CliRunner().invoke(main, [*arguments, "--store", filled.url])
        assert done.exit_code == 0, done.output
        return done.output

    return call


@pytest.fixture
def judged(command):
    """Every milestone as the command line lists it."""
    return json.loads(command("milestones", "--json"))


def cards(page):
    return {card.label: card.value.replace("\\", "") for card in page.metric}


def said(page):
    return " ".join(each.value.replace("\\", "") for each in [*page.markdown, *page.caption])


def table(page, column):
    return next(each.value for each in page.dataframe if column in each.value)


def dollars(text):
    return int(text.replace("$", "").replace(",", ""))


def in_state(rows, state):
    return [row for row in rows if row["state"] == state]


def test_reached_is_one_number_on_milestones_overview_command_and_digest(
    without_exception, judged, command
):
    crossed = [row for row in judged if row["reached_month"] == "2026-10"]
    milestones, overview = cards(without_exception(MILESTONES)), cards(without_exception())
    assert len(crossed) == 1  # t2 at 15 %
    assert milestones["Reached in Oct 2026"] == overview["Crossed in Oct"] == "1"
    assert milestones["Reached in FY27 Q2"] == overview["Crossed in Q2"] == "1"
    digest = command("digest", "--since", NOW.date().isoformat())
    assert digest.count("Fabrikam") == 1


def test_in_flight_is_one_value_on_milestones_overview_earnings_and_command(
    without_exception, judged
):
    flight = in_state(judged, "in_flight")
    worth = usd_short(sum(row["added_value_usd_e4"] for row in flight))
    milestones = without_exception(MILESTONES)
    assert cards(milestones)["In flight"] == str(len(flight)) == "2"
    assert worth in said(milestones)
    assert cards(without_exception(EARNINGS))["In flight"] == worth
    assert cards(without_exception())["In flight"] == worth
    assert worth != "$0"


def test_users_needed_are_those_of_board_list_customers_and_command(without_exception, judged):
    # 40 % of 1,000 seats is 400: t1 has 250 users, t2 160.
    wanted = {"Contoso": 150, "Fabrikam": 240}
    flight = in_state(judged, "in_flight")
    assert sum(row["users_needed"] for row in flight) == sum(wanted.values())
    page = without_exception(MILESTONES)
    board = table(page, "pairs_15").set_index("label")
    assert board.filter(like="In flight", axis=0)["users_needed"].tolist() == [390]
    listed = table(page, "months_at_pace").set_index("tenant_name")["users_needed"]
    assert listed.to_dict() == wanted
    for tenant, needed in zip(TENANTS, wanted.values(), strict=False):
        shown = table(without_exception(CUSTOMER, query={"cust": tenant}), "goal")
        ahead = shown[shown["state_words"].str.contains("In flight")]
        assert ahead["users_needed"].tolist() == [needed]


def test_every_state_has_as_many_milestones_on_the_board_as_in_the_command(
    without_exception, judged
):
    board = table(without_exception(MILESTONES), "pairs_15")
    for percent in (15, 40):
        counted = [row for row in judged if row["milestone"] == percent]
        assert board[f"pairs_{percent}"].sum() == len(counted) == len(TENANTS)


@pytest.mark.usefixtures("filled")
def test_earned_of_all_customers_is_earned_on_earnings(without_exception):
    by_workload = table(without_exception(EARNINGS), "not_earnable")
    pages = [without_exception(CUSTOMER, query={"cust": tenant}) for tenant in TENANTS]
    earned = [
        dollars(value)
        for page in pages
        for label, value in cards(page).items()
        if label.endswith("Earned")
    ]
    assert sum(earned) == by_workload["earned"].sum()
    # Intune at 15 % in FY23 (bucket S: 1,500 USD) and what growth paid since
    assert sum(earned) > 1_500


@pytest.mark.usefixtures("filled")
def test_download_holds_the_rows_of_the_list(without_exception, monkeypatch):
    made = {}

    def keep(rows, columns, *, name, title):
        stamp = Stamp(title, "Oct 2026", (), "tester", NOW, "store")
        made[name] = csv_file(rows(), columns, stamp).decode("utf-8-sig")

    monkeypatch.setattr(milestone_lists, "download_buttons", keep)
    shown = table(without_exception(MILESTONES), "months_at_pace")
    lines = csv.DictReader(io.StringIO(made["milestones"].partition("\r\n\r\n")[0]))
    found = {line["Customer"]: int(line["Users needed"]) for line in lines}
    assert found == shown.set_index("tenant_name")["users_needed"].to_dict()
    assert list(found) == ["Contoso", "Fabrikam"]  # fewest users needed first
