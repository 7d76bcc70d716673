"""The four commands with their options, reports and exit codes."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.migration.backfills import put, terminate_after_a_write
from tests.migration.conftest import Chain
from tests.migration.emulator import Emulator
from tests.migration.sides import Service, asgi
from tools.local.sample import sample_rows
from tools.local.servers import bind, serving
from tools.local.tables import COMMAND_RECORDS, dynamodb_client
from tools.migration.__main__ import app, main

MAPPING = {"default": "mobile-app-009"}
BEFORE_THE_MOVE = frozenset({"/query/user", "/query/marketing", "/query/failures", "/failed"})


@dataclass(frozen=True)
class Ended:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:  # noqa: ANN401  # any JSON
        """The JSON report."""
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give a function that runs a command in an empty folder."""
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
    """Return the sample rows as the service before the move returned them, without ap_id."""
    known = [{name: value for name, value in row.items() if name != "ap_id"} for row in sample_rows()]
    return [{**row, "created_at": int(row["created_at"])} for row in known]


@pytest.fixture(scope="module")
def old_service() -> Iterator[Callable[..., str]]:
    """Give a function that starts a service like the one before the move, and returns its URL."""
    running = ExitStack()

    def start(**options: Any) -> str:  # noqa: ANN401  # arguments of Service
        application = asgi(Service(**{"rows": old_rows(), "names": BEFORE_THE_MOVE, "page": None, **options}))
        bound = bind("old service", "127.0.0.1", 0, option="")
        running.enter_context(serving(application, bound))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"

    with running:
        yield start


@pytest.mark.parametrize("name", [command.callback.__name__ for command in app.registered_commands if command.callback])
def test_the_help_of_a_command_shows_an_example_and_its_exit_codes(run: Run, name: str) -> None:
    """Each help text has an example and the exit codes."""
    shown = run(name.replace("_", "-"), "--help")
    assert 0 == shown.code
    assert f"Example: python -m tools.migration {name.replace('_', '-')}" in " ".join(shown.out.split())
    assert "Exit code: 0 " in shown.out


def test_there_are_four_commands() -> None:
    """The commands of the guide."""
    group = typer.main.get_command(app)
    assert ["backfill-ap-id", "import-contract", "parity", "verify"] == sorted(group.commands)  # type: ignore[attr-defined]  # a group has them


def test_backfill_from_dry_run_to_the_end(run: Run, chain: Chain) -> None:
    """A dry run, a run, and a last run that writes nothing."""
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
    assert [] == [path.name for path in Path("backfill").glob("*.checkpoint.json")]


def test_backfill_lists_rows_without_a_rule(run: Run, chain: Chain) -> None:
    """They are printed, and the exit code is 1."""
    row = {"transaction_id": {"S": "nobody"}, "created_at": {"N": "1"}}
    dynamodb_client(chain.dynamodb_url).put_item(TableName=COMMAND_RECORDS, Item=row)
    Path("ap-ids.csv").write_text("kind,match,ap_id\ntransaction_id,other,a\n", encoding="utf-8")
    command = ("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.csv", f"--endpoint-url={chain.dynamodb_url}")
    ended = run(*command)
    assert 1 == ended.code
    assert '{"created_at": "1", "transaction_id": "nobody"}' in ended.out
    dynamodb_client(chain.dynamodb_url).delete_item(TableName=COMMAND_RECORDS, Key=row)


def test_a_signal_ends_a_backfill_gracefully(run: Run, chain: Chain) -> None:
    """It prints its report with exit code 3, and the same command continues."""
    client = dynamodb_client(chain.dynamodb_url)
    put(client, COMMAND_RECORDS, *({"transaction_id": {"S": "slow"}, "created_at": {"N": str(n)}} for n in range(9)))
    command = ("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", f"--endpoint-url={chain.dynamodb_url}")
    # At one unit in ten seconds, the first write is long before the end.
    threading.Thread(target=terminate_after_a_write, args=(client,)).start()
    stopped = run(*command, "--write-capacity=0.1", "--segments=1", "--json")
    assert (3, False, "incomplete") == (stopped.code, stopped.report["whole"], stopped.report["outcome"])
    continued = run(*command, "--write-capacity=1000", "--json")
    assert (0, True) == (continued.code, continued.report["whole"])
    left = client.query(
        TableName=COMMAND_RECORDS,
        KeyConditionExpression="transaction_id = :slow",
        FilterExpression="attribute_not_exists(ap_id)",
        ExpressionAttributeValues={":slow": {"S": "slow"}},
    )
    assert 0 == left["Count"]


def test_backfill_does_not_start_with_wrong_input(run: Run, chain: Chain) -> None:
    """One line names the mistake."""
    there = f"--endpoint-url={chain.dynamodb_url}"
    no_table = run("backfill-ap-id", "records", "--mapping=ap-ids.json", there)
    assert (2, "migration: table records does not exist\n") == (no_table.code, no_table.err)
    no_mapping = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=none.csv", there)
    assert 2 == no_mapping.code
    assert "none.csv cannot be read" in no_mapping.err
    bad = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", "--endpoint-url=localhost:8082")
    no_address = "migration: --endpoint-url 'localhost:8082' is no address; write for example http://localhost:8082\n"
    assert (2, no_address) == (bad.code, bad.err)
    unreachable = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", "--endpoint-url=http://127.0.0.1:9")
    assert 3 == unreachable.code
    assert "Traceback" not in unreachable.err


def parity(chain: Chain, old: str, *more: str) -> tuple[str, ...]:
    """Return the arguments of a comparison of an old service with the local stack."""
    sides = (f"--old={old}", f"--new={chain.public_url}", f"--new-api-key={chain.api_key}", "--rate=200")
    table = ("--table=notification-records", f"--endpoint-url={chain.dynamodb_url}", "--sample=40", "--confirm=0")
    fields = ("--ignore=ap_id", "--no-old-paging", "--old-fail-path=/query/failures")
    return ("parity", *sides, *table, *fields, *more)


def test_parity_with_the_service_before_the_move(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """An old service without ap_id and cursors, and with another path for failures, gives equal answers."""
    ended = run(*parity(chain, old_service()))
    assert 0 == ended.code, ended.out
    assert re.search(r"40 equal, 0 different, 0 failed; \d+ of 40 with rows on both sides\nSafe: both sides", ended.out)
    assert {"p50", "p95", "p99"} <= set(ended.out.split())


def test_parity_finds_what_the_move_changed(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """The exit code is 1, and the report lists the differences."""
    rows = [{**row, "status": "LOST"} if row.get("status") == "SENT" else row for row in old_rows()]
    ended = run(*parity(chain, old_service(rows=rows), "--json"))
    assert 1 == ended.code
    changes = [change for query in ended.report["not_equal"] for change in query["differences"]]
    assert {("LOST", "SENT")} == {(change["old"], change["new"]) for change in changes}


def test_parity_fails_without_a_service(run: Run, chain: Chain) -> None:
    """Without a connection to one side, every query fails."""
    ended = run(*parity(chain, "http://127.0.0.1:9", "--sample=2", "--json"))
    assert (1, 0, 2) == (ended.code, ended.report["equal"], ended.report["failed"])
    assert {"p50", "p95", "p99"} == ended.report["latency_ms"]["new"].keys()


def test_parity_with_a_wrong_key_is_no_success(run: Run, chain: Chain) -> None:
    """Both sides refuse alike; the report names the refusal and the exit code is 1."""
    sides = (f"--old={chain.public_url}", f"--new={chain.public_url}", "--rate=200", "--sample=3", "--json")
    source = ("--table=notification-records", f"--endpoint-url={chain.dynamodb_url}")
    ended = run("parity", *sides, *source, "--old-api-key=wrong", "--new-api-key=wrong")
    assert (1, 0, 3, 0) == (ended.code, *(ended.report[name] for name in ("equal", "failed", "with_rows")))
    assert ["old: refused with 403", "new: refused with 403"] == ended.report["not_equal"][0]["failures"]


def test_parity_is_not_safe_above_the_p99(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """A new side over the acceptable p99 is not safe, even with equal answers."""
    ended = run(*parity(chain, old_service(), "--sample=2", "--max-p99-ms=0.001"))
    assert 1 == ended.code
    assert "Not safe: the new side's p99 is over 0.001 ms." in ended.out


def test_parity_without_queries_proves_nothing(run: Run, chain: Chain) -> None:
    """An empty file is not a success; no source or two sources are a mistake."""
    Path("queries").touch()
    sides = ("parity", f"--old={chain.service_url}", f"--new={chain.service_url}")
    empty = run(*sides, "--queries=queries")
    assert (3, True) == (empty.code, "Nothing is proven" in empty.out)
    nobody = {"path": "/query/user", "body": {"user_id": "nobody"}}
    Path("queries").write_text(json.dumps(nobody), encoding="utf-8")
    without_rows = run(*sides, "--queries=queries")
    assert 3 == without_rows.code
    assert "Nothing is proven: most queries have no rows; ask for ids that have.\n" in without_rows.out
    Path("queries").write_text("", encoding="utf-8")
    assert [2, 2] == [run(*sides, *more).code for more in ([], ["--queries=queries", "--access-log=queries"])]


def test_verify_runs_the_checklist(run: Run, chain: Chain, emulator: Emulator) -> None:
    """On the local stack some lines stay unchecked; with an emulator of AWS all lines are checked."""
    answers = (f"--public-url={chain.public_url}", f"--internal-url={chain.internal_url}")
    load = (f"--service-url={chain.service_url}", "--load-requests=5", "--load-threads=1", "--max-p99-ms=10000")
    key = f"--api-key={chain.api_key}"
    Path("ap-ids.csv").write_text("kind,match,ap_id\ntransaction_id,tx_1,mobile-app-001\n", encoding="utf-8")
    local = run("verify", "--local", *answers, *load, key, f"--endpoint-url={chain.dynamodb_url}")
    assert 3 == local.code, local.out
    assert "? 14 cannot be checked here: VPC endpoints, roles of the task, public gateway, " in local.out
    assert "14 passed, 0 failed, 16 unchecked" in local.out
    there = (f"--endpoint-url={emulator.aws.endpoint_url}", "--mapping=ap-ids.csv")
    whole = run("verify", *answers, *load, key, *there, "--json")
    assert (0, "good") == (whole.code, whole.report["outcome"])
    inside = run("verify", "--from=inside", *answers[1:], *load, *there)
    assert 0 == inside.code, inside.out
    assert "21 not asked for, with --from: VPC endpoints, " in inside.out
    assert "9 passed, 0 failed, 0 unchecked" in inside.out
    outside = run("verify", "--from=outside", *answers[:1], key, *there)
    assert 0 == outside.code, outside.out
    assert "4 not asked for, with --from: health of the load balancer, " in outside.out
    wrong = run("verify", *answers, *load, f"--endpoint-url={emulator.aws.endpoint_url}", "--api-key=wrong")
    assert 1 == wrong.code
    assert "✗ query /query/user                403, the API key was refused: " in wrong.out
    assert "✗ old name /failed                 403, the API key was refused: " in wrong.out
    assert "    run: aws apigateway get-usage-plans\n" in wrong.out
    assert "import-contract" not in wrong.out


def test_import_contract_prints_the_invoke_url(run: Run, emulator: Emulator) -> None:
    """An existing API is updated, a deployed contract is not deployed again, and a dry run changes nothing."""
    there = f"--endpoint-url={emulator.aws.endpoint_url}"
    url = f"https://{emulator.arns['public']}.execute-api.ap-southeast-1.amazonaws.com/v1"
    same = run("import-contract", "public", there)
    assert (0, f"public API {emulator.arns['public']}: unchanged\n{url}\n") == (same.code, same.out)
    dry = run("import-contract", "public", there, "--account-id=000000000000", "--dry-run", "--json")
    assert ("updated", None) == (dry.report["done"], dry.report["invoke_url"])
    changed = run("import-contract", "public", there, "--account-id=000000000000", "--json")
    # The emulator has no functions, which is a finding.
    assert (1, "updated", url) == (changed.code, changed.report["done"], changed.report["invoke_url"])
    lacking = run("import-contract", "internal", there)
    assert 2 == lacking.code
    assert "needs --task-role-arn, --vpc-endpoint-id" in lacking.err
