"""The commands with their options, reports and exit codes."""

import threading
from pathlib import Path

import pytest
import typer

from tests.migration.backfills import put, terminate_after_a_write
from tests.migration.conftest import Chain, Run
from tests.migration.emulator import Emulator
from tools.local.tables import COMMAND_RECORDS, dynamodb_client
from tools.migration.__main__ import app


@pytest.mark.parametrize("name", [command.callback.__name__ for command in app.registered_commands if command.callback])
def test_the_help_of_a_command_shows_an_example_and_its_exit_codes(run: Run, name: str) -> None:
    """Each help text has an example and the exit codes."""
    shown = run(name.replace("_", "-"), "--help")
    assert 0 == shown.code
    assert f"Example: python -m tools.migration {name.replace('_', '-')}" in " ".join(shown.out.split())
    assert "Exit code: 0 " in shown.out


def test_the_commands_are_those_of_the_guide() -> None:
    """One for each step, and one group."""
    group = typer.main.get_command(app)
    commands = ["backfill-ap-id", "canary", "import-contract", "parity", "read-plan", "takeover", "verify"]
    assert commands == sorted(group.commands)  # type: ignore[attr-defined]  # a group has them


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
    missing = "migration: table records does not exist in ap-southeast-1: check --region and the profile"
    no_table = run("backfill-ap-id", "records", "--mapping=ap-ids.json", there)
    assert (2, f"{missing}\n") == (no_table.code, no_table.err)
    no_mapping = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=none.csv", there)
    assert 2 == no_mapping.code
    assert "none.csv cannot be read" in no_mapping.err
    bad = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", "--endpoint-url=localhost:8082")
    no_address = "migration: --endpoint-url 'localhost:8082' is no address; write for example http://localhost:8082\n"
    assert (2, no_address) == (bad.code, bad.err)
    unreachable = run("backfill-ap-id", COMMAND_RECORDS, "--mapping=ap-ids.json", "--endpoint-url=http://127.0.0.1:9")
    assert 3 == unreachable.code
    assert "Traceback" not in unreachable.err


def test_verify_runs_the_checklist(run: Run, chain: Chain, emulator: Emulator) -> None:
    """On the local stack some lines stay unchecked; with an emulator of AWS all lines are checked."""
    answers = (f"--public-url={chain.public_url}", f"--internal-url={chain.internal_url}")
    load = (f"--service-url={chain.service_url}", "--load-requests=5", "--load-threads=1", "--max-p99-ms=10000")
    key = f"--api-key={chain.api_key}"
    Path("ap-ids.csv").write_text("kind,match,ap_id\ntransaction_id,tx_1,mobile-app-001\n", encoding="utf-8")
    local = run("verify", "--local", *answers, *load, key, f"--endpoint-url={chain.dynamodb_url}")
    assert 3 == local.code, local.out
    assert "? 14 cannot be checked here: VPC endpoints, roles of the task, public gateway, " in local.out
    assert "16 passed, 0 failed, 16 unchecked" in local.out
    there = (f"--endpoint-url={emulator.aws.endpoint_url}", "--mapping=ap-ids.csv")
    whole = run("verify", *answers, *load, key, *there, "--json")
    assert (0, "good") == (whole.code, whole.report["outcome"])
    inside = run("verify", "--from=inside", *answers[1:], *load, *there)
    assert 0 == inside.code, inside.out
    assert "23 not asked for, with --from: VPC endpoints, " in inside.out
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
