"""The guide's load test counts what goes wrong."""

import pytest

from lab.bench import chain


@pytest.mark.usefixtures("_wrk")
def test_pages_are_no_errors(upstream: str) -> None:
    """All three queries are asked, below the path of the address."""
    outcome = chain.wrk(f"{upstream}/service/", 2)
    assert outcome["requests"] > 0
    assert 0 == outcome["errors"]


@pytest.mark.usefixtures("_wrk")
def test_an_answer_that_is_no_page_is_an_error(upstream: str) -> None:
    """A refused request is answered fast, and would make the figures better."""
    outcome = chain.wrk(f"{upstream}/nowhere", 2)
    assert outcome["requests"] == outcome["errors"] > 0
