"""Each request is shown once it is over: as a line, or as a waterfall of the hops."""

import io
import logging
from pathlib import Path
from typing import Any

from rich.console import Console

from common import logs
from tests.invocations import own_logging
from tools.local.waterfall import Draw, Requests, find, one_line, shown, waterfall

HEAD = "hop                 from ms      ms                            items units tries"
GATEWAY = {"method": "POST", "path": "/query/user"}


class Screen:
    """A terminal of 80 columns, and a clock that moves when asked."""

    def __init__(self, draw: Draw = waterfall) -> None:
        self.now = 0.0
        self._written = io.StringIO()
        self._requests = Requests(Console(file=self._written, width=80), draw, lambda: self.now)

    def line(self, hop: str, at: float, **fields: Any) -> None:  # noqa: ANN401  # any field of a line
        """Log a line at a time in milliseconds: by default the access line of a request answered with 200."""
        level = fields.pop("levelno", logging.INFO)
        values = {"msg": "request", "operation": "query_user", "status": 200, "request_id": "ticket-7", **fields}
        record = {
            "name": hop,
            "created": 1_000 + at / 1_000,
            "levelno": level,
            "levelname": logging.getLevelName(level),
        }
        self._requests.handle(logging.makeLogRecord(record | values))

    def after(self, seconds: float) -> list[str]:
        """Move the clock, and return the lines written since the last call."""
        self.now += seconds
        self._requests.show()
        text = self._written.getvalue()
        self._written.seek(0)
        self._written.truncate()
        assert all(len(line) <= 80 for line in text.splitlines())
        return [line.rstrip() for line in text.splitlines()]


def test_each_hop_has_its_row() -> None:
    """The rows go from the caller inwards, with start, duration, status, items and read units."""
    screen = Screen()
    screen.line(
        "result_lambda", 90, gateway_request_id="inner", duration_ms=50, items=10, pages_read=2, rows_read=300,
        read_units=1.5, upstream_ms=45.0,
    )  # fmt: skip
    screen.line("internal_gateway", 92, gateway_request_id="inner", duration_ms=55)
    screen.line("query_lambda", 98, gateway_request_id="outer", duration_ms=90, cold_start=1)
    screen.line("public_gateway", 100, gateway_request_id="outer", duration_ms=100)
    screen.line("service", 99, duration_ms=80, retries=1, items=10)  # after its answer has gone
    assert [
        "",
        "query_user 200  request ticket-7",
        HEAD,
        "public_gateway          0.0   100.0 ██████████████████████ 200",
        " query_lambda           8.0    90.0  ████████████████████  200",
        "   ↳ cold start",
        "  service              19.0    80.0     ██████████████████ 200    10           2",
        "   internal_gateway    37.0    55.0         ████████████   200",
        "    result_lambda      40.0    50.0         ███████████    200    10",
        "     DynamoDB x2       45.0    45.0          ██████████                1.5",
        "       ↳ 300 rows read",
    ] == screen.after(0.3)


def test_a_failure_stands_where_it_began() -> None:
    """Each attempt has its row, and the innermost failed hop has its warnings and its code."""
    screen = Screen()
    failed = {"status": 503, "code": "service_unavailable"}
    screen.line("result_lambda", 20, msg="dynamodb_unavailable", levelno=logging.WARNING, reason="Throttled")
    screen.line("result_lambda", 20, gateway_request_id="1", duration_ms=10, **failed)
    screen.line("internal_gateway", 21, gateway_request_id="1", duration_ms=12, **failed)
    screen.line("result_lambda", 70, msg="dynamodb_unavailable", levelno=logging.WARNING, reason="Throttled")
    screen.line("result_lambda", 70, gateway_request_id="2", duration_ms=10, **failed)
    screen.line("internal_gateway", 71, gateway_request_id="2", duration_ms=12, **failed)
    screen.line("service", 73, duration_ms=66, retries=1, breaker_open=1, **failed)
    screen.line("local", 74, msg="function_timed_out", levelno=logging.ERROR)
    screen.line("public_gateway", 80, gateway_request_id="0", duration_ms=80, status=504, code="gateway_timeout")
    assert [
        "",
        "query_user 504 gateway_timeout  request ticket-7",
        HEAD,
        "public_gateway          0.0    80.0 ██████████████████████ 504",
        "  ↳ gateway_timeout",
        "  service               7.0    66.0  ██████████████████    503                 2",
        "    ↳ breaker open",
        "   internal_gateway     9.0    12.0   ███                  503",
        "    result_lambda      10.0    10.0   ███                  503",
        "   internal_gateway    59.0    12.0                 ███    503",
        "    result_lambda      60.0    10.0                 ███    503",
        "      ↳ dynamodb_unavailable: Throttled (2 times)",
        "      ↳ service_unavailable",
        "  ↳ function_timed_out",
    ] == screen.after(0.3)


def test_requests_at_the_same_time_are_not_mixed() -> None:
    """Lines are grouped by their request id, in any order."""
    screen = Screen()
    for hop, at in (("service", 10), ("query_lambda", 20), ("public_gateway", 30)):
        for name in ("a", "b"):
            screen.line(hop, at, request_id=name, duration_ms=at, status=200 if name == "a" else 500, **GATEWAY)
    written = screen.after(0.3)
    assert ["query_user 200  request a", "query_user 500  request b"] == [line for line in written if "request" in line]
    assert ["200"] * 3 + ["500"] * 3 == [line[-3:] for line in written if "█" in line]


def test_what_comes_later_is_waited_for() -> None:
    """The lines of inner hops wait long for outer hops, the caller's gateway a moment; none waits for ever."""
    screen = Screen()
    screen.line("result_lambda", 5, duration_ms=5)
    assert [] == screen.after(29)
    screen.line("service", 6, duration_ms=6)
    assert [] == screen.after(0.9)
    assert 5 == len(screen.after(0.2))
    screen.line("internal_gateway", 5, duration_ms=12_345.6)
    assert [] == screen.after(29)
    assert "internal_gateway     0.0   12346" in screen.after(2)[3]


def test_lines_of_no_request_are_no_picture() -> None:
    """A warning alone, or a line without a request, is left to the log."""
    screen = Screen()
    screen.line("service", 1, msg="breaker_opened", levelno=logging.WARNING)
    screen.line("service", 1, msg="breaker_closed")
    logging.getLogger("service").info("started")
    assert [] == screen.after(60)


def test_a_request_that_took_no_time_has_a_bar_too() -> None:
    """No bar is longer than the terminal."""
    screen = Screen()
    screen.line("public_gateway", 0, duration_ms=0, operation="x" * 200)
    assert ["public_gateway          0.0     0.0 █                      200"] == screen.after(1)[3:]


def test_what_is_logged_otherwise_stays_as_it_is() -> None:
    """The waterfall needs lines of level INFO; other handlers keep their higher level."""
    written, log = io.StringIO(), io.StringIO()
    service = logging.getLogger("service.test_waterfall")
    with own_logging():
        root = logging.getLogger()
        root.addHandler(logging.StreamHandler(log))
        root.setLevel(logging.WARNING)
        with shown(Console(file=written, width=80), waterfall):
            service.info("request", extra={"request_id": "a", "operation": "health", "status": 200, "duration_ms": 1})
            service.warning("told")
        logging.getLogger("elsewhere").info("quiet again")
        assert (1, logging.NOTSET) == (len(root.handlers), root.handlers[0].level)
    assert "told\n" == log.getvalue()
    assert "health 200  request a" in written.getvalue()


def test_a_request_is_one_line() -> None:
    """The line has method, path, status, duration and id, and fits into 80 columns with a UUID."""
    screen = Screen(one_line)
    request_id = "7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21"
    screen.line("service", 10, request_id=request_id, duration_ms=9, method="POST", path="/x")
    screen.line(
        "public_gateway", 20, request_id=request_id, duration_ms=12.6, method="POST", path="/query/marketing/summary"
    )
    assert [f"POST /query/marketing/summary 200 13 ms {request_id}"] == screen.after(0.3)


def test_a_request_is_found_by_its_id(tmp_path: Path) -> None:
    """Only lines of that request are returned; a later run appends to the file. Before the first run there is none."""
    path = tmp_path / "requests.log"
    assert [] == find(path, "a")
    for request_id in ("a", "ab"):
        with (
            own_logging(),
            shown(Console(file=io.StringIO()), waterfall, path),
            logs.bound(request_id=request_id),
        ):
            logging.getLogger("service").info("started")
    for request_id in ("a", "ab"):
        assert [request_id] == [found["request_id"] for found in find(path, request_id)]
    assert [] == find(path, "b")
