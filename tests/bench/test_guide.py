"""The guide's load test counts errors."""

import pytest

from lab.bench import guide


@pytest.mark.usefixtures("_wrk")
def test_pages_are_not_errors(upstream: str) -> None:
    """All three queries are sent below the path of the address."""
    outcome = guide.wrk(f"{upstream}/service/", 2, "key")
    assert outcome["requests"] > 0
    assert 0 == outcome["errors"]


@pytest.mark.usefixtures("_wrk")
def test_a_reply_other_than_a_page_is_an_error(upstream: str) -> None:
    """Refusals are fast, and would improve the figures."""
    outcome = guide.wrk(f"{upstream}/nowhere", 2, "key")
    assert outcome["requests"] == outcome["errors"] > 0
