"""A handler runs as in Lambda: JSON on both sides, within its time and its size."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from tools.local.functions import (
    MAX_PAYLOAD_BYTES,
    Context,
    Function,
    FunctionError,
    PayloadTooLargeError,
)

ARN = "arn:aws:lambda:ap-southeast-1:111122223333:function:query-lambda"


Handler = Callable[[dict[str, Any], Context], Any]


def invoke(handler: Handler, event: dict[str, Any] | None = None, **options: Any) -> Any:  # noqa: ANN401  # any JSON
    """Run a handler once."""
    function = Function(handler, **{"timeout_seconds": 5, **options})
    return anyio.run(function.invoke, event or {}, ARN)


def test_handler_sees_a_copy_made_of_json() -> None:
    """A tuple arrives as a list, and a handler cannot change the caller's event."""
    event = {"body": "手機", "values": ("a", "b")}

    def handler(received: dict[str, Any], _context: Context) -> dict[str, Any]:
        received["body"] += "!"
        return {"received": received, "again": (1, 2)}

    assert {"received": {"body": "手機!", "values": ["a", "b"]}, "again": [1, 2]} == invoke(handler, event)
    assert {"body": "手機", "values": ("a", "b")} == event


def test_context_names_the_function_and_counts_down() -> None:
    """The remaining time counts down on the function's clock."""
    ticks = iter([100.0, 100.5, 140.0])
    seen: list[Any] = []

    def handler(_event: dict[str, Any], context: Context) -> None:
        seen.extend([context.get_remaining_time_in_millis(), context.get_remaining_time_in_millis()])
        seen.extend([context.function_name, context.invoked_function_arn, context.memory_limit_in_mb])

    invoke(handler, timeout_seconds=28, monotonic=lambda: next(ticks))
    assert [27_500, 0, "query-lambda", ARN, "256"] == seen


def test_each_invocation_has_an_id_of_its_own() -> None:
    """Each invocation has another request id."""
    ids = {invoke(lambda _event, context: context.aws_request_id) for _ in range(3)}
    assert 3 == len(ids)


@pytest.mark.parametrize("raised", [LookupError("a bug"), SystemExit(1), RecursionError()])
def test_what_a_handler_raises_is_logged_with_its_trace(
    raised: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """The exception is in the log and not in the response."""

    def handler(_event: dict[str, Any], _context: Context) -> None:
        raise raised

    with caplog.at_level(logging.ERROR, logger="tools.local.functions"), pytest.raises(FunctionError):
        invoke(handler)
    (record,) = caplog.records
    assert "function_failed" == record.message
    assert record.exc_info is not None
    assert record.exc_info[1] is raised


@pytest.mark.parametrize("result", [b"{}", {1, 2}, {"a": float("inf")}, {("a", "b"): 1}, {"a": "\ud800"}, object()])
def test_result_that_is_no_json_is_an_error(result: Any) -> None:  # noqa: ANN401  # the point
    """A result that JSON cannot encode fails the invocation."""
    with pytest.raises(FunctionError):
        invoke(lambda _event, _context: result)


def test_event_may_have_the_largest_size_and_no_byte_more() -> None:
    """The limit counts the bytes of the event as JSON."""
    frame = len('{"body":""}')
    assert invoke(lambda event, _context: len(event["body"]), {"body": "a" * (MAX_PAYLOAD_BYTES - frame)}) > 0
    with pytest.raises(PayloadTooLargeError):
        invoke(lambda _event, _context: None, {"body": "a" * (MAX_PAYLOAD_BYTES - frame + 1)})


def test_result_may_have_the_largest_size_and_no_byte_more() -> None:
    """The limit counts the bytes of the result as ASCII JSON, where a Chinese character takes six."""
    frame = len('""')
    assert len(invoke(lambda _event, _context: "a" * (MAX_PAYLOAD_BYTES - frame))) == MAX_PAYLOAD_BYTES - frame
    with pytest.raises(FunctionError):
        invoke(lambda _event, _context: "a" * (MAX_PAYLOAD_BYTES - frame + 1))
    assert (MAX_PAYLOAD_BYTES - frame) // 6 == len(
        invoke(lambda _event, _context: "手" * ((MAX_PAYLOAD_BYTES - frame) // 6))
    )
    with pytest.raises(FunctionError):
        invoke(lambda _event, _context: "手" * (MAX_PAYLOAD_BYTES // 6 + 1))


def test_function_out_of_time_is_given_up_and_goes_on() -> None:
    """The gateway waits no longer than the timeout; the function runs to its end."""
    release, done = threading.Event(), threading.Event()

    def handler(_event: dict[str, Any], _context: Context) -> None:
        release.wait(5)
        done.set()

    async def scenario() -> None:
        function = Function(handler, timeout_seconds=0.05)
        with pytest.raises(FunctionError):
            await function.invoke({}, ARN)
        release.set()
        assert await anyio.to_thread.run_sync(done.wait, 5)

    anyio.run(scenario)


def test_invocations_run_side_by_side() -> None:
    """Invocations run in parallel: here they wait for each other."""
    meeting = threading.Barrier(3)
    answers: list[Any] = []

    async def scenario() -> None:
        function = Function(lambda event, _context: meeting.wait(5) * 0 + event["number"], timeout_seconds=5)

        async def one(number: int) -> None:
            answers.append(await function.invoke({"number": number}, ARN))

        async with anyio.create_task_group() as group:
            for number in range(3):
                group.start_soon(one, number)

    anyio.run(scenario)
    assert [0, 1, 2] == sorted(answers)


ABANDON = """
import threading, anyio
from tools.local.functions import Function, FunctionError

async def main():
    try:
        await Function(lambda event, context: threading.Event().wait(60), timeout_seconds=0.05).invoke({}, "f")
    except FunctionError:
        print("given up")

anyio.run(main)
"""


def test_abandoned_function_holds_up_no_shutdown() -> None:
    """A process ends at once although a function still runs."""
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", ABANDON], cwd=root, capture_output=True, timeout=20, check=True)  # noqa: S603  # our own text
    assert b"given up\n" == ended.stdout


def test_function_that_ends_after_the_loop_ends_in_silence() -> None:
    """A late result is dropped without an error."""
    release = threading.Event()
    errors: list[object] = []
    threads: list[threading.Thread] = []

    def handler(_event: dict[str, Any], _context: Context) -> None:
        threads.append(threading.current_thread())
        release.wait(5)

    before, threading.excepthook = threading.excepthook, errors.append
    try:
        with pytest.raises(FunctionError):
            invoke(handler, timeout_seconds=0.05)
        release.set()
        threads[0].join(5)
    finally:
        threading.excepthook = before
    assert not threads[0].is_alive()
    assert [] == errors
