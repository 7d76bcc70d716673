"""The request that is being answered: what of it every call to the next hop carries on, and what is found out of it."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from common.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its id, how long it may still take, the trace headers that came with it, and facts for its line."""

    request_id: str
    deadline: Deadline
    trace: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)


current: ContextVar[Call] = ContextVar("current")
