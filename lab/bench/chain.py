"""The whole chain on DynamoDB Local, each hop a process, under the load tests of the migration guide.

    caller - public gateway, query_lambda - service - internal gateway, result_lambda - DynamoDB Local

Two local stacks share the tables, and each serves one of its gateways: a function on AWS has a process of its own too.
"""

import json
import os
import re
import secrets
import shutil
import subprocess  # nosec B404  # ab and wrk are commands
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lab.bench.processes import Server, free_port, running
from lab.bench.stub import MissingError
from tools.local.dynamodb_local import dynamodb_local

SCRIPT: Final = Path(__file__).with_name("query-test.lua")
API_KEY: Final = "bench"
GOAL_MS: Final = 100


@dataclass(frozen=True)
class Chain:
    """The addresses of a running chain: the public gateway's stage, and the service's."""

    public: str
    service: str


@contextmanager
def chain() -> Iterator[Chain]:
    """Run the chain, with the sample rows, while the context lasts."""
    identity = {"AWS_ACCESS_KEY_ID": secrets.token_hex(10), "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20)}
    inner, public, port = free_port(), free_port(), free_port()
    with ExitStack() as stack:
        engine = stack.enter_context(dynamodb_local())
        environ = {
            **identity,
            "INTERNAL_API_URL": f"http://127.0.0.1:{inner}/v1",
            "AWS_DEFAULT_REGION": "ap-southeast-1",
            "DRAIN_DELAY": "0.1",
        }
        own = Server(
            "service",
            [sys.executable, "-m", "service", "--host", "127.0.0.1", "--port", str(port)],
            port,
            environ=environ,
        )
        service = stack.enter_context(running(own)).url
        for name, internal, outer in (("internal", inner, free_port()), ("public", free_port(), public)):
            command = [sys.executable, "-m", "tools.local", "--dynamodb-endpoint-url", engine, "--service-url", service]
            command += ["--public-port", str(outer), "--internal-port", str(internal), "--pages-port", "0"]
            command += ["--api-key", API_KEY]
            stack.enter_context(running(Server(f"{name} gateway", command, outer, "/v1/health", identity)))
        yield Chain(f"http://127.0.0.1:{public}/v1", service)


def measure(seconds: int) -> dict[str, Any]:
    """Run the guide's two load tests, the second one at both ends of the chain that a caller can have."""
    with chain() as urls:
        wrk(urls.public, 2)  # the first requests make connections and warm the engine
        return {
            "ab": {"service": ab(f"{urls.service}/health")},
            "wrk": {"service": wrk(urls.service, seconds), "public gateway": wrk(urls.public, seconds)},
        }


def ab(url: str) -> dict[str, float]:
    """Run `ab -n 1000 -c 10` and return requests, errors, requests a second and percentiles in milliseconds."""
    said = _run([_program("ab", "apache2-utils"), "-q", "-n", "1000", "-c", "10", url])
    return {
        "requests": _number(r"Complete requests:\s+(\d+)", said),
        "errors": _number(r"Failed requests:\s+(\d+)", said) + _number(r"Non-2xx responses:\s+(\d+)", said, 0),
        "per_second": _number(r"Requests per second:\s+([\d.]+)", said),
        "p50": _number(r"50%\s+(\d+)", said),
        "p99": _number(r"99%\s+(\d+)", said),
    }


def wrk(url: str, seconds: int) -> dict[str, float]:
    """Run `wrk -t4 -c10` with the three queries; latencies are in milliseconds."""
    command = [_program("wrk", "wrk"), "-t4", "-c10", f"-d{seconds}s", "--timeout", "30s", f"--script={SCRIPT}", url]
    said: dict[str, float] = json.loads(_run(command).splitlines()[-1])
    return said | {"per_second": said["requests"] / said["seconds"]}


def _run(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603  # nosec B603  # programs of this machine with arguments of ours
        command, check=True, capture_output=True, text=True, env={**os.environ, "API_KEY": API_KEY}
    )
    return done.stdout


def _number(pattern: str, text: str, default: float | None = None) -> float:
    found = re.search(pattern, text)
    if found is None and default is not None:
        return default
    if found is None:
        raise ValueError(f"{pattern} is not in what was said: {text}")
    return float(found[1])


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"{name} is needed for the guide's load tests (Debian: apt install {package})")
    return found
