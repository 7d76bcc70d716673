"""The console without records: it shows what happened, the next step and the request id."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.test_console import PUSHES
from tests.browser.visits import REQUEST_ID, Visit

Open = Callable[..., Visit]


@pytest.fixture
def console(visit: Open) -> Visit:
    """Open the console."""
    return visit("/console/")


def problem(console: Visit, title: str) -> Locator:
    """Return the alert after its title appears."""
    alert = console.page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text(title)
    return alert


def test_no_records_comes_with_advice(console: Visit) -> None:
    """An empty answer is not shown as an error."""
    for subject, expected in (
        ("user_9999", "No records: this is the id of no user, campaign or transaction."),
        ("user\u200b_1", "The id has an invisible character, U+200B: type the id by hand."),
    ):
        console.look_up("User", subject)
        console.see(expected)
        expect(console.page.get_by_role("alert")).to_be_hidden()


EMPTY = {"items": [], "count": 0, "next_cursor": "A" * 40, "searched_until": 1772547600000}
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def test_search_goes_on_from_empty_pages(console: Visit) -> None:
    """A page without records that is not the last one is followed by the next, until records are found."""
    found = {"items": [{"user_id": "u", "created_at": 1772500000000, "transaction_id": "tx_rare"}], "count": 1}
    pages = iter([EMPTY, EMPTY, found])
    console.page.route("**/v1/query/**", lambda route: route.fulfill(json=next(pages), headers=ANY_ORIGIN), times=3)
    asked = console.asked()
    console.look_up("User", "test_user_001")
    assert "tx_rare" in console.records(1)[0]
    console.see("1 push of 1 record: all there are.")
    assert [None, "A" * 40, "A" * 40] == [body.get("cursor") for body in asked]


def test_waiting_pushes_of_a_transaction_are_known_at_its_end(console: Visit) -> None:
    """Records come in the order of their states: until the last one is read, a push that is Sent may be delivered."""
    sent = [{"user_id": user, "created_at": 1, "transaction_id": "tx", "status": "SENT"} for user in ("u1", "u2")]
    delivered = {**sent[0], "created_at": 2, "status": "DELIVERED"}
    first = {"items": sent, "count": 2, "next_cursor": "A" * 40}

    def answer(route: Route) -> None:
        is_last = "cursor" in (route.request.post_data_json or {})
        route.fulfill(json={"items": [delivered], "count": 1} if is_last else first, headers=ANY_ORIGIN)

    console.page.route("**/v1/query/**", answer)
    console.look_up("Transaction", "tx")
    console.records(2)
    console.see("A push shown as Sent may have been delivered or have failed")
    console.page.goto(f"{console.page.url}&state=waiting")
    console.see("1 push without an answer among 3 records: all are read.")
    assert "u2" in console.records(1)[0]


def test_search_says_how_far_it_is_and_can_be_stopped(console: Visit) -> None:
    """It says the time in the reader's zone, and goes on from there when asked to."""
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if "cursor" in (route.request.post_data_json or {}):
            waiting.append(route)
        else:
            route.fulfill(json=EMPTY, headers=ANY_ORIGIN)

    console.page.route("**/v1/query/**", answer)
    console.look_up("User", "test_user_001")
    console.see("Nothing found yet. Searched back to 3 Mar 2026, 22:20:00.")
    console.page.get_by_role("button", name="Stop").click()
    further = console.page.get_by_role("button", name="Look further")
    expect(further).to_be_focused()
    further.click()
    expect(console.page.get_by_role("button", name="Stop")).to_be_hidden()
    assert len(waiting) == 2


def test_an_id_is_required(console: Visit) -> None:
    """Without an id nothing is sent, and the field has a message."""
    asked = console.asked()
    console.page.get_by_role("button", name="Look up").click()
    field = console.page.get_by_label("User id")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Enter an id.")
    assert [] == asked


def test_invalid_field_is_marked(console: Visit) -> None:
    """The page marks the field that the API refuses, in its own words, and moves the focus there."""
    for fragment, label, said, detail in (
        ("user=" + "u" * 257, "User id", "The id is too long", "256"),
        (f"user=u&ap_id={'a' * 257}", "Application", "This value is not accepted.", "256"),
        ("transaction=%09", "Transaction id", "The id is too long", "contains a control character"),
    ):
        console.page.goto(f"{console.stack.pages_url}/console/#{fragment}")
        field = console.page.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        alert = problem(console, "The look-up was not accepted")
        assert said in console.page.locator(".fault:not([hidden])").inner_text()
        expect(alert.locator(".detail")).to_be_hidden()
        alert.get_by_text("Details").click()
        expect(alert.locator(".detail")).to_contain_text(detail)
        assert console.page.locator(".request code").inner_text()


@pytest.mark.parametrize("response_type", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_throttled_counts_down(console: Visit, response_type: str) -> None:
    """The button is disabled for the time in Retry-After, then repeats the request."""
    console.refuse(response_type, retry_after="2")
    console.look_up("User", "test_user_001")
    quota = response_type == "QUOTA_EXCEEDED"
    alert = problem(console, "The quota of this key is used up" if quota else "The API is busy")
    expect(alert.get_by_role("button", name="Try again in 2 s")).to_be_disabled()
    expect(alert.locator("code")).to_have_text(REQUEST_ID)
    again = alert.get_by_role("button", name="Try again", exact=True)
    expect(again).to_be_enabled()
    again.click()
    console.records(PUSHES)
    expect(alert).to_be_hidden()


def test_failure_can_be_retried(console: Visit) -> None:
    """The problem shows the request id, and a button copies it."""
    console.faults_are_expected("the server responded with a status of 5")
    for response_type, title in (
        ("INTEGRATION_TIMEOUT", "The answer took too long"),
        ("DEFAULT_5XX", "Something failed on the way"),
        ("API_CONFIGURATION_ERROR", "Something failed on the way"),
    ):
        console.refuse(response_type)
        console.look_up("User", "test_user_001")
        alert = problem(console, title)
        alert.get_by_role("button", name="Copy id").click()
        console.see("Id copied")
        assert REQUEST_ID == console.clipboard()
        alert.get_by_role("button", name="Try again").click()
        console.records(PUSHES)


def test_failure_of_a_further_page_keeps_what_is_shown(console: Visit) -> None:
    """A retry goes on from the records that are shown."""
    console.page.goto(f"{console.page.url}#campaign=campaign_2026_spring&status=SENT")
    console.records(100)
    console.refuse("THROTTLED", retry_after="1")
    console.page.get_by_role("button", name="Show more").click()
    alert = problem(console, "The API is busy")
    console.records(100)
    alert.get_by_role("button", name="Try again", exact=True).click()
    expect(console.page.locator(".record").nth(100)).to_be_focused()


def test_unreachable_api_is_reported(console: Visit) -> None:
    """Without an answer, the page names the network and the address."""
    console.faults_are_expected("net::ERR_")
    console.page.route("**/v1/query/**", lambda route: route.abort(), times=1)
    console.look_up("User", "test_user_001")
    problem(console, "The API did not answer")
    console.page.get_by_role("button", name="Try again").click()
    console.records(PUSHES)


def test_late_answer_does_not_overwrite_a_newer_one(console: Visit) -> None:
    """The answer to the first query arrives after the answer to the second."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if _body(route).get("user_id") == "test_user_001":
            held.append(route)
        else:
            route.continue_()

    console.page.route("**/v1/query/**", hold)
    console.look_up("User", "test_user_001")
    expect(console.page.locator("#waiting")).to_be_visible()
    console.look_up("User", "user_9999")
    console.see("No records:")
    held[0].fulfill(json={"items": [{"user_id": "late", "created_at": 1, "status": "SENT"}], "count": 1})
    console.page.wait_for_timeout(300)
    console.records(0)
    expect(console.page.get_by_role("heading", name="User user_9999")).to_be_visible()


def test_slow_answer_says_so_and_can_be_cancelled(console: Visit) -> None:
    """After four seconds the page says that it is still looking; cancelled, it offers to try again."""
    page, held = console.page, list[Route]()
    page.clock.install()
    page.route("**/v1/query/**", lambda route: held.append(route), times=1)  # noqa: PLW0108  # Playwright marks it
    console.look_up("User", "test_user_001")
    expect(page.locator("#waiting")).to_be_visible()
    page.clock.run_for(3_000)
    expect(page.locator("#slow")).to_be_empty()
    page.clock.run_for(1_500)
    console.see("Still looking.")
    page.get_by_role("button", name="Cancel").click()
    console.see("Cancelled.")
    page.get_by_role("button", name="Try again").click()
    console.records(PUSHES)


def _body(route: Route) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(route.request.post_data or "{}")
    return body
