"""Scenario 4: callers that are slow, half dead, countless, too loud, or ambiguous."""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from lab.faults import oversized
from lab.faults.bench import Bench
from lab.faults.capacity import service_alone
from lab.faults.chain import Hop
from lab.faults.connection import Connection, LostError
from lab.faults.load import Generator
from lab.faults.processes import Processes, tool
from lab.faults.report import Case, Result
from lab.faults.shapes import Shape, shapes

TITLE: Final = "Callers that do harm"
_PROBES: Final = 20  # requests a second of a decent caller, all the while
_MOST_PROBE_MS: Final = 1_000
_MOST_GROWTH_MIB: Final = 25.0
_BATCH: Final = 100
_QUIET_SECONDS: Final = 1.0
_HALF_OPEN_SECONDS: Final = 90.0
_HALF_A_HEAD: Final = b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Le"
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3}) ")

Attack = Callable[[Case], Awaitable[None]]


async def run(bench: Bench) -> Result:
    """Let each of them loose, with a decent caller beside."""
    async with service_alone(bench) as (service, raw, processes):
        attacks = _Attacks(bench, service, raw, processes)
        cases = [await attacks.one(name, attack) for name, attack in attacks.all().items()]
        tracebacks = processes.tracebacks()
    cases[-1].check("no traceback and no error in the log", tracebacks == 0)
    return Result(4, TITLE, {"a decent caller beside": f"{_PROBES} requests a second"}, cases)


class _Attacks:
    def __init__(self, bench: Bench, service: Hop, raw: bytes, processes: Processes) -> None:
        self._bench = bench
        self._service = service
        self._raw = raw
        self._processes = processes

    def all(self) -> dict[str, Attack]:
        """Return the attacks by name."""
        sizes = self._bench.sizes
        return {
            f"slow heads ({sizes.slow_clients}, slowhttptest)": lambda case: self._slow(case, "-H"),
            f"slow bodies ({sizes.slow_clients}, slowhttptest)": lambda case: self._slow(case, "-B"),
            f"slow readers ({sizes.slow_clients}, slowhttptest)": lambda case: self._slow(case, "-X"),
            f"half-open connections ({2 * sizes.slow_clients})": self._half_open,
            f"connections opened and closed ({sizes.connections:,})": self._opened_and_closed,
            "oversized": self._oversized,
            "shapes of smuggling": self._shapes,
        }

    async def one(self, name: str, attack: Attack) -> Case:
        """Attack, with a decent caller beside, and compare before and after."""
        self._bench.say(name)
        case = Case(name)
        process = self._service.process
        before, files = process.rss_mib(), process.descriptors()
        async with self._decent_caller(case):
            await attack(case)
        await asyncio.sleep(_QUIET_SECONDS)
        after = process.rss_mib()
        case.figures |= {"RSS MiB": f"{before} → {after}", "descriptors": f"{files} → {process.descriptors()}"}
        case.check(f"memory grows by no more than {_MOST_GROWTH_MIB:g} MiB", after - before <= _MOST_GROWTH_MIB)
        return case

    @contextlib.asynccontextmanager
    async def _decent_caller(self, case: Case) -> AsyncIterator[None]:
        generator = Generator(self._service.address)
        running = asyncio.create_task(generator.constant_rate(lambda _: self._raw, _PROBES, 3_600))
        try:
            await asyncio.sleep(_QUIET_SECONDS)
            yield
        finally:
            generator.stop()
            load = await running
        case.figures |= {"decent: sent": len(load.outcomes), "answered 200": load.count(200)}
        case.figures |= {"p99 ms": load.milliseconds(99)}
        case.check("the decent caller is always answered 200", load.count(200) == len(load.outcomes))
        case.check(f"99 of 100 in under {_MOST_PROBE_MS:,} ms", load.milliseconds(99) < _MOST_PROBE_MS)

    async def _slow(self, case: Case, kind: str) -> None:
        sizes, url = self._bench.sizes, self._service.address.url
        target = {"-B": ["-t", "POST", "-s", "8192", "-f", "application/json", "-u", f"{url}/query/user"]}.get(
            kind, ["-u", f"{url}/health"]
        )
        often = ["-c", str(sizes.slow_clients), "-r", "100", "-i", "2", "-p", "3", "-l", str(sizes.slow_seconds)]
        command = [tool("slowhttptest"), kind, *often, *target]
        process = self._processes.start(f"slowhttptest{kind}", command, cpu=None)
        end = asyncio.get_running_loop().time() + sizes.slow_seconds + 15
        while process.is_running and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.2)
        case.check("slowhttptest ran to its end", process.exit_code() == 0)
        process.kill()

    async def _half_open(self, case: Case) -> None:
        """Hold connections open, half of them with half a head sent, and see when the service ends them."""
        count = self._bench.sizes.slow_clients
        connections = await asyncio.gather(*(Connection.open(self._service.address) for _ in range(2 * count)))
        for connection in connections[:count]:
            connection.send(_HALF_A_HEAD)
        seconds = _HALF_OPEN_SECONDS if self._bench.sizes.default_deadlines else _QUIET_SECONDS
        waiting = [asyncio.ensure_future(connection.ended()) for connection in connections]
        done, pending = await asyncio.wait(waiting, timeout=seconds)
        case.figures |= {"ended by the service": len(done)}
        if self._bench.sizes.default_deadlines:
            case.check(f"the service ends all of them within {seconds:g} s", not pending)
        for connection in connections:
            connection.close()
        await asyncio.gather(*waiting)

    async def _opened_and_closed(self, case: Case) -> None:
        failed = 0
        for start in range(0, self._bench.sizes.connections, _BATCH):
            numbers = range(start, min(start + _BATCH, self._bench.sizes.connections))
            failed += sum(await asyncio.gather(*map(self._open_and_close, numbers)))
        case.figures |= {"refused": failed}
        case.check("every connection is taken", failed == 0)

    async def _open_and_close(self, number: int) -> bool:
        """Open a connection, say nothing, half a head or a whole request, and hang up; tell whether it was refused."""
        try:
            connection = await Connection.open(self._service.address)
        except LostError:
            return True
        connection.send((b"", _HALF_A_HEAD, self._raw)[number % 3])
        await asyncio.sleep(0)
        connection.close()
        return False

    async def _oversized(self, case: Case) -> None:
        """Send too much of everything."""
        answered, served = {}, []
        for name, raw, codes in oversized.requests():
            came = await _answers(self._service, raw)
            answered[name] = ", ".join(map(str, came)) or "hung up on"
            if not set(came) <= codes:
                served.append(name)
        growth = await self._endless(oversized.endless_head())
        case.figures |= {"answered": answered, "RSS MiB during a head of 64 MB": f"+{growth:.0f}"}
        case.check(_named("all that is too large is refused", served), not served)
        case.check("a head that does not end is cut off", growth <= _MOST_GROWTH_MIB)

    async def _endless(self, parts: oversized.Parts) -> float:
        """Send on and on; return by how much the memory grew, in MiB."""
        before = self._service.process.rss_mib()
        _, writer = await asyncio.open_connection(self._service.address.host, self._service.address.port)
        most = before
        with contextlib.suppress(OSError, TimeoutError):
            for part in parts:
                writer.write(part)
                async with asyncio.timeout(5):
                    await writer.drain()
                most = max(most, self._service.process.rss_mib())
        writer.transport.abort()
        return most - before

    async def _shapes(self, case: Case) -> None:
        """Send each of them on a connection of its own, and count the answers."""
        all_shapes = list(shapes())
        answers = await asyncio.gather(*(_answers(self._service, shape.raw) for shape in all_shapes))
        case.figures |= {"shapes": len(all_shapes), "first answers": _counted(answers)}
        smuggled = [shape.name for shape, came in zip(all_shapes, answers, strict=True) if len(came) > shape.answers]
        broken = [shape.name for shape, came in zip(all_shapes, answers, strict=True) if max(came, default=0) >= 500]
        case.check(_named("no shape smuggles a request in", smuggled), not smuggled)
        case.check(_named("no shape is answered 5xx", broken), not broken)
        case.check("the control has its two answers", _is_control(all_shapes[0], answers[0]))


async def _answers(service: Hop, raw: bytes) -> list[int]:
    """Return the statuses that come back on one connection until it ends or is quiet."""
    reader, writer = await asyncio.open_connection(service.address.host, service.address.port)
    received = bytearray()
    with contextlib.suppress(OSError, TimeoutError):
        writer.write(raw)
        async with asyncio.timeout(_QUIET_SECONDS):
            await writer.drain()
            while part := await reader.read(65_536):
                received += part
    writer.transport.abort()
    return [int(status) for status in _STATUS.findall(received) if status != b"100"]


def _counted(answers: list[list[int]]) -> dict[str, int]:
    counted = Counter(str(came[0]) if came else "none" for came in answers)
    return dict(sorted(counted.items()))


def _is_control(shape: Shape, came: list[int]) -> bool:
    return len(came) == shape.answers


def _named(text: str, names: list[str]) -> str:
    return f"{text}: {'; '.join(names)}" if names else text
