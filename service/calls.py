"""The request that is being answered: what of it every call to the next hop carries on."""

from contextvars import ContextVar
from typing import NamedTuple

from common.deadline import Deadline


class Call(NamedTuple):
    """One request: its id, how long it may still take, and the trace headers that came with it."""

    request_id: str
    deadline: Deadline
    trace: dict[str, str]


current: ContextVar[Call] = ContextVar("current")
