"""The console with a keyboard, a screen reader, a phone and in dark mode; and with harmful records."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.rows import HOSTILE, MARKUP, ROWS
from tests.browser.test_console import PUSHES
from tests.browser.test_console_pushes import TX_219
from tests.browser.visits import DESKTOP, PHONE, Visit
from tools.local.pages import CONSOLE

Open = Callable[..., Visit]


REFUSED = "transaction=tx_002"
# Links to the states of the page; what is clicked there, and what is then visible.
STATES: dict[str, tuple[list[str], str]] = {
    "": ([], "#welcome"),
    "user=test_user_001": (
        [f".record:nth-child({TX_219 + 1}) .line", "#filters > summary", "[value=custom]"],
        ".failure",
    ),
    "user=test_user_001&transaction_id=tx_219": ([], "#verdict"),
    "campaign=campaign_2026_spring": (["#over-time-table > summary"], "#by-reason"),
    "campaign=campaign_2026_spring&state=waiting": ([], ".record"),
    f"user={HOSTILE}": ([".line"], ".panel"),
    "user=tx_002": ([], "#others a"),
    "user=test_user_001&platfrom=IOS": ([], "#problem button"),
    REFUSED: (["#problem summary"], "#problem .detail"),
    "user=nobody": (["#open-settings"], "dialog"),
}


@pytest.mark.parametrize("locale", ["en-GB", "zh-TW"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_page_is_accessible(visit: Open, size: dict[str, int], locale: str) -> None:
    """axe-core finds no violation in any state, contrast in both themes included; nothing is wider than the window."""
    console = visit("/console/", viewport=size, locale=locale)
    papers = set()
    for fragment, (clicks, shown) in STATES.items():
        console.page.emulate_media(color_scheme="light")
        if fragment == REFUSED:
            console.refuse("THROTTLED", retry_after="60")
        console.page.goto(f"{console.stack.pages_url}/console/#{fragment}")
        for selector in clicks:
            console.page.locator(selector).first.click()
        expect(console.page.locator(shown).first).to_be_visible()
        assert [] == console.accessibility()
        assert 0 == console.overflow()
        console.page.emulate_media(color_scheme="dark")
        assert [] == console.accessibility("color-contrast")
        papers.add(console.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert {"rgb(21, 23, 28)"} == papers


def test_keyboard_alone_is_enough(visit: Open) -> None:
    """The keyboard alone reaches the search, the next page, the filters and the settings."""
    console = visit("/console/")
    page, keyboard = console.page, console.page.keyboard
    expect(page.get_by_label("User id")).to_be_focused()
    keyboard.type("test_user_001")
    keyboard.press("Enter")
    console.records(PUSHES)
    page.locator(".line").first.focus()
    keyboard.press("Enter")
    expect(page.locator(".panel").first).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Transaction tx_339")).to_be_visible()
    page.go_back()
    console.records(PUSHES)
    page.locator("#filters > summary").focus()
    keyboard.press("Enter")
    for _ in ("Sent", "Delivered", "Failed"):
        keyboard.press("Tab")
    keyboard.press("Space")
    expect(page.get_by_label("Failed")).to_be_checked()
    console.records(4)
    expect(page.get_by_label("Failed")).to_be_focused()


def test_keyboard_opens_the_settings_and_chooses_the_kind(visit: Open) -> None:
    """Escape closes the dialog, and the focus is where it was; the label of the field follows the kind."""
    page = visit("/console/").page
    keyboard = page.keyboard
    page.get_by_role("button", name="Settings").focus()
    keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Settings")).to_be_focused()
    page.get_by_label("Look up by").focus()
    keyboard.press("ArrowDown")
    expect(page.get_by_label("Campaign id")).to_be_visible()


def test_outcome_is_announced_and_the_skip_link_leads_to_it(visit: Open) -> None:
    """A live region announces the outcome; the link moves the focus to the records and keeps the address."""
    console = visit("/console/#user=test_user_001")
    expect(console.page.locator("#said")).to_have_text("19 pushes of 37 records: all there are. User test_user_001")
    assert "status" == console.page.locator("#said").get_attribute("role")
    console.page.locator("#skip").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#results")).to_be_focused()
    assert console.page.url.endswith("#user=test_user_001")


def test_records_are_shown_as_text(visit: Open) -> None:
    """Markup, scripts and strange numbers are shown as stored; nothing is run or fetched."""
    console = visit(f"/console/#user={HOSTILE}")
    texts = console.records(sum(row["user_id"] == HOSTILE for row in ROWS))
    for text in MARKUP[:3]:
        assert any(text in shown for shown in texts)
    for place in range(len(texts)):
        console.opened(place)
    assert console.page.title().startswith(HOSTILE)
    assert 0 == console.page.locator("#records :is(img, script, iframe, [onerror])").count()
    targets = [link.get_attribute("href") or "" for link in console.page.locator("#records a").all()]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert 0 == console.overflow()


def test_links_are_parsed_as_text(visit: Open) -> None:
    """The values in a link are looked up or refused, and never run."""
    console = visit("/console/")
    for fragment in (
        "user=<img src=x onerror=alert(1)>",
        "user=%3Cscript%3E&status=%3Cb%3E&platform=a,b",
        "user=%3Cb%3E&%3Ci%3E=%3Cb%3E",
    ):
        console.page.goto(f"{console.stack.pages_url}/console/#{fragment}")
        expect(console.page.locator("#subject")).to_contain_text("<")
        assert 0 == console.page.locator("main :is(img, script)").count()


def test_page_and_its_policy_are_strict(visit: Open) -> None:
    """No script or style is inline, both its own policy and the host's forbid them, and all modules load at once."""
    console = visit("/console/")
    answer = console.page.request.get(f"{console.stack.pages_url}/console/")
    text, policy = answer.text(), answer.headers["content-security-policy"]
    assert "unsafe" not in policy + text
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert f"connect-src 'self' {console.stack.public_url.removesuffix('/v1')};" in policy
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in text
    for inline in ("<style", " style=", " onclick=", "<script>"):
        assert inline not in text
    loaded = set(re.findall(r'rel="modulepreload" href="(.+)"', text)) | {"main.js"}
    assert loaded == {path.name for path in CONSOLE.glob("*.js")}


def test_headers_of_monitoring_agents_do_not_block_a_call(visit: Open) -> None:
    """A page may send any header: agents in a browser add their own to each call."""
    console = visit("/console/")
    names = ("traceparent", "tracestate", "baggage", "sentry-trace", "x-datadog-trace-id", "x-requested-with")
    headers = dict.fromkeys((*names, "cache-control", "authorization"), "1")
    headers |= {"content-type": "application/json", "x-api-key": console.stack.options.api_key}
    status = console.page.evaluate(
        "([url, headers]) => fetch(url, {method: 'POST', headers, body: '{\"user_id\": \"u\"}'}).then((r) => r.status)",
        [f"{console.stack.public_url}/query/user", headers],
    )
    assert 200 == status
