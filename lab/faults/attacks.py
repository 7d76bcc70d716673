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
from typing import Any, Final

from lab.chain import QUERY, Chain
from lab.connection import Connection, request
from lab.faults.capacity import service_alone
from lab.faults.report import Case
from lab.faults.run import Run
from lab.faults.shapes import shapes
from lab.load import Generator
from lab.processes import Process, Server

TITLE: Final = "Attacks at the load balancer"
_RATE: Final = 20  # requests a second of the well-behaved caller
_CALLER: Final = "caller"
_MOST_CALLER_MS: Final = 1_000
_MOST_GROWTH_MIB: Final = 25.0
_QUIET_SECONDS: Final = 0.5
_FIRST_SECONDS: Final = 5.0  # until the first byte of a reply
_PATIENCE: Final = 4  # times the idle timeout, until an open connection counts as kept
_HEAD: Final = b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
_BODY: Final = b'{"user_id": "u"}'
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")

Attack = Callable[[Case], Awaitable[None]]


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Run the attacks one by one, with a well-behaved caller beside them."""
    async with service_alone(run) as (service, _, processes):
        balancer = await Chain(processes).balancer([service.address], run.sizes.idle_seconds)
        attacks = _Attacks(run, service.process, balancer)
        cases = [
            await attacks.one(f"slow heads ({run.sizes.slow_callers})", attacks.slow_heads),
            await attacks.one(f"half-open connections ({run.sizes.slow_callers})", attacks.half_open),
            await attacks.one("oversized heads", attacks.oversized_heads),
            await attacks.one("oversized bodies", attacks.oversized_bodies),
            await attacks.one("malformed and ambiguous requests", attacks.malformed),
        ]
        cases[-1].check("no traceback and no error in the log", processes.tracebacks() == 0)
    conditions = {
        "idle timeout": f"{run.sizes.idle_seconds:g} s",
        "the well-behaved caller sends": f"{_RATE} requests a second",
    }
    return conditions, cases


class _Attacks:
    def __init__(self, run: Run, service: Process, balancer: Server) -> None:
        self._run = run
        self._service = service
        self._balancer = balancer

    async def one(self, name: str, attack: Attack) -> Case:
        """Attack, with a well-behaved caller beside, and compare the service before and after."""
        self._run.progress(name)
        case = Case(name)
        before = self._service.rss_mib()
        async with self._caller(case):
            await attack(case)
        after = self._service.rss_mib()
        case.figures |= {"RSS MiB of the service": f"{before} → {after}"}
        case.goal(f"memory grows by no more than {_MOST_GROWTH_MIB:g} MiB", after - before <= _MOST_GROWTH_MIB)
        return case

    async def slow_heads(self, case: Case) -> None:
        """Send heads byte by byte; the balancer ends them and the service never sees them."""
        connections = await self._open(self._run.sizes.slow_callers)
        for connection in connections:
            connection.send(_HEAD[:-2])
        sending = asyncio.create_task(_drip(connections, self._run.sizes.idle_seconds / 8))
        await self._expect_closed(case, connections)
        sending.cancel()

    async def half_open(self, case: Case) -> None:
        """Open connections and send nothing."""
        await self._expect_closed(case, await self._open(self._run.sizes.slow_callers))

    async def oversized_heads(self, case: Case) -> None:
        """Send heads beyond the limits of a load balancer, and one of 64 MB that never ends."""
        with self._reaching() as seen:
            replies = {name: await self._replies(raw) for name, raw in _oversized_heads()}
            await self._send_endless_head()
            await asyncio.sleep(_QUIET_SECONDS)
        case.figures |= {"replies": _shown(replies), "reached the service": len(seen())}
        case.check("no oversized head reaches the service", not seen())
        case.check("each is refused with 400", all({*came} <= {400} for came in replies.values()))

    async def oversized_bodies(self, case: Case) -> None:
        """Send bodies that the balancer forwards: the service refuses them."""
        with self._reaching() as seen:
            replies = {name: await self._replies(raw) for name, raw in _oversized_bodies()}
            await asyncio.sleep(_QUIET_SECONDS)
        case.figures |= {"replies": _shown(replies), "reached the service": len(seen())}
        case.check("each is refused with 413", all({*came} <= {413} for came in replies.values()))

    async def malformed(self, case: Case) -> None:
        """Send each shape on a connection of its own, and count the requests that reach the service."""
        all_shapes = list(shapes())
        with self._reaching() as seen:
            replies = [await self._replies(shape.raw) for shape in all_shapes]
            await asyncio.sleep(_QUIET_SECONDS)
        reached = Counter(str(line.get("request_id")) for line in seen())
        case.figures |= {
            "shapes": len(all_shapes),
            "first replies": dict(sorted(Counter(str(came[0]) if came else "closed" for came in replies).items())),
            "reached the service": reached.total(),
        }
        allowed = {shape.request_id: shape.requests for shape in all_shapes}
        names = {shape.request_id: shape.name for shape in all_shapes}
        beyond = [names.get(one, one) for one, count in reached.items() if count > allowed.get(one, 0)]
        broken = [shape.name for shape, came in zip(all_shapes, replies, strict=True) if max(came, default=0) >= 500]
        case.check(_named("no malformed or smuggled request reaches the service", beyond), not beyond)
        case.check(_named("no shape is answered 5xx", broken), not broken)
        control = all_shapes[0]
        case.check("both requests of the control reach it", reached[control.request_id] == control.requests)

    @contextlib.asynccontextmanager
    async def _caller(self, case: Case) -> AsyncIterator[None]:
        """Send requests at a steady rate while the context lasts; all have to be answered 200."""
        generator = Generator(self._balancer.address)
        address = self._balancer.address

        def make(number: int) -> bytes:
            return request(address, "/query/user", QUERY, headers={"X-Request-Id": f"{_CALLER}-{number}"})

        sending = asyncio.create_task(generator.constant_rate(make, _RATE, 3_600))
        try:
            await asyncio.sleep(_QUIET_SECONDS)
            yield
        finally:
            generator.stop()
            load = await sending
        case.figures |= {
            "well-behaved: sent": len(load.outcomes),
            "answered": load.statuses(),
            "p99 ms": load.milliseconds(99),
        }
        case.check("the well-behaved caller is always answered 200", load.count(200) == len(load.outcomes))
        case.goal(f"99 of 100 in under {_MOST_CALLER_MS:,} ms", load.milliseconds(99) < _MOST_CALLER_MS)

    async def _open(self, count: int) -> list[Connection]:
        return await asyncio.gather(*(Connection.open(self._balancer.address) for _ in range(count)))

    async def _expect_closed(self, case: Case, connections: list[Connection]) -> None:
        waiting = [asyncio.ensure_future(connection.ended()) for connection in connections]
        with self._reaching() as seen:
            _, kept = await asyncio.wait(waiting, timeout=_PATIENCE * self._run.sizes.idle_seconds)
        for connection in connections:
            connection.close()
        await asyncio.gather(*waiting)
        case.figures |= {"closed by the balancer": len(connections) - len(kept), "reached the service": len(seen())}
        case.check("the balancer closes all of them", not kept)
        case.check("none reaches the service", not seen())

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[Callable[[], list[dict[str, Any]]]]:
        """Give a function that returns the service's log lines since then, other than the caller's and the probes'."""
        before = len(self._service.lines())

        def seen() -> list[dict[str, Any]]:
            return list(filter(_is_attack, map(_entry, self._service.lines()[before:])))

        yield seen

    async def _replies(self, raw: bytes) -> list[int]:
        """Return the statuses on one connection until it ends or is quiet."""
        address = self._balancer.address
        reader, writer = await asyncio.open_connection(address.host, address.port)
        received = bytearray()
        with contextlib.suppress(OSError, TimeoutError):
            writer.write(raw)
            async with asyncio.timeout(_FIRST_SECONDS):
                await writer.drain()
            while part := await asyncio.wait_for(reader.read(65_536), _QUIET_SECONDS if received else _FIRST_SECONDS):
                received += part
        writer.transport.abort()
        return [int(status) for status in _STATUS.findall(received) if status != b"100"]

    async def _send_endless_head(self) -> None:
        address = self._balancer.address
        _, writer = await asyncio.open_connection(address.host, address.port)
        with contextlib.suppress(OSError, TimeoutError):
            writer.write(_HEAD)
            for number in range(1_024):
                writer.write(b"X-%d: " % number + b"x" * 16_000 * 4 + b"\r\n")
                async with asyncio.timeout(_QUIET_SECONDS):
                    await writer.drain()
        writer.transport.abort()


async def _drip(connections: list[Connection], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        for connection in connections:
            connection.send(b"X")


def _oversized_heads() -> Iterator[tuple[str, bytes]]:
    end = b"Content-Length: %d\r\n\r\n" % len(_BODY) + _BODY
    yield "a header of 20 kB", _HEAD + b"X: " + b"x" * 20_000 + b"\r\n" + end
    yield "a header of 100 kB", _HEAD + b"X: " + b"x" * 100_000 + b"\r\n" + end
    yield "5,000 headers", _HEAD + b"".join(b"X-%d: x\r\n" % number for number in range(5_000)) + end
    yield "a path of 20 kB", b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n"
    yield "a path of 100 kB", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n"
    yield "a query string of 100 kB", b"GET /health?" + b"x=y&" * 25_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n"


def _oversized_bodies() -> Iterator[tuple[str, bytes]]:
    body = b'{"user_id": "' + b"x" * 1_000_000 + b'"}'
    yield "1 MB", _HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(16)) + b"0\r\n\r\n"
    yield "1 MB in chunks", _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    yield "a length of 10^18", _HEAD + b"Content-Length: 1" + b"0" * 18 + b"\r\n\r\n"


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {"request_id": line}
    return entry if isinstance(entry, dict) else {"request_id": line}


def _is_attack(entry: Mapping[str, Any]) -> bool:
    """Whether a line shows a request of an attack, or bytes that the HTTP parser refused."""
    if "request_id" not in entry:
        return "Invalid HTTP" in str(entry)
    return not str(entry["request_id"]).startswith(f"{_CALLER}-") and entry.get("operation") != "health"


def _shown(replies: Mapping[str, list[int]]) -> dict[str, str]:
    return {name: ", ".join(map(str, came)) or "closed" for name, came in replies.items()}


def _named(text: str, names: list[str]) -> str:
    return f"{text}: {'; '.join(names)}" if names else text
