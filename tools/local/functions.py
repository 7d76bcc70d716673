"""Runs a Python handler as AWS Lambda runs a function: JSON in, JSON out, within its time and its concurrency."""

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
from anyio.lowlevel import EventLoopToken, current_token

MAX_PAYLOAD_BYTES = 6_291_556

_log = logging.getLogger("tools.local.functions")


class FunctionError(Exception):
    """The function raised, ran out of time, or returned what is no JSON or too much of it."""


class InvokeRefusedError(Exception):
    """Lambda did not start the function: all its reserved concurrency is taken."""


class PayloadTooLargeError(Exception):
    """The event is larger than Lambda takes."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a handler is given beside its event, as far as handlers here use it."""

    function_name: str
    aws_request_id: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    deadline: float
    monotonic: Callable[[], float]

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run."""
        return max(0, int((self.deadline - self.monotonic()) * 1000))


Handler = Callable[[dict[str, Any], Context], Any]


class Function:
    """A Lambda function made of a handler.

    Each invocation has a thread of its own, which ends with the process: a handler that was given up on, as API
    Gateway gives up on one, goes on until it is done and holds up no shutdown. `concurrency` is how many may run at a
    time, as Lambda's reserved concurrency; 0 stops the function. `monotonic` is a clock in seconds.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        timeout_seconds: float,
        concurrency: int = 1000,
        memory_mb: int = 256,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._handler = handler
        self._timeout_seconds = timeout_seconds
        self._free = threading.BoundedSemaphore(concurrency)
        self._memory_mb = memory_mb
        self._monotonic = monotonic

    async def invoke(self, event: dict[str, Any], arn: str) -> Any:  # noqa: ANN401  # any JSON
        """Run the handler on a copy of the event and return a copy of its result, both through JSON.

        Raises PayloadTooLargeError, InvokeRefusedError or FunctionError.
        """
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLargeError
        if not self._free.acquire(blocking=False):
            raise InvokeRefusedError
        invocation = _Invocation(self._handler, payload, self._context(arn), self._free)
        with anyio.move_on_after(self._timeout_seconds):
            return await invocation.run()
        _log.error("function_timed_out", extra={"function": arn, "timeout_seconds": self._timeout_seconds})
        raise FunctionError

    def _context(self, arn: str) -> Context:
        return Context(
            function_name=arn.rpartition(":")[2],
            aws_request_id=str(uuid4()),
            invoked_function_arn=arn,
            memory_limit_in_mb=str(self._memory_mb),
            deadline=self._monotonic() + self._timeout_seconds,
            monotonic=self._monotonic,
        )


class _Invocation:
    """One run of a handler. anyio's own worker threads would be waited for when the process ends; these are not."""

    def __init__(self, handler: Handler, payload: bytes, context: Context, free: threading.Semaphore) -> None:
        self._handler = handler
        self._payload = payload
        self._context = context
        self._free = free
        self._done = anyio.Event()
        self._result: bytes | None = None

    async def run(self) -> Any:  # noqa: ANN401  # any JSON
        name = f"{self._context.function_name}-{self._context.aws_request_id}"
        threading.Thread(target=self._work, args=(current_token(),), name=name, daemon=True).start()
        await self._done.wait()
        if self._result is None:
            raise FunctionError
        return json.loads(self._result)

    def _work(self, token: EventLoopToken) -> None:
        try:
            self._result = self._handle()
        finally:
            self._free.release()
            with suppress(RunFinishedError):  # the gateway stopped meanwhile
                from_thread.run_sync(self._done.set, token=token)

    def _handle(self) -> bytes | None:
        fields = {"function": self._context.function_name}
        try:
            result = self._handler(json.loads(self._payload), self._context)
            encoded = json.dumps(result, ensure_ascii=False, allow_nan=False).encode()
            size = len(json.dumps(result))  # the runtimes before Python 3.12 send ASCII
        except (Exception, SystemExit):  # noqa: BLE001  # as in Lambda, whatever a handler raises is its own error
            _log.exception("function_failed", extra=fields)
            return None
        if size > MAX_PAYLOAD_BYTES:
            _log.error("result_too_large", extra=fields)
            return None
        return encoded
