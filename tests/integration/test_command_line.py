"""`python -m tools.local` as a process: its output, Ctrl-C and errors."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tools.local.__main__ import STOP_SECONDS

ROOT = Path(__file__).resolve().parents[2]
FREE_PORTS = [f"--{part}-port=0" for part in ("public", "internal", "service", "dynamodb", "pages")]
SECONDS = 60
# What Python makes of a Latin-1 locale where none is installed: its own files in ASCII, its output in Latin-1.
LATIN_1 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}


@contextmanager
def local(*arguments: str, **extra: str) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m tools.local` on free ports, and end it if it has not ended by then."""
    command = [sys.executable, "-m", "tools.local", *FREE_PORTS, *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | extra
    with subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return the addresses that it prints, the body of the last request, and the commands of the signed request."""
    assert process.stdout is not None
    printed = {"signed": ""}
    for line in process.stdout:
        if found := re.fullmatch(r"  ([A-Za-z ]+?)  +(\S+).*\n", line):
            printed[found[1]] = found[2]
        if "last body" in printed:
            printed["signed"] += line if line.startswith("  ") else f"# {line}"
        if '"transaction_id"' in line:
            printed["last body"] = line.strip()
        elif "last body" in printed and "    -d " in line:
            break
    return printed


def test_ctrl_c_stops_it() -> None:
    """It prints where everything is, answers there, and ends cleanly at an interrupt."""
    with local() as process:
        printed = ready(process)
        answer = httpx.post(
            f"{printed['public gateway']}/query/fail",
            json={"transaction_id": "tx_002"},
            headers={"x-api-key": printed["API key"]},
            trust_env=False,
        )
        assert answer.json()["count"] > 0
        for page in ("console", "docs page"):
            assert "<!doctype html>" in httpx.get(printed[page], trust_env=False).text
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS)
    assert 0 == process.returncode
    assert said.endswith("stopped\n")
    assert "Traceback" not in said


def test_it_prints_how_to_sign() -> None:
    """The last commands that it prints are a request that the internal gateway takes."""
    with local() as process:
        command = ["bash", "-c", ready(process)["signed"]]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # what it printed
    assert 10 == json.loads(answer.stdout)["count"]


def test_it_prints_no_secret_of_its_environment() -> None:
    """Credentials that are given, and may be real ones, are named and not shown."""
    with local(AWS_ACCESS_KEY_ID="an-access-key", AWS_SECRET_ACCESS_KEY="a-long-word") as process:
        printed = ready(process)["signed"]
    assert "AWS_SECRET_ACCESS_KEY" in printed
    assert "a-long-word" not in printed


def test_ctrl_c_stops_it_while_it_starts(tmp_path: Path) -> None:
    """An interrupt while rows are loaded ends the start, and a second one does no harm."""
    rows = tmp_path / "rows.ndjson"
    lines = (f'{{"user_id": "u", "created_at": {number}}}\n' for number in range(50_000))
    rows.write_text("".join(lines), encoding="utf-8")
    with local(f"--records={rows}") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("loading ")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=2 * STOP_SECONDS)
        except subprocess.TimeoutExpired:  # Python may drop the first interrupt, so a later one is taken again
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=SECONDS)
    assert (0, "stopped\n") == (process.returncode, said)


def test_a_port_in_use_is_named() -> None:
    """The message names the port, its purpose, and the option that changes it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with local(f"--internal-port={port}") as process:
            _, said = process.communicate(timeout=SECONDS)
    message = f"local: port {port} of 127.0.0.1 for the internal gateway is in use; choose another with --internal-port"
    assert (1, f"{message}\n") == (process.returncode, said)


def test_it_listens_on_ipv6_and_needs_no_profile_of_aws() -> None:
    """`--host ::1` is an address like any other, and a profile that this machine lacks is not looked up."""
    with local("--host=::1", AWS_PROFILE="no-such-profile") as process:
        printed = ready(process)
        answer = httpx.get(f"{printed['public gateway']}/health", trust_env=False)
        settings = httpx.get(f"{printed['console']}settings.json", trust_env=False).json()
    assert printed["public gateway"].startswith("http://[::1]:")
    assert (200, printed["public gateway"]) == (answer.status_code, settings["api"])


def test_a_host_that_is_none_is_named() -> None:
    """Another port would not help."""
    with local("--host=no.such.host.invalid") as process:
        _, said = process.communicate(timeout=SECONDS)
    assert 1 == process.returncode
    assert said.startswith("local: no.such.host.invalid is no address of this machine (")


def test_own_rows_replace_the_sample(tmp_path: Path) -> None:
    """They are loaded, a line that is not a row is named, and the commands to try have ids of the file."""
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "user_id,created_at,transaction_id,status\n"
        "u'1,1761998400123,t1,SENT\n"
        "u'1,yesterday,t1,SENT\n"
        "u'1,1761998400,t2,SENT\n",
        encoding="utf-8",
    )
    with local(f"--records={rows}") as process:
        printed = ready(process)
        answer = httpx.post(
            f"{printed['public gateway']}/query/user",
            json={"user_id": "u'1"},
            headers={"x-api-key": printed["API key"]},
            trust_env=False,
        )
        settings = httpx.get(f"{printed['console']}settings.json", trust_env=False).json()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
    assert ["t1", "t2"] == [record["transaction_id"] for record in answer.json()["items"]]
    assert [
        "2 rows loaded, 1 refused",
        "line 3: created_at is not a number",
        "warning: created_at looks like seconds, not milliseconds (1 row)",
    ] == err.splitlines()[1:4]
    assert {"user": "u'1", "transaction": "t1"} == settings["examples"]
    assert '-d \'{"transaction_id": "t1", "limit": 10}\'' == printed["last body"]


def test_it_starts_in_a_locale_that_is_not_utf8(tmp_path: Path) -> None:
    """The contracts are read in UTF-8, and an id that the encoding of the terminal lacks does no harm."""
    rows = tmp_path / "rows.ndjson"
    rows.write_text('{"user_id": "使用者", "created_at": 1761998400123, "transaction_id": "t1"}', encoding="utf-8")
    with local(f"--records={rows}", **LATIN_1) as process:
        printed = ready(process)
        answer = httpx.get(f"{printed['public gateway']}/openapi.json", trust_env=False)
    assert (200, "t1") == (answer.status_code, json.loads(printed["last body"][4:-1])["transaction_id"])


def test_unusable_file_of_rows_stops_the_start(tmp_path: Path) -> None:
    """One line names the file and the reason, and nothing stays running."""
    rows = tmp_path / "rows.json"
    rows.write_text('{"rows": []}', encoding="utf-8")
    with local(f"--records={rows}") as process:
        _, err = process.communicate(timeout=SECONDS)
    assert 1 == process.returncode
    assert [
        f"loading {rows} ...",
        f"local: {rows}: no row can be loaded; line 1: user_id is missing",
    ] == err.splitlines()


def test_a_setting_of_aws_that_is_no_number_is_named() -> None:
    """Before anything starts."""
    with local(AWS_MAX_ATTEMPTS="lots") as process:
        _, said = process.communicate(timeout=SECONDS)
    assert (2, "local: AWS_MAX_ATTEMPTS is not a whole number\n") == (process.returncode, said)


def test_an_engine_out_of_reach_is_named() -> None:
    """Another DynamoDB that does not answer ends the start with its address."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with local(f"--dynamodb-endpoint-url={url}") as process:
        _, said = process.communicate(timeout=SECONDS)
    assert 1 == process.returncode
    assert url in said
    assert "Traceback" not in said


def test_a_request_is_a_line_and_can_be_drawn_later(tmp_path: Path) -> None:
    """After the ready message each request is one line; `trace` draws it from the log, also when the stack is gone."""
    log = tmp_path / "requests.log"
    with local(f"--request-log={log}") as process:
        printed = ready(process)
        httpx.post(
            f"{printed['public gateway']}/query/fail",
            json={"transaction_id": "tx_002"},
            headers={"x-api-key": printed["API key"], "X-Request-Id": "ticket-7"},
            trust_env=False,
            timeout=SECONDS,
        )
        assert process.stdout is not None
        shown = next(line for line in process.stdout if line.startswith("POST"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert re.fullmatch(r"POST /query/fail 200 \d+ ms ticket-7\n", shown)
    assert str(log) == printed["log of requests"]
    drawn = trace("ticket-7", log)
    assert 0 == drawn.returncode
    hops = [re.split(r" +", row.strip())[0] for row in drawn.stdout.splitlines()[3:]]
    assert ["public_gateway", "query_lambda", "service", "internal_gateway", "result_lambda", "DynamoDB"] == hops
    missing = trace("ticket-8", log)
    assert (1, f"local: there is no request ticket-8 in {log}\n") == (missing.returncode, missing.stderr)


def trace(request_id: str, log: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m tools.local trace`."""
    command = [sys.executable, "-m", "tools.local", "trace", request_id, f"--request-log={log}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command


def test_the_help_names_every_option_at_80_columns() -> None:
    """No name of an option is cut."""
    command = [sys.executable, "-m", "tools.local", "--help"]
    environ = {**os.environ, "COLUMNS": "80"}
    printed = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout  # noqa: S603  # our own command
    options = re.findall(r"^  (--[a-z-]+)", printed, re.MULTILINE)
    assert {"--records", "--dynamodb-endpoint-url", "--request-log", "--log-level", "--trace"} <= set(options)
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
