"""The conformance suite: its scenarios, the stub that answers them, and what a client has to report.

A client runs the call of a scenario and reports `value`, `error` or `cancelled`, with `slept` and `progress`.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

import httpx
import pytest

from tests.sdk.installed import ROOT
from tests.sdk.scripted import Fault, scripted

FOLDER: Final = ROOT / "tools" / "sdk" / "conformance"
SCENARIOS: Final[tuple[dict[str, Any], ...]] = tuple(
    scenario for path in sorted(FOLDER.glob("*.json")) for scenario in json.loads(path.read_text(encoding="utf-8"))
)
_LARGE: Final = 17 * 1024 * 1024


def expected(scenario: Mapping[str, Any], client: str) -> dict[str, Any] | None:
    """Return what a client has to report; None if the scenario cannot be run with it, for the reason it gives."""
    exception = scenario.get("exceptions", {}).get(client)
    result: dict[str, Any] | None = exception.get("expect") if exception else scenario["expect"]
    return result


def _close(_: BaseHTTPRequestHandler) -> None:
    """Answer nothing; the connection is closed after it."""


def _half(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection in the middle of the body."""
    _head(handler, 1_000)
    handler.wfile.write(b'{"items":')


def _never(handler: BaseHTTPRequestHandler) -> None:
    """Wait until the client hangs up."""
    handler.connection.recv(1)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a body that comes a byte at a time, until the client hangs up."""
    _head(handler, 10_000)
    for _ in range(10_000):
        handler.wfile.write(b" ")
        time.sleep(0.02)


def _large(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a body that is larger than the service's can be."""
    _head(handler, _LARGE)
    handler.wfile.write(b" " * _LARGE)


def _head(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


FAULTS: Final[Mapping[str, Fault]] = {"close": _close, "half": _half, "never": _never, "drip": _drip, "large": _large}


class Stub:
    """Answers the scenarios; the path begins with the name of the scenario, after it comes that of the API."""

    def __init__(self) -> None:
        self.url = ""
        self._requests: dict[str, list[httpx.Request]] = {scenario["name"]: [] for scenario in SCENARIOS}
        self._answers = {scenario["name"]: iter(scenario["answers"]) for scenario in SCENARIOS}
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response | Fault:
        """Answer a request."""
        name = request.url.path.split("/")[1]
        with self._lock:
            self._requests.setdefault(name, []).append(request)
            answer = next(self._answers.get(name, iter(())), None)
        if answer is None:
            return httpx.Response(599, text="the scenario has no more answers")
        return FAULTS[answer["fault"]] if "fault" in answer else _response(answer, request)

    def base_url(self, scenario: Mapping[str, Any]) -> str:
        """Return the address that a client of a scenario is given."""
        given: str | None = scenario.get("client", {}).get("base_url")
        return given or f"{self.url}/{scenario['name']}/v1"

    def check(self, scenario: Mapping[str, Any], report: Mapping[str, Any], client: str) -> None:
        """Assert that a client sent and reported what the scenario says."""
        wanted = expected(scenario, client)
        assert wanted is not None
        assert_like(wanted, report)
        if "slept" in scenario:
            assert pytest.approx(scenario["slept"]) == report["slept"]
        requests = scenario.get("requests", len(scenario["answers"]))
        sent = self._requests[scenario["name"]]
        if requests == "any":
            return
        if isinstance(requests, int):
            assert requests == len(sent)
            return
        assert len(requests) == len(sent)
        for each, request in zip(requests, sent, strict=True):
            assert f"/{scenario['name']}/v1{each['path']}" == request.url.path
            assert each["body"] == (json.loads(request.content) if request.content else None)
            assert each.get("headers", {}).items() <= dict(request.headers).items()


@contextmanager
def stub() -> Iterator[Stub]:
    """Serve all scenarios once."""
    made = Stub()
    script: Callable[[httpx.Request], httpx.Response | Fault] = made
    with scripted(script) as url:
        made.url = url
        yield made


def assert_like(wanted: object, got: object, where: str = "report") -> None:
    """Assert that `got` has all that `wanted` has; null is the same as absent, and lists have the same length."""
    if isinstance(wanted, dict):
        assert isinstance(got, dict), where
        for name, value in wanted.items():
            assert_like(value, got.get(name), f"{where}.{name}")
    elif isinstance(wanted, list):
        assert isinstance(got, list), where
        assert len(wanted) == len(got), where
        for number, value in enumerate(wanted):
            assert_like(value, got[number], f"{where}[{number}]")
    else:
        assert wanted == got, where


def _response(answer: Mapping[str, Any], request: httpx.Request) -> httpx.Response:
    request_id = request.headers.get("x-request-id", "")
    headers = {name: value.replace("{request_id}", request_id) for name, value in answer.get("headers", {}).items()}
    headers = {"Content-Type": "application/json"} | headers
    if "json" in answer:
        content = json.dumps(answer["json"]).encode()
    else:
        content = base64.b64decode(answer["base64"]) if "base64" in answer else answer["text"].encode()
    return httpx.Response(answer.get("status", 200), headers=headers, content=content)
