"""The running chain with its own rows, and headless Chromium for its pages."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.rows import ROWS
from tests.browser.visits import Visit
from tests.chain import small_chain
from tests.requirements import not_tested
from tools.local.stack import Stack


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or not_tested("the docs page and the look-up page", "there is no chromium on this machine")


@pytest.fixture(scope="session")
def stack(chromium: str) -> Iterator[Stack]:  # noqa: ARG001  # without a browser there is nothing to start
    """Run the chain with some of the sample rows, and with rows for these tests alone."""
    with small_chain(ROWS) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str, stack: Stack) -> Iterator[Browser]:  # noqa: ARG001  # the chain starts first
    """Give a browser for one file: while Playwright runs, no other test in its thread can run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens pages; at the end, no page may have errors or calls of other hosts."""
    visits: list[Visit] = []

    def opened(path: str, **options: Any) -> Visit:  # noqa: ANN401  # passed on
        visits.append(Visit(browser, stack, path, **options))
        return visits[-1]

    yield opened
    for each in visits:
        each.close()
    assert [] == [fault for each in visits for fault in each.faults]
