"""The console opens a campaign with its summary, whose numbers lead to their lists; and downloads CSV."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visits import Visit

Open = Callable[..., Visit]
CAMPAIGN = "/console/#campaign=campaign_2026_spring"
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


@pytest.fixture
def console(visit: Open) -> Visit:
    """Open a campaign, and wait until it is counted."""
    opened = visit(CAMPAIGN)
    opened.see("Exact: all")
    return opened


def numbers(console: Visit) -> dict[str, int]:
    """Return the numbers of the cards."""
    names = ("pushes", "delivered", "failed", "waiting")
    return {name: int(console.page.locator(f".card.{name} .number").inner_text().replace(",", "")) for name in names}


def test_campaign_is_counted(console: Visit) -> None:
    """Cards, bars by platform and transaction, reasons by size with who acts, and a chart with its table agree."""
    found = numbers(console)
    assert found["pushes"] == found["delivered"] + found["failed"] + found["waiting"]
    for part in ("#by-platform", "#by-transaction"):
        cells = [int(text) for text in console.page.locator(f"{part} td.figure").all_inner_texts()]
        assert [found["delivered"], found["failed"]] == [sum(cells[at::3]) for at in (0, 1)]
    reasons = console.page.locator("#by-reason tbody tr")
    counts = [int(text) for text in reasons.locator("td.figure").all_inner_texts()]
    assert found["failed"] == sum(counts)
    assert counts == sorted(counts, reverse=True)
    expect(reasons.filter(has_text="Token unregistered")).to_contain_text("The user, by opening the app")
    expect(console.page.get_by_role("img", name="Records from")).to_be_visible()
    console.page.get_by_text("As a table").click()
    rows = [text.split("\t") for text in console.page.locator("#over-time-table tbody tr").all_inner_texts()]
    assert found["failed"] == sum(int(row[2]) for row in rows)


def test_numbers_lead_to_their_lists(console: Visit) -> None:
    """Failures come from the index of failures, waiting pushes are those without an answer."""
    found, asked = numbers(console), console.asked()
    console.page.locator(".card.failed a").click()
    expect(console.page.locator("#counts")).to_be_hidden()
    assert all("Failed" in text for text in console.records(found["failed"]))
    assert [{"marketing_id": "campaign_2026_spring", "limit": 100}] == asked
    console.page.get_by_role("link", name="Summary of the campaign").click()
    console.see("Exact: all")
    console.page.locator(".card.waiting a").click()
    expect(console.page.locator("#summary")).to_contain_text("without an answer among")
    console.all_pages()
    console.see("all are read.")
    assert all("Sent" in text for text in console.page.locator(".record").all_inner_texts())
    assert abs(found["waiting"] - console.page.locator(".record").count()) <= 1
    console.page.go_back()
    console.page.get_by_text("As a table").click()
    console.page.locator("#over-time-table tbody tr").last.locator("td a").nth(1).click()
    expect(console.page.locator("#counts")).to_be_hidden()
    expect(console.page.locator(".record").first).to_be_visible()
    assert all("Failed" in text for text in console.page.locator(".record").all_inner_texts())
    console.page.go_back()
    console.page.locator("#by-platform").get_by_role("link", name="iOS").click()
    expect(console.page.locator("#counts")).to_be_hidden()
    expect(console.page.locator(".record").first).to_be_visible()
    assert all("iOS" in text for text in console.page.locator(".record").all_inner_texts())


def test_counting_shows_progress_and_can_be_stopped(visit: Open) -> None:
    """Answers add up; until the last one the numbers are called so far. Stopped, it goes on when asked to."""
    console, held = visit("/console/"), list[Route]()
    parts = [part(70, 30, 10, "A" * 40, 1772500000000), part(30, 20, 0, None, None)]

    def answer(route: Route) -> None:
        if "cursor" in (route.request.post_data_json or {}):
            held.append(route)
        else:
            route.fulfill(json=parts[0], headers=ANY_ORIGIN)

    console.page.route("**/query/marketing/summary", answer)
    console.look_up("Campaign", "campaign_2026_spring")
    console.see("So far: 110 records, back to 3 Mar 2026, 09:06:40. Counting …")
    assert {"pushes": 70, "delivered": 30, "failed": 10, "waiting": 30} == numbers(console)
    console.page.locator("#count-state").get_by_role("button", name="Stop").click()
    console.see("So far: 110 records. Stopped.")
    console.page.get_by_role("button", name="UTC+08:00").click()
    console.see("So far: 110 records. Stopped.")
    console.page.get_by_role("button", name="Count on").click()
    console.page.wait_for_timeout(100)
    held[-1].fulfill(json=parts[1], headers=ANY_ORIGIN)
    console.see("Exact: all 160 records are counted.")
    assert {"pushes": 100, "delivered": 50, "failed": 10, "waiting": 40} == numbers(console)


def test_pushes_do_not_wait_for_the_counts(visit: Open) -> None:
    """A summary is asked for when the first page of pushes is there."""
    console, held = visit("/console/"), list[Route]()
    console.page.route("**/query/marketing", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
    asked = console.asked()
    with console.page.expect_request("**/query/marketing"):
        console.look_up("Campaign", "campaign_2026_spring")
    console.see("Counting …")
    assert 1 == len(asked)
    held[0].continue_()
    console.see("Exact: all")
    assert console.page.locator(".record").count() == 100


def test_counting_goes_on_after_a_failure(visit: Open) -> None:
    """The page says what went wrong, and a button counts on."""
    console = visit("/console/")
    console.faults_are_expected("the server responded with a status of 504")

    def late(route: Route) -> None:
        route.fulfill(status=504, json={}, headers=ANY_ORIGIN)

    console.page.route(
        "**/query/marketing/summary", lambda route: route.fulfill(status=504, json={}, headers=ANY_ORIGIN), times=1
    )
    console.look_up("Campaign", "campaign_2026_spring")
    expect(console.page.locator("#count-state")).to_have_text("The answer took too longCount on")
    console.page.get_by_role("button", name="Count on").click()
    console.see("Exact: all")


def part(sent: int, delivered: int, failed: int, cursor: str | None, counted_from: int | None) -> dict[str, Any]:
    """Return a part of the counts of a campaign."""
    counts = {"SENT": sent, "DELIVERED": delivered, "FAILED": failed}
    cells = [{"status": status, "platform": "IOS", "rows": rows} for status, rows in counts.items() if rows]
    more = {"next_cursor": cursor, "counted_from": counted_from} if cursor else {}
    return {"marketing_id": "campaign_2026_spring", "rows": sum(counts.values()), "cells": cells, **more}


def rows_of(console: Visit) -> list[dict[str, str]]:
    """Download the list, and return the rows of the file."""
    with console.page.expect_download() as started:
        console.page.get_by_role("button", name="Download CSV").click()
    text = started.value.path().read_text(encoding="utf-8")
    assert text.startswith("\ufefftransaction_id,user_id,created_at,")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_has_all_pages(console: Visit) -> None:
    """All records of the list are in the file, with times in UTC."""
    rows = rows_of(console)
    shown = numbers(console)
    states = Counter(row["status"] for row in rows)
    assert (shown["delivered"], shown["failed"]) == (states["DELIVERED"], states["FAILED"])
    console.see(f"{len(rows):,} records downloaded")
    assert all(row["created_at"].endswith("Z") for row in rows)
    titles = {row["notification_title"] for row in rows}
    assert any("\u4e00" <= title[:1] <= "\u9fff" for title in titles)


def test_cells_of_csv_are_no_formulas(visit: Open) -> None:
    """A spreadsheet runs no cell, and no cell is split."""
    console = visit("/console/")
    texts = ["=1+1", "+1", "-1", "@x", "\uff1d1", '\t=1,"a"\nb', "ordinary, text"]
    items = [{"user_id": "u", "created_at": 1772500000000, "notification_title": text} for text in texts]
    page = {"items": items, "count": len(items)}
    console.page.route("**/v1/query/**", lambda route: route.fulfill(json=page, headers=ANY_ORIGIN))
    console.look_up("User", "u")
    console.records(len(items))
    titles = [row["notification_title"] for row in rows_of(console)]
    assert ["'=1+1", "'+1", "'-1", "'@x", "'\uff1d1", '\'=1,"a"b', "ordinary, text"] == titles


def test_download_can_be_cancelled_and_has_a_limit(visit: Open) -> None:
    """Beyond 50,000 records the page shows the command that downloads them all."""
    console, held = visit("/console/"), list[Route]()
    items = [{"user_id": "u", "created_at": 1772500000000, "transaction_id": "t"}] * 30_000
    more = {"items": items, "count": 1, "next_cursor": "A" * 40}

    def answer(route: Route) -> None:
        if held:
            route.fulfill(json=more, headers=ANY_ORIGIN)
        elif "cursor" in (route.request.post_data_json or {}):
            held.append(route)
        else:
            route.fulfill(json={**more, "items": items[:2]}, headers=ANY_ORIGIN)

    console.page.route("**/v1/query/**", answer)
    console.look_up("User", "it's")
    console.records(1)
    console.page.get_by_role("button", name="Download CSV").click()
    console.see("2 records so far")
    console.page.locator("#download-state").get_by_role("button", name="Cancel").click()
    expect(console.page.locator("#download-state")).to_be_hidden()
    assert held
    console.page.get_by_role("button", name="Download CSV").click()
    console.see("There are more than 50,000 records.")
    command = console.page.locator("#download-state pre").inner_text()
    assert r"push-records user --all --format csv -- 'it'\''s' > records.csv" == command


def test_print_has_the_answer_alone(console: Visit) -> None:
    """Paper has the numbers, how exact they are, and the list; and none of the controls."""
    console.page.emulate_media(media="print")
    expect(console.page.locator("#search")).to_be_hidden()
    expect(console.page.locator(".tools")).to_be_hidden()
    expect(console.page.locator("#count-state")).to_be_visible()
    expect(console.page.locator(".card.failed")).to_be_visible()
    expect(console.page.locator(".record").first).to_be_visible()


def test_form_collapses_and_wide_windows_are_used(visit: Open) -> None:
    """After an answer the filters are closed, and an answer is as wide as the window allows."""
    console = visit("/console/", viewport={"width": 1600, "height": 900})
    console.filters()
    console.look_up("Campaign", "campaign_2026_spring")
    console.see("Exact: all")
    expect(console.page.locator("#filters")).not_to_have_attribute("open", "")
    assert console.page.evaluate("document.querySelector('#records').getBoundingClientRect().width") > 1200
    top = console.page.evaluate("document.querySelector('#head').getBoundingClientRect().top")
    assert top < 300
