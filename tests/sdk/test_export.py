"""`push-records ... --output FILE`: the file is whole, each record is in it once, and a stopped command goes on."""

import csv
import fcntl
import json
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sdk.exports import KILLER, Pages, assert_manifest, assert_whole, records
from tests.sdk.harness import Answer, Script, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

Export = Callable[..., subprocess.CompletedProcess[str]]

COMMAND = ("push-records", "campaign", "c1", "--output", "rows.ndjson")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of the file."""
    return tmp_path / "rows.ndjson"


@pytest.fixture
def export(environment: Environment, tmp_path: Path) -> Export:
    """Run a command against a service; COMMAND with further arguments, unless another one is given."""

    def run(
        service: Callable[[httpx.Request], httpx.Response],
        *arguments: str,
        command: tuple[str, ...] = COMMAND,
        status: int | None = 0,
        **environ: str,
    ) -> subprocess.CompletedProcess[str]:
        with scripted(service) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"} | environ
            done = environment.run(*command, *arguments, cwd=tmp_path, status=status, **there)
        assert "Traceback" not in done.stderr
        return done

    return run


def broken(rows: list[dict[str, Any]], after: int, answer: Answer) -> Script:
    """Return a service that answers some pages, and then something else."""
    pages = Pages(rows)
    return Script([*[pages] * after, answer])


def test_file_has_all_records_and_a_manifest(export: Export, file: Path) -> None:
    """Standard output stays empty; the window of time ends when the command begins."""
    service = Pages(records(250))
    done = export(service)
    assert_whole(file, service.rows)
    said = "push-records: 250 records are in rows.ndjson, their query and SHA-256 in rows.ndjson.manifest.json\n"
    assert ("", said) == (done.stdout, done.stderr)
    (end,) = {body["created_to"] for body in service.bodies}
    query = json.loads(file.with_name("rows.ndjson.manifest.json").read_text(encoding="utf-8"))["query"]
    assert {"operation": "query_marketing", "marketing_id": "c1", "created_to": end} == query
    assert end > 1_700_000_000_000


def test_stopped_command_goes_on_where_it_was_in_the_window_where_it_began(export: Export, file: Path) -> None:
    """`30d` is another moment by then."""
    rows = records(250)
    first = broken(rows, 2, problem(500))
    options = ("--since", "30d", "--status", "sent,failed")
    done = export(first, *options, status=1)
    assert "200 records are in rows.ndjson.part; --resume goes on\n" in done.stderr
    second = Pages(rows)
    export(second, "--resume", *options)
    assert_whole(file, rows)
    before = json.loads(first.requests[0].content)
    assert [before | {"cursor": "c200"}] == second.bodies


def test_resume_begins_where_nothing_was_begun_and_ends_where_all_is_done(export: Export, file: Path) -> None:
    """One command can be repeated until it succeeds."""
    service = Pages(records(3))
    export(service, "--resume")
    assert_whole(file, service.rows)
    done = export(service, "--resume")
    assert ("push-records: rows.ndjson is finished: it has 3 records\n", 1) == (done.stderr, len(service.bodies))


def test_killed_command_goes_on_wherever_it_was(export: Export, tmp_path: Path, file: Path) -> None:
    """At each step by which it changes files."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "sitecustomize.py").write_text(KILLER, encoding="utf-8")
    rows, kills, killed = records(250), 0, True
    while killed:
        for each in tmp_path.glob("rows.ndjson*"):
            each.unlink()
        where = {"KILL_AT": str(kills), "PYTHONPATH": str(tmp_path / "hooks")}
        killed = export(Pages(rows), status=None, **where).returncode == -signal.SIGKILL
        if killed:
            export(Pages(rows), "--resume")
            kills += 1
        assert_whole(file, rows)
    assert kills > 10


@pytest.mark.parametrize("ending", ["csv", "excel"])
def test_csv_of_a_resumed_command_is_that_of_one(export: Export, tmp_path: Path, ending: str) -> None:
    """The line of titles, and the mark for Excel, are there once."""
    rows = records(250)
    arguments = ("push-records", "campaign", "c1", "--format", ending)
    one = export(Pages(rows), command=arguments).stdout
    for status, service in ((1, broken(rows, 1, problem(500))), (0, Pages(rows))):
        export(service, "--output", "rows.csv", "--resume", command=arguments, status=status)
    text = (tmp_path / "rows.csv").read_text(encoding="utf-8")
    assert one == text
    assert_manifest(tmp_path / "rows.csv", 250)
    found = [row["user_id"] for row in csv.DictReader(text.removeprefix("\ufeff").splitlines()) if row["status"]]
    assert [f'="{row["user_id"]}"' if ending == "excel" else row["user_id"] for row in rows][:2] == found[:2]


def test_limit_is_of_all_records_of_a_resumed_command(export: Export, file: Path) -> None:
    """Not of those that it adds."""
    rows = records(300)
    export(broken(rows, 1, problem(500)), "--limit", "130", status=1)
    export(Pages(rows), "--limit", "130", "--resume")
    assert_whole(file, rows[:130])


def test_unfinished_file_is_not_overwritten(export: Export) -> None:
    """The message names both ways."""
    export(broken(records(250), 1, problem(500)), status=1)
    done = export(Pages([]), status=2)
    assert "push-records: rows.ndjson.part is unfinished: go on with --resume, or delete it" in done.stderr


def test_finished_file_is_replaced_by_a_new_one(export: Export, file: Path) -> None:
    """It stays until the new one is whole."""
    export(Pages(records(3)))
    export(broken(records(250), 1, problem(500)), status=1)
    assert 3 == len(file.read_text(encoding="utf-8").splitlines())
    export(Pages(records(250)), "--resume")
    assert_whole(file, records(250))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["campaign", "c2"], "marketing_id"),
        (["fail", "c1"], "marketing_id"),
        (["campaign", "c1", "--status", "SENT"], "--status"),
        (["campaign", "c1", "--format", "csv"], "--format"),
        (["campaign", "c1", "--limit", "5"], "--limit"),
    ],
)
def test_another_query_does_not_go_on(export: Export, arguments: list[str], name: str) -> None:
    """The message names what differs."""
    export(broken(records(250), 1, problem(500)), status=1)
    command = ("push-records", *arguments, "--output", "rows.ndjson", "--resume")
    done = export(Pages([]), command=command, status=2)
    assert f"push-records: rows.ndjson.part was begun by a command with another {name}\n" == done.stderr


def test_changed_file_does_not_go_on(export: Export, tmp_path: Path) -> None:
    """Its hash is that of the last whole page."""
    export(broken(records(250), 1, problem(500)), status=1)
    part = tmp_path / "rows.ndjson.part"
    part.write_bytes(b"x" + part.read_bytes()[1:])
    assert "was changed since it was written" in export(Pages([]), "--resume", status=2).stderr


def test_one_command_at_a_time_writes_a_file(export: Export, tmp_path: Path) -> None:
    """The other one is refused."""
    with (tmp_path / "rows.ndjson.part").open("wb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        assert "another command is writing rows.ndjson.part" in export(Pages([]), status=2).stderr


def test_full_disk_is_4_and_what_is_written_counts(export: Export, file: Path) -> None:
    """A limit of the file's size stands for the disk's."""
    limited = ("sh", "-c", 'ulimit -f 30; exec "$@"', "sh", *COMMAND)
    done = export(Pages(records(250)), command=limited, status=4)
    assert "100 records are in rows.ndjson.part; --resume goes on" in done.stderr
    assert "rows.ndjson.part could not be written: File too large" in done.stderr
    export(Pages(records(250)), "--resume")
    assert_whole(file, records(250))


def test_cursor_that_is_too_old_is_said(export: Export) -> None:
    """Only a new export helps."""
    export(broken(records(250), 1, problem(500)), status=1)
    done = export(Script([problem(400, code="invalid_cursor")]), "--resume", status=1)
    assert "a cursor holds for 24 hours: begin again\n" in done.stderr


def test_interrupt_is_130_and_says_how_to_go_on(environment: Environment, tmp_path: Path, file: Path) -> None:
    """Ctrl-C while the second page is awaited."""
    waits, ends, pages = threading.Event(), threading.Event(), Pages(records(250))

    def late(request: httpx.Request) -> httpx.Response:
        waits.set()
        ends.wait()
        return pages(request)

    with scripted(Script([pages, late])) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        command = environment.start(*COMMAND, cwd=tmp_path, **there)
        waits.wait()
        command.send_signal(signal.SIGINT)
        _, said = command.communicate()
        ends.set()
    assert (130, "push-records: 100 records are in rows.ndjson.part; --resume goes on\n") == (command.returncode, said)
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--resume"], "--resume: it goes on with an --output FILE"),
        (["--output", "rows.csv", "--cursor", "c"], "--cursor: an --output goes on with --resume"),
        (["--output", "rows.txt"], "a file is ndjson, csv or excel: give --format"),
        (["--output", "rows.json", "--json"], "a file is ndjson, csv or excel: give --format"),
        (["--output", "."], "is a directory"),
        (["--output", "/dev/full", "--format", "csv"], "--output: /dev/full is not a file"),
    ],
)
def test_wrong_usage_is_2(export: Export, tmp_path: Path, arguments: list[str], said: str) -> None:
    """Nothing is written."""
    done = export(Pages([]), *arguments, command=("push-records", "campaign", "c1"), status=2)
    assert said in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_folder_that_is_not_there_is_4(export: Export) -> None:
    """The message has the reason of the operating system."""
    command = ("push-records", "campaign", "c1", "--output", "no/such.csv")
    said = "push-records: no/such.csv.part could not be written: No such file or directory\n"
    assert said == export(Pages([]), command=command, status=4).stderr
