"""The console over the whole chain: the look-ups of support staff."""

import json
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.rows import QUOTED
from tests.browser.visits import Visit

Open = Callable[..., Visit]
FAILED_ON_IOS = "user=test_user_001&status=FAILED&platform=IOS&created_from=1761955200000&created_to=1764547200000"


@pytest.fixture
def console(visit: Open) -> Visit:
    """Open the console."""
    opened = visit("/console/")
    expect(opened.page.get_by_label("User id")).to_be_focused()
    return opened


def test_user_is_looked_up(console: Visit) -> None:
    """Records are newest first, a page at a time, each with status, platform, application, title and ids."""
    console.look_up("User", "test_user_001")
    first, *_ = console.records(25)
    for text in ("Delivered", "Android", "mobile-app-002", "Your password was changed", "tx_339"):
        assert text in first
    times = [item.get_attribute("datetime") or "" for item in console.page.locator("time").all()]
    assert times == sorted(times, reverse=True)
    console.see("25 records, more to show")


def test_campaign_is_looked_up(console: Visit) -> None:
    """The records of a campaign link to their users."""
    console.look_up("Campaign", "campaign_2026_spring")
    assert "user_0463" in console.records(25)[0]
    console.page.get_by_role("link", name="user_0463").first.click()
    expect(console.page.get_by_label("User id")).to_have_value("user_0463")
    expect(console.page.get_by_role("heading", name="User user_0463")).to_be_visible()


def test_transaction_is_looked_up(console: Visit) -> None:
    """Records of every state are listed; with the filter only what failed, with the platform's message."""
    console.look_up("Transaction", "tx_002")
    assert not all("Failed" in text for text in console.records(25))
    console.page.locator("summary").click()
    console.page.get_by_label("Failed").check()
    console.page.get_by_role("button", name="Look up").click()
    console.see("records, all there are")
    texts = console.page.locator(".record").all_inner_texts()
    assert texts
    assert all("Failed" in text for text in texts)
    assert any("APNs 410 Unregistered: the device token is no longer active" in text for text in texts)


def test_times_are_local_and_utc(visit: Open) -> None:
    """A time is shown in local time, and in UTC with milliseconds."""
    (text,) = visit(f"/console/#{FAILED_ON_IOS}").records(1)
    assert "20:00:00" in text
    assert "2025-11-01 12:00:00.123 UTC" in text


def test_days_are_local_days(visit: Open) -> None:
    """Records are grouped by local day: 16:30 UTC is the next day in Taipei."""
    opened = visit("/console/#transaction=tx_002")
    opened.see("Saturday, 1 November 2025")
    assert "Times are yours (Asia/Taipei, UTC+08:00)" in opened.page.locator("footer").inner_text()


def test_filters_are_sent(console: Visit) -> None:
    """The form sends every filter of the contract; its times are local."""
    console.page.locator("summary").click()
    console.page.get_by_label("Failed").check()
    console.page.get_by_label("iOS").check()
    console.page.get_by_label("From").fill("2025-11-01T08:00:00")
    console.page.get_by_label("Before").fill("2025-12-01T08:00:00")
    expect(console.page.locator("#filter-count")).to_have_text("4 on")
    asked = console.asked()
    console.look_up("User", "test_user_001")
    console.records(1)
    assert [
        {
            "user_id": "test_user_001",
            "status": ["FAILED"],
            "platform": ["IOS"],
            "created_from": 1761955200000,
            "created_to": 1764547200000,
            "limit": 25,
        }
    ] == asked
    console.page.get_by_label("Application").fill("mobile-app-009")
    console.page.get_by_role("button", name="Look up").click()
    console.see("No records with these filters.")


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("Europe/Berlin", 1792891800000), ("Europe/Berlin", 1792888200000), ("Asia/Taipei", 1761998400123)],
)
def test_time_of_a_link_is_kept_by_the_form(visit: Open, zone: str, moment: int) -> None:
    """A field shows neither milliseconds nor which of two equal local times is meant; sent again, it is unchanged."""
    opened = visit(f"/console/#user=nobody&created_from={moment}", timezone_id=zone)
    opened.see("No records with these filters.")
    with opened.page.expect_request(lambda request: request.method == "POST") as sent:
        opened.page.get_by_role("button", name="Look up").click()
    assert moment == sent.value.post_data_json["created_from"]
    opened.see("No records with these filters.")


def test_next_page_follows(console: Visit) -> None:
    """The next page is added below, its first record gets the focus, and the end is announced."""
    console.look_up("User", "test_user_001")
    before = console.records(25)
    console.page.get_by_role("button", name="Show more").click()
    expect(console.page.locator(".record").nth(25)).to_be_focused()
    after = console.page.locator(".record").all_inner_texts()
    assert before == after[:25]
    assert len(after) == len(set(after)) > 25
    console.see(f"{len(after)} records, all there are")
    expect(console.page.get_by_role("button", name="Show more")).to_be_hidden()


def test_link_holds_the_query_and_no_secret(visit: Open) -> None:
    """Opened elsewhere, it shows the same records. The id is in the fragment, which browsers do not send."""
    opened = visit(f"/console/#{FAILED_ON_IOS}")
    shown = opened.records(1)
    opened.page.get_by_role("button", name="Copy link").click()
    opened.see("Link copied")
    link = opened.clipboard()
    address, _, fragment = link.partition("#")
    assert (f"{opened.stack.pages_url}/console/", FAILED_ON_IOS) == (address, fragment)
    assert opened.stack.options.api_key not in link
    other = opened.tab(link.removeprefix(opened.stack.pages_url))
    expect(other.locator(".record")).to_have_text(shown, use_inner_text=True)
    expect(other.get_by_label("Failed")).to_be_checked()
    expect(other.get_by_label("From")).to_have_value("2025-11-01T08:00")


@pytest.mark.parametrize("user", ["test_user_001", QUOTED])
def test_curl_line_works(console: Visit, user: str) -> None:
    """The command sends the same request, without the key; the shell runs no part of an id."""
    console.look_up("User", user)
    expect(console.page.locator(".record").first).to_be_visible()
    console.page.get_by_role("button", name="Copy as curl").click()
    console.see("Command copied")
    command, key = console.clipboard(), console.stack.options.api_key
    assert key not in command
    environ = {"PATH": "/usr/bin:/bin", "QUERY_SERVICE_API_KEY": key, "NO_PROXY": "*"}
    done = subprocess.run(["/bin/bash", "-c", command], env=environ, capture_output=True, text=True, check=True)  # noqa: S603  # the command under test
    assert {user} == {row["user_id"] for row in json.loads(done.stdout)["items"]}


def test_going_back_shows_the_query_before(console: Visit) -> None:
    """Each query is an entry in the browser's history."""
    console.look_up("User", "test_user_001")
    console.records(25)
    console.look_up("User", "user_9999")
    console.see("No records. Check the id, and that it is that of a user.")
    console.page.go_back()
    console.records(25)
    expect(console.page.get_by_label("User id")).to_have_value("test_user_001")
