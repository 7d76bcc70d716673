"""Connections that belong to one process and one event loop: a fork or another loop gets its own."""

import asyncio
import os
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from .errors import ConfigurationError

T = TypeVar("T")

_USED_BEFORE_FORK: Final = (
    "the http_client or transport of this client was used before the process was forked, and two processes cannot "
    "share its connections: make the client after the fork"
)


class PerProcess(Generic[T]):
    """A value for each process, made on first use; all threads of a process share it.

    A forked process inherits open sockets and the state of locks. If it used them, it could read the answers to another
    process. Values of parent processes are kept unused: no destructor may touch a socket of theirs.

    A value that cannot be `renewed` belongs to the first process that uses it.
    """

    def __init__(self, make: Callable[[], T], *, renewed: bool = True) -> None:
        self._make = make
        self._renewed = renewed
        self._values: dict[int, T] = {}

    def existing(self) -> T | None:
        """Return the value of this process if it was used."""
        return self._values.get(os.getpid())

    def get(self) -> T:
        """Return the value of this process; raise ConfigurationError if it cannot have one of its own."""
        pid = os.getpid()
        value = self._values.get(pid)
        if value is None:
            if not self._renewed and any(each != pid for each in self._values):
                raise ConfigurationError(_USED_BEFORE_FORK)
            value = self._values.setdefault(pid, self._make())  # atomic: threads agree on one
        return value


class PerLoop(Generic[T]):
    """A value for each event loop of each process, made on first use in a coroutine."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._loops: PerProcess[dict[asyncio.AbstractEventLoop, T]] = PerProcess(dict)

    def get(self) -> T:
        """Return the value of the running event loop."""
        loops, loop = self._loops.get(), asyncio.get_running_loop()
        value = loops.get(loop)
        return self.renew() if value is None else value

    def renew(self) -> T:
        """Make a new value for the running event loop and return it; forget the values of closed loops."""
        loops = self._loops.get()
        for each in [loop for loop in loops if loop.is_closed()]:
            loops.pop(each, None)
        loops[asyncio.get_running_loop()] = value = self._make()
        return value
