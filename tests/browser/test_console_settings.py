"""The settings of the console: the address of the API and the key, and where they are kept."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.test_console import PUSHES
from tests.browser.test_console_states import problem
from tests.browser.visits import Visit

Open = Callable[..., Visit]


def test_wrong_key_leads_to_the_settings(visit: Open) -> None:
    """The tab alone keeps a key. After the right key is entered, the query goes on."""
    console = visit("/console/")
    page = console.page
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("API key").fill("wrong")
    page.get_by_role("button", name="Save").click()
    console.look_up("User", "test_user_001")
    alert = problem(console, "The key was not accepted")
    assert alert.locator("code").inner_text()
    alert.get_by_role("button", name="Open Settings").click()
    page.get_by_label("API key").fill(console.stack.options.api_key)
    page.keyboard.press("Enter")
    console.records(PUSHES)
    assert "{}" == page.evaluate("JSON.stringify(localStorage)")
    assert "" == page.evaluate("document.cookie")


def test_nothing_is_asked_before_the_settings_are_there(visit: Open) -> None:
    """Who is faster than settings.json is not asked for a key that it has."""
    console, held = visit("/console/"), list[Route]()
    console.page.route("**/settings.json", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
    console.page.reload()
    console.look_up("User", "test_user_001")
    held[0].continue_()
    console.records(PUSHES)
    expect(console.page.get_by_role("dialog")).to_be_hidden()


def test_link_without_a_key_asks_for_it_once(visit: Open) -> None:
    """After it is entered, what was linked is shown, and is kept for the browser if it is to be remembered."""
    opened = visit("/docs/")
    opened.serve_settings({"api": "", "key": ""})
    page = opened.tab("/console/#user=test_user_001&status=FAILED")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("API address").fill(opened.stack.public_url + "/")
    page.get_by_label("API key").fill(opened.stack.options.api_key)
    page.get_by_label("Remember the key on this computer").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".record")).to_have_count(4)
    other = opened.tab("/console/#user=test_user_001")
    expect(other.locator(".record")).to_have_count(PUSHES)
    other.get_by_role("button", name="Settings").click()
    other.get_by_label("Remember the key on this computer").uncheck()
    other.get_by_role("button", name="Save").click()
    assert "{}" == other.evaluate("JSON.stringify(localStorage)")


def test_api_of_another_domain_is_called(visit: Open) -> None:
    """The policy of the page admits an API at any https address; the one in settings.json cannot be changed."""
    opened = visit("/docs/")
    opened.serve_settings({"api": "https://push.example.com/v1", "key": "some-key"})
    opened.serve_without_header()
    found = {"items": [{"user_id": "u", "created_at": 1772500000000, "transaction_id": "tx_far"}], "count": 1}
    opened.route("https://push.example.com/**", found)
    opened.others_are_expected("https://push.example.com/")
    page = opened.tab("/console/#user=u")
    expect(page.locator(".record")).to_contain_text("tx_far")
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_label("API address")).to_have_attribute("readonly", "")
    expect(page.get_by_label("API address")).to_have_value("https://push.example.com/v1")
