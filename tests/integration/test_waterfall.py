"""`python -m tools.local --trace` shows each hop of a request on a terminal of 80 columns."""

import io
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from rich.console import Console

from tests.engine import Engine
from tests.hostile import serving
from tests.integration.test_command_line import SECONDS, local, ready
from tools.local.stack import Options, Stack
from tools.local.waterfall import shown, waterfall

HOPS = ["public_gateway", "query_lambda", "service", "internal_gateway", "result_lambda", "DynamoDB"]


@dataclass
class Seen:
    """A chain that shows its requests."""

    stack: Stack
    engine: Engine

    def ask(self, body: dict[str, Any], key: str | None = None) -> list[list[str]]:
        """Query a user's records, and return the words of each line that is shown."""
        headers = {"x-api-key": key or self.stack.options.api_key}
        written = io.StringIO()
        with shown(Console(file=written, width=80), waterfall):
            httpx.post(f"{self.stack.public_url}/query/user", json=body, headers=headers, trust_env=False, timeout=30)
            end = time.monotonic() + SECONDS
            while not written.getvalue() and time.monotonic() < end:
                time.sleep(0.02)
        text = written.getvalue()
        assert "test_user" not in text
        assert max(len(line) for line in text.splitlines()) <= 80
        return [line.replace("█", "").split() for line in text.splitlines() if line]


@pytest.fixture(scope="module")
def seen(moto_endpoint: str) -> Iterator[Seen]:
    """Start a chain."""
    engine = Engine(moto_endpoint)
    with ExitStack() as running:
        table = running.enter_context(serving(engine.behave))
        yield Seen(running.enter_context(Stack(Options(dynamodb_endpoint_url=table.url))), engine)


def test_a_query_is_shown_hop_by_hop(seen: Seen) -> None:
    """With the number of records at each hop, and the read units of the table."""
    (title, _, *rows) = seen.ask({"user_id": "test_user_001", "limit": 3})
    assert ["query_user", "200", "request"] == title[:3]
    assert HOPS == [row[0] for row in rows]
    assert ["200"] * 5 == [row[3] for row in rows[:5]]
    assert [["3", "1"], ["3"]] == [rows[number][4:] for number in (2, 4)]
    (units,) = rows[5][3:]
    assert float(units) > 0


@pytest.mark.parametrize(
    ("body", "key", "hops", "code"),
    [
        ({"user_id": "test_user_001", "limit": 1000}, None, HOPS[:3], "invalid_body"),
        ({"user_id": "test_user_001"}, "wrong", HOPS[:1], "forbidden"),
    ],
)
def test_a_refusal_ends_at_the_hop_that_refused(
    seen: Seen, body: dict[str, Any], key: str | None, hops: list[str], code: str
) -> None:
    """It has the reason of the refusal."""
    (title, _, *rows) = seen.ask(body, key)
    assert code == title[2]
    assert [*hops, "↳"] == [row[0] for row in rows]
    assert ["↳", code] == rows[-1]


def test_a_failure_shows_each_try(seen: Seen) -> None:
    """It has the error of the table."""
    seen.engine.throttles = True
    try:
        (title, _, *rows) = seen.ask({"user_id": "test_user_001"})
    finally:
        seen.engine.throttles = False
    assert ["query_user", "503", "service_unavailable"] == title[:3]
    assert [*HOPS[:3], "↳", *HOPS[3:5] * 3, "↳", "↳"] == [row[0] for row in rows]
    assert "3" == rows[2][-1]
    assert [
        "internal_api_refused: 503",
        "dynamodb_unavailable: ProvisionedThroughputExceededException (3 times)",
        "service_unavailable",
    ] == [" ".join(row[1:]) for row in rows if row[0] == "↳"]


def test_the_option_shows_requests_as_they_come() -> None:
    """The process prints it besides its other output."""
    with local("--trace", "--pages-port=0") as process:
        printed = ready(process)
        httpx.post(
            f"{printed['public gateway']}/query/fail",
            json={"transaction_id": "tx_002"},
            headers={"x-api-key": printed["API key"], "X-Request-Id": "ticket-7"},
            trust_env=False,
            timeout=SECONDS,
        )
        assert process.stdout is not None
        assert any(line == "query_fail 200  request ticket-7\n" for line in process.stdout)
        rows = [process.stdout.readline() for _ in range(7)][1:]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert HOPS == [re.split(r" +", row.strip())[0] for row in rows]
