"""The programs that are measured with: where one is missing its tests are skipped, but fail if `CI` is set."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import pytest

from lab.bench.stub import MissingError, stub


def _absent(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"CI measures too: {reason}")
    pytest.skip(f"NOT TESTED: {reason}")


@pytest.fixture(scope="session")
def upstream() -> Iterator[str]:
    """Give the address of the neighbours that answer constants."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(stub())
        except MissingError as error:
            _absent(str(error))
        yield url


@pytest.fixture(scope="session")
def _wrk() -> None:
    """Let a test run where wrk is."""
    if shutil.which("wrk") is None:
        _absent("there is no wrk here (Debian: apt install wrk)")
