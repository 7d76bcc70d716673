"""The log lines of requests are kept in a file, and found again by the request id."""

import logging
from pathlib import Path

from common import logs
from tests.invocations import own_logging
from tools.local.request_log import find, kept


def test_a_request_is_found_by_its_id(tmp_path: Path) -> None:
    """Only lines of that request are returned; a later run appends to the file."""
    path = tmp_path / "requests.log"
    for request_id in ("a", "ab"):
        with own_logging():
            logging.getLogger().setLevel(logging.INFO)
            with kept(path), logs.bound(request_id=request_id):
                logging.getLogger("service").info("request", extra={"operation": request_id, "duration_ms": 1.0})
    for request_id in ("a", "ab"):
        outermost = find(path, request_id).outermost
        assert outermost is not None
        assert request_id == outermost["operation"]
    assert find(path, "b").outermost is None


def test_a_missing_file_has_no_requests(tmp_path: Path) -> None:
    """A request is not found before the first run."""
    assert find(tmp_path / "none.log", "a").outermost is None
