"""A check of a deployment: its input, its result, and the command to run if it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from tools.migration.aws import Aws
from tools.migration.backfill.rules import Rules

# Where a check can run. In the VPC there are no endpoints of most services of AWS.
INSIDE: Final = "inside"
OUTSIDE: Final = "outside"
# Error codes about the check itself: no permission, or a call that an emulator lacks.
_NO_PERMISSION: Final = ("AccessDenied", "Unauthorized", "AuthFailure", "NotAuthorized")
_OF_THE_CHECK: Final = (*_NO_PERMISSION, "NotImplemented", "UnknownOperation", "501", "NotYetImplemented")


class FailedError(Exception):
    """A check failed; the message is the observation. `advice` replaces the advice of the check."""

    def __init__(self, seen: str, advice: str | None = None) -> None:
        super().__init__(seen)
        self.advice = advice


def fail_if(wrong: object, seen: str) -> None:
    """Raise FailedError with the observation `seen` if a condition is true."""
    if wrong:
        raise FailedError(seen)


class UncheckedError(Exception):
    """A check is not possible here; the message is the reason."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The deployment to check. `service_url` is the load balancer's. A URL that is None is not checked.

    `rules` are those of the back-fill.
    """

    aws: Aws
    http: httpx.Client
    public_url: str | None = None
    internal_url: str | None = None
    service_url: str | None = None
    api_key: str | None = None
    cluster: str = "query-service-cluster"
    service: str = "query-service"
    tasks: int = 2
    user_id: str = "test_user_001"
    marketing_id: str = "campaign_2026_spring"
    transaction_id: str = "tx_002"
    load_requests: int = 200
    load_threads: int = 10
    max_p99_ms: float = 100.0
    rules: Rules | None = None

    @property
    def log_group(self) -> str:
        """The log group of the service."""
        return f"/ecs/{self.service}"

    def url(self, part: str, path: str) -> str:
        """Return a URL of the public or internal API or the service; raise UncheckedError if it is not known."""
        base = {"public": self.public_url, "internal": self.internal_url, "service": self.service_url}[part]
        if not base:
            raise UncheckedError(f"give --{part}-url")
        return f"{base.rstrip('/')}{path}"

    def task_definition(self) -> dict[str, Any]:
        """Return the task definition of the service, or the newest of that name if the service does not exist."""
        client = self.aws.client("ecs")
        services = client.describe_services(cluster=self.cluster, services=[self.service])["services"]
        name = services[0]["taskDefinition"] if services else self.service
        return dict(client.describe_task_definition(taskDefinition=name)["taskDefinition"])


class State(StrEnum):
    """Result of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Check:
    """A line of the checklist.

    `look` returns a good observation, and raises FailedError or UncheckedError otherwise. `advice` is a command. `part`
    names a part of AWS that the local stack does not have. `place` is where the check can run; None for anywhere.
    """

    name: str
    look: Callable[[], str]
    advice: str
    part: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Tick:
    """The result of a check, with advice if it failed. `part` names the part that the local stack lacks."""

    name: str
    state: State
    seen: str
    advice: str | None = None
    part: str | None = None


def tick(check: Check, *, local: bool) -> Tick:
    """Run a check. With `local`, checks of parts that the local stack does not have stay unchecked."""
    if local and check.part is not None:
        seen = f"cannot be checked here: the local stack has no {check.part}"
        return Tick(check.name, State.UNCHECKED, seen, part=check.part)
    try:
        return Tick(check.name, State.PASSED, check.look())
    except FailedError as exc:
        return Tick(check.name, State.FAILED, str(exc), exc.advice or check.advice)
    except httpx.HTTPError as exc:
        return Tick(check.name, State.FAILED, f"no answer: {type(exc).__name__}: {exc}", check.advice)
    except (UncheckedError, BotoCoreError, ClientError) as exc:
        if isinstance(exc, ClientError) and not any(part in exc.response["Error"]["Code"] for part in _OF_THE_CHECK):
            return Tick(check.name, State.FAILED, str(exc), check.advice)
        return Tick(check.name, State.UNCHECKED, f"cannot be checked here: {exc}")
