"""The load generator: requests at a constant rate (open loop) or as fast as they are answered (closed loop).

At a constant rate a request counts from the moment it was due, not from when it was sent: a server that stalls for a
second shows that second in every request that was due meanwhile. Nothing is sent twice.
"""

import asyncio
import itertools
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lab.connection import Address, Connection, Lost, LostError, Reply

Make = Callable[[int], bytes]


class Outcome(NamedTuple):
    """One request: when it was due, sent and over (seconds of one clock), and its status or why it was lost.

    `code` is the one of a problem document.
    """

    due: float
    sent: float
    over: float
    status: int | None
    code: str | None
    lost: Lost | None

    @property
    def seconds(self) -> float:
        """The latency, from when the request was due."""
        return self.over - self.due

    def __str__(self) -> str:
        return f"{self.lost or self.status} {self.code or ''}".rstrip()


class Load:
    """The outcomes of a run, in the order in which the requests were due."""

    def __init__(self, outcomes: Iterable[Outcome], seconds: float = 0.0) -> None:
        self.outcomes = sorted(outcomes, key=lambda outcome: outcome.due)
        self.seconds = seconds

    def statuses(self) -> dict[str, int]:
        """Count the outcomes by status and code, or by why they were lost."""
        return dict(sorted(Counter(map(str, self.outcomes)).items()))

    def count(self, *statuses: int) -> int:
        """Count the replies with one of these statuses."""
        return sum(outcome.status in statuses for outcome in self.outcomes)

    @property
    def sent(self) -> int:
        """The number of requests that were sent, or would have been if the port had been open."""
        return sum(outcome.lost is not Lost.NOT_SENT for outcome in self.outcomes)

    @property
    def lost(self) -> list[Outcome]:
        """The requests that were sent and got no reply."""
        return [outcome for outcome in self.outcomes if outcome.lost not in (None, Lost.REFUSED, Lost.NOT_SENT)]

    @property
    def per_second(self) -> float:
        """The replies a second."""
        return sum(outcome.status is not None for outcome in self.outcomes) / self.seconds

    def milliseconds(self, percent: float, *statuses: int) -> float:
        """Return the latency that `percent` of the replies (with one of these statuses) stayed within; 0 for none."""
        times = sorted(
            outcome.seconds
            for outcome in self.outcomes
            if outcome.status is not None and (not statuses or outcome.status in statuses)
        )
        if not times:
            return 0.0
        return round(times[max(0, math.ceil(len(times) * percent / 100) - 1)] * 1_000, 1)

    @property
    def lag_milliseconds(self) -> float:
        """The longest that a request was sent after it was due: how late the generator itself was."""
        return round(max((outcome.sent - outcome.due for outcome in self.outcomes), default=0) * 1_000, 1)


class Generator:
    """Sends requests over kept connections, which are opened as needed, at most `max_connections` at a time."""

    def __init__(self, address: Address, *, timeout: float = 35, max_connections: int = 1_000) -> None:
        self.outcomes: list[Outcome] = []
        self.under_way = 0
        self._address = address
        self._timeout = timeout
        self._max_connections = max_connections
        self._idle: list[Connection] = []
        self._is_stopped = False

    async def constant_rate(self, make: Make, rate: float, seconds: float) -> Load:
        """Send `rate` requests a second until the time is over or `stop` is called, and wait for their replies."""
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                due = started + number / rate
                await asyncio.sleep(due - time.monotonic())
                if self._is_stopped:
                    break
                group.create_task(self._one(make(number), due))
        return self._finished(started)

    async def saturate(self, make: Make, connections: int, *, seconds: float = math.inf, count: int = 0) -> Load:
        """Keep one request under way on each connection for some seconds, or for `count` requests in all."""
        started = time.monotonic()
        numbers = iter(range(count)) if count else itertools.count()

        async def work() -> None:
            while time.monotonic() - started < seconds and (number := next(numbers, None)) is not None:
                await self._one(make(number), time.monotonic())

        await asyncio.gather(*(work() for _ in range(connections)))
        return self._finished(started)

    def stop(self) -> None:
        """Send no more."""
        self._is_stopped = True

    def _finished(self, started: float) -> Load:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        return Load(self.outcomes, time.monotonic() - started)

    async def _one(self, raw: bytes, due: float) -> None:
        if self.under_way >= self._max_connections:
            self._note(due, due, Lost.NOT_SENT)
            return
        self.under_way += 1
        sent = time.monotonic()
        connection: Connection | None = None
        try:
            async with asyncio.timeout(self._timeout):
                connection = await self._connection()
                reply = await connection.ask(raw)
        except LostError as error:
            self._note(due, sent, error.reason)
        except TimeoutError:
            self._note(due, sent, Lost.TIMED_OUT)
        else:
            self._note(due, sent, reply)
            if reply.keep_alive:
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

    def _note(self, due: float, sent: float, came: Reply | Lost) -> None:
        how = (None, None, came) if isinstance(came, Lost) else (came.status, came.code, None)
        self.outcomes.append(Outcome(due, sent, time.monotonic(), *how))
