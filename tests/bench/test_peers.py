"""The service, the functions and their peers do the same work, so their figures can be compared."""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lab import stub
from lab.bench import functions, measurement, services
from lab.bench.measurement import QUICK
from lab.processes import Processes


@pytest.fixture(scope="module")
def addresses(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the URLs of the service and its peers."""
    with Processes(tmp_path_factory.mktemp("peers")) as processes:
        yield {name: services.start(processes, name, upstream).address.url for name in services.PEERS}


@pytest.mark.parametrize(("size", "path"), measurement.PATHS.items())
def test_the_service_and_its_peers_answer_the_same_records(addresses: dict[str, str], size: str, path: str) -> None:
    """Records, their number, and a cursor that hides the position; the Starlette proxy leaves the position as it is."""
    for name, url in addresses.items():
        page: dict[str, Any] = httpx.post(url + path, json=measurement.BODIES[path], timeout=60, trust_env=False).json()
        stored = stub.records(int(size))
        assert stored == [{field: item[field] for field in stored[0]} for item in page["items"]], name
        assert int(size) == page["count"], name
        if name != services.LIMIT:
            assert {"items", "count", "next_cursor"} <= set(page), name
            assert "test_user_001" not in page["next_cursor"], name


@pytest.mark.parametrize("name", [services.OURS, services.FASTAPI, "Connexion, httpx"])
def test_the_service_and_its_peers_refuse_unknown_fields(addresses: dict[str, str], name: str) -> None:
    """A peer without validation would be faster for nothing."""
    body = {"user_id": "u", "colour": "red"}
    assert httpx.post(addresses[name] + "/query/user", json=body, timeout=60, trust_env=False).status_code in {400, 422}


@pytest.mark.parametrize("role", ["ours", "peer", "bare"])
@pytest.mark.parametrize("name", ["result_lambda", "query_lambda"])
def test_functions_and_their_peers_answer_cold_and_warm(upstream: str, name: str, role: str) -> None:
    """Both take CPU time, and a failed invocation is an error."""
    handler = functions.handlers(name, "10", upstream)[role]
    assert functions.cold(handler) > 0
    with functions.Warm(handler) as function:
        assert function.cpu_us(QUICK.events) > 0


def test_a_function_that_fails_is_not_measured(upstream: str) -> None:
    """A failure would be fast."""
    handler = functions.handlers("query_lambda", "10", f"{upstream}/nowhere")["bare"]
    with pytest.raises(RuntimeError, match="failed"):
        functions.cold(handler)
    with ExitStack() as stack, contextlib.suppress(BrokenPipeError):
        function = stack.enter_context(functions.Warm(handler))
        with pytest.raises(RuntimeError, match="failed"):
            function.cpu_us(1)
