"""A check, its result, and the command to run if it fails."""

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
    """A check failed; the message is the observation."""


class UncheckedError(Exception):
    """A check is not possible here; the message is the reason."""


class State(Enum):
    """Result of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Check:
    """A line of the checklist.

    `look` returns the observation if it is right, and raises FailedError or UncheckedError otherwise. `advice` is a
    command. `part` names a part of AWS that the local stack does not have.
    """

    name: str
    look: Callable[[], str]
    advice: str
    part: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tick:
    """The result of a check, with advice if it failed."""

    name: str
    state: State
    seen: str
    advice: str | None = None


def tick(check: Check, *, local: bool) -> Tick:
    """Run a check. With `local`, checks of parts that the local stack does not have stay unchecked."""
    if local and check.part is not None:
        return _unchecked(check, f"the local stack has no {check.part}")
    try:
        return Tick(name=check.name, state=State.PASSED, seen=check.look())
    except (UncheckedError, BotoCoreError) as exc:
        return _unchecked(check, str(exc))
    except ClientError as exc:
        return _unchecked(check, str(exc)) if _is_ours(exc) else _failed(check, str(exc))
    except FailedError as exc:
        return _failed(check, str(exc))
    except httpx.HTTPError as exc:
        return _failed(check, f"no answer: {type(exc).__name__}: {exc}")


def _failed(check: Check, seen: str) -> Tick:
    return Tick(name=check.name, state=State.FAILED, seen=seen, advice=check.advice)


def _unchecked(check: Check, reason: str) -> Tick:
    return Tick(name=check.name, state=State.UNCHECKED, seen=f"cannot be checked here: {reason}")


def _is_ours(error: ClientError) -> bool:
    """Return whether an error is about the check itself: a missing permission, or a call that an emulator lacks."""
    return any(part in code(error) for part in (*_NO_PERMISSION, *_NO_SUCH_CALL))
