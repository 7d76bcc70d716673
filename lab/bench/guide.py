"""The load tests of the migration guide, on the whole chain with DynamoDB Local and the sample rows."""

import asyncio
import json
import os
import re
import subprocess  # nosec B404  # ab and wrk are commands
from pathlib import Path
from typing import Any, Final

from lab.chain import Chain, load_rows
from lab.processes import Processes, tool
from tools.local.dynamodb_local import dynamodb_local
from tools.local.sample import sample_rows

SCRIPT: Final = Path(__file__).with_name("query-test.lua")
_WARM_UP_SECONDS: Final = 2


def measure(folder: Path, seconds: int) -> dict[str, Any]:
    """Run `ab` against the service and `wrk` against the service and the public gateway."""
    with dynamodb_local() as engine, Processes(folder) as processes:
        load_rows(engine, sample_rows())
        chain = Chain(processes)
        service, public = asyncio.run(_start(chain, engine))
        key = chain.credentials.api_key
        wrk(public, _WARM_UP_SECONDS, key)
        return {
            "ab": {"service": ab(f"{service}/health")},
            "wrk": {"service": wrk(service, seconds, key), "public gateway": wrk(public, seconds, key)},
        }


def ab(url: str) -> dict[str, float]:
    """Run `ab -n 1000 -c 10` and return requests, errors, requests a second and percentiles in milliseconds."""
    report = _run([tool("ab", "apache2-utils"), "-q", "-n", "1000", "-c", "10", url])
    return {
        "requests": _number(r"Complete requests:\s+(\d+)", report),
        "errors": _number(r"Failed requests:\s+(\d+)", report) + _number(r"Non-2xx responses:\s+(\d+)", report, 0),
        "per_second": _number(r"Requests per second:\s+([\d.]+)", report),
        "p50": _number(r"50%\s+(\d+)", report),
        "p99": _number(r"99%\s+(\d+)", report),
    }


def wrk(url: str, seconds: int, api_key: str) -> dict[str, float]:
    """Run `wrk -t4 -c10` with the three queries; latencies are in milliseconds."""
    command = [tool("wrk"), "-t4", "-c10", f"-d{seconds}s", "--timeout", "30s", f"--script={SCRIPT}", url]
    result: dict[str, float] = json.loads(_run(command, API_KEY=api_key).splitlines()[-1])
    return result | {"per_second": result["requests"] / result["seconds"]}


async def _start(chain: Chain, engine: str) -> tuple[str, str]:
    """Start the chain and return the URLs of the service and the public gateway."""
    internal = await chain.internal_gateway(engine)
    service = await chain.service(internal.address)
    public = await chain.public_gateway(service.address)
    return service.address.url, public.address.url


def _run(command: list[str], **environ: str) -> str:
    done = subprocess.run(  # noqa: S603  # nosec B603  # programs of this machine with arguments of ours
        command, check=True, capture_output=True, text=True, env={**os.environ, **environ}
    )
    return done.stdout


def _number(pattern: str, text: str, default: float | None = None) -> float:
    found = re.search(pattern, text)
    if found is None and default is not None:
        return default
    if found is None:
        raise ValueError(f"{pattern} is not in the report: {text}")
    return float(found[1])
