"""Output and environment of `push-records`: full disks, closed outputs, encodings, colours, proxies, certificates."""

import csv
import io
import json
import re
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.sdk.harness import RECORD, Script, page, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

FORMS = ["table", "json", "ndjson", "csv", "excel"]
COMMAND = "push-records user u1"

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(environment: Environment, tmp_path: Path) -> Shell:
    """Run a shell command that asks a scripted service; every line on standard error is the command line's own."""

    def run(command: str, script: Script, *, status: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        with scripted(script) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"} | environ
            done = environment.run("sh", "-c", command, cwd=tmp_path, status=status, **there)
        assert all(line.startswith("push-records: ") for line in done.stderr.splitlines()), done.stderr
        return done

    return run


@pytest.mark.parametrize("arguments", [*[f"user u1 --format {form}" for form in FORMS], "user --help", "--version"])
def test_full_disk_is_4_with_one_line(shell: Shell, arguments: str) -> None:
    """The message has the reason of the operating system."""
    done = shell(f"push-records {arguments} >/dev/full", Script(), status=4)
    assert "push-records: the output could not be written: No space left on device\n" == done.stderr


def test_disk_that_fills_up_while_records_arrive_ends_the_command(shell: Shell) -> None:
    """No further page is fetched."""
    script = Script([page(items=[RECORD] * 100, next_cursor=f"c{number}") for number in range(200)])
    shell(f"{COMMAND} --format ndjson >/dev/full", script, status=4)
    assert len(script.requests) < 10


@pytest.mark.parametrize("form", FORMS)
def test_closed_output_is_2_and_sends_nothing(shell: Shell, form: str) -> None:
    """A cron job or daemon may start commands without standard output."""
    script = Script()
    done = shell(f"{COMMAND} --format {form} >&-", script, status=2)
    assert ("push-records: standard output is closed\n", []) == (done.stderr, script.requests)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "cp950"])
def test_table_replaces_what_the_encoding_of_the_output_lacks(shell: Shell, tmp_path: Path, encoding: str) -> None:
    """A title in another script does not stop the others."""
    script = Script([page(items=[RECORD | {"notification_title": "Olá 春季 שלום", "error_msg": "plain"}])])
    shell(f"{COMMAND} >table", script, PYTHONIOENCODING=encoding)
    shown = (tmp_path / "table").read_text(encoding=encoding)
    assert "plain" in shown
    assert "?" in shown


def test_columns_are_in_line_where_wide_characters_were_replaced(shell: Shell) -> None:
    """A `?` is narrower than the character that it stands for."""
    script = Script([page(items=[RECORD | {"notification_title": "春季特賣"}])])
    title, row = shell(COMMAND, script, PYTHONIOENCODING="ascii").stdout.splitlines()
    assert title.index("transaction_id") == row.index(RECORD["transaction_id"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("variable", ["FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"])
def test_files_get_no_colours_and_no_progress(shell: Shell, form: str, variable: str) -> None:
    """CI systems set variables that ask for colours."""
    done = shell(f"{COMMAND} --format {form}", Script(), **{variable: "1"})
    assert ("", False) == (done.stderr, "\x1b" in done.stdout)
    refused = shell("push-records user u1 --limit 0 2>&1", Script(), status=2, **{variable: "1"})
    assert "\x1b" not in refused.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:7891"),
        ("all_proxy", "socks5://127.0.0.1:7891"),
        ("HTTP_PROXY", "http://proxy:port/"),
        ("https_proxy", "ftp://proxy"),
        ("NO_PROXY", "[::1"),
        ("SSL_CERT_FILE", "/no/such/cacert.pem"),
        ("SSL_CERT_FILE", "/dev/null"),
        ("SSLKEYLOGFILE", "/no/such/folder/keys"),
    ],
)
def test_unusable_variable_of_the_http_library_is_2_and_named(shell: Shell, variable: str, value: str) -> None:
    """Conda and desktops leave such variables behind."""
    done = shell(COMMAND, Script(), status=2, **{variable: value})
    assert (1, True) == (len(done.stderr.splitlines()), variable in done.stderr)


def test_options_for_the_rest_hold_later(shell: Shell) -> None:
    """The cursor carries the filters, relative times included; a limit is printed as what is left of it."""
    script = Script([page(next_cursor="c1"), problem(500)])
    done = shell(f"{COMMAND} --since 800d --status FAILED --limit 5 --format ndjson", script, status=1)
    rest = re.search(r"the rest: (.*)", done.stderr)
    assert rest
    again = Script()
    shell(f"{COMMAND} --format ndjson {rest[1]}", again)
    assert {"user_id": "u1", "limit": 4, "cursor": "c1"} == json.loads(again.requests[0].content)


def test_excel_gets_a_byte_order_mark_and_ids_as_text(shell: Shell) -> None:
    """Excel drops leading zeros, makes dates of `3-4` and reads a file without the mark in the local code page."""
    ids = {"user_id": "00123", "transaction_id": "3-4", "marketing_id": '=1+"2"', "ap_id": "app"}
    script = Script([page(items=[RECORD | ids | {"notification_title": "春季"}])])
    text = shell(f"{COMMAND} --format excel", script).stdout
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert ids | {"user_id": '="00123"', "transaction_id": '="3-4"', "marketing_id": '\'=1+"2"'} == {
        name: row[name] for name in ids
    }
    assert "春季" == row["notification_title"]


@pytest.mark.parametrize("character", ["\u200b", "\u2068", "\u00a0", "\ufeff"])
def test_invisible_character_of_an_id_without_records_is_named(shell: Shell, character: str) -> None:
    """Messengers add such characters to a copied id."""
    empty = page(items=[], count=0)
    done = shell(f"push-records user 'u1{character}'", Script([empty]))
    assert f"push-records: no records; the id holds an invisible character: U+{ord(character):04X}\n" == done.stderr


def test_reader_that_has_enough_ends_the_command_quietly(environment: Environment, tmp_path: Path) -> None:
    """As in `push-records ... | head -1`."""
    script = Script([page(items=[RECORD] * 100, next_cursor=f"c{number}") for number in range(200)])
    with scripted(script) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        command = "push-records user u1 --format ndjson | head -1; exit ${PIPESTATUS[0]}"
        done = environment.run("bash", "-c", command, cwd=tmp_path, **there)
    assert ("", True) == (done.stderr, len(script.requests) < 100)


def test_empty_pages_say_how_far_the_search_is(shell: Shell) -> None:
    """With filters a page may be empty; the output has the records alone."""
    empty = {"items": [], "count": 0, "next_cursor": "c1"}
    script = Script([page(**empty, searched_until=1772547600000), page(**empty | {"next_cursor": "c2"})])
    done = shell(f"{COMMAND} --status FAILED --utc --format ndjson", script)
    assert done.stderr.startswith("push-records: searched back to 2026-03-03 14:20")
    assert (1, 1) == (len(done.stderr.splitlines()), len(done.stdout.splitlines()))


@pytest.mark.parametrize(("form", "lines"), [("ndjson", 1), ("json", 0)])
def test_interrupt_is_130(environment: Environment, tmp_path: Path, form: str, lines: int) -> None:
    """Ctrl-C while the second page is awaited: what is streamed is written, and the others are not."""
    waits, ends = threading.Event(), threading.Event()

    def late(_: httpx.Request) -> httpx.Response:
        waits.set()
        ends.wait()
        return page()

    with scripted(Script([page(next_cursor="c1"), late])) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        command = environment.start("push-records", "user", "u1", "--format", form, cwd=tmp_path, **there)
        waits.wait()
        command.send_signal(signal.SIGINT)
        out, said = command.communicate()
        ends.set()
    hint = "push-records: stopped after 1 records; a command with --output FILE can be resumed\n"
    assert (130, lines, hint * lines) == (command.returncode, len(out.splitlines()), said)


def test_progress_needs_ascii_only(environment: Environment, tmp_path: Path) -> None:
    """A terminal of another encoding would show escapes."""
    with scripted(Script()) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key", "TERM": "xterm"}
        there |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = environment.run("script", "-qec", "push-records user u1", "/dev/null", cwd=tmp_path, **there)
    assert ("1 records ..." in done.stdout, "\\u" in done.stdout, done.stdout.isascii()) == (True, False, True)
