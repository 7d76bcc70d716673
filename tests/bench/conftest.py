"""The stub as upstream, and wrk."""

import shutil
from collections.abc import Iterator

import pytest

from lab.bench.__main__ import constant_upstream
from tests.requirements import not_tested


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of the stub."""
    with constant_upstream(tmp_path_factory.mktemp("stub")) as url:
        yield url


@pytest.fixture(scope="session")
def _wrk() -> None:
    """Let a test run if wrk is installed."""
    if shutil.which("wrk") is None:
        not_tested("the benchmarks", "wrk is not installed (Debian: apt install wrk)")
