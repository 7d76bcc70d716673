"""The canary on the stage that callers use: each command, what it leaves alone, and what stops it."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.migration.account import ACCOUNT, NAME, REGION, STAGE, OldAccount
from tests.migration.conftest import Ended
from tools.contract.bundle import import_copy, operations
from tools.migration.__main__ import main
from tools.migration.aws import Aws
from tools.migration.canary.stage import CallersStage
from tools.migration.command import MisuseError

Canary = Callable[..., Ended]


@pytest.fixture
def account(server: str) -> OldAccount:
    """Give the old API and a new function that it may call."""
    made = OldAccount.empty(server)
    made.function()
    made.api({"GET /query/user": True})
    client = made.client("lambda")
    old = client.get_function(FunctionName="query-lambda")["Configuration"]
    code = {"ZipFile": b"nothing"}
    client.create_function(
        FunctionName="query-lambda-ecs", Runtime="python3.11", Role=old["Role"], Handler="a.b", Code=code
    )
    client.add_permission(
        FunctionName="query-lambda-ecs",
        StatementId="Move",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{made.api_id}/{STAGE}/*",
    )
    return made


@pytest.fixture
def canary(account: OldAccount, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Canary:
    """Give a function that runs a subcommand."""

    def command(name: str, *arguments: str, api: str | None = None, yes: bool = True) -> Ended:
        where = ["--api-id", api or account.api_id, "--endpoint-url", account.url]
        asked = ["--yes"] if yes and name != "status" else []
        monkeypatch.setattr(sys, "argv", ["migration", "canary", name, *where, *asked, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return command


def stage(account: OldAccount) -> dict[str, Any]:
    """Return the stage without what every answer has."""
    found = account.client("apigateway").get_stage(restApiId=account.api_id, stageName=STAGE)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def test_a_canary_leaves_the_stages_deployment_and_settings_alone(account: OldAccount, canary: Canary) -> None:
    """The stage differs by its canary alone; the deployment is the contract under the API's own name."""
    before = stage(account)
    ended = canary("start", "--percent", "5", "--json")
    assert 0 == ended.code, ended.err
    after = stage(account)
    settings = after.pop("canarySettings")
    assert before == after
    assert (5.0, False) == (settings["percentTraffic"], settings["useStageCache"])
    assert ended.report["after"]["canary"] == settings["deploymentId"]
    assert NAME == account.client("apigateway").get_rest_api(restApiId=account.api_id)["name"]
    assert operations(import_copy("public")).keys() == account.methods().keys()
    assert {"query-lambda-ecs", ""} == set(account.methods().values())


def test_the_keys_and_plans_stay(account: OldAccount, canary: Canary) -> None:
    """No command touches them."""
    client = account.client("apigateway")
    before = (client.get_usage_plans()["items"], client.get_api_keys(includeValues=True)["items"])
    for command in (("start", "--percent", "5"), ("raise", "--percent", "50"), ("promote",)):
        assert 0 == canary(*command).code
    assert before == (client.get_usage_plans()["items"], client.get_api_keys(includeValues=True)["items"])


def test_a_dropped_canary_leaves_all_as_it_was(account: OldAccount, canary: Canary) -> None:
    """The stage and the definition of the API are the old ones."""
    before = (stage(account), account.methods())
    canary("start", "--percent", "5")
    canary("raise", "--percent", "50")
    ended = canary("drop")
    assert 0 == ended.code, ended.err
    assert before == (stage(account), account.methods())
    assert "before  deployment" in ended.out
    assert "no canary" in ended.out


def test_a_promoted_canary_serves_everybody(account: OldAccount, canary: Canary) -> None:
    """The stage has the canary's deployment, and no canary; the output names the deployment to go back to."""
    before = stage(account)
    canary("start", "--percent", "5")
    deployment = stage(account)["canarySettings"]["deploymentId"]
    ended = canary("promote")
    assert before | {"deploymentId": deployment} == stage(account)
    assert before["deploymentId"] in ended.out.splitlines()[-1]


def test_a_promotion_can_be_taken_back(account: OldAccount, canary: Canary) -> None:
    """The stage and the definition of the API are the old ones; an unknown deployment is a mistake."""
    before = (stage(account), account.methods())
    canary("start", "--percent", "5")
    canary("promote")
    assert 2 == canary("drop", "--deployment-id", "nothing").code
    assert 0 == canary("drop", "--deployment-id", before[0]["deploymentId"]).code
    assert before == (stage(account), account.methods())


@pytest.mark.parametrize("after", ["start", "drop"])
def test_a_start_that_ended_half_way_is_repeated_or_taken_back(account: OldAccount, canary: Canary, after: str) -> None:
    """The contract is imported and not deployed: the stage is as it was, and either command leads on."""
    before = (stage(account), account.methods())
    body = json.dumps(import_copy("public"))
    account.client("apigateway").put_rest_api(restApiId=account.api_id, mode="overwrite", body=body)
    assert before[0] == stage(account)
    if after == "start":
        assert 0 == canary("start", "--percent", "5").code
        assert 0 == canary("drop").code
    else:
        assert 0 == canary("drop", "--deployment-id", before[0]["deploymentId"]).code
    assert before == (stage(account), account.methods())


def test_old_methods_can_stay_for_a_while(account: OldAccount, canary: Canary) -> None:
    """With --merge, a method that the contract lacks goes on calling the old function."""
    canary("start", "--percent", "5", "--merge")
    assert "query-lambda" == account.methods()["GET /query/user"]
    assert "query-lambda-ecs" == account.methods()["POST /query/user"]


def test_edits_that_were_not_deployed_are_lost(account: OldAccount, canary: Canary) -> None:
    """The import replaces them, and the way back restores what the stage serves; `takeover` names them before."""
    before = account.methods()
    account.method("GET /query/marketing")
    canary("start", "--percent", "5")
    assert "GET /query/marketing" not in account.methods()
    canary("drop")
    assert before == account.methods()


@pytest.mark.parametrize("command", [("start", "--percent", "5"), ("raise", "--percent", "9"), ("promote",), ("drop",)])
def test_a_dry_run_changes_nothing(account: OldAccount, canary: Canary, command: tuple[str, ...]) -> None:
    """It prints the state and what would be done."""
    if command[0] != "start":
        canary("start", "--percent", "5")
    before = (stage(account), account.methods())
    ended = canary(*command, "--dry-run", yes=False)
    assert (0, before) == (ended.code, (stage(account), account.methods()))
    assert ended.out.splitlines()[-1].startswith("would ")


def test_the_status_is_one_line(canary: Canary) -> None:
    """It says who gets what."""
    assert "serves all requests; no canary" in canary("status").out
    canary("start", "--percent", "5")
    assert "serves 95 %" in canary("status").out


def test_mistakes_end_in_one_line_that_says_what_to_do(account: OldAccount, canary: Canary) -> None:
    """Nothing changes: no answer, no canary, a second canary, another API or region, a function that is not allowed."""
    before = (stage(account), account.methods())
    mistakes = {
        "give --yes": canary("start", "--percent", "5", yes=False),
        "begin with `canary start`": canary("raise", "--percent", "5"),
        "check --api-id, --stage, --region": canary("status", api="abcdefghij"),
        "of a REST API": canary("status", "--region", "eu-west-1"),
        "set existing_api": canary("start", "--percent", "5", "--function", "query-lambda"),
        "there is no function other": canary("start", "--percent", "5", "--function", "other"),
    }
    assert before == (stage(account), account.methods())
    canary("start", "--percent", "5")
    mistakes["use `canary raise` or `canary drop`"] = canary("start", "--percent", "5")
    for said, ended in mistakes.items():
        assert (2, 1) == (ended.code, ended.err.count("\n")), said
        assert said in ended.err


def test_a_canary_of_somebody_else_is_not_promoted(account: OldAccount, canary: Canary) -> None:
    """Its deployment is not the contract's."""
    account.client("apigateway").create_deployment(
        restApiId=account.api_id, stageName=STAGE, canarySettings={"percentTraffic": 5}
    )
    ended = canary("promote")
    assert 2 == ended.code
    assert "somebody else made it" in ended.err


def test_a_second_operator_is_noticed(account: OldAccount, canary: Canary) -> None:
    """A change of the stage between the question and the answer stops the command."""
    canary("start", "--percent", "5")
    first = CallersStage(Aws(REGION, account.url), account.api_id, STAGE)
    canary("raise", "--percent", "25")
    with pytest.raises(MisuseError, match=r"somebody else changed the stage: .* serves 5 %; .* serves 25 %"):
        first.confirm("Go on?", yes=True)
