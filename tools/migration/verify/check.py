"""One tick of the checklist: what is looked at, what was seen, and what to run when it is not right."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from tools.migration.aws import code

_NO_PERMISSION: Final = ("AccessDenied", "Unauthorized", "AuthFailure", "NotAuthorized")
_NO_SUCH_CALL: Final = ("NotImplemented", "UnknownOperation", "501", "NotYetImplemented")


class FailedError(Exception):
    """It is not as it should be; the message is what was seen."""


class UncheckedError(Exception):
    """It cannot be checked here; the message says why."""


class State(Enum):
    """How a tick ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Check:
    """A line of the checklist.

    `look` returns what was seen if it is right, and raises FailedError or UncheckedError otherwise. `advice` is a
    command. `part` is the part of AWS that it looks at where nothing but AWS or an emulator has one.
    """

    name: str
    look: Callable[[], str]
    advice: str
    part: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line that was looked at; the advice only where it failed."""

    name: str
    state: State
    seen: str
    advice: str | None = None


def tick(check: Check, *, local: bool) -> Tick:
    """Look at a line; on the local stack, the parts of AWS are not there to be looked at."""
    if local and check.part is not None:
        return _unchecked(check, f"the local stack has no {check.part}")
    try:
        return Tick(name=check.name, state=State.PASSED, seen=check.look())
    except (UncheckedError, BotoCoreError) as exc:
        return _unchecked(check, str(exc))
    except ClientError as exc:
        return _unchecked(check, str(exc)) if _says_nothing(exc) else _failed(check, str(exc))
    except FailedError as exc:
        return _failed(check, str(exc))
    except httpx.HTTPError as exc:
        return _failed(check, f"no answer: {type(exc).__name__}: {exc}")


def _failed(check: Check, seen: str) -> Tick:
    return Tick(name=check.name, state=State.FAILED, seen=seen, advice=check.advice)


def _unchecked(check: Check, reason: str) -> Tick:
    return Tick(name=check.name, state=State.UNCHECKED, seen=f"cannot be checked here: {reason}")


def _says_nothing(error: ClientError) -> bool:
    """Tell whether an error is about us, who may not look, and not about what was looked at."""
    return any(part in code(error) for part in (*_NO_PERMISSION, *_NO_SUCH_CALL))
