"""The claim assistant in a real browser: from the first click to a pack on the disk."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from sqlalchemy import create_engine, text

from data_access.claim_drafts import start_draft
from data_access.store import Store
from data_access.types import LOCAL_USER
from insights.claims.draft import ClaimDraft
from tests.browser.conftest import Watched, new_context
from tests.browser.server import open_page, settled
from tests.browser.test_every_page import CHECKED
from tests.claim_builders import pdf

SIGNED_ON = date.today() - timedelta(days=30)  # noqa: DTZ011 - a month ago, wherever


@dataclass(frozen=True)
class Customer:
    """A customer of the demo with a workload that nobody holds."""

    tenant_id: str
    name: str
    domain: str
    workload: str
    partner_id: str


@pytest.fixture(scope="module")
def customer(demo_url: str) -> Customer:
    """A European customer, so that no disclosure is needed."""
    query = """
        SELECT t.tenant_id, t.name, t.domain, w.name AS workload,
               (SELECT min(partner_id) FROM partner) AS partner_id
        FROM pair_status p JOIN tenant t USING (tenant_key) JOIN workload w USING (workload_key)
        WHERE t.domain IS NOT NULL AND t.market = 'Germany' AND w.is_known
          AND NOT EXISTS (SELECT 1 FROM association a WHERE a.tenant_key = p.tenant_key
                          AND a.workload_key = p.workload_key)
        ORDER BY t.tenant_id, w.name LIMIT 1
    """
    engine = create_engine(demo_url)
    with engine.connect() as connection:
        row = connection.execute(text(query)).mappings().one()
    engine.dispose()
    return Customer(**row)


STARTED = """() => document.querySelector('[data-testid=stApp]')
  .dataset.testScriptState !== 'notRunning'"""


def answered(page: Page) -> None:
    """Wait until the app has taken note of an action, and then until it stands again."""
    with contextlib.suppress(PlaywrightTimeoutError):  # the run may be over already
        page.wait_for_function(STARTED, timeout=700)
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()
    answered(page)


def turn(page: Page, name: str) -> None:
    """Press Next or Back and wait for the other step."""
    heading = page.get_by_role("heading", name=re.compile(r"Step \d of 5"))
    told = heading.inner_text()
    press(page, name)
    expect(heading).not_to_have_text(told)
    settled(page)


def write(page: Page, label: str, answer: str) -> None:
    page.get_by_label(label, exact=True).fill(answer)
    page.get_by_label(label, exact=True).press("Tab")
    answered(page)


def tick(page: Page, label: str) -> None:
    page.get_by_text(label, exact=True).click()
    answered(page)


def upload(page: Page, name: str, content: bytes, folder: Path) -> None:
    path = folder / name
    path.write_bytes(content)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)


def start(page: Page, server: str) -> None:
    open_page(page, f"{server}/claim_assistant")
    if "ca_draft" in page.url:
        press(page, "My drafts")
    press(page, "New claim")
    expect(page.get_by_role("heading", name="Step 1 of 5")).to_be_visible()


def fill_customer(page: Page, customer: Customer) -> None:
    write(page, "Find a known customer", customer.tenant_id)
    page.get_by_test_id("stMain").get_by_role("button", name=customer.tenant_id).click()
    expect(page.get_by_label("Customer domain name")).to_have_value(customer.domain)
    expect(page.get_by_label("Directory / tenant ID")).to_have_value(customer.tenant_id)
    location = page.get_by_role("combobox", name="Partner location (MPN ID)")
    location.fill(customer.partner_id)
    location.press("Enter")
    settled(page)
    write(page, "Claim name", "Rollout, phase 1")
    write(page, "Customer contact, name", "Ana Anders")
    write(page, "Customer contact, title", "Head of IT")
    write(page, "Customer contact, e-mail", f"ana@{customer.domain}")
    write(page, "Your contact, name", "Bo Berg")
    write(page, "Your contact, e-mail", "bo@partner.com")


def proof_of(customer: Customer) -> bytes:
    return pdf(
        f"Customer domain {customer.domain}",
        f"Tenant {customer.tenant_id}",
        f"Workloads: {customer.workload}",
        f"Signed on {SIGNED_ON.isoformat()}",
    )


def fill_proof(page: Page, customer: Customer, folder: Path) -> None:
    upload(page, "Signed proof (final).pdf", proof_of(customer), folder)
    expect(page.get_by_text("Tenant id: found in the text")).to_be_visible()
    expect(page.get_by_text("Customer domain: found in the text")).to_be_visible()
    write(page, "Comments", "First line\nsecond line")
    signed = page.get_by_label("Signed by the customer on").get_by_role("spinbutton")
    for part, digits in zip(signed.all()[:3], SIGNED_ON.isoformat().split("-"), strict=True):
        part.click()
        page.keyboard.type(digits)
    page.keyboard.press("Tab")
    settled(page)
    tick(page, "The customer agrees to this claim and knows that Microsoft writes to the contact.")
    tick(page, "The proof is complete and shows work that this partner location delivered.")


def test_whole_assistant_ends_in_a_pack(
    watched: Watched, server: str, customer: Customer, tmp_path: Path
):
    page = watched.page
    start(page, server)
    tick(page, "Modern Work and Security")
    tick(page, "Use or consume")
    expect(page.get_by_text("This step is complete.")).to_be_visible()
    turn(page, "Next")
    fill_customer(page, customer)
    expect(page.get_by_text("This step is complete.")).to_be_visible()
    turn(page, "Next")
    fill_proof(page, customer, tmp_path)
    expect(page.get_by_text("This step is complete.")).to_be_visible()
    turn(page, "Next")
    tick(page, f"Claim {customer.workload}")
    expect(page.get_by_text("not ticked as part of the proof")).to_be_visible()
    tick(page, f"{customer.workload} is in the proof")
    turn(page, "Next")
    expect(page.get_by_text("To correct")).to_have_count(0)
    press(page, "Make claim pack")
    expect(page.get_by_text("ready to be entered in Partner Center")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download claim pack").click()
    assert re.fullmatch(
        r"claim-rollout-phase-1-\d{4}-\d\d-\d\d\.zip", waiting.value.suggested_filename
    )
    check_pack(Path(waiting.value.path()).read_bytes(), customer)


def check_pack(packed: bytes, customer: Customer) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert members["proof/Signed-proof-final.pdf"] == proof_of(customer)
    sums = dict(reversed(line.split("  ")) for line in members["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(held).hexdigest()
        for name, held in members.items()
        if name != "SHA256SUMS"
    }
    claim = json.loads(members["claim.json"])["claim"]
    assert claim["tenant_id"] == customer.tenant_id
    assert claim["signed_on"] == SIGNED_ON.isoformat()
    assert claim["comments"] == "First line\nsecond line"
    assert customer.domain in members["summary.html"].decode()


def test_wrong_files_are_refused_in_words_and_the_right_one_taken(
    watched: Watched, server: str, customer: Customer, tmp_path: Path
):
    page = watched.page
    start(page, server)
    turn(page, "Next")
    turn(page, "Next")
    wrong = {
        "program.pdf": (b"MZ" + bytes(300), "but a program"),
        "page.pdf": (b"<!doctype html><p>hello", "but a web page"),
        "empty.pdf": (b"", "the file is empty"),
        "script.pdf": (pdf("x", catalog=b"/OpenAction << /S /JavaScript /JS (x) >>"), "script"),
    }
    for name, (content, reason) in wrong.items():
        upload(page, name, content, tmp_path)
        alert = page.get_by_test_id("stAlert").filter(has_text=name)
        expect(alert).to_contain_text(reason)
    upload(page, "right.pdf", proof_of(customer), tmp_path)
    expect(page.get_by_text("Replace by another file")).to_be_visible()
    expect(page.get_by_text("right.pdf")).to_be_visible()


def test_reload_in_the_middle_loses_nothing(
    watched: Watched, server: str, customer: Customer, tmp_path: Path
):
    page = watched.page
    start(page, server)
    tick(page, "Modern Work and Security")
    turn(page, "Next")
    write(page, "Claim name", "Before the reload")
    page.get_by_label("Your contact, name", exact=True).press_sequentially("Typed, never left")
    expect(page.get_by_text("Your contact, name: nothing yet")).to_have_count(0)
    turn(page, "Next")
    upload(page, "proof.pdf", proof_of(customer), tmp_path)
    expect(page.get_by_text("Replace by another file")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name="Step 3 of 5")).to_be_visible()
    expect(page.get_by_text("proof.pdf")).to_be_visible()
    turn(page, "Back")
    expect(page.get_by_label("Claim name", exact=True)).to_have_value("Before the reload")
    expect(page.get_by_label("Your contact, name", exact=True)).to_have_value("Typed, never left")
    other = page.context.new_page()
    open_page(other, page.url)
    expect(other.get_by_label("Claim name", exact=True)).to_have_value("Before the reload")
    other.close()
    turn(page, "Back")
    expect(page.get_by_role("radio", name="Modern Work and Security")).to_be_checked()


def test_link_of_a_customer_starts_one_draft_and_reload_stays_on_it(
    watched: Watched, server: str, customer: Customer
):
    page = watched.page
    link = f"{server}/claim_assistant?ca_tenant={customer.tenant_id}&ca_wl=TEAMS&ca_wl=EXO"
    open_page(page, link)
    expect(page.get_by_role("heading", name="Step 1 of 5")).to_be_visible()
    expect(page.get_by_text(customer.name).filter(visible=True).first).to_be_visible()
    page.wait_for_url(re.compile("ca_draft=[0-9a-f]{32}"))
    first = page.url
    assert "ca_tenant" not in first
    page.reload()
    settled(page)
    assert page.url == first
    open_page(page, link)
    page.wait_for_url(first)
    turn(page, "Next")
    turn(page, "Next")
    turn(page, "Next")
    expect(page.get_by_role("checkbox", name="Claim Microsoft Teams")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Claim Exchange Online")).to_be_checked()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_every_step_fits_and_is_accessible(
    browser: Browser, demo_url: str, server: str, customer: Customer, scheme: str, width: int
):
    draft = ClaimDraft(
        tenant_id=customer.tenant_id,
        domain="not a domain",
        partner_id=customer.partner_id,
        claim_name=f"{scheme} {width}",
        workloads=("TEAMS", "MDO"),
    )
    with Store.open(demo_url) as store:
        draft_id = start_draft(store, LOCAL_USER, draft, now=datetime.now(UTC))
    context = new_context(browser, width=width, height=844, scheme=scheme)
    page, findings = context.new_page(), {}
    for step in range(1, 6):
        open_page(page, f"{server}/claim_assistant?ca_draft={draft_id}&ca_step={step}")
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        violations = [
            f"{finding['id']}: {finding['nodes'][0]['html'][:160]}"
            for finding in Axe().run(page, context=CHECKED).response["violations"]
            if finding["impact"] in ("serious", "critical")
        ]
        if overflow > 0 or violations:
            findings[step] = (overflow, violations)
    context.close()
    assert not findings
