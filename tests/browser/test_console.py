"""The console over the whole chain: what is looked up, the search box, the filters and the links."""

import json
import re
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.rows import QUOTED
from tests.browser.visits import Visit

Open = Callable[..., Visit]
FAILED_ON_IOS = "user=test_user_001&status=FAILED&platform=IOS&created_from=1761955200000&created_to=1764547200000"
PUSHES = 19  # of the user of the sample, who has 37 records


@pytest.fixture
def console(visit: Open) -> Visit:
    """Open the console."""
    opened = visit("/console/")
    expect(opened.page.get_by_label("User id")).to_be_focused()
    return opened


def test_user_is_looked_up(console: Visit) -> None:
    """Pushes are newest first, each with its latest state, platform, title and a link to its transaction."""
    console.look_up("User", "test_user_001")
    first, *_ = console.records(PUSHES)
    for text in ("Delivered", "Android", "Your password was changed", "tx_339"):
        assert text in first
    times = [item.get_attribute("datetime") or "" for item in console.page.locator(".line time").all()]
    assert times == sorted(times, reverse=True)
    console.see("19 pushes of 37 records: all there are.")


def test_links_lead_from_answer_to_answer(console: Visit) -> None:
    """A campaign leads to its users, a delivered push to the whole of its transaction."""
    console.look_up("Campaign", "campaign_2026_spring")
    console.page.get_by_role("link", name="user_0463").first.click()
    expect(console.page.get_by_role("heading", name="User user_0463")).to_be_visible()
    console.look_up("User", "test_user_001")
    console.records(PUSHES)
    console.page.get_by_role("link", name="tx_339").click()
    expect(console.page.get_by_role("heading", name="Transaction tx_339")).to_be_visible()
    assert "Delivered" in console.records(1)[0]


def test_an_id_of_another_kind_is_found(console: Visit) -> None:
    """Each other kind is asked once, and those with records are offered."""
    asked = console.asked()
    console.look_up("User", "tx_002")
    console.see("No user has this id.")
    offer = console.page.get_by_role("link", name="Show transaction tx_002")
    expect(offer).to_be_visible()
    assert [{"user_id"}, {"marketing_id"}, {"transaction_id"}] == [set(body) - {"limit"} for body in asked]
    expect(console.page.locator("#others a")).to_have_count(1)
    offer.click()
    expect(console.page.get_by_role("heading", name="Transaction tx_002")).to_be_visible()
    expect(console.page.locator(".record").first).to_be_visible()
    console.look_up("Campaign", "nobody")
    console.see("No records: this is the id of no user, campaign or transaction.")


def test_filters_apply_at_once(console: Visit) -> None:
    """A filter is sent when it is chosen, the address follows, and Clear clears the list too."""
    console.look_up("User", "test_user_001")
    console.records(PUSHES)
    asked = console.asked()
    console.filters()
    console.page.get_by_label("Failed").check()
    console.records(4)
    expect(console.page.locator("#filter-count")).to_have_text("1 on")
    console.page.get_by_label("iOS").check()
    console.records(3)
    expect(console.page.locator("#note")).to_have_text("Filters: Status Failed; Platform iOS.")
    console.page.get_by_label("Application").fill("mobile-app-009")
    console.see("No records with these filters.")
    expect(console.page.get_by_role("link", name="Look up without filters")).to_be_visible()
    assert console.page.url.endswith("#user=test_user_001&status=FAILED&platform=IOS&ap_id=mobile-app-009")
    assert {"user_id": "test_user_001", "status": ["FAILED"], "limit": 100} == asked[0]
    assert ["mobile-app-009", ["IOS"]] == [asked[-1]["ap_id"], asked[-1]["platform"]]
    console.page.get_by_role("button", name="Clear filters").click()
    console.records(PUSHES)
    assert console.page.url.endswith("#user=test_user_001")
    seen = console.page.locator("#seen-ap_id option").evaluate_all("all => all.map((each) => each.value)")
    assert {"mobile-app-001", "mobile-app-002"} <= set(seen)


def test_dates_are_chosen_by_presets_and_by_day(console: Visit) -> None:
    """A preset ends now; a day is local and whole; a date that is wrong is named at its field, and nothing is sent."""
    page = console.page
    page.clock.set_fixed_time("2026-11-18T12:00:00+08:00")
    console.look_up("User", "test_user_001")
    console.records(PUSHES)
    asked = console.asked()
    page.get_by_label("24 h").check()
    console.records(1)
    assert 1794974400000 - 86_400_000 == asked[-1]["created_from"]
    page.get_by_label("Custom").check()
    page.get_by_label("From", exact=True).fill("2026-06-05")
    page.get_by_label("To", exact=True).fill("2026-06-05")
    assert "5 Jun, 20:09" in console.records(1)[0]
    assert (1780588800000, 1780675200000) == (asked[-1]["created_from"], asked[-1]["created_to"])
    sent = len(asked)
    page.get_by_label("From", exact=True).fill("2026-06-07")
    expect(page.get_by_label("From", exact=True)).to_have_accessible_description("The start is after the end.")
    page.get_by_label("From", exact=True).fill("")
    page.get_by_label("From", exact=True).press_sequentially("11")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_label("From", exact=True)).to_have_accessible_description("This date is not complete.")
    assert all("created_from" not in body for body in asked[sent:])
    page.get_by_label("Any time").check()
    console.records(PUSHES)


@pytest.mark.parametrize(
    ("zone", "moments"),
    [("Europe/Berlin", (1792891800000, 1792888200000)), ("Asia/Taipei", (1761998400123,))],
)
def test_time_of_a_link_is_kept_by_the_form(visit: Open, zone: str, moments: tuple[int, ...]) -> None:
    """A field shows the day alone; sent again, it means the same moment."""
    opened = visit("/console/", timezone_id=zone)
    for moment in moments:
        opened.page.goto(f"{opened.stack.pages_url}/console/#user=nobody&created_from={moment}")
        opened.see("No records with these filters.")
        with opened.page.expect_request(lambda request: request.method == "POST") as sent:
            opened.page.get_by_role("button", name="Look up").click()
        assert moment == sent.value.post_data_json["created_from"]
        opened.see("No records with these filters.")


def test_next_page_follows(console: Visit) -> None:
    """The next page is added below, a push of both pages stays one, and the first new line gets the focus."""
    console.look_up("Campaign", "campaign_2026_spring")
    console.records(100)
    console.page.get_by_role("button", name="Show more").click()
    fresh = console.page.locator(".record").nth(100)
    expect(fresh).to_be_focused()
    console.all_pages()
    summary = console.page.locator("#summary")
    expect(summary).to_contain_text("all there are.")
    pushes, records = (int(number) for number in re.findall(r"\d+", summary.inner_text()))
    assert pushes < records
    assert pushes == len(console.records(pushes))


def test_link_holds_the_query_and_no_secret(visit: Open) -> None:
    """Opened elsewhere, it shows the same pushes. The id is in the fragment, which browsers do not send."""
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
    other.locator("#filters > summary").click()
    expect(other.get_by_label("Failed")).to_be_checked()
    expect(other.get_by_label("From")).to_have_value("2025-11-01")


def test_link_with_a_bad_filter_says_so(visit: Open) -> None:
    """Nothing is looked up until the reader leaves the filter out."""
    opened = visit("/console/")
    asked = opened.asked()
    for fault in ("platfrom=IOS", "state=x", "created_from=yesterday"):
        opened.page.goto(f"{opened.stack.pages_url}/console/#user=test_user_001&status=FAILED&{fault}")
        expect(opened.page.get_by_role("alert")).to_contain_text(fault.replace("=", " = "))
    assert [] == asked
    opened.page.get_by_role("button", name="Look up without them").click()
    opened.records(4)
    assert opened.page.url.endswith("#user=test_user_001&status=FAILED")


@pytest.mark.parametrize("user", ["test_user_001", QUOTED])
def test_curl_line_works(console: Visit, user: str) -> None:
    """The command sends the same request, without the key; the shell runs no part of an id."""
    console.look_up("User", user)
    expect(console.page.locator(".record").first).to_be_visible()
    console.page.get_by_role("button", name="Copy as curl").click()
    console.see("Command copied")
    assert {user} == {row["user_id"] for row in run(console)["items"]}
    console.opened().get_by_role("button", name="Copy as curl").click()
    assert "DELIVERED" == run(console)["verdict"] or user == QUOTED


def run(console: Visit) -> dict[str, list[dict[str, str]]]:
    """Run the command in the clipboard, and return the answer."""
    command, key = console.clipboard(), console.stack.options.api_key
    assert key not in command
    environ = {"PATH": "/usr/bin:/bin", "QUERY_SERVICE_API_KEY": key, "NO_PROXY": "*"}
    done = subprocess.run(["/bin/bash", "-c", command], env=environ, capture_output=True, text=True, check=True)  # noqa: S603  # the command under test
    answer: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return answer


def test_going_back_restores_rows_and_place(console: Visit) -> None:
    """Each query is an entry in the browser's history; Back asks for nothing again."""
    page = console.page
    page.goto(f"{page.url}#campaign=campaign_2026_spring&status=SENT")
    console.records(100)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".record").nth(100)).to_be_focused()
    console.opened(3)
    link = page.locator(".record .ids a").nth(60)
    link.scroll_into_view_if_needed()
    place, shown = page.evaluate("scrollY"), page.locator(".record").count()
    assert place > 0
    link.click()
    expect(page.locator("#subject-kind")).to_have_text("User")
    expect(page.locator(".record").first).to_be_visible()
    asked = console.asked()
    page.go_back()
    console.records(shown)
    expect(page.locator(".record").nth(3).locator(".panel")).to_be_visible()
    expect(page.get_by_label("Campaign id")).to_have_value("campaign_2026_spring")
    page.wait_for_function("place => Math.abs(scrollY - place) < 3", arg=place)
    assert [] == asked
