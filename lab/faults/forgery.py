"""Scenario 6: cursors, signatures and keys that are not what they pretend to be."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from lab.faults import cursors, signatures
from lab.faults.bench import Bench
from lab.faults.chain import QUERY, Chain
from lab.faults.connection import Address, Answer, Connection, ask_once, request
from lab.faults.processes import Processes, free_port
from lab.faults.report import Case, Result
from lab.faults.stub import Stub, stub_gateway

TITLE: Final = "Forged cursors, signatures and keys"
_CALLERS: Final = 6
_KEYS: Final = 40  # of each kind


async def run(bench: Bench) -> Result:
    """Try to get in."""
    bench.say(f"{bench.sizes.cursors:,} cursors, in process")
    cases = [await asyncio.to_thread(_opener, bench)]
    with Processes(bench.folder) as processes:
        chain = Chain(processes)
        async with stub_gateway() as stub:
            service = await chain.service(stub.address)
            cases.append(await _over_http(bench, service.address, stub))
            public = await chain.public_gateway(service.address)
            cases.append(await _keys(bench, public.address, chain, stub))
        # Nothing listens there: a request that was let in would end as a 503.
        internal = await chain.internal_gateway(Address(free_port()))
        cases.append(await _signatures(bench, internal.address, chain))
    return Result(6, TITLE, {"seed": bench.seed}, cases)


def _opener(bench: Bench) -> Case:
    came, accepted = cursors.attack(bench.sizes.cursors, bench.seed)
    case = Case("cursors, in process", {"tried": came.total(), "by kind": dict(came), "accepted": len(accepted)})
    case.check(f"no cursor is accepted{''.join(f' ({text})' for text in accepted[:3])}", not accepted)
    return case


async def _over_http(bench: Bench, address: Address, stub: Stub) -> Case:
    bench.say(f"{bench.sizes.cursors_over_http:,} cursors, over HTTP")
    first = await ask_once(address, request(address, "/query/user", QUERY))
    whole: str = json.loads(first.body)["next_cursor"]
    second = await ask_once(address, request(address, "/query/user", {**QUERY, "cursor": whole}))
    calls = stub.calls
    requests = (
        request(address, path, {**body, "cursor": cursor})
        for path, body, cursor in _other_uses(whole, bench.sizes.cursors_over_http, bench.seed)
    )
    answers = await _ask_all(address, requests)
    case = Case("cursors, over HTTP", {"tried": len(answers), "answered": _counted(answers)})
    case.figures["accepted"] = stub.calls - calls
    case.check("no cursor is accepted", stub.calls == calls)
    case.check("all are answered 400", all(answer.status == 400 for answer in answers))
    case.check("the cursor as it was given is accepted", second.status == 200)
    return case


def _other_uses(whole: str, count: int, seed: int) -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield changed cursors for the same query, and the whole one for others."""
    others: list[tuple[str, dict[str, object]]] = [
        ("/query/user", {"user_id": "another"}),
        ("/query/user", {"user_id": QUERY["user_id"], "platform": ["IOS"]}),
        ("/query/user", {"user_id": QUERY["user_id"], "created_from": 0}),
        ("/query/marketing", {"marketing_id": QUERY["user_id"]}),
        ("/query/fail", {"transaction_id": QUERY["user_id"]}),
    ]
    for number in range(count):
        if number % 10 < len(others):
            yield *others[number % 10], whole
        else:
            yield "/query/user", dict(QUERY), cursors.changed(Random(f"{seed}-{number}"), whole)  # nosec B311  # no secret


async def _signatures(bench: Bench, address: Address, chain: Chain) -> Case:
    bench.say(f"{bench.sizes.forged:,} internal requests")
    credentials = chain.credentials
    forger = signatures.Forger(address, credentials.access_key, credentials.secret_key, bench.seed)
    decent = await ask_once(address, forger.decent(), 25)
    kinds: Counter[str] = Counter()

    def forged() -> Iterator[bytes]:
        for number in range(bench.sizes.forged):
            kind, raw = forger.forged(number)
            kinds[kind] += 1
            yield raw

    answers = await _ask_all(address, forged())
    case = Case("internal requests", {"tried": len(answers), "by kind": dict(kinds), "answered": _counted(answers)})
    case.check("all are answered 403", all(answer.status == 403 for answer in answers))
    case.check("one that is signed well is let in", decent.status == 503)
    return case


async def _keys(bench: Bench, address: Address, chain: Chain, stub: Stub) -> Case:
    bench.say("API keys")
    calls = stub.calls
    wrong = list(_wrong_keys(address, chain, bench.seed))
    answers = await _ask_all(address, iter(wrong))
    decent = request(address, "/query/user", QUERY, headers={"x-api-key": chain.credentials.api_key})
    let_in = await ask_once(address, decent)
    case = Case("API keys", {"tried": len(answers), "answered": _counted(answers), "let in": stub.calls - calls - 1})
    case.check("all are answered 403", all(answer.status == 403 for answer in answers))
    case.check("the right key is let in", let_in.status == 200 and stub.calls == calls + 1)
    return case


def _wrong_keys(address: Address, chain: Chain, seed: int) -> Iterator[bytes]:
    right, disabled = chain.credentials.api_key, chain.credentials.disabled_api_key
    chance = Random(seed)  # nosec B311  # no secret
    for _ in range(_KEYS):
        for key in (cursors.changed(chance, right), disabled, "", right.swapcase(), f"{right},{right}", f'"{right}"'):
            yield request(address, "/query/user", QUERY, headers={"x-api-key": key})
        for name in ("api-key", "Authorization", "x-api_key", "Cookie"):
            yield request(address, "/query/user", QUERY, headers={name: right})
        for query in (f"x-api-key={right}", f"api_key={right}", f"apiKey={right}"):
            yield request(address, f"/query/user?{query}", QUERY)
        yield request(address, "/query/user", {**QUERY, "x-api-key": right})


async def _ask_all(address: Address, requests: Iterator[bytes]) -> list[Answer]:
    """Ask them all, some at a time; one without an answer ends the scenario."""
    answers: list[Answer] = []

    async def work() -> None:
        connection = await Connection.open(address)
        for raw in requests:
            if not connection.is_usable:
                connection = await Connection.open(address)
            answers.append(await connection.ask(raw))
        connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_CALLERS):
            group.create_task(work())
    return answers


def _counted(answers: list[Answer]) -> dict[str, int]:
    counted = Counter(f"{answer.status} {answer.code}" if answer.code else str(answer.status) for answer in answers)
    return dict(sorted(counted.items()))
