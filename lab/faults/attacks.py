"""Scenario 4: slow, half-open, oversized and malformed requests at the load balancer's stand-in.

The service's log shows what reached it: every line is a request of the well-behaved caller, a health check, or a
request of an attack.
"""

import asyncio
import contextlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from lab.chain import QUERY, Chain
from lab.connection import request
from lab.faults.capacity import service_alone
from lab.faults.scenario import Case, Run
from lab.faults.shapes import BODY, shapes
from lab.load import Generator
from lab.processes import Process, Server

TITLE: Final = "Attacks at the load balancer"
_RATE: Final = 20  # requests a second of the well-behaved caller
_CALLER: Final = "caller"
_MAX_CALLER_MS: Final = 1_000
_MAX_GROWTH_MIB: Final = 25.0
_QUIET_SECONDS: Final = 0.5
_FIRST_SECONDS: Final = 5.0  # until the first byte of a reply
_PATIENCE: Final = 4  # times the idle timeout, until an open connection counts as kept
_HEAD: Final = b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
_WITH_BODY: Final = b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
_OVERSIZED_HEADS: Final = {
    "a header of 20 kB": _HEAD + b"X: " + b"x" * 20_000 + b"\r\n" + _WITH_BODY,
    "a header of 100 kB": _HEAD + b"X: " + b"x" * 100_000 + b"\r\n" + _WITH_BODY,
    "5,000 headers": _HEAD + b"".join(b"X-%d: x\r\n" % number for number in range(5_000)) + _WITH_BODY,
    "a path of 20 kB": b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n",
    "a path of 100 kB": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n",
    "a head of 64 MB that does not end": _HEAD + (b"X: " + b"x" * 64_000 + b"\r\n") * 1_024,
    "a query string of 100 kB": b"GET /health?" + b"x=y&" * 25_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n",
}
_CHUNKS: Final = (b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 16 + b"0\r\n\r\n"
_OVERSIZED_BODIES: Final = {
    "1 MB": _HEAD + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000_000,
    "1 MB in chunks": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + _CHUNKS,
    "a length of 10^18": _HEAD + b"Content-Length: 1" + b"0" * 18 + b"\r\n\r\n",
}
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Run the attacks one by one, with a well-behaved caller beside them."""
    async with service_alone(run) as (service, _, processes):
        balancer = await Chain(processes).balancer([service.address], run.idle_seconds)
        attacks = _Attacks(run, service.process, balancer)
        kinds: dict[str, Callable[[Case], Awaitable[None]]] = {
            f"slow heads ({run.slow_callers})": attacks.slow_heads,
            f"half-open connections ({run.slow_callers})": attacks.half_open,
            "oversized heads": partial(attacks.oversized, requests=_OVERSIZED_HEADS, status=400),
            "oversized bodies": partial(attacks.oversized, requests=_OVERSIZED_BODIES, status=413),
            "malformed and ambiguous requests": attacks.malformed,
        }
        cases = [await attacks.one(name, attack) for name, attack in kinds.items()]
        cases[-1].check("no traceback and no error in the log", processes.tracebacks() == 0)
    conditions = {
        "idle timeout": f"{run.idle_seconds:g} s",
        "the well-behaved caller sends": f"{_RATE} requests a second",
    }
    return conditions, cases


class _Attacks:
    def __init__(self, run: Run, service: Process, balancer: Server) -> None:
        self._run = run
        self._service = service
        self._address = balancer.address

    async def one(self, name: str, attack: Callable[[Case], Awaitable[None]]) -> Case:
        """Attack, with a well-behaved caller beside, and compare the service before and after."""
        self._run.progress(name)
        case = Case(name)
        before = self._service.rss_mib()
        async with self._caller(case):
            await attack(case)
        after = self._service.rss_mib()
        case.figures |= {"RSS MiB of the service": f"{before} → {after}"}
        case.goal(f"memory grows by no more than {_MAX_GROWTH_MIB:g} MiB", after - before <= _MAX_GROWTH_MIB)
        return case

    async def slow_heads(self, case: Case) -> None:
        """Send heads byte by byte; the balancer ends them and the service never sees them."""
        streams = await self._open()

        async def drip() -> None:
            for _, writer in streams:
                writer.write(_HEAD[:-2])
            while True:
                await asyncio.sleep(self._run.idle_seconds / 8)
                for _, writer in streams:
                    writer.write(b"X")

        sending = asyncio.create_task(drip())
        await self._expect_closed(case, streams)
        sending.cancel()

    async def half_open(self, case: Case) -> None:
        """Open connections and send nothing."""
        await self._expect_closed(case, await self._open())

    async def oversized(self, case: Case, requests: Mapping[str, bytes], status: int) -> None:
        """Send oversized heads, which the balancer refuses, or bodies, which it forwards for the service to refuse."""
        replies, seen = await self._send_all(list(requests.values()))
        shown = {name: ", ".join(map(str, came)) or "closed" for name, came in zip(requests, replies, strict=True)}
        case.figures |= {"replies": shown, "reached the service": len(seen)}
        if requests is _OVERSIZED_HEADS:
            case.check("no oversized head reaches the service", not seen)
        case.check(f"each is refused with {status}", all({*came} <= {status} for came in replies))

    async def malformed(self, case: Case) -> None:
        """Send each shape on a connection of its own, and count the requests that reach the service."""
        sent = list(shapes())
        replies, seen = await self._send_all([shape.raw for shape in sent])
        reached = Counter(str(line.get("request_id")) for line in seen)
        case.figures |= {
            "shapes": len(sent),
            "first replies": dict(sorted(Counter(str(came[0]) if came else "closed" for came in replies).items())),
            "reached the service": reached.total(),
        }
        allowed = {shape.request_id: shape.requests for shape in sent}
        beyond = [request_id for request_id, count in reached.items() if count > allowed.get(request_id, 0)]
        broken = [shape.request_id for shape, came in zip(sent, replies, strict=True) if max(came, default=0) >= 500]
        case.check(" ".join(["no malformed or smuggled request reaches the service", *beyond]), not beyond)
        case.check(" ".join(["no shape is answered 5xx", *broken]), not broken)
        control = sent[0]
        case.check("both requests of the control reach it", reached[control.request_id] == control.requests)

    @contextlib.asynccontextmanager
    async def _caller(self, case: Case) -> AsyncIterator[None]:
        """Send requests at a steady rate while the context lasts; all have to be answered 200."""
        generator = Generator(self._address)

        def make(number: int) -> bytes:
            return request(self._address, "/query/user", QUERY, headers={"X-Request-Id": f"{_CALLER}-{number}"})

        sending = asyncio.create_task(generator.constant_rate(make, _RATE, 3_600))
        try:
            await asyncio.sleep(_QUIET_SECONDS)
            yield
        finally:
            generator.stop()
            load = await sending
        p99 = load.milliseconds(99)
        case.figures |= {"well-behaved: sent": len(load.outcomes), "answered": load.statuses(), "p99 ms": p99}
        case.check("the well-behaved caller is always answered 200", load.count(200) == len(load.outcomes))
        case.goal(f"99 of 100 in under {_MAX_CALLER_MS:,} ms", p99 < _MAX_CALLER_MS)

    async def _open(self) -> list[Stream]:
        host, port = self._address.host, self._address.port
        return await asyncio.gather(*(asyncio.open_connection(host, port) for _ in range(self._run.slow_callers)))

    async def _expect_closed(self, case: Case, streams: list[Stream]) -> None:
        before = len(self._service.lines())
        waiting = [asyncio.ensure_future(_ended(reader)) for reader, _ in streams]
        _, kept = await asyncio.wait(waiting, timeout=_PATIENCE * self._run.idle_seconds)
        seen = list(self._attacks_since(before))
        for _, writer in streams:
            writer.transport.abort()
        await asyncio.gather(*waiting)
        case.figures |= {"closed by the balancer": len(streams) - len(kept), "reached the service": len(seen)}
        case.check("the balancer closes all of them", not kept)
        case.check("none reaches the service", not seen)

    async def _send_all(self, requests: list[bytes]) -> tuple[list[list[int]], list[dict[str, Any]]]:
        """Send each on a connection of its own; return the statuses of each, and the log lines of the service."""
        before = len(self._service.lines())
        replies = [await self._replies(raw) for raw in requests]
        await asyncio.sleep(_QUIET_SECONDS)
        return replies, list(self._attacks_since(before))

    def _attacks_since(self, line: int) -> Iterator[dict[str, Any]]:
        """Yield the service's log lines about attacks, and about bytes that its HTTP parser refused."""
        for text in self._service.lines()[line:]:
            entry = json.loads(text) if text.startswith("{") else {"request_id": text}
            caller = str(entry.get("request_id", "")).startswith(f"{_CALLER}-")
            is_request = "request_id" in entry and not caller and entry.get("operation") != "health"
            if is_request or "Invalid HTTP" in text:
                yield entry

    async def _replies(self, raw: bytes) -> list[int]:
        """Return the statuses on one connection until it ends or is quiet."""
        reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
        received = bytearray()
        with contextlib.suppress(OSError, TimeoutError):
            writer.write(raw)
            async with asyncio.timeout(_FIRST_SECONDS):
                await writer.drain()
            while part := await asyncio.wait_for(reader.read(65_536), _QUIET_SECONDS if received else _FIRST_SECONDS):
                received += part
        writer.transport.abort()
        return [int(status) for status in _STATUS.findall(received) if status != b"100"]


async def _ended(reader: asyncio.StreamReader) -> None:
    """Return when the peer has closed the connection."""
    with contextlib.suppress(OSError):
        await reader.read()
