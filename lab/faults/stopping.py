"""Scenario 1: the service is told to stop, or is killed, under load; alone, and as one of two."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from lab.faults.bench import Bench
from lab.faults.chain import QUERY, Chain, Hop
from lab.faults.connection import Address, Lost, LostError, ask_once, request
from lab.faults.load import Generator, Load, Outcome
from lab.faults.processes import Process, Processes
from lab.faults.report import Case, Result
from lab.faults.stub import Stub, stub_gateway

TITLE: Final = "Told to stop, or killed"
# What an internal call takes here: long enough that some are under way at any moment.
ANSWER_SECONDS: Final = 0.25
_PROBE_SECONDS: Final = 0.1
_STOP_SECONDS: Final = 40.0

Act = Callable[[], Awaitable[None]]


async def run(bench: Bench) -> Result:
    """Stop and kill, and count what was lost."""
    with Processes(bench.folder) as processes:
        async with stub_gateway(ANSWER_SECONDS) as stub:
            parts = _Parts(bench, Chain(processes), stub)
            cases = [
                await parts.one_stopped(),
                await parts.one_of_two_stopped(),
                await parts.one_of_two_killed(),
                await parts.one_killed(),
            ]
    conditions = {
        "requests a second": bench.sizes.rate,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
        "DRAIN_DELAY": bench.sizes.drain_delay,
    }
    return Result(1, TITLE, conditions, cases)


class _Parts:
    def __init__(self, bench: Bench, chain: Chain, stub: Stub) -> None:
        self._bench = bench
        self._chain = chain
        self._stub = stub

    async def one_stopped(self) -> Case:
        """SIGTERM to the only service: what it accepted is answered, health turns first, and it exits with 0."""
        self._bench.say("SIGTERM of the only service")
        service = await self._service()
        case = Case("SIGTERM, one alone, asked directly")
        stopping = _Stopping(service)
        load = await self._under_load(service.address, stopping)
        refused = [outcome for outcome in load.outcomes if outcome.lost is Lost.REFUSED]
        case.figures = _counts(load) | {
            "lost": len(load.lost),
            "s from SIGTERM to health 503": stopping.unhealthy_after,
            "s to the first refused": _since(stopping.at, refused),
            "s to exit": stopping.exited_after,
            "exit code": stopping.process.exit_code(),
        }
        case.check("no accepted request is lost on SIGTERM", not load.lost and load.count(200) > 0)
        case.check("every answer is 200", load.count(200) + len(refused) == len(load.outcomes))
        case.check("health turns 503 before connections are refused", _before(stopping, refused))
        case.check("the exit code is 0", stopping.process.exit_code() == 0)
        return case

    async def one_of_two_stopped(self) -> Case:
        """SIGTERM to one of two behind the balancer, then a new one in its place: nobody notices."""
        self._bench.say("SIGTERM of one of two")
        first, second, balancer, public = await self._two()
        stopping = _Stopping(first)

        async def act() -> None:
            await stopping()
            await self._service(port=first.address.port)

        load = await self._under_load(public.address, act, self._key())
        case = Case("SIGTERM, one of two, through query_lambda", _counts(load))
        case.figures |= {"lost": len(load.lost), "not 200": len(load.outcomes) - load.count(200)}
        case.check("no accepted request is lost on SIGTERM", len(load.outcomes) == load.count(200))
        case.check("the exit code is 0", first.process.exit_code() == 0)
        await self._end(second, balancer, public)
        return case

    async def one_of_two_killed(self) -> Case:
        """SIGKILL of one of two: what it had under way is answered 502 or 504, and nothing else."""
        self._bench.say("SIGKILL of one of two")
        first, second, balancer, public = await self._two()
        killing = _Killing(first.process)

        async def act() -> None:
            await killing()
            await self._service(port=first.address.port)

        load = await self._under_load(public.address, act, self._key(), killing)
        case = Case("SIGKILL, one of two, through query_lambda", _counts(load))
        failed = [outcome for outcome in load.outcomes if outcome.status != 200]
        case.figures |= {"lost": len(load.lost), "not 200": len(failed), "under way at the kill": killing.under_way}
        case.check("only requests under way at the kill fail", all(killing.had(outcome) for outcome in failed))
        case.check("each of them is answered 502 or 504", len(failed) == load.count(502, 504))
        await self._end(second, balancer, public)
        return case

    async def one_killed(self) -> Case:
        """SIGKILL of the only service, and a restart: until it is back everybody is answered 502 or 504."""
        self._bench.say("SIGKILL of the only service, and restart")
        service = await self._service()
        public = await self._chain.public_gateway(service.address)
        back = 0.0

        async def act() -> None:
            nonlocal back
            service.process.kill()
            await self._service(port=service.address.port)
            back = time.monotonic()

        load = await self._under_load(public.address, act, self._key())
        case = Case("SIGKILL, one alone, restarted, through query_lambda", _counts(load))
        failed = [outcome for outcome in load.outcomes if outcome.status != 200]
        case.figures |= {"lost": len(load.lost), "not 200": len(failed)}
        case.check("each of them is answered 502 or 504", len(failed) == load.count(502, 504))
        case.check("after the restart all are answered 200", all(outcome.sent < back for outcome in failed))
        await self._end(public)
        return case

    async def _service(self, port: int = 0) -> Hop:
        environ = {"DRAIN_DELAY": str(self._bench.sizes.drain_delay)}
        return await self._chain.service(self._stub.address, environ, port=port)

    async def _two(self) -> tuple[Hop, Hop, Hop, Hop]:
        first, second = await asyncio.gather(self._service(), self._service())
        balancer = await self._chain.balancer([first.address, second.address])
        return first, second, balancer, await self._chain.public_gateway(balancer.address)

    def _key(self) -> dict[str, str]:
        return {"x-api-key": self._chain.credentials.api_key}

    async def _under_load(
        self, address: Address, act: Act, headers: Mapping[str, str] | None = None, killing: "_Killing | None" = None
    ) -> Load:
        """Put load on, let something happen after a quarter of the time, and wait until both are over."""
        generator = Generator(address)
        if killing is not None:
            killing.watches = generator
        raw = request(address, "/query/user", QUERY, headers=headers)
        seconds = self._bench.sizes.stop_seconds
        running = asyncio.create_task(generator.constant_rate(lambda _: raw, self._bench.sizes.rate, seconds))
        await asyncio.sleep(seconds / 4)
        await act()
        return await running

    async def _end(self, *hops: Hop) -> None:
        for hop in hops:
            await asyncio.to_thread(hop.process.kill)


class _Stopping:
    """Sends SIGTERM, and watches the health and the end of a service."""

    def __init__(self, service: Hop) -> None:
        self.process = service.process
        self.at = 0.0
        self.unhealthy_after: float | None = None
        self.exited_after: float | None = None
        self._address = service.address

    async def __call__(self) -> None:
        """Send it, and return when the process has ended."""
        self.at = time.monotonic()
        self.process.send(signal.SIGTERM)
        while self.process.is_running and time.monotonic() < self.at + _STOP_SECONDS:
            if self.unhealthy_after is None and await self._is_unhealthy():
                self.unhealthy_after = round(time.monotonic() - self.at, 2)
            await asyncio.sleep(_PROBE_SECONDS)
        if not self.process.is_running:
            self.exited_after = round(time.monotonic() - self.at, 2)

    async def _is_unhealthy(self) -> bool:
        try:
            answer = await ask_once(self._address, request(self._address, "/health", method="GET"), 2)
        except LostError:
            return False
        return answer.status == 503


class _Killing:
    """Kills a process, and notes what the load had under way at that moment."""

    def __init__(self, process: Process) -> None:
        self.watches: Generator | None = None
        self.under_way = 0
        self._process = process
        self._at = 0.0

    async def __call__(self) -> None:
        """Kill it."""
        self.under_way = self.watches.under_way if self.watches is not None else 0
        self._at = time.monotonic()
        self._process.kill()

    def had(self, outcome: Outcome) -> bool:
        """Tell whether a request was under way; one that set out in the same hundredth of a second counts."""
        return outcome.sent <= self._at + 0.01 and outcome.over >= self._at


def _counts(load: Load) -> dict[str, object]:
    return {"sent": len(load.outcomes), "answered": load.statuses(), "p99 ms": load.milliseconds(99)}


def _since(moment: float, outcomes: list[Outcome]) -> float | None:
    return round(outcomes[0].sent - moment, 2) if outcomes else None


def _before(stopping: _Stopping, refused: list[Outcome]) -> bool:
    if stopping.unhealthy_after is None:
        return False
    return not refused or stopping.at + stopping.unhealthy_after < refused[0].sent
