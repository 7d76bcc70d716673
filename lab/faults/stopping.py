"""Scenario 1: the service is stopped or killed under load, alone and as one of two."""

import asyncio
import json
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from lab.chain import QUERY, Chain
from lab.connection import Address, Lost, LostError, ask_once, request
from lab.faults.scenario import Case, Run
from lab.load import Generator, Load
from lab.processes import Processes, Server
from lab.stub import Stub, running

TITLE: Final = "Stopped or killed"
# How long an internal call takes: long enough that some are under way at any moment.
ANSWER_SECONDS: Final = 0.25
_PROBE_SECONDS: Final = 0.1
_STOP_SECONDS: Final = 60.0
_ID: Final = "stop-{}"
_EVERY_REPLY: Final = "every request gets a reply: 200, or 502, 503 or 504"


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Stop and kill the service, and count the lost requests."""
    with Processes(run.folder) as processes:
        async with running(Stub(ANSWER_SECONDS)) as stub:
            parts = _Parts(run, Chain(processes), stub)
            cases = await run.each(
                parts.one_stopped, parts.one_of_two_stopped, parts.one_of_two_killed, parts.one_killed
            )
    conditions = {
        "requests a second": run.rate,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
        "DRAIN_DELAY": run.drain_delay,
    }
    return conditions, cases


class _Parts:
    def __init__(self, run: Run, chain: Chain, stub: Stub) -> None:
        self._run = run
        self._chain = chain
        self._stub = stub

    async def one_stopped(self) -> Case:
        """SIGTERM to the only service: it fails its health check, answers every request that it has read, and exits."""
        service = await self._service()
        stopping = _Stopping(service)
        case, load = await self._case("SIGTERM, the only service, called directly", service.address, stopping.run)
        refused = [outcome for outcome in load.outcomes if outcome.lost is Lost.REFUSED]
        case.figures |= {
            "s from SIGTERM to health 503": stopping.unhealthy_after,
            "s to the first refused": round(refused[0].sent - stopping.at, 2) if refused else None,
            "s to exit": stopping.exited_after,
            "exit code": service.process.exit_code(),
        }
        read = {json.loads(line).get("request_id") for line in service.process.lines() if line.startswith("{")}
        lost = {_ID.format(number) for number, outcome in enumerate(load.outcomes) if outcome.status is None}
        case.check("no request that the service has read is lost", not read & lost)
        answered = load.count(200, 503) + len(lost) == len(load.outcomes)
        case.check("every reply is 200 or 503", answered and load.count(200))
        case.check("the process ends with exit code 0", service.process.exit_code() == 0)
        all_served = load.count(200) + len(refused) == len(load.outcomes)
        case.goal("every request that is not refused is answered 200", all_served)
        unhealthy = stopping.unhealthy_after
        is_first = unhealthy is not None and (not refused or stopping.at + unhealthy < refused[0].sent)
        case.goal("health turns 503 before connections are refused", is_first)
        return case

    async def one_of_two_stopped(self) -> Case:
        """SIGTERM to one of two behind the load balancer, then a replacement: no caller notices."""
        first, public = await self._two()

        async def replace() -> None:
            await _Stopping(first).run()
            await self._service(first.address.port)

        case, load = await self._case("SIGTERM, one of two, through query_lambda", public, replace)
        case.check(_EVERY_REPLY, load.count(200, 502, 503, 504) == len(load.outcomes))
        case.check("the process ends with exit code 0", first.process.exit_code() == 0)
        case.goal("every request that is not refused is answered 200", len(load.outcomes) == load.count(200))
        return case

    async def one_of_two_killed(self) -> Case:
        """SIGKILL of one of two: the requests that it had under way fail, and no others."""
        first, public = await self._two()
        generator, at, under_way = Generator(public), 0.0, 0

        async def replace() -> None:
            nonlocal at, under_way
            at, under_way = time.monotonic(), generator.under_way
            first.process.kill()
            await self._service(first.address.port)

        case, load = await self._case("SIGKILL, one of two, through query_lambda", public, replace, generator)
        case.figures |= {"under way at the kill": under_way}
        case.check(_EVERY_REPLY, load.count(200, 502, 503, 504) == len(load.outcomes))
        failed = [outcome for outcome in load.outcomes if outcome.status != 200]
        # One that was sent in the same hundredth of a second counts as under way.
        case.goal("only requests under way at the kill fail", all(o.sent <= at + 0.01 and o.over >= at for o in failed))
        return case

    async def one_killed(self) -> Case:
        """SIGKILL of the only service and a restart: until it is back every caller gets an error document."""
        service = await self._service()
        public = (await self._chain.public_gateway(service.address)).address
        back = 0.0

        async def restart() -> None:
            nonlocal back
            service.process.kill()
            await self._service(service.address.port)
            back = time.monotonic()

        case, load = await self._case("SIGKILL, the only service, restarted, through query_lambda", public, restart)
        case.check(_EVERY_REPLY, load.count(200, 502, 503, 504) == len(load.outcomes))
        after = [outcome for outcome in load.outcomes if outcome.sent >= back]
        case.goal("every request after the restart is answered 200", all(outcome.status == 200 for outcome in after))
        return case

    async def _service(self, port: int = 0) -> Server:
        return await self._chain.service(self._stub.address, {"DRAIN_DELAY": str(self._run.drain_delay)}, port=port)

    async def _two(self) -> tuple[Server, Address]:
        """Start two services behind the load balancer, and return the first and the public gateway's address."""
        first, second = await asyncio.gather(self._service(), self._service())
        balancer = await self._chain.balancer([first.address, second.address])
        return first, (await self._chain.public_gateway(balancer.address)).address

    async def _case(
        self, name: str, address: Address, act: Callable[[], Awaitable[None]], generator: Generator | None = None
    ) -> tuple[Case, Load]:
        """Run the load, act after a quarter of the time, and wait until both are over."""
        self._run.progress(name)
        key = {"x-api-key": self._chain.api_key}

        def make(number: int) -> bytes:
            return request(address, "/query/user", QUERY, headers={**key, "X-Request-Id": _ID.format(number)})

        generator, seconds = generator or Generator(address), self._run.stop_seconds
        sending = asyncio.create_task(generator.constant_rate(make, self._run.rate, seconds))
        await asyncio.sleep(seconds / 4)
        await act()
        load = await sending
        figures = {"sent": len(load.outcomes), "answered": load.statuses(), "p99 ms": load.milliseconds(99)}
        return Case(name, {**figures, "lost": len(load.lost)}), load


class _Stopping:
    """Sends SIGTERM, and watches the health and the end of a service."""

    def __init__(self, service: Server) -> None:
        self.at = 0.0
        self.unhealthy_after: float | None = None
        self.exited_after: float | None = None
        self._service = service

    async def run(self) -> None:
        """Send it, and return when the process has ended."""
        process, self.at = self._service.process, time.monotonic()
        process.send(signal.SIGTERM)
        while process.exit_code() is None and time.monotonic() < self.at + _STOP_SECONDS:
            if self.unhealthy_after is None and await self._is_unhealthy():
                self.unhealthy_after = round(time.monotonic() - self.at, 2)
            await asyncio.sleep(_PROBE_SECONDS)
        if process.exit_code() is not None:
            self.exited_after = round(time.monotonic() - self.at, 2)

    async def _is_unhealthy(self) -> bool:
        address = self._service.address
        try:
            return (await ask_once(address, request(address, "/health", method="GET"), 2)).status == 503
        except LostError:
            return False
