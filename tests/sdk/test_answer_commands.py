"""`push-records summary` and `explain`: answers that are no lists of records."""

import json
import re
import shlex
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sdk.harness import RECORD, Script, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

CELLS = [
    {"status": "SENT", "platform": "IOS", "ap_id": "行動應用程式", "rows": 2_000},
    {"status": "DELIVERED", "platform": "IOS", "rows": 1_500},
    {"status": "FAILED", "platform": "IOS", "reason": "TOKEN_UNREGISTERED", "rows": 400},
    {"status": "NEW \x1b[2J", "platform": "WATCH", "rows": 1},
]
SUMMARY = {"marketing_id": "c1", "rows": 3_901, "cells": CELLS, "counted_to": 1761998400000}
PART = SUMMARY | {"counted_from": 1761912000000, "next_cursor": "c"}
STEPS = [
    RECORD | {"platform": "IOS", "created_at": 1761998400123},
    RECORD | {"platform": "IOS", "created_at": 1761998460000, "status": "FAILED", "reason": "TOKEN_UNREGISTERED"},
]
FAILED = {
    "verdict": "FAILED",
    "detail": "The app was removed.",
    "reason": "TOKEN_UNREGISTERED",
    "actor": "APP",
    "last_delivered_at": 1761912000000,
    "complete": True,
    "pushes": [
        {"platform": "IOS", "transaction_id": "tx_001", "state": "FAILED", "steps": STEPS},
        {"transaction_id": "tx_001", "steps": [RECORD | {"platform": "ANDROID", "created_at": 1761998401000}]},
    ],
}

Command = Callable[..., Any]


@pytest.fixture
def command(environment: Environment, tmp_path: Path) -> Command:
    """Run the command line against a script, in a terminal of a width where one is given."""

    def run(script: Script, *arguments: str, width: int = 0, status: int = 0, **environ: str) -> Any:  # noqa: ANN401  # a finished process
        line = ["push-records", *arguments]
        if width:
            line = ["env", "-u", "COLUMNS", "script", "-qec", f"stty cols {width}; {shlex.join(line)}", "/dev/null"]
        with scripted(script) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key", "TERM": "xterm", "TZ": "UTC"}
            return environment.run(*line, cwd=tmp_path, status=status, **there | environ)

    return run


def answers(*bodies: dict[str, Any]) -> Script:
    """Return a service that gives these answers."""
    return Script([httpx.Response(200, json=body) for body in bodies])


def shown(text: str) -> list[str]:
    """Return the lines that a terminal shows in the end."""
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.rpartition("\x1b[2K")[2]).splitlines()]


def test_summary_is_a_chart_that_fits(command: Command) -> None:
    """The states, platforms, reasons and applications, each with a bar."""
    lines = shown(command(answers(SUMMARY), "summary", "c1", width=80).stdout)
    assert [
        "c1: 3,901 records, one for each state of a push",
        "counted until 2025-11-01 12:00:00 (local)",
        "of 2,000 SENT: 75.0% DELIVERED, 20.0% FAILED",
        "",
        "status       records",
        f"SENT           2,000  {'█' * 40}",
        f"DELIVERED      1,500  {'█' * 30}",
        f"FAILED           400  {'█' * 8}",
        "NEW \\x1b[2J        1  █",
    ] == lines[:9]
    assert {"platform", "reason", "application"} <= {line.split()[0] for line in lines if line}
    assert any(line.startswith("行動應用程式") for line in lines)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_summary_fits_every_terminal(command: Command, width: int) -> None:
    """A narrow one has no bars; no line is broken in a number."""
    lines = shown(command(answers(SUMMARY), "summary", "c1", width=width).stdout)
    rows = [line for line in lines if line.startswith(("SENT", "DELIVERED"))]
    assert ["2,000", "1,500"] == [re.split(r" +", row)[1] for row in rows[:2]]


def test_summary_in_json_is_the_sum_of_all_answers(command: Command) -> None:
    """The second answer is asked for with the cursor of the first."""
    script = answers(PART, SUMMARY | {"counted_to": 1761912000000})
    found = json.loads(command(script, "summary", "c1", "--interval", "Day", "--json").stdout)
    assert (7_802, 4_000, None) == (found["rows"], found["cells"][0]["rows"], found.get("next_cursor"))
    assert ["day", "day"] == [json.loads(request.content)["interval"] for request in script.requests]


def test_summary_over_time_has_a_line_for_each_day(command: Command) -> None:
    """In the order of time, in UTC as the service counts them."""
    points = [{"start": 1761955200000 + 86_400_000 * day, "status": "SENT", "rows": day + 1} for day in range(12)]
    done = command(answers(SUMMARY | {"series": points}), "summary", "c1", "--interval", "day", TZ="Asia/Taipei")
    lines = shown(done.stdout)
    start = lines.index("day (UTC)   SENT")
    assert ["2025-11-01", "2025-11-02"] == [line[:10] for line in lines[start + 1 : start + 3]]
    assert lines[start + 12].startswith("2025-11-12    12  █")


def test_summary_shows_the_largest_transactions_and_the_sum_of_the_others(command: Command) -> None:
    """A campaign has up to a thousand."""
    counted = [{"transaction_id": f"tx_{each:03}", "status": "SENT", "rows": 100 - each} for each in range(30)]
    lines = shown(command(answers(SUMMARY | {"transactions": counted}), "summary", "c1").stdout)
    assert "(20 others)  1,610  ████████████████████████████████████████" in lines
    assert "tx_009" == next(line[:6] for line in reversed(lines) if line.startswith("tx_"))


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_summary_that_is_stopped_shows_the_counts_so_far(
    environment: Environment, tmp_path: Path, form: list[str]
) -> None:
    """Ctrl-C while the second answer is awaited."""
    waits, ends = threading.Event(), threading.Event()

    def late(_: httpx.Request) -> httpx.Response:
        waits.set()
        ends.wait()
        return httpx.Response(200, json=SUMMARY)

    with scripted(Script([httpx.Response(200, json=PART), late])) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        process = environment.start("push-records", "summary", "c1", *form, cwd=tmp_path, **there)
        waits.wait()
        process.send_signal(signal.SIGINT)
        out, said = process.communicate()
        ends.set()
    assert 130 == process.returncode
    assert "push-records: stopped after 3,901 records: these are the counts so far\n" == said
    if form:
        assert ("c", 3_901) == (json.loads(out)["next_cursor"], json.loads(out)["rows"])
    else:
        assert "so far: older records are not counted" in out


def test_summary_that_fails_shows_the_counts_so_far(command: Command) -> None:
    """And the error, whose code it ends with."""
    script = answers(PART)
    script.answers.append(problem(500))
    done = command(script, "summary", "c1", status=1)
    assert "so far: older records are not counted" in done.stdout
    assert ["stopped after", "500 T: D (req"] == [line[14:27] for line in done.stderr.splitlines()]


def test_summary_of_nothing_is_no_error(command: Command) -> None:
    """The id may be wrong."""
    empty = {"marketing_id": "c1", "rows": 0, "cells": []}
    done = command(answers(empty), "summary", "c1")
    assert ("", "push-records: no records\n") == (done.stdout, done.stderr)


def test_bars_are_of_characters_that_the_output_has(command: Command) -> None:
    """A terminal of Windows may lack blocks."""
    assert "SENT           2,000  ####" in command(answers(SUMMARY), "summary", "c1", PYTHONIOENCODING="cp1252").stdout


def test_explanation_has_the_verdict_first(command: Command) -> None:
    """Then why and who has to act, and all steps in the order of time."""
    lines = shown(command(answers(FAILED), "explain", "u1", "--transaction", "tx_001", width=80).stdout)
    assert [
        "FAILED  The app was removed.",
        "reason: TOKEN_UNREGISTERED",
        "who has to act: the app, when it is opened next",
        "last push that this user got: 2025-10-31 12:00:00",
        "",
        "created_at (local)   status  reason              platform",
        "2025-11-01 12:00:00  SENT                        IOS",
        "2025-11-01 12:00:01  SENT                        ANDROID",
        "2025-11-01 12:01:00  FAILED  TOKEN_UNREGISTERED  IOS",
    ] == lines


def test_explanation_that_is_not_complete_says_so(command: Command) -> None:
    """With what to do."""
    found = {"verdict": "UNDECIDED", "detail": "D.", "pushes": [], "complete": False, "searched_until": 1761998400000}
    done = command(answers(found), "explain", "u1", "--campaign", "c1", "--utc")
    assert done.stdout.splitlines()[1].startswith("not all records were looked at, only those back to 2025-11-01 12:00")


def test_new_values_are_shown_as_they_are(command: Command) -> None:
    """The lists are open; what others wrote does not act on the terminal."""
    found = {"verdict": "LOST\x1b[2J", "detail": "D\x07", "actor": "X", "reason": "R", "pushes": [], "complete": True}
    lines = shown(command(answers(found), "explain", "u1", "--transaction", "t", width=80).stdout)
    assert ["LOST\\x1b[2J  D\\x07", "reason: R", "who has to act: X"] == lines


def test_explanation_in_json_is_the_answer(command: Command) -> None:
    """As it came."""
    assert FAILED == json.loads(command(answers(FAILED), "explain", "u1", "--transaction", "tx_001", "--json").stdout)


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("name", ["summary", "explain"])
def test_unwritable_output_is_4(environment: Environment, tmp_path: Path, name: str, form: list[str]) -> None:
    """With one line."""
    arguments = {"summary": ["summary", "c1"], "explain": ["explain", "u1", "--campaign", "c1"]}[name]
    script = answers(SUMMARY if name == "summary" else FAILED)
    with scripted(script) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        line = f"{shlex.join(['push-records', *arguments, *form])} >/dev/full"
        done = environment.run("sh", "-c", line, cwd=tmp_path, status=4, **there)
    assert "push-records: the output could not be written: No space left on device\n" == done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "u1"], "give either --transaction-id or --marketing-id"),
        (["explain", "u1", "--transaction", "t", "--campaign", "c"], "give either --transaction-id or --marketing-id"),
        (["failures"], "give either MARKETING_ID or --transaction-id"),
        (["failures", "c1", "--transaction", "t"], "give either MARKETING_ID or --transaction-id"),
        (["summary", "c1", "--interval", "week"], "'week' is not one of 'hour', 'day'"),
    ],
)
def test_wrong_usage_is_2(command: Command, arguments: list[str], said: str) -> None:
    """Before anything is sent."""
    script = Script()
    assert said in command(script, *arguments, status=2).stderr
    assert [] == script.requests


def test_failures_are_of_a_campaign_or_of_a_transaction(command: Command) -> None:
    """By two operations with the same filters."""
    script = Script()
    command(script, "failures", "c1", "--reason", "network")
    command(script, "failures", "--transaction", "t1", "--reason", "network")
    sent = [(request.url.path, json.loads(request.content)) for request in script.requests]
    rest = {"limit": 100, "reason": ["NETWORK"]}
    assert [
        ("/query/marketing/fail", {"marketing_id": "c1"} | rest),
        ("/query/fail", {"transaction_id": "t1"} | rest),
    ] == sent
