"""The table of `push-records`: one line a record at any width, in local time, cut only where that is said."""

import re
import shlex
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sdk.harness import RECORD, Script, page
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

ERROR = "APNs 410 Unregistered: the device token is no longer active"
TITLE = "您的訂單已出貨，預計明天送達"  # noqa: RUF001  # as people write it
LONG = RECORD | {"status": "FAILED", "platform": "WEBPUSH", "error_msg": ERROR, "notification_title": TITLE}
UUIDS = {"user_id": "4f1c2d9e-54fb-4fb3-9a5c-2f4a5d1c8e21", "transaction_id": "7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21"}

Terminal = Callable[..., str]


@pytest.fixture
def terminal(environment: Environment, tmp_path: Path) -> Terminal:
    """Run a command in a terminal of a width; return what it shows in the end, without styles."""

    def run(width: int, script: Script, *arguments: str, **environ: str) -> str:
        with scripted(script) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key", "TERM": "xterm", "TZ": "UTC"}
            command = f"stty cols {width}; {shlex.join(['push-records', *arguments])}"
            run_in = ["env", "-u", "COLUMNS", "script", "-qec", command, "/dev/null"]
            shown = environment.run(*run_in, cwd=tmp_path, **there | environ).stdout
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.rpartition("\x1b[2K")[2])

    return run


def width(line: str) -> int:
    """Return how many columns of a terminal a line takes."""
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in line)


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("ids", [{}, UUIDS], ids=["short", "uuids"])
def test_record_is_a_line_that_fits(terminal: Terminal, columns: int, ids: dict[str, str]) -> None:
    """Whatever the terminal's width, and with nothing left of the progress display."""
    lines = terminal(columns, Script([page(items=[LONG | ids] * 4)]), "marketing", "c1").splitlines()
    table = [line.rstrip() for line in lines if not line.startswith("push-records: ")]
    assert 5 == len(table)
    assert all(width(line) <= columns for line in table)
    assert table[0].startswith("created_at (local)")
    assert table[1].startswith("2025-11-01 12:00:00  FAILED")


def test_narrow_table_names_what_it_leaves_out(terminal: Terminal) -> None:
    """Texts end with an ellipsis, ids come last, and the columns that have no room are named."""
    lines = terminal(80, Script([page(items=[LONG | UUIDS])]), "marketing", "c1").splitlines()
    assert "created_at (local)   status  user_id       platform  error" == lines[0].rstrip()
    assert "2025-11-01 12:00:00  FAILED  4f1c2d9e-54…  WEBPUSH   APNs 410 Unregistered: the…" == lines[1].rstrip()
    assert "push-records: --wide also shows title, transaction_id" == lines[2]


def test_wide_table_has_everything(terminal: Terminal) -> None:
    """Also where that is wider than the terminal."""
    shown = terminal(40, Script([page(items=[LONG | UUIDS])]), "marketing", "c1", "--wide")
    assert {ERROR, TITLE, *UUIDS.values(), "2025-11-01 12:00:00.123"} <= set(re.split(r"  +|\r?\n", shown))
    assert "push-records: " not in shown


def test_id_that_was_asked_for_is_no_column(terminal: Terminal) -> None:
    """It would be the same in every line."""
    shown = terminal(200, Script([page(items=[LONG])]), "user", "u1")
    assert ("user_id" in shown, "transaction_id" in shown) == (False, True)


@pytest.mark.parametrize(
    ("zone", "arguments", "title", "time"),
    [
        ("Asia/Taipei", [], "created_at (local)", "2025-11-01 20:00:00"),
        ("America/New_York", [], "created_at (local)", "2025-11-01 08:00:00"),
        ("Asia/Taipei", ["--utc"], "created_at (UTC)", "2025-11-01 12:00:00"),
    ],
)
def test_times_are_local(terminal: Terminal, zone: str, arguments: list[str], title: str, time: str) -> None:
    """Programs get UTC in the other formats, and people with `--utc`."""
    lines = terminal(80, Script([page(items=[LONG])]), "user", "u1", *arguments, TZ=zone).splitlines()
    assert (title, time) == (lines[0][: len(title)], lines[1][: len(time)])


@pytest.mark.parametrize(
    ("arguments", "rows", "requests"),
    [([], 100, 1), (["--all"], 250, 3), (["--limit", "120"], 120, 2), (["--json"], 250, 3), (["--limit", "3"], 3, 1)],
)
def test_table_has_100_records_unless_asked(
    environment: Environment, tmp_path: Path, *, arguments: list[str], rows: int, requests: int
) -> None:
    """Nobody reads a campaign of a million rows in a terminal; the other formats are for programs."""
    answers = [page(items=[RECORD] * 100, next_cursor=cursor) for cursor in ("c1", "c2")] + [page(items=[RECORD] * 50)]
    if "3" in arguments:
        answers = [page(items=[RECORD] * 3, next_cursor="c1")]
    script = Script(list(answers))
    with scripted(script) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        done = environment.run("push-records", "marketing", "c1", *arguments, cwd=tmp_path, **there)
    assert (rows, requests) == (done.stdout.count("2025-11-01") or done.stdout.count('"user_id"'), len(script.requests))
    said = "push-records: these are the first 100 records; --all shows all of them\n"
    assert ("" if arguments else said) == done.stderr


def test_exactly_100_records_are_all_of_them(environment: Environment, tmp_path: Path) -> None:
    """Nothing is said of others where there are none."""
    with scripted(Script([page(items=[RECORD] * 100)])) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        assert "" == environment.run("push-records", "user", "u1", cwd=tmp_path, **there).stderr
