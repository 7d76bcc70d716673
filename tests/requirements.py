"""Programs that a machine may lack: the tests that need them are skipped, but fail if `CI` is set."""

import os
from typing import NoReturn

import pytest

MARK = "NOT TESTED, "  # the last lines of a run repeat each reason that starts with it


def not_tested(subject: str, reason: str, *, required: bool = True) -> NoReturn:
    """Skip the test, or fail it if `CI` is set and CI has to have what is missing."""
    if required and os.environ.get("CI"):
        pytest.fail(f"CI tests {subject} too: {reason}")
    pytest.skip(f"{MARK}{subject}: {reason}")
