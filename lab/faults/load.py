"""Load at a constant rate that no stall holds up (open loop), and what became of each request.

A request counts from the moment at which it was due, not from when it could be sent: a server that stands still for a
second shows a second, for every request that was due meanwhile. Nothing is sent twice.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lab.faults.connection import Address, Answer, Connection, Lost, LostError

Make = Callable[[int], bytes]


class Outcome(NamedTuple):
    """One request: when it was due, was begun and over (seconds of one clock), and its answer or why there is none.

    `code` is that of a problem document.
    """

    due: float
    sent: float
    over: float
    status: int | None
    code: str | None
    lost: Lost | None

    @property
    def seconds(self) -> float:
        """How long it took, from when it was due."""
        return self.over - self.due


class Load:
    """What became of a run."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.outcomes = sorted(outcomes)

    def statuses(self) -> dict[str, int]:
        """Return how many had which answer, or none, by status and code."""
        counted = Counter(_label(outcome) for outcome in self.outcomes)
        return dict(sorted(counted.items()))

    def count(self, *statuses: int) -> int:
        """Return how many were answered with one of these statuses."""
        return sum(outcome.status in statuses for outcome in self.outcomes)

    @property
    def lost(self) -> list[Outcome]:
        """Those that were sent and have no answer."""
        return [outcome for outcome in self.outcomes if outcome.lost not in (None, Lost.REFUSED, Lost.NOT_SENT)]

    def milliseconds(self, percentile: float, *statuses: int) -> float:
        """Return the time that this share (0 to 100) of the answers took at most; 0 if there were none."""
        times = sorted(
            outcome.seconds
            for outcome in self.outcomes
            if outcome.status is not None and (not statuses or outcome.status in statuses)
        )
        if not times:
            return 0.0
        return round(times[min(len(times) - 1, int(len(times) * percentile / 100))] * 1_000, 1)

    @property
    def lag_milliseconds(self) -> float:
        """The longest that a request was begun after it was due: how far the load itself was held up."""
        return round(max((outcome.sent - outcome.due for outcome in self.outcomes), default=0) * 1_000, 1)


class Generator:
    """Sends requests over connections that are kept and opened as needed, at most `most_connections` at a time."""

    def __init__(self, address: Address, *, timeout: float = 35, most_connections: int = 1_000) -> None:
        self.outcomes: list[Outcome] = []
        self.under_way = 0
        self._address = address
        self._timeout = timeout
        self._most_connections = most_connections
        self._idle: list[Connection] = []
        self._stopped = asyncio.Event()

    async def constant_rate(self, make: Make, rate: float, seconds: float) -> Load:
        """Send `rate` requests a second for some time, or until `stop`, and wait for their answers."""
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                due = started + number / rate
                if await self._stop_before(due):
                    break
                group.create_task(self._one(make(number), due))
        self._close()
        return Load(self.outcomes)

    async def saturate(self, make: Make, connections: int, seconds: float) -> Load:
        """Keep as many requests under way as there are connections (closed loop): that is what can be done at most."""
        end = time.monotonic() + seconds

        async def work() -> None:
            number = 0
            while time.monotonic() < end:
                await self._one(make(number), time.monotonic())
                number += 1

        await asyncio.gather(*(work() for _ in range(connections)))
        self._close()
        return Load(self.outcomes)

    def stop(self) -> None:
        """Send no more."""
        self._stopped.set()

    async def _stop_before(self, due: float) -> bool:
        wait = due - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        return self._stopped.is_set()

    async def _one(self, raw: bytes, due: float) -> None:
        if self.under_way >= self._most_connections:
            self._note(due, due, Lost.NOT_SENT)
            return
        self.under_way += 1
        sent = time.monotonic()
        connection: Connection | None = None
        try:
            async with asyncio.timeout(self._timeout):
                connection = await self._connection()
                answer = await connection.ask(raw)
        except LostError as error:
            self._note(due, sent, error.reason)
        except TimeoutError:
            self._note(due, sent, Lost.TIMED_OUT)
        else:
            self._note(due, sent, answer)
            if answer.keep_alive:
                self._idle.append(connection)
                connection = None
        finally:
            self.under_way -= 1
            if connection is not None:
                connection.close()

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
        return await Connection.open(self._address)

    def _note(self, due: float, sent: float, came: Answer | Lost) -> None:
        now = time.monotonic()
        if isinstance(came, Lost):
            self.outcomes.append(Outcome(due, sent, now, None, None, came))
        else:
            self.outcomes.append(Outcome(due, sent, now, came.status, came.code, None))

    def _close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()


def _label(outcome: Outcome) -> str:
    if outcome.lost is not None:
        return str(outcome.lost)
    return f"{outcome.status} {outcome.code}" if outcome.code else str(outcome.status)
