"""The docs page shows the contract and sends its examples through the whole chain."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import DESKTOP, PHONE, Visit
from tools.contract.bundle import operations
from tools.contract.consumers import consumers_document

Open = Callable[..., Visit]
SHOWN = [each["operationId"] for each in operations(consumers_document()).values()]


def execute(page: Page, name: str) -> Locator:
    """Open an operation and send its first example; return the part of the page that has the answer."""
    block = page.locator(f"[id^=operations-][id$=-{name}]")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table")


def test_examples_are_answered(visit: Open) -> None:
    """Each operation sends its first example, CORS lets the answer through, and each request has an id of its own."""
    ids: set[str] = set()
    page = visit("/docs/").page
    expect(page.get_by_role("heading", name="Push record query API")).to_be_visible()
    expect(page.locator(".opblock")).to_have_count(len(SHOWN))
    for name in SHOWN:
        answer = execute(page, name)
        expect(answer.locator("tr.response .response-col_status")).to_have_text("200")
        body = {"health": '"ok"', "summarize_marketing": '"cells"', "explain_push": '"verdict"'}.get(name, '"items"')
        expect(answer.locator(".response-col_description pre").first).to_contain_text(body)
        ids |= set(re.findall(r"x-request-id: (\S+)", answer.inner_text()))
        page.locator(f"[id^=operations-][id$=-{name}] .opblock-summary-control").click()  # the page gets slow otherwise
    assert len(ids) == len(SHOWN)


def test_key_can_be_changed(visit: Open) -> None:
    """A wrong key is refused, and the page shows the answer."""
    page = visit("/docs/").page
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_role("button", name="Remove authorization").click()
    page.locator(".auth-container input").fill("wrong")
    page.get_by_role("button", name="Apply credentials").click()
    page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
    expect(execute(page, "query_fail")).to_contain_text("No valid API key")


def test_keyboard_alone_opens_and_sends(visit: Open) -> None:
    """Enter opens an operation, and presses Execute."""
    page = visit("/docs/").page
    control = page.locator("#operations-records-query_user .opblock-summary-control")
    control.focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Execute")
    expect(button).to_be_visible()
    for _ in range(40):
        if button.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live-responses-table .response-col_status").last).to_have_text("200")


def test_pages_link_to_each_other(visit: Open) -> None:
    """The docs page leads to the console, and the console back; the licence is a file of the page."""
    page = visit("/docs/").page
    expect(page.get_by_role("link", name="Proprietary")).to_have_attribute("href", re.compile(r"/docs/LICENSE$"))
    page.get_by_role("link", name="Look-up console").click()
    page.get_by_role("link", name="API docs").click()
    expect(page.get_by_role("heading", name="Push record query API")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_page_is_accessible(visit: Open, size: dict[str, int]) -> None:
    """axe-core finds no violation, contrast in both themes included, and nothing is wider than the window."""
    opened = visit("/docs/", color_scheme="light", viewport=size)
    expect(execute(opened.page, "query_user")).to_contain_text("items")
    assert [] == opened.accessibility()
    assert 0 == opened.overflow()
    dark = re.compile("dark-mode")
    expect(opened.page.locator("html")).not_to_have_class(dark)
    opened.page.emulate_media(color_scheme="dark")
    expect(opened.page.locator("html")).to_have_class(dark)
    opened.page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)")
    assert [] == opened.accessibility("color-contrast")
