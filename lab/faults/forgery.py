"""Scenario 6: forged cursors, signatures and API keys."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, Final

from lab.chain import QUERY, Chain
from lab.connection import Address, Connection, Reply, ask_once, request
from lab.faults import cursors, signatures
from lab.faults.report import Case
from lab.faults.run import Run
from lab.processes import Processes, free_port
from lab.stub import Stub, running

TITLE: Final = "Forged cursors, signatures and keys"
_CALLERS: Final = 6
_KEYS: Final = 40  # of each kind


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Try every forgery."""
    run.progress(f"{run.sizes.cursors:,} cursors, in process")
    cases = [await asyncio.to_thread(_opener, run)]
    with Processes(run.folder) as processes:
        chain = Chain(processes)
        async with running(Stub()) as stub:
            service = await chain.service(stub.address)
            cases.append(await _over_http(run, service.address, stub))
            public = await chain.public_gateway(service.address)
            cases.append(await _keys(run, public.address, chain, stub))
        # Nothing listens there: an authorized request is answered 503.
        internal = await chain.internal_gateway(Address(free_port()).url)
        cases.append(await _signatures(run, internal.address, chain))
    return {"seed": run.seed}, cases


def _opener(run: Run) -> Case:
    came, accepted = cursors.attack(run.sizes.cursors, run.seed)
    case = Case("cursors, in process", {"tried": came.total(), "by kind": dict(came), "accepted": len(accepted)})
    case.check(f"no cursor is accepted{''.join(f' ({text})' for text in accepted[:3])}", not accepted)
    return case


async def _over_http(run: Run, address: Address, stub: Stub) -> Case:
    run.progress(f"{run.sizes.cursors_over_http:,} cursors, over HTTP")
    first = await ask_once(address, request(address, "/query/user", QUERY))
    whole: str = json.loads(first.body)["next_cursor"]
    second = await ask_once(address, request(address, "/query/user", {**QUERY, "cursor": whole}))
    calls = stub.calls
    requests = (
        request(address, path, {**body, "cursor": cursor})
        for path, body, cursor in _other_uses(whole, run.sizes.cursors_over_http, run.seed)
    )
    replies = await _ask_all(address, requests)
    case = Case("cursors, over HTTP", {"tried": len(replies), "answered": _counted(replies)})
    case.figures["accepted"] = stub.calls - calls
    case.check("no cursor is accepted", stub.calls == calls)
    case.check("all are answered 400", all(reply.status == 400 for reply in replies))
    case.check("the unchanged cursor is accepted", second.status == 200)
    return case


def _other_uses(whole: str, count: int, seed: int) -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield changed cursors for the same query, and the unchanged one for other queries."""
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
            yield "/query/user", dict(QUERY), cursors.changed(Random(f"{seed}-{number}"), whole)  # nosec B311  # not a secret


async def _signatures(run: Run, address: Address, chain: Chain) -> Case:
    run.progress(f"{run.sizes.forged:,} internal requests")
    credentials = chain.credentials
    forger = signatures.Forger(address, credentials.access_key, credentials.secret_key, run.seed)
    valid = await ask_once(address, forger.valid(), 25)
    kinds: Counter[str] = Counter()

    def forged() -> Iterator[bytes]:
        for number in range(run.sizes.forged):
            kind, raw = forger.forged(number)
            kinds[kind] += 1
            yield raw

    replies = await _ask_all(address, forged())
    case = Case("internal requests", {"tried": len(replies), "by kind": dict(kinds), "answered": _counted(replies)})
    case.check("all are answered 403", all(reply.status == 403 for reply in replies))
    case.check("a correctly signed one is let in", valid.status == 503)
    return case


async def _keys(run: Run, address: Address, chain: Chain, stub: Stub) -> Case:
    run.progress("API keys")
    calls = stub.calls
    wrong = list(_wrong_keys(address, chain, run.seed))
    replies = await _ask_all(address, iter(wrong))
    right = request(address, "/query/user", QUERY, headers={"x-api-key": chain.credentials.api_key})
    let_in = await ask_once(address, right)
    case = Case("API keys", {"tried": len(replies), "answered": _counted(replies), "let in": stub.calls - calls - 1})
    case.check("all are answered 403", all(reply.status == 403 for reply in replies))
    case.check("the right key is let in", let_in.status == 200 and stub.calls == calls + 1)
    return case


def _wrong_keys(address: Address, chain: Chain, seed: int) -> Iterator[bytes]:
    right, disabled = chain.credentials.api_key, chain.credentials.disabled_api_key
    chance = Random(seed)  # nosec B311  # not a secret
    for _ in range(_KEYS):
        for key in (cursors.changed(chance, right), disabled, "", right.swapcase(), f"{right},{right}", f'"{right}"'):
            yield request(address, "/query/user", QUERY, headers={"x-api-key": key})
        for name in ("api-key", "Authorization", "x-api_key", "Cookie"):
            yield request(address, "/query/user", QUERY, headers={name: right})
        for query in (f"x-api-key={right}", f"api_key={right}", f"apiKey={right}"):
            yield request(address, f"/query/user?{query}", QUERY)
        yield request(address, "/query/user", {**QUERY, "x-api-key": right})


async def _ask_all(address: Address, requests: Iterator[bytes]) -> list[Reply]:
    """Send all requests, some at a time; raise if one gets no reply."""
    replies: list[Reply] = []

    async def work() -> None:
        connection = await Connection.open(address)
        for raw in requests:
            if not connection.is_usable:
                connection = await Connection.open(address)
            replies.append(await connection.ask(raw))
        connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_CALLERS):
            group.create_task(work())
    return replies


def _counted(replies: list[Reply]) -> dict[str, int]:
    counted = Counter(f"{reply.status} {reply.code}" if reply.code else str(reply.status) for reply in replies)
    return dict(sorted(counted.items()))
