"""`push-records` as installed, against the whole chain: output, exit codes and messages."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.sdk.harness import RECORD, Script, page, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted
from tools.contract.bundle import request_schemas
from tools.local.stack import Stack

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chain(environment: Environment, stack: Stack, tmp_path: Path) -> Run:
    """Run the command line against the chain."""
    there = {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": stack.options.api_key}

    def run(*arguments: str, status: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        return environment.run("push-records", *arguments, cwd=tmp_path, status=status, **there | environ)

    return run


@pytest.fixture
def service(environment: Environment, tmp_path: Path) -> Run:
    """Run the command line against a script."""

    def run(script: Script, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        with scripted(script) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
            return environment.run("push-records", *arguments, cwd=tmp_path, status=status, **there)

    return run


@pytest.mark.parametrize(
    ("command", "operation"),
    [
        ("user", "query_user"),
        ("marketing", "query_marketing"),
        ("campaign", "query_marketing"),
        ("transaction", "query_transaction"),
        ("fail", "query_fail"),
        ("failures", "query_marketing_fail"),
        ("summary", "summarize_marketing"),
        ("explain", "explain_push"),
    ],
)
def test_every_field_of_a_query_is_an_option(service: Run, command: str, operation: str) -> None:
    """Nobody has to write JSON in order to filter by something."""
    schema = request_schemas("public")[operation]
    options = {"created_from": "--since", "created_to": "--until"}
    fields = schema["properties"].keys() - schema["required"] - ({"cursor"} if command == "summary" else set())
    wanted = {options.get(name, f"--{name.replace('_', '-')}") for name in fields}
    assert wanted <= set(re.findall(r"--[a-z-]+", service(Script(), command, "--help").stdout))


def test_json_has_the_records_of_the_filters(chain: Run) -> None:
    """The example of the help; nothing but JSON on standard output, nothing at all on the other."""
    done = chain("user", "test_user_001", "--status", "FAILED", "--since", "2500d", "--json")
    records = json.loads(done.stdout)
    assert ({"test_user_001"}, {"FAILED"}, "") == (
        {record["user_id"] for record in records},
        {record["status"] for record in records},
        done.stderr,
    )


def test_all_pages_are_read(chain: Run, stack: Stack) -> None:
    """As many records as the walk of the API gives, one JSON object a line."""
    done = chain("fail", "tx_002", "--format", "ndjson")
    body, count, headers = {"transaction_id": "tx_002"}, 0, {"x-api-key": stack.options.api_key}
    while body.get("cursor", "first"):
        found = httpx.post(f"{stack.public_url}/query/fail", json=body, headers=headers, timeout=20).json()
        count, body["cursor"] = count + found["count"], found.get("next_cursor", "")
    assert count == len([json.loads(line) for line in done.stdout.splitlines()]) > 0


@pytest.mark.parametrize("limit", [1, 3])
def test_limit_is_of_records(chain: Run, limit: int) -> None:
    """Not of pages, and not the size of one."""
    done = chain("marketing", "campaign_2026_spring", "--limit", str(limit), "--format", "ndjson")
    assert limit == len(done.stdout.splitlines())


def test_filters_narrow(chain: Run) -> None:
    """Platforms add up, and an application and a window go with them."""
    options = ["--platform", "IOS", "--platform", "WEBPUSH", "--ap-id", "mobile-app-001", "--limit", "20", "--json"]
    records = json.loads(chain("marketing", "campaign_2026_spring", *options).stdout)
    assert ({"IOS"}, {"mobile-app-001"}) == (
        {record["platform"] for record in records} & {"IOS", "ANDROID"},
        {record["ap_id"] for record in records},
    )
    newest = str(max(record["created_at"] for record in records))
    earlier = json.loads(chain("marketing", "campaign_2026_spring", *options, "--until", newest).stdout)
    assert earlier
    assert all(record["created_at"] < int(newest) for record in earlier)


def test_csv_has_a_line_for_each_record(chain: Run) -> None:
    """With the names of the contract, and times in UTC."""
    rows = list(csv.DictReader(io.StringIO(chain("fail", "tx_002", "--format", "csv", "--limit", "2").stdout)))
    assert ["tx_002", "tx_002"] == [row["transaction_id"] for row in rows]
    assert all(row["created_at"].endswith("Z") for row in rows)


def test_table_is_for_people(chain: Run) -> None:
    """Plain text where no terminal is, and only columns that hold something that was not asked for."""
    lines = chain("user", "test_user_001", "--limit", "3").stdout.splitlines()
    assert 4 == len(lines)
    assert "user_id" not in lines[0]
    assert {"created_at", "status"} <= set(lines[0].split())
    assert "\x1b" not in "".join(lines)


def test_nobody_is_no_error(chain: Run) -> None:
    """And JSON stays JSON."""
    done = chain("user", "nobody_at_all", "--json")
    assert ([], "push-records: no records\n") == (json.loads(done.stdout), done.stderr)


def test_problem_of_the_service_is_1_and_says_which_field(chain: Run) -> None:
    """The message names the field and the request id."""
    done = chain("user", "test_user_001", "--status", "L" * 65, status=1)
    assert ("", True, True) == (done.stdout, "--status: " in done.stderr, "(request id " in done.stderr)


def test_wrong_key_is_1_and_names_the_variable(chain: Run) -> None:
    """It is not shown."""
    done = chain("user", "test_user_001", status=1, QUERY_SERVICE_API_KEY="wrong-key")
    assert ("QUERY_SERVICE_API_KEY" in done.stderr, "wrong-key" in done.stderr) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["user"], "Missing argument"),
        (["nobody"], "No such command"),
        (["campain", "c1"], "Did you mean 'campaign'"),
        (
            ["user", "u1", "--since", "last year"],
            "Invalid value for --since: 'last year' is not a valid time: write 2d",
        ),
        (["user", "u1", "--status", "SENT,"], "Invalid value for --status: a value is empty"),
        (["user", "u1", "--all", "--limit", "5"], "--all has no limit"),
        (["user", "u1", "--since", "99999999w"], "is not a valid time"),
        (["user", "u1", "--since", "999999w"], "is not a valid time"),
        (["user", "u1", "--limit", "0"], "is not in the range"),
        (["user", "u1", "--format", "xml"], "is not one of"),
        (["fail", "tx_002", "--status", "SENT"], "No such option"),
        (["user", "u1", "--url", "service.test"], "http(s)://host/stage"),
        (["user", "u1", "--timeout", "0"], "is not in the range"),
    ],
)
def test_wrong_usage_is_2(chain: Run, arguments: list[str], said: str) -> None:
    """The message names the remedy, and no request is sent."""
    assert said in " ".join(chain(*arguments, status=2).stderr.replace("│", " ").split())


@pytest.mark.parametrize("variable", ["QUERY_SERVICE_URL", "QUERY_SERVICE_API_KEY"])
def test_missing_variable_is_2_and_named(chain: Run, variable: str) -> None:
    """An empty variable counts as missing."""
    assert variable in chain("user", "u1", status=2, **{variable: ""}).stderr


def test_unreachable_service_is_3(chain: Run) -> None:
    """With a hint where to look."""
    done = chain("user", "u1", "--url", "http://127.0.0.1:9", status=3)
    assert "could not be reached" in done.stderr
    assert "QUERY_SERVICE_URL" in done.stderr


def test_missing_extra_says_how_to_get_it(environment: Environment, tmp_path: Path) -> None:
    """The library is installed without it."""
    code = "import sys; sys.modules['typer'] = None; from query_service_client._cli import main; main()"
    done = environment.run(str(environment.python), "-c", code, cwd=tmp_path, status=2)
    assert "push-records needs more than the library: pip install 'query-service-client[cli]'\n" == done.stderr


def test_version_and_help_need_no_service(environment: Environment, tmp_path: Path) -> None:
    """The exit codes are where one looks for them."""
    assert "1.0.0\n" == environment.run("push-records", "--version", cwd=tmp_path).stdout
    for command in ([], ["user"], ["failures"], ["summary"], ["explain"], ["login"]):
        assert "Exit codes: 0" in environment.run("push-records", *command, "--help", cwd=tmp_path).stdout


def test_answer_that_is_late_is_3_and_names_the_option(chain: Run) -> None:
    """The address is not what is wrong."""
    done = chain("user", "u1", "--timeout", "0.001", status=3)
    assert ("--timeout gives it longer" in done.stderr, "address" in done.stderr) == (True, False)


def test_address_without_its_stage_is_named(chain: Run, stack: Stack) -> None:
    """API Gateway answers 403 there, as it does for a wrong key."""
    done = chain("user", "u1", "--url", stack.public_url.removesuffix("/v1"), status=1)
    assert "does the address end with its stage" in done.stderr


def test_foreign_answer_is_1(service: Run) -> None:
    """A proxy that answers in the place of the service."""
    assert "not the contract's" in service(Script([httpx.Response(200, text="<html>")]), "user", "u1", status=1).stderr


def test_throttled_caller_is_told_how_long(service: Run) -> None:
    """A quota is for people to wait for."""
    script = Script([httpx.Response(429, headers={"Retry-After": "3600"})])
    assert "try again in 3600 s" in service(script, "user", "u1", status=1).stderr


def test_stream_that_breaks_off_says_how_to_go_on(service: Run) -> None:
    """The written records are complete, and the printed options return the rest."""
    script = Script([page(next_cursor="c1"), problem(500)])
    done = service(script, "user", "u1", "--since", "2025-11-01", "--format", "ndjson", status=1)
    assert [RECORD] == [json.loads(line) for line in done.stdout.splitlines()]
    assert "1 records were written; the rest: --cursor c1\n" in done.stderr


@pytest.mark.parametrize("form", ["json", "table"])
def test_what_is_whole_or_nothing_is_nothing_after_an_error(service: Run, form: str) -> None:
    """Half an array would not be JSON."""
    script = Script([page(next_cursor="c1"), problem(500)])
    done = service(script, "user", "u1", "--format", form, status=1)
    assert ("", False) == (done.stdout, "the rest" in done.stderr)


@pytest.mark.parametrize("start", [*"=+-@\t\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_csv_cell_is_no_formula(service: Run, start: str) -> None:
    """A title is somebody else's text, and a spreadsheet would run it."""
    script = Script([page(items=[RECORD | {"notification_title": f"{start}1+1", "error_msg": "a=1"}])])
    done = service(script, "user", "u1", "--format", "csv")
    row = next(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert f"'{start}1+1".replace("\r", "\n") == row["notification_title"].replace("\r", "\n")
    assert "a=1" == row["error_msg"]


def test_time_beyond_all_calendars_is_shown_as_a_number(service: Run) -> None:
    """One odd row does not hide the others."""
    script = Script([page(items=[RECORD | {"created_at": 10**16}])])
    assert str(10**16) in service(script, "user", "u1").stdout
