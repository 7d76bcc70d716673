"""One JSON object per line, with the fields that are bound for the request."""

import asyncio
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import logs
from common.request import choose_request_id

log = logging.getLogger("service.anything")


class Written:
    """Return the lines that were logged."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    """Log as a deployable does, into memory; put the test's own logging back in the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    stream = io.StringIO()
    logs.configure(stream=stream)
    yield Written(stream)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_line_has_time_level_hop_and_event(written: Written) -> None:
    """Time in UTC, level, hop, event."""
    log.info("request", extra={"status": 200})
    (line,) = written.lines()
    assert line.pop("time").endswith("+00:00")
    assert {"level": "info", "hop": "service", "event": "request", "status": 200} == line


def test_event_with_arguments_is_one_text(written: Written) -> None:
    """Libraries log like that."""
    logging.getLogger("library").warning("%s of %d", "a", 2)
    assert [("warning", "library", "a of 2")] == [(e["level"], e["hop"], e["event"]) for e in written.lines()]


def test_debugging_is_not_logged(written: Written) -> None:
    """Libraries write signatures and bodies there."""
    log.debug("secret")
    logging.getLogger("botocore.auth").debug("secret")
    assert [] == written.lines()


def test_bound_fields_stand_in_each_line(written: Written) -> None:
    """Inner ones win while they last, and the line's own win over both."""
    with logs.bound(request_id="a", hop_count=1):
        log.info("outer")
        with logs.bound(request_id="b"):
            log.info("inner")
            log.info("own", extra={"request_id": "c"})
        log.info("outer")
    log.info("outside")
    assert ["a", "b", "c", "a", None] == [line.get("request_id") for line in written.lines()]
    assert [1, 1, 1, 1, None] == [line.get("hop_count") for line in written.lines()]


def test_bound_fields_end_with_an_exception(written: Written) -> None:
    """The next request does not inherit them."""
    with pytest.raises(ZeroDivisionError), logs.bound(request_id="a"):
        raise ZeroDivisionError
    log.info("after")
    assert "request_id" not in written.lines()[0]


def test_tasks_do_not_share_bound_fields(written: Written) -> None:
    """Two requests at once, each under its own id."""

    async def serve(name: str) -> None:
        with logs.bound(request_id=name):
            for _ in range(3):
                log.info("step", extra={"task": name})
                await asyncio.sleep(0)

    async def run() -> None:
        await asyncio.gather(*(serve(f"id-{number}") for number in range(20)))

    asyncio.run(run())
    assert len(written.lines()) == 60
    assert all(line["task"] == line["request_id"] for line in written.lines())


def _fault() -> Exception:
    try:
        return Exception(1 / 0)
    except ZeroDivisionError as fault:
        return fault


def test_exception_is_a_field_of_its_line(written: Written) -> None:
    """A traceback is one line like every other."""
    log.error("fault", exc_info=_fault())
    (line,) = written.lines()
    assert ("error", "fault") == (line["level"], line["event"])
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ZeroDivisionError: division by zero")


@given(
    text=st.text(),
    value=st.text() | st.binary() | st.sets(st.integers()) | st.dictionaries(st.text(), st.text()) | st.datetimes(),
)
def test_anything_is_one_line_of_json_in_utf_8(text: str, value: object) -> None:
    """Line breaks and values that JSON does not have included."""
    record = logging.LogRecord("service", logging.INFO, "", 0, text, None, None)
    record.value = value
    line = logs.JsonFormatter().format(record).encode()
    assert b"\n" not in line
    assert text == json.loads(line)["event"]


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b"])
def test_half_of_a_surrogate_pair_is_escaped(text: str) -> None:
    """No output can carry it as it is, and the line would be lost."""
    record = logging.LogRecord("service", logging.INFO, "", 0, text, None, None)
    assert text == json.loads(logs.JsonFormatter().format(record).encode())["event"]


def test_text_stays_readable() -> None:
    """Chinese text is written as it is, without escapes."""
    record = logging.LogRecord("service", logging.INFO, "", 0, "您的訂單", None, None)
    assert "您的訂單" in logs.JsonFormatter().format(record)


def test_standard_output_is_the_default(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    """The log driver and Lambda collect standard output; earlier handlers are removed."""
    logs.configure("WARNING", sys.stdout)
    anything = logging.getLogger("elsewhere")
    anything.info("no")
    anything.warning("yes")
    assert [] == written.lines()
    assert "yes" == json.loads(capsys.readouterr().out)["event"]


@pytest.mark.parametrize(
    "candidate", ["a", "7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21", "Root=1-67891233-abcdef", "a/b+c=_.d", "x" * 128]
)
def test_well_formed_id_is_taken(candidate: str) -> None:
    """The first of those that are."""
    assert candidate == choose_request_id(None, "bad id", candidate, "later")


@pytest.mark.parametrize(
    "candidate", ["", "x" * 129, "a b", "a\n", "a\r\nX: 1", "é", "\u0665", "a\0", '"', "{}", 5, None, b"a", ["a"]]
)
def test_bad_id_is_replaced(candidate: object) -> None:
    """By a new one each time."""
    ids = {choose_request_id(candidate) for _ in range(3)}
    assert (3, 36) == (len(ids), len(min(ids)))


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Give the two ends of a pipe: the one to read from, the one to write to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_full_pipe_drops_lines_and_counts_them(pipe: tuple[int, int]) -> None:
    """Logging never waits for the reader; later the reader gets the buffered lines and the number of dropped ones."""
    read, write = pipe
    handler = logs.PipeHandler(write, most_bytes=1_000)
    handler.setFormatter(logs.JsonFormatter())
    for number in range(2_000):
        handler.handle(logging.makeLogRecord({"name": "service", "msg": f"line {number} {'x' * 100}"}))
    content = b""
    while b"last" not in content:
        content += os.read(read, 65_536)
        handler.handle(logging.makeLogRecord({"name": "service", "msg": "last"}))
    events = [json.loads(line)["event"] for line in content.splitlines() if line.endswith(b"}")]
    before, dropped = (
        events.index("log_lines_dropped"),
        json.loads(content.splitlines()[events.index("log_lines_dropped")]),
    )
    assert [f"line {number}" for number in range(before)] == [event[: event.rindex(" ")] for event in events[:before]]
    assert before + dropped["count"] == 2_000


def test_a_pipe_that_its_reader_closed_fails_nothing() -> None:
    """Logging to a pipe without a reader raises nothing."""
    read, write = os.pipe()
    handler = logs.PipeHandler(write, most_bytes=1_000)
    handler.setFormatter(logs.JsonFormatter())
    os.close(read)
    for _ in range(100):
        handler.handle(logging.makeLogRecord({"name": "service", "msg": "line"}))
    os.close(write)
