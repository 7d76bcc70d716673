"""How long a person waits for the console: to the first pushes of a campaign, and to the first numbers of its summary.

The whole chain runs on DynamoDB Local, and Chromium opens the page with nothing in its cache.
"""

import shutil
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from lab.bench.rows import CAMPAIGN, campaign
from lab.processes import MissingToolError
from tools.local.stack import Options, Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write

_CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
_WARMING: Final = 2  # visits that are not counted: DynamoDB Local has compiled nothing yet
_VISITS: Final = 3
_REST_SECONDS: Final = 6.0  # a count under way is finished without its reader, and the next visit would wait for it
# The first visible element of each figure.
_SEEN: Final = {"first pushes": ".record", "first numbers": ".card .number"}


def measure(rows: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load a campaign of `rows` rows, open it, and return the median seconds. Raises MissingToolError."""
    path = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if path is None:
        raise MissingToolError("chromium is not installed (Debian: apt install chromium)")
    with Stack(Options(sample=False, dynamodb_local=True)) as stack, sync_playwright() as playwright:
        write(table(stack.dynamodb_url, NOTIFICATION_RECORDS), campaign(rows))
        report(f"loaded {rows:,} rows")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = f"{stack.pages_url}/console/#campaign={CAMPAIGN}"
        visits = [_visit(browser, page) for _ in range(_WARMING + _VISITS)][_WARMING:]
        browser.close()
    return {"rows": rows, "seconds": {name: statistics.median(visit[name] for visit in visits) for name in _SEEN}}


def _visit(browser: Browser, address: str) -> dict[str, float]:
    """Open a page, and return the seconds until each is seen."""
    context = browser.new_context()
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    found: dict[str, float] = {}
    for name, selector in _SEEN.items():
        _wait_for(page, selector)
        found[name] = time.perf_counter() - started
    context.close()
    time.sleep(_REST_SECONDS)
    return found


def _wait_for(page: Page, selector: str) -> None:
    """Wait for an element, and count on where counting failed, as a person would on a busy machine."""
    seen, again = page.locator(selector), page.get_by_role("button", name="Count on")
    while True:
        seen.or_(again).first.wait_for()
        if seen.first.is_visible():
            return
        again.click()
