"""Scenario 5: requests that no decent caller sends, on all four surfaces."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from botocore.credentials import Credentials

from lab.faults import mutation
from lab.faults.bench import Bench
from lab.faults.chain import Chain
from lab.faults.connection import Address, Connection, LostError, request
from lab.faults.corpus import Sent, corpus
from lab.faults.judge import GATEWAY_ALONE, Judge
from lab.faults.processes import Processes
from lab.faults.report import Case, Result
from lab.faults.signing import Signer

TITLE: Final = "Fuzzing"
# What of all requests each surface gets: by how fast it answers.
_SHARES: Final = {"public gateway": 0.15, "service": 0.45, "internal gateway": 0.15, "result_lambda": 0.25}
_CALLERS: Final = 6
_ANSWER_SECONDS: Final = 20.0
_SHOWN: Final = 5

Finish = Callable[[Sent], bytes]


class Tally:
    """What came of a surface's requests: statuses, and what was wrong, each kind with one request that shows it."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.faults: dict[str, str] = {}
        self.faulty = 0

    def note(self, status: int | str, fault: str | None, shown: object) -> None:
        """Count one."""
        self.statuses[str(status)] += 1
        if fault is not None:
            self.faulty += 1
            self.faults.setdefault(fault[:60], f"{fault} <- {shown!r:.300}")

    def case(self, name: str, bench: Bench) -> Case:
        """Return what it came to."""
        for text in list(self.faults.values())[:_SHOWN]:
            bench.say(f"{name}: {text}")
        case = Case(name, {"sent": self.statuses.total(), "answered": dict(sorted(self.statuses.items()))})
        case.figures["faults"] = self.faulty
        case.check("no 5xx, and every answer that is not 2xx is a valid problem document", not self.faulty)
        case.check("some requests were answered 200", self.statuses["200"])
        return case


async def run(bench: Bench) -> Result:
    """Fuzz the surfaces of the running chain, one after the other."""
    with Processes(bench.folder) as processes:
        chain = Chain(processes)
        dynamodb = await chain.dynamodb()
        internal = await chain.internal_gateway(dynamodb.address)
        service = await chain.service(internal.address)
        public = await chain.public_gateway(service.address)
        bench.say("Schemathesis makes the requests to start from")
        seeds = {name: corpus(name, seed=bench.seed, examples=bench.sizes.examples) for name in ("public", "internal")}
        surfaces: list[tuple[str, Address, list[Sent], Finish]] = [
            ("public gateway", public.address, seeds["public"], _with_key(public.address, chain)),
            ("service", service.address, seeds["public"], lambda sent: _raw(service.address, sent)),
            ("internal gateway", internal.address, seeds["internal"], _signed(internal.address, chain)),
        ]
        cases = []
        for name, address, found, finish in surfaces:
            cases.append((await _fuzz(bench, name, address, found, finish)).case(name, bench))
        cases.append((await _events(bench, processes, dynamodb.address)).case("result_lambda", bench))
        cases[-1].check("no traceback and no error in any log", processes.tracebacks() == 0)
    return Result(5, TITLE, {"seed": bench.seed}, cases)


async def _fuzz(bench: Bench, name: str, address: Address, found: list[Sent], finish: Finish) -> Tally:
    count = round(bench.sizes.fuzzed * _SHARES[name])
    bench.say(f"{name}, {count:,} requests")
    tally, judge = Tally(), Judge()
    numbers = iter(range(count))

    async def work() -> None:
        connection: Connection | None = None
        for number in numbers:
            chance = Random(f"{bench.seed}-{name}-{number}")  # nosec B311  # no secret
            sent = mutation.request(chance, chance.choice(found))
            if connection is None or not connection.is_usable:
                connection = await Connection.open(address)
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    answer = await connection.ask(finish(sent))
            except (LostError, TimeoutError) as error:
                tally.note("lost", f"no answer: {error!r}", sent)
                connection.close()
                continue
            fault = judge.fault(answer.status, answer.headers, answer.body)
            own = address.prefix and answer.status in GATEWAY_ALONE
            tally.note(answer.status, None if own else fault, sent)
        if connection is not None:
            connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_CALLERS):
            group.create_task(work())
    return tally


async def _events(bench: Bench, processes: Processes, dynamodb: Address) -> Tally:
    """Let a process of its own hand events to `result_lambda`, as Lambda does."""
    count = round(bench.sizes.fuzzed * _SHARES["result_lambda"])
    bench.say(f"result_lambda, {count:,} events")
    written = bench.folder / "events.json"
    environ = {"DYNAMODB_ENDPOINT_URL": dynamodb.url}
    command = ("lab.faults.events", str(count), str(bench.seed), str(bench.sizes.examples), str(written))
    process = processes.python("events", *command, environ=environ)
    while process.is_running:
        await asyncio.sleep(0.2)
    tally = Tally()
    raw = json.loads(written.read_text(encoding="utf-8")) if process.exit_code() == 0 else {}
    tally.statuses.update(raw.get("statuses", {}))
    tally.faults = raw.get("faults", {"ended": f"the process of the events ended with {process.exit_code()}"})
    tally.faulty = raw.get("faulty", 1)
    return tally


def _raw(address: Address, sent: Sent, **headers: str) -> bytes:
    return request(address, sent.path, sent.body, method=sent.method, headers={**sent.headers, **headers})


def _with_key(address: Address, chain: Chain) -> Finish:
    return lambda sent: _raw(address, sent, **{"x-api-key": chain.credentials.api_key})


def _signed(address: Address, chain: Chain) -> Finish:
    signer = Signer(credentials=Credentials(chain.credentials.access_key, chain.credentials.secret_key))
    return lambda sent: _raw(address, sent, **signer.headers(address, sent.path, sent.body, method=sent.method))
