"""What is compared does the same work."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lab.bench import events, functions, lambdas, pages, services
from lab.bench.processes import running


@pytest.fixture(scope="module")
def addresses(upstream: str) -> Iterator[dict[str, str]]:
    """Give the service and its peers, running."""
    with ExitStack() as stack:
        names = [services.OURS, services.FASTAPI, services.CONNEXION, services.GUIDE, services.LIMIT]
        yield {name: stack.enter_context(running(services.server(name, upstream))).url for name in names}


@pytest.mark.parametrize(("size", "path"), events.PAGES.items())
def test_the_service_and_its_peers_answer_the_same_records(addresses: dict[str, str], size: str, path: str) -> None:
    """Records, their number, and a cursor that does not show the position; the bytes' proxy leaves the position."""
    for name, url in addresses.items():
        answer: dict[str, Any] = httpx.post(
            url + path, content=events.body(path), headers={"Content-Type": "application/json"}, trust_env=False
        ).json()
        assert pages.records(int(size)) == answer["items"], name
        assert int(size) == answer["count"], name
        if name != services.LIMIT:
            assert {"items", "count", "next_cursor"} == set(answer), name
            assert "test_user_001" not in answer["next_cursor"], name


@pytest.mark.parametrize("name", [services.OURS, services.FASTAPI, services.CONNEXION])
def test_the_service_and_its_peers_refuse_what_the_contract_does_not_have(addresses: dict[str, str], name: str) -> None:
    """A peer without validation would be faster for nothing."""
    answer = httpx.post(addresses[name] + "/query/user", json={"user_id": "u", "colour": "red"}, trust_env=False)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("role", ["ours", "peer", "bare"])
@pytest.mark.parametrize("name", ["result_lambda", "query_lambda"])
def test_a_function_and_its_peers_answer_their_first_event(upstream: str, name: str, role: str) -> None:
    """A cold start ends with an answer, and takes time."""
    start = functions.cold(lambdas.functions(name, "10", upstream)[role])
    assert start.cpu_seconds > 0
    assert start.memory_mb > 1
