"""The running chain with rows of its own, and headless Chromium on its pages; where there is one."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.rows import FEW, ROWS
from tests.browser.visits import Visit
from tests.requirements import not_tested
from tools.local.sample import sample_rows
from tools.local.stack import Options, Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or not_tested("the docs page and the look-up page", "there is no chromium on this machine")


@pytest.fixture(scope="session")
def stack(chromium: str) -> Iterator[Stack]:  # noqa: ARG001  # without a browser there is nothing to start
    """Give the running chain with some of the sample rows, and those that only a test would write.

    moto reads the whole table for each query, so that it gets a small one.
    """
    with Stack(Options(sample=False)) as running:
        few = (row for row in sample_rows() if row["user_id"] in FEW or row.get("transaction_id") in FEW)
        write(table(running.dynamodb_url, NOTIFICATION_RECORDS), [*few, *ROWS])
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str, stack: Stack) -> Iterator[Browser]:  # noqa: ARG001  # the chain starts first
    """Give a browser. For a module alone: while Playwright runs, no other test of this thread could run a loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[..., Visit]]:
    """Give a way to open pages; in the end no page may have failed, broken its policy or asked another host."""
    visits: list[Visit] = []

    def opened(path: str, **options: Any) -> Visit:  # noqa: ANN401  # passed on
        visits.append(Visit(browser, stack, path, **options))
        return visits[-1]

    yield opened
    for each in visits:
        each.close()
    assert [] == [fault for each in visits for fault in each.faults]
