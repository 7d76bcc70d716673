"""Runs a Python handler as AWS Lambda runs a function: JSON in, JSON out, within its time."""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import anyio
from anyio import RunFinishedError, from_thread
from anyio.lowlevel import current_token

MAX_PAYLOAD_BYTES = 6_291_556

_log = logging.getLogger("tools.local.functions")


class FunctionError(Exception):
    """The function raised, ran out of time, or returned a result that is too large or not JSON."""


class PayloadTooLargeError(Exception):
    """The event is larger than Lambda accepts."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """The Lambda context: the attributes that handlers read."""

    function_name: str
    aws_request_id: str
    invoked_function_arn: str
    deadline: float
    monotonic: Callable[[], float]
    memory_limit_in_mb: str = "256"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds that are left for the call."""
        return max(0, int((self.deadline - self.monotonic()) * 1000))


Handler = Callable[[dict[str, Any], Context], Any]


class Function:
    """A Lambda function made of a handler. `monotonic` is a clock in seconds.

    Each invocation has a daemon thread: a handler that API Gateway gave up on runs to its end and does not delay the
    shutdown of the process, as a worker thread of anyio would.
    """

    def __init__(
        self, handler: Handler, *, timeout_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._handler = handler
        self._timeout_seconds = timeout_seconds
        self._monotonic = monotonic

    async def invoke(self, event: dict[str, Any], arn: str) -> Any:  # noqa: ANN401  # any JSON
        """Run the handler on a copy of the event and return a copy of its result, both through JSON.

        Raises PayloadTooLargeError or FunctionError.
        """
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLargeError
        context = Context(
            function_name=arn.rpartition(":")[2],
            aws_request_id=str(uuid4()),
            invoked_function_arn=arn,
            deadline=self._monotonic() + self._timeout_seconds,
            monotonic=self._monotonic,
        )
        done, token = anyio.Event(), current_token()
        results: list[bytes] = []

        def work() -> None:
            results.extend(self._handle(payload, context))
            with suppress(RunFinishedError):  # the gateway stopped in the meantime
                from_thread.run_sync(done.set, token=token)

        threading.Thread(target=work, name=f"{context.function_name}-{context.aws_request_id}", daemon=True).start()
        with anyio.move_on_after(self._timeout_seconds):
            await done.wait()
            if not results:
                raise FunctionError
            return json.loads(results[0])
        _log.error("function_timed_out", extra={"function": arn, "timeout_seconds": self._timeout_seconds})
        raise FunctionError

    def _handle(self, payload: bytes, context: Context) -> list[bytes]:
        """Return the handler's result as JSON; nothing if it failed."""
        fields = {"function": context.function_name}
        try:
            result = self._handler(json.loads(payload), context)
            encoded = json.dumps(result, ensure_ascii=False, allow_nan=False).encode()
            size = len(json.dumps(result))  # the runtimes before Python 3.12 send ASCII
        except (Exception, SystemExit):  # noqa: BLE001  # as in Lambda, any exception of a handler is its own error
            _log.exception("function_failed", extra=fields)
            return []
        if size > MAX_PAYLOAD_BYTES:
            _log.error("result_too_large", extra=fields)
            return []
        return [encoded]
