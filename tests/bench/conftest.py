"""The programs that are measured with: where one is missing its tests are skipped, but fail if `CI` is set."""

import contextlib
import shutil
from collections.abc import Iterator

import pytest

from lab.bench.stub import MissingError, stub
from tests.requirements import not_tested


@pytest.fixture(scope="session")
def upstream() -> Iterator[str]:
    """Give the address of the neighbours that answer constants."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(stub())
        except MissingError as error:
            not_tested("the benchmarks", str(error))
        yield url


@pytest.fixture(scope="session")
def _wrk() -> None:
    """Let a test run where wrk is."""
    if shutil.which("wrk") is None:
        not_tested("the benchmarks", "there is no wrk here (Debian: apt install wrk)")
