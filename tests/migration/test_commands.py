"""The four commands as a person or a script runs them: options in, a report and an exit code out."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.migration.backfills import put
from tests.migration.conftest import Chain
from tests.migration.emulator import Emulator
from tests.migration.sides import Service, asgi
from tools.local.sample import sample_rows
from tools.local.servers import AsgiServer, bind
from tools.local.tables import COMMAND_RECORDS, dynamodb_client
from tools.migration.__main__ import app, main

MAPPING = {"default": "mobile-app-009"}
BEFORE_THE_MOVE = frozenset({"/query/user", "/query/marketing", "/query/failures", "/failed"})


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:  # noqa: ANN401  # any JSON
        """What it printed for a machine."""
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give what runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ap-ids.json").write_text(json.dumps(MAPPING), encoding="utf-8")

    def command(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["migration", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return command


def old_rows() -> list[dict[str, Any]]:
    """Return the sample rows as the service before the move gave them: it knew no ap_id."""
    rows = [{"transaction_id": "", "status": "", **row} for row in sample_rows()]
    known = [{name: value for name, value in row.items() if name != "ap_id"} for row in rows]
    return [{**row, "created_at": int(row["created_at"])} for row in known]


@pytest.fixture(scope="module")
def old_service() -> Iterator[Callable[..., str]]:
    """Give what starts a service as it was before the move, and gives its address."""
    servers = []

    def start(**options: Any) -> str:  # noqa: ANN401  # as Service takes
        application = asgi(Service(**{"rows": old_rows(), "names": BEFORE_THE_MOVE, "page": None, **options}))
        server = AsgiServer(application, bind("old service", "127.0.0.1", 0, option=""))
        server.start()
        servers.append(server)
        return f"http://127.0.0.1:{server.port}"

    yield start
    for server in servers:
        server.stop()


@pytest.mark.parametrize("name", [command.callback.__name__ for command in app.registered_commands if command.callback])
def test_the_help_of_a_command_shows_an_example_and_its_exit_codes(run: Run, name: str) -> None:
    """A person needs no other page."""
    shown = run(name.replace("_", "-"), "--help")
    assert 0 == shown.code
    assert f"Example: python -m tools.migration {name.replace('_', '-')}" in " ".join(shown.out.split())
    assert "Exit code: 0 " in shown.out


def test_there_are_four_commands() -> None:
    """Those that the guide needs, no other."""
    group = typer.main.get_command(app)
    assert ["backfill-ap-id", "import-contract", "parity", "verify"] == sorted(group.commands)  # type: ignore[attr-defined]  # a group has them


def test_backfill_tries_writes_and_finds_nothing_more(run: Run, chain: Chain) -> None:
    """The way through: a dry run, the run, and once more until nothing is left."""
    rows = [{"transaction_id": {"S": "late"}, "created_at": {"N": str(number)}} for number in range(5)]
    put(dynamodb_client(chain.dynamodb_url), COMMAND_RECORDS, *rows)
    command = ("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", f"--endpoint-url={chain.dynamodb_url}")
    limits = ("--read-capacity=1000", "--write-capacity=1000", "--json")
    ended = [run(*command, *limits, *more) for more in (["--dry-run"], [], [])]
    assert [0, 0, 0] == [one.code for one in ended]
    written = [one.report["rows"]["written"] for one in ended]
    assert written[0] == written[1] >= 5
    assert 0 == written[2]
    assert {"mobile-app-009": written[1]} == ended[1].report["ap_ids"]
    assert "good" == ended[1].report["outcome"]
    assert [] == [path.name for path in Path().glob("*.checkpoint.json")]


def test_backfill_lists_rows_without_a_rule_and_says_so(run: Run, chain: Chain) -> None:
    """They are printed, kept in a file, and the exit code tells of them."""
    row = {"transaction_id": {"S": "nobody"}, "created_at": {"N": "1"}}
    dynamodb_client(chain.dynamodb_url).put_item(TableName=COMMAND_RECORDS, Item=row)
    Path("ap-ids.csv").write_text("kind,match,ap_id\ntransaction_id,other,a\n", encoding="utf-8")
    command = ("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.csv", f"--endpoint-url={chain.dynamodb_url}")
    ended = run(*command)
    assert 1 == ended.code
    assert '{"created_at": "1", "transaction_id": "nobody"}' in ended.out
    dynamodb_client(chain.dynamodb_url).delete_item(TableName=COMMAND_RECORDS, Key=row)


def test_a_signal_ends_a_backfill_in_order(run: Run, chain: Chain) -> None:
    """It says how far it came, and that the same command goes on; then it does."""
    client = dynamodb_client(chain.dynamodb_url)
    put(client, COMMAND_RECORDS, *({"transaction_id": {"S": "slow"}, "created_at": {"N": str(n)}} for n in range(9)))
    command = ("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", f"--endpoint-url={chain.dynamodb_url}")
    # At one unit in ten seconds nobody gets to the end before the signal.
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    stopped = run(*command, "--write-capacity=0.1", "--segments=1", "--json")
    assert (3, False, "incomplete") == (stopped.code, stopped.report["whole"], stopped.report["outcome"])
    gone_on = run(*command, "--write-capacity=1000", "--json")
    assert (0, True) == (gone_on.code, gone_on.report["whole"])
    left = client.query(
        TableName=COMMAND_RECORDS,
        KeyConditionExpression="transaction_id = :slow",
        FilterExpression="attribute_not_exists(ap_id)",
        ExpressionAttributeValues={":slow": {"S": "slow"}},
    )
    assert 0 == left["Count"]


def test_backfill_does_not_begin_with_a_mistake(run: Run, chain: Chain) -> None:
    """One line says what to mend."""
    there = f"--endpoint-url={chain.dynamodb_url}"
    no_table = run("backfill-ap-id", "records", "--mapping=ap-ids.json", there)
    assert (2, "migration: table records does not exist\n") == (no_table.code, no_table.err)
    no_mapping = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=none.csv", there)
    assert 2 == no_mapping.code
    assert "none.csv cannot be read" in no_mapping.err
    nobody = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", "--endpoint-url=http://127.0.0.1:9")
    assert 3 == nobody.code
    assert "Traceback" not in nobody.err


def parity(chain: Chain, old: str, *more: str) -> tuple[str, ...]:
    """Return the words of a comparison of an old service with the local stack."""
    sides = (f"--old={old}", f"--new={chain.public_url}", f"--new-api-key={chain.api_key}", "--rate=200")
    table = ("--table=notification-records", f"--endpoint-url={chain.dynamodb_url}", "--sample=40", "--confirm=0")
    fields = ("--ignore=ap_id", "--no-old-paging", "--old-fail-path=/query/failures")
    return ("parity", *sides, *table, *fields, *more)


def test_parity_with_the_service_before_the_move(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """It knew neither ap_id nor cursors, and the failures by another name: all of it is the same all the same."""
    ended = run(*parity(chain, old_service()))
    assert 0 == ended.code, ended.out
    assert "40 equal, 0 different, 0 failed\nSafe: both sides answer alike.\n" in ended.out
    assert {"p50", "p95", "p99"} <= set(ended.out.split())


def test_parity_finds_what_the_move_changed(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """The exit code says that it is not safe, and the report where."""
    rows = [{**row, "status": "LOST"} if row["status"] == "SENT" else row for row in old_rows()]
    ended = run(*parity(chain, old_service(rows=rows), "--json"))
    assert 1 == ended.code
    changes = [change for query in ended.report["not_equal"] for change in query["differences"]]
    assert {("LOST", "SENT")} == {(change["old"], change["new"]) for change in changes}


def test_parity_says_when_nobody_answers(run: Run, chain: Chain) -> None:
    """A side that is not there makes every query a failed one."""
    ended = run(*parity(chain, "http://127.0.0.1:9", "--sample=2", "--json"))
    assert (1, 0, 2) == (ended.code, ended.report["equal"], ended.report["failed"])
    assert {"p50", "p95", "p99"} == ended.report["latency_ms"]["new"].keys()


def test_parity_is_not_safe_when_it_is_slow(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """A new side that takes longer than it may is not safe, however equal its answers."""
    ended = run(*parity(chain, old_service(), "--sample=2", "--max-p99-ms=0.001"))
    assert 1 == ended.code
    assert "Not safe: the new side's p99 is over 0.001 ms." in ended.out


def test_parity_without_queries_proves_nothing(run: Run, chain: Chain) -> None:
    """An empty file is not a pass, and no source or two are a mistake."""
    Path("queries").touch()
    sides = ("parity", f"--old={chain.service_url}", f"--new={chain.service_url}")
    empty = run(*sides, "--queries=queries")
    assert (3, True) == (empty.code, "Nothing is proven" in empty.out)
    assert [2, 2] == [run(*sides, *more).code for more in ([], ["--queries=queries", "--access-log=queries"])]


def test_verify_answers_the_checklist(run: Run, chain: Chain, emulator: Emulator) -> None:
    """Against the local stack some lines stay open; with an emulator of AWS beside it, all are answered."""
    answers = (f"--public-url={chain.public_url}", f"--internal-url={chain.internal_url}")
    load = (f"--service-url={chain.service_url}", "--load-requests=5", "--load-threads=1", "--max-p99-ms=10000")
    key = f"--api-key={chain.api_key}"
    local = run("verify", "--local", *answers, *load, key, f"--endpoint-url={chain.dynamodb_url}")
    assert 3 == local.code, local.out
    assert "[?] cluster                          cannot be checked here: the local stack has no ECS\n" in local.out
    assert "15 passed, 0 failed, 14 unchecked" in local.out
    whole = run("verify", *answers, *load, key, f"--endpoint-url={emulator.aws.endpoint_url}", "--json")
    assert (0, "good") == (whole.code, whole.report["outcome"])
    wrong = run("verify", *answers, *load, f"--endpoint-url={emulator.aws.endpoint_url}", "--api-key=wrong")
    assert 1 == wrong.code
    assert "[ ] query /query/user                403 " in wrong.out
    assert "    run: aws logs tail /ecs/query-service --follow\n" in wrong.out


def test_import_contract_prints_where_it_is_invoked(run: Run, emulator: Emulator) -> None:
    """What is there is updated, what is deployed is left alone, a dry run does nothing."""
    there = f"--endpoint-url={emulator.aws.endpoint_url}"
    url = f"https://{emulator.arns['public']}.execute-api.ap-southeast-1.amazonaws.com/v1"
    same = run("import-contract", "public", there)
    assert (0, f"public API {emulator.arns['public']}: unchanged\n{url}\n") == (same.code, same.out)
    dry = run("import-contract", "public", there, "--account-id=000000000000", "--dry-run", "--json")
    assert ("updated", None) == (dry.report["done"], dry.report["invoke_url"])
    changed = run("import-contract", "public", there, "--account-id=000000000000", "--json")
    # The functions are not there on the emulator, which is a finding.
    assert (1, "updated", url) == (changed.code, changed.report["done"], changed.report["invoke_url"])
    lacking = run("import-contract", "internal", there)
    assert 2 == lacking.code
    assert "needs --task-role-arn, --vpc-endpoint-id" in lacking.err
