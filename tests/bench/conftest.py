"""The stub as upstream; tests that need wrk are skipped without it, but fail if `CI` is set."""

import os
import shutil
from collections.abc import Iterator

import pytest

from lab.bench.__main__ import constant_upstream


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of the stub."""
    with constant_upstream(tmp_path_factory.mktemp("stub")) as url:
        yield url


@pytest.fixture(scope="session")
def _wrk() -> None:
    """Let a test run if wrk is installed."""
    if shutil.which("wrk") is not None:
        return
    reason = "wrk is not installed (Debian: apt install wrk)"
    if os.environ.get("CI"):
        pytest.fail(f"CI runs the load tests too: {reason}")
    pytest.skip(f"NOT TESTED: {reason}")
