"""The console shows pushes, not rows: their steps, why one failed, who acts; and explains a push to a user."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_console import PUSHES
from tests.browser.visits import Visit
from tools.contract.bundle import bundle

Open = Callable[..., Visit]
TX_219 = 6  # its place in the list of the user
FAILED_IN_CHINESE = "沒有\N{FULLWIDTH COLON}傳送失敗"
FAILED = "/console/#user=test_user_001&transaction_id=tx_219"


def test_push_opens_to_its_steps(visit: Open) -> None:
    """It shows the steps with the time between them, the reason in words, who acts, and what to tell the user."""
    console = visit("/console/#user=test_user_001")
    console.records(PUSHES)
    panel = console.opened(TX_219)
    first, second = panel.locator(".steps li").all_inner_texts()
    assert "5 Jun 2026, 20:09:00" in first
    assert "Sent" in first
    assert "20:09:52" in second
    assert "52.4 s later" in second
    for text in (
        "Token invalid The device token is malformed, or of another environment.",
        "Who acts",
        "The sender",
        "Tell the user",
        "Reinstall the app: it registers again at the next start.",
        "APNs 400 BadDeviceToken: the device token is not one of this environment",
        "Application mobile-app-001",
    ):
        expect(panel).to_contain_text(text)
    panel.get_by_role("button", name="Copy id").click()
    console.see("Id copied")
    assert "tx_219" == console.clipboard()
    panel.get_by_role("button", name="Copy for a ticket").click()
    console.see("Text copied")
    ticket = console.clipboard()
    assert "Transaction: tx_219\n" in ticket
    assert "2026-06-05 12:09:52.357 UTC Failed\nReason: TOKEN_INVALID." in ticket
    panel.get_by_text("Raw JSON").click()
    raw = json.loads(panel.locator("pre").inner_text())
    assert ["SENT", "FAILED"] == [record["status"] for record in raw]
    expect(panel.get_by_role("link", name="All of transaction tx_219")).to_be_visible()


def test_push_to_a_user_is_explained(visit: Open) -> None:
    """The verdict is on top with its evidence: the reason, who acts, and when a device last confirmed anything."""
    console = visit("/console/#user=test_user_001")
    console.records(PUSHES)
    console.opened(TX_219).get_by_role("link", name="Did this user get it?").click()
    verdict = console.page.locator("#verdict")
    expect(verdict.locator(".question")).to_have_text("Did test_user_001 get transaction tx_219?")
    expect(verdict.get_by_role("heading")).to_have_text("No: it failed")
    for text in ("Token invalid", "The sender", "A device of this user last confirmed a push", "27 Aug 2026, 09:09:24"):
        expect(verdict).to_contain_text(text)
    assert console.page.url.endswith("#user=test_user_001&transaction_id=tx_219")
    assert "Failed" in console.records(1)[0]
    for transaction, expected in (("tx_002", "Yes: delivered"), ("tx_9999", "There is no push with this id")):
        console.page.goto(f"{console.stack.pages_url}/console/#user=test_user_001&transaction_id={transaction}")
        expect(verdict.get_by_role("heading")).to_have_text(expected)
    console.page.goto(f"{console.stack.pages_url}/console/#user=test_user_001&marketing_id=campaign_2026_spring")
    expect(verdict.get_by_role("heading")).to_have_text("Yes: delivered")


def test_texts_name_their_language_and_times_their_zone(visit: Open) -> None:
    """A title has the language of its script; a switch shows times in UTC, and the days of the filters with them."""
    console = visit("/console/#user=test_user_001&created_from=1780588800000&created_to=1780675200000")
    assert "5 Jun, 20:09" in console.records(1)[0]
    expect(console.page.locator(".line .title")).to_have_attribute("lang", "zh-Hant")
    expect(console.page.get_by_label("From")).to_have_value("2026-06-05")
    console.page.get_by_role("button", name="Asia/Taipei, UTC+08:00").click()
    assert "5 Jun, 12:09" in console.records(1)[0]
    expect(console.page.get_by_label("From")).to_have_value("2026-06-04")
    console.page.get_by_role("button", name="UTC", exact=True).click()
    assert "5 Jun, 20:09" in console.records(1)[0]


def test_traditional_chinese(visit: Open) -> None:
    """The browser's language is taken, a switch changes it, and the link keeps the choice."""
    console = visit(FAILED, locale="zh-TW")
    page = console.page
    expect(page.locator("html")).to_have_attribute("lang", "zh-TW")
    for text in ("推播紀錄", FAILED_IN_CHINESE, "由誰處理", "發送方"):
        console.see(text)
    panel = console.opened()
    for text in ("已送出", "52.4 秒後", "裝置權杖格式錯誤", "複製為工單文字"):
        expect(panel).to_contain_text(text)
    page.get_by_role("button", name="English").click()
    console.see("No: it failed")
    expect(page.locator(".panel")).to_be_visible()
    assert page.url.endswith("&lang=en")
    page.get_by_role("button", name="中文").click()
    link = page.url
    assert link.endswith("&lang=zh-TW")
    other = visit(link.removeprefix(console.stack.pages_url), locale="en-GB")
    other.see(FAILED_IN_CHINESE)


def words(page: Page) -> dict[str, dict[str, str | list[str]]]:
    """Return the words of both languages."""
    found: dict[str, dict[str, str | list[str]]] = page.evaluate(
        "Promise.all([import('./english.js'), import('./chinese.js')])"
        ".then(([en, zh]) => ({en: en.ENGLISH, zh: zh.CHINESE}))"
    )
    return found


def test_every_value_of_the_contract_has_words(visit: Open) -> None:
    """Both languages have the same keys, and words for each reason, verdict and actor."""
    found = words(visit("/console/").page)
    schemas = bundle("public")["components"]["schemas"]
    known = {name: schemas[name]["x-extensible-enum"] for name in ("Reason", "Verdict", "Actor")}
    wanted = {f"reason.{reason}.{part}" for reason in known["Reason"] for part in ("means", "tell")}
    wanted |= {f"verdict.{name}" for name in known["Verdict"]} | {f"actor.{name}" for name in known["Actor"]}
    for language in found.values():
        assert set() == wanted - language.keys()
    only_chinese = {key for key in found["zh"].keys() - found["en"].keys() if not key.startswith("label.")}
    assert (set(), set()) == (found["en"].keys() - found["zh"].keys(), only_chinese)
