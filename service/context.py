"""The request that is being answered: what of it every call to the next hop carries on, and what is found out of it."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from common.deadline import Deadline
from common.tracing import OFF, Tracing


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its id, how long it may still take, the trace headers that came with it, and facts for its line.

    `tracing` has the spans of the calls that are made for it.
    """

    request_id: str
    deadline: Deadline
    trace: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    tracing: Tracing = OFF


current: ContextVar[Call] = ContextVar("current")
