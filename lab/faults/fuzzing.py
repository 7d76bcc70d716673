"""Scenario 5: mutated requests on all four surfaces of the running chain."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from botocore.credentials import Credentials

from lab import publish
from lab.chain import Chain
from lab.connection import Address, Connection, LostError, request
from lab.faults import mutation
from lab.faults.corpus import Sent, corpus
from lab.faults.judge import GATEWAY_ALONE, Judge, Tally
from lab.faults.report import Case
from lab.faults.run import Run
from lab.faults.signatures import Signer
from lab.processes import Processes, python

TITLE: Final = "Fuzzing"
# The share of all requests that each surface gets, by how fast it answers.
_SHARES: Final = {"public gateway": 0.15, "service": 0.45, "internal gateway": 0.15, "result_lambda": 0.25}
_CALLERS: Final = 6
_REPLY_SECONDS: Final = 30.0
_SHOWN: Final = 5

Finish = Callable[[Sent], bytes]


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Fuzz the surfaces of the running chain."""
    with Processes(run.folder) as processes:
        chain = Chain(processes)
        dynamodb = await chain.dynamodb()
        events = asyncio.create_task(_events(run, processes, dynamodb.address))
        internal = await chain.internal_gateway(dynamodb.address.url)
        service = await chain.service(internal.address)
        public = await chain.public_gateway(service.address)
        run.progress("Schemathesis generates requests from the contracts")
        seeds = {name: corpus(name, seed=run.seed, examples=run.sizes.examples) for name in ("public", "internal")}
        surfaces: dict[str, tuple[Address, list[Sent], Finish]] = {
            "public gateway": (public.address, seeds["public"], _with_key(public.address, chain)),
            "service": (service.address, seeds["public"], lambda sent: _raw(service.address, sent)),
            "internal gateway": (internal.address, seeds["internal"], _signed(internal.address, chain)),
        }
        tallies = {name: await _fuzz(run, name, *surface) for name, surface in surfaces.items()}
        tallies["result_lambda"] = await events
        cases = [_case(run, name, tally) for name, tally in tallies.items()]
        cases[-1].check("no traceback and no error in any log", processes.tracebacks() == 0)
    return {"seed": run.seed}, cases


async def _fuzz(run: Run, name: str, address: Address, found: list[Sent], finish: Finish) -> Tally:
    count = round(run.sizes.fuzzed * _SHARES[name])
    run.progress(f"{name}, {count:,} requests")
    tally, judge = Tally(), Judge()
    numbers = iter(range(count))

    async def work() -> None:
        connection: Connection | None = None
        for number in numbers:
            chance = Random(f"{run.seed}-{name}-{number}")  # nosec B311  # not a secret
            sent = mutation.request(chance, chance.choice(found))
            if connection is None or not connection.is_usable:
                connection = await Connection.open(address)
            try:
                async with asyncio.timeout(_REPLY_SECONDS):
                    reply = await connection.ask(finish(sent))
            except (LostError, TimeoutError) as error:
                tally.note("lost", f"no reply: {error!r}", sent)
                connection.close()
                continue
            fault = judge.fault(reply.status, reply.headers, reply.body)
            is_gateways = address.prefix and reply.status in GATEWAY_ALONE
            tally.note(reply.status, None if is_gateways else fault, sent)
        if connection is not None:
            connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_CALLERS):
            group.create_task(work())
    return tally


async def _events(run: Run, processes: Processes, dynamodb: Address) -> Tally:
    """Let a process of its own invoke `result_lambda`, as Lambda does."""
    count = round(run.sizes.fuzzed * _SHARES["result_lambda"])
    written = run.folder / "event-fuzz.json"
    arguments = (str(count), str(run.seed), str(run.sizes.examples), str(written))
    command = python("lab.faults.event_fuzz", *arguments)
    process = processes.start("event-fuzz", command, {"DYNAMODB_ENDPOINT_URL": dynamodb.url})
    while process.is_running:
        await asyncio.sleep(0.2)
    tally = Tally()
    if process.exit_code() == 0:
        raw = publish.load(written)
        tally.statuses.update(raw["statuses"])
        tally.faults, tally.faulty = raw["faults"], raw["faulty"]
    else:
        tally.note("ended", f"the process ended with {process.exit_code()}", command)
    return tally


def _case(run: Run, name: str, tally: Tally) -> Case:
    for text in list(tally.faults.values())[:_SHOWN]:
        run.progress(f"{name}: {text}")
    answered = dict(sorted(tally.statuses.items()))
    case = Case(name, {"sent": tally.statuses.total(), "answered": answered, "faults": tally.faulty})
    case.check("no 5xx, and every reply other than 2xx is a valid problem document", not tally.faulty)
    case.check("some requests were answered 200", tally.statuses["200"])
    return case


def _raw(address: Address, sent: Sent, **headers: str) -> bytes:
    return request(address, sent.path, sent.body, method=sent.method, headers={**sent.headers, **headers})


def _with_key(address: Address, chain: Chain) -> Finish:
    return lambda sent: _raw(address, sent, **{"x-api-key": chain.credentials.api_key})


def _signed(address: Address, chain: Chain) -> Finish:
    signer = Signer(Credentials(chain.credentials.access_key, chain.credentials.secret_key))
    return lambda sent: _raw(address, sent, **signer.headers(address, sent.path, sent.body, method=sent.method))
