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


def measure(folder: Path, seconds: int) -> dict[str, Any]:
    """Run `ab` against the service and `wrk` against the service and the public gateway."""
    with dynamodb_local() as engine, Processes(folder) as processes:
        load_rows(engine, sample_rows())
        chain = Chain(processes)
        internal = asyncio.run(chain.internal_gateway(engine)).address
        service = asyncio.run(chain.service(internal)).address
        public = asyncio.run(chain.public_gateway(service)).address
        key = chain.api_key
        wrk(public.url, 2, key)  # warms up
        return {
            "ab": {"service": ab(f"{service.url}/health")},
            "wrk": {"service": wrk(service.url, seconds, key), "public gateway": wrk(public.url, seconds, key)},
        }


def ab(url: str) -> dict[str, float]:
    """Run `ab -n 1000 -c 10` and return errors, requests a second and percentiles in milliseconds."""
    report = _run([tool("ab", "apache2-utils"), "-q", "-n", "1000", "-c", "10", url])
    patterns = {"per_second": r"Requests per second:\s+([\d.]+)", "p50": r"50%\s+(\d+)", "p99": r"99%\s+(\d+)"}
    errors = re.findall(r"(?:Failed requests|Non-2xx responses):\s+(\d+)", report)
    return {"errors": sum(map(float, errors))} | {
        name: float(re.findall(one, report)[0]) for name, one in patterns.items()
    }


def wrk(url: str, seconds: int, api_key: str) -> dict[str, float]:
    """Run `wrk -t4 -c10` with the three queries; latencies are in milliseconds."""
    command = [tool("wrk"), "-t4", "-c10", f"-d{seconds}s", "--timeout", "30s", f"--script={SCRIPT}", url]
    result: dict[str, float] = json.loads(_run(command, API_KEY=api_key).splitlines()[-1])
    return result | {"per_second": result["requests"] / result["seconds"]}


def _run(command: list[str], **environ: str) -> str:
    done = subprocess.run(  # noqa: S603  # nosec B603  # programs of this machine with arguments of ours
        command, check=True, capture_output=True, text=True, env={**os.environ, **environ}
    )
    return done.stdout
