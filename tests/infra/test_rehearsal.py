"""The whole move on an account that serves traffic: the commands of docs/migration.md, in order, with the ways back.

| asserted | where |
|---|---|
| the old path's function, logs, keys, plans and tables stay; roll-backs restore all | moto, after each block |
| nothing that holds data is replaced or destroyed | `read-plan`, in the blocks themselves |
| no request is lost; who answers at 0, 5, 50 and 100 % | the front of tests/migration/front.py, old and new side |
| what a canary does to a stage | moto with tests/moto_canary.py, by AWS's documentation |
| images | not run: the blocks with Docker are parsed |
| checks, back-fill, comparison (steps 5 to 7) | not run here: test_verify.py, test_docs.py, test_parity_run.py |
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.infra.conftest import running_emulator
from tests.infra.workspace import REGION, Workspace
from tests.migration.account import STAGE, OldAccount
from tests.migration.conftest import Chain, running_chain
from tests.migration.front import Callers, Front
from tests.migration.sides import Service, asgi
from tests.migration.steps import Block, Shell, blocks, parsed
from tests.migration.test_parity_command import BEFORE_THE_MOVE, old_rows
from tools.contract.bundle import NAMES, import_copy
from tools.local.servers import bind, serving

PROD_BUCKET = "example-push-records-terraform-state-prod"
MOVE, DOCKER, BACK = "move", "docker", "back"
# The steps of the document, and for each way back the step whose beginning it restores.
STEPS = ("compare", "repository", "apply", "start", "raise", "promote", "hand over")
BACK_TO = {"repository": "repository", "apply": "apply", "start": "start", "raise": "raise", "promote": "start"}


@dataclass
class Rehearsal:
    """The account, a copy of the repository beside it, a shell, and callers who go on asking."""

    account: OldAccount
    workspace: Workspace
    shell: Shell
    callers: Callers
    url: str

    def run(self, block: Block) -> str:
        """Run a block and return its output."""
        done = self.shell.run(block.code)
        assert 0 == done.returncode, f"{block.code}\n{done.stdout[-6000:]}"
        return done.stdout

    def names(self) -> dict[str, set[str]]:
        """Return the names of what is in the account, by kind."""
        client = self.account.client
        apis = client("apigateway").get_rest_apis()["items"]
        return {
            "apis": {one["id"] for one in apis},
            "functions": {one["FunctionName"] for one in client("lambda").list_functions()["Functions"]},
            "groups": {one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]},
            "repositories": {one["repositoryName"] for one in client("ecr").describe_repositories()["repositories"]},
            "balancers": {
                one["LoadBalancerName"] for one in client("elbv2").describe_load_balancers()["LoadBalancers"]
            },
            "roles": {one["RoleName"] for one in client("iam").list_roles()["Roles"]},
            "vpcs": {one["VpcId"] for one in client("ec2").describe_vpcs()["Vpcs"]},
        }

    def state(self) -> dict[str, Any]:
        """Return the account as a roll-back has to leave it."""
        return {**self.account.state(), "names": self.names()}


@pytest.fixture
def rehearsal(packages: Path, terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:  # noqa: ARG001  # skips
    """Build the account before the move, both sides, and callers."""
    if shutil.which("aws") is None:
        pytest.skip("NOT TESTED: the rehearsal of the move: there is no aws on this machine")
    with ExitStack() as running:
        url = running.enter_context(running_emulator(tmp_path_factory))
        chain: Chain = running.enter_context(running_chain())
        account = OldAccount(url)
        account.build("GET /query/user")
        workspace = prepared(Workspace(tmp_path_factory.mktemp("rehearsal"), url), packages)
        old = bind("old side", "127.0.0.1", 0, option="")
        running.enter_context(serving(asgi(Service(rows=old_rows(), names=BEFORE_THE_MOVE, page=None)), old))
        sides = {"old": f"http://127.0.0.1:{old.getsockname()[1]}", "new": chain.public_url}
        front = bind("front", "127.0.0.1", 0, option="")
        running.enter_context(serving(Front(account, sides, chain.api_key), front))
        key = account.client("apigateway").get_api_key(apiKey=account.key, includeValue=True)["value"]
        at = f"http://127.0.0.1:{front.getsockname()[1]}"
        callers = Callers(at, key)
        callers.start()
        running.callback(callers.stop)
        environ = {**workspace.environ(), "AWS_DEFAULT_REGION": REGION}
        environ["TF_CLI_ARGS_init"] = environ["TF_CLI_ARGS_init"].replace("/dev.", "/prod.")
        yield Rehearsal(
            account, workspace, Shell(workspace.folder, environ, {"a1b2c3d4e5": account.api_id}), callers, at
        )


def prepared(workspace: Workspace, packages: Path) -> Workspace:
    """Put the packages and the owner's own values into the copy of the repository."""
    shutil.copytree(packages, workspace.dist)
    (workspace.dist / "openapi").mkdir()
    for name in NAMES:
        (workspace.dist / "openapi" / f"{name}.json").write_text(json.dumps(import_copy(name)), encoding="utf-8")
    region = {"LocationConstraint": REGION}
    workspace.client("s3").create_bucket(Bucket=PROD_BUCKET, CreateBucketConfiguration=region)  # type: ignore[attr-defined]  # boto3
    made = workspace.client("acm").request_certificate(DomainName="internal-alb.internal.example.com")  # type: ignore[attr-defined]  # boto3
    values = f'\ncertificate_arn = "{made["CertificateArn"]}"\ninternal_domain = "internal.example.com"\n'
    with (workspace.terraform / "environments" / "prod.tfvars").open("a", encoding="utf-8") as file:
        file.write(values)
    return workspace


@pytest.mark.timeout(3_600)
def test_the_move_runs_from_the_document(rehearsal: Rehearsal) -> None:
    """Each step, its way back, and the step again; callers notice nothing, and the account ends clean."""
    page = blocks("migration.md")
    steps = dict(zip(STEPS, [block for block in page if block.kind == MOVE], strict=True))
    began: dict[str, dict[str, Any]] = {}
    done: list[str] = []
    for block in page:
        if block.kind == DOCKER:
            assert [] == list(parsed(block.code))
        elif block.kind == MOVE:
            step = STEPS[len(done)]
            done.append(step)
            began[step] = rehearsal.state()
            take(rehearsal, step, block, began)
        else:
            begin = BACK_TO[done[-1]]
            rehearsal.run(block)
            assert_restored(began[begin], rehearsal.state())
            for step in STEPS[STEPS.index(begin) : len(done)]:
                take(rehearsal, step, steps[step], began)
    rehearsal.callers.stop()
    assert {200} == {status for _, status in rehearsal.callers.answers}
    assert {"old", "new"} == {side for side, _ in rehearsal.callers.answers}
    plan = rehearsal.shell.run(f"terraform -chdir=infra/terraform plan -detailed-exitcode {variables()}")
    assert 0 == plan.returncode, plan.stdout[-3000:]


def take(rehearsal: Rehearsal, step: str, block: Block, began: dict[str, dict[str, Any]]) -> None:
    """Run a step, and assert what it may change of the old path, and who answers."""
    before = rehearsal.account.state()
    output = rehearsal.run(block)
    after = rehearsal.account.state()
    allowed = {
        "apply": {"notification-records"},  # the added index alone, below
        "start": {"stage", "methods"},
        "raise": {"stage"},
        "promote": {"stage"},
        "hand over": {"stage", "methods"},
    }.get(step, set())
    assert allowed >= {part for part in before if before[part] != after[part]}, step
    table, now = before["notification-records"], after["notification-records"]
    changed = {name for name in now if table.get(name) != now[name]}
    assert {"GlobalSecondaryIndexes", "AttributeDefinitions"} >= changed
    stages = {name for name in after["stage"] if before["stage"].get(name) != after["stage"][name]}
    if step == "compare":
        assert "GET /query/user: is not in the contract" in output
    elif step == "start":
        assert {"canarySettings"} == stages
        assert_plan_leaves_the_stage(rehearsal)
    elif step == "raise":
        assert_no_continuation_begins_again(rehearsal)
    elif step == "promote":
        assert "canarySettings" not in after["stage"]
        assert {"new"} == asked(rehearsal, 5)
    elif step == "apply":
        assert "Nothing that holds data or serves callers is replaced or destroyed." in output
        assert {"old"} == asked(rehearsal, 5)
    assert began


def assert_restored(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Assert that a roll-back left all as it was."""
    different = {part: (before[part], after[part]) for part in before if before[part] != after[part]}
    assert {} == different


def assert_plan_leaves_the_stage(rehearsal: Rehearsal) -> None:
    """Assert that a plan during the canary changes nothing at all: an apply moves no traffic."""
    plan = rehearsal.shell.run(f"terraform -chdir=infra/terraform plan -detailed-exitcode {variables()}")
    assert 0 == plan.returncode, plan.stdout[-3000:]


def variables() -> str:
    """Return the options of a plan, as the document has them."""
    return '-var-file=environments/prod.tfvars -var="image_uri=$IMAGE"'


def ask(rehearsal: Rehearsal, **body: Any) -> httpx.Response:  # noqa: ANN401  # any JSON
    """Ask for the pushes of a user as a caller does."""
    key = rehearsal.account.client("apigateway").get_api_key(apiKey=rehearsal.account.key, includeValue=True)["value"]
    where = f"{rehearsal.url}/{STAGE}/query/user"
    answer = httpx.post(where, json={"user_id": "test_user_001", **body}, headers={"x-api-key": key}, timeout=60)
    assert 200 == answer.status_code, answer.text
    return answer


def asked(rehearsal: Rehearsal, times: int) -> set[str]:
    """Return the sides that answer."""
    return {ask(rehearsal).headers["x-side"] for _ in range(times)}


def assert_no_continuation_begins_again(rehearsal: Rehearsal) -> None:
    """At 50 %, callers who send no cursor get the same first rows of either side; a cursor would begin again."""
    answers = [ask(rehearsal, limit=3) for _ in range(30)]
    assert {"old", "new"} == {answer.headers["x-side"] for answer in answers}
    keys = {tuple((row["user_id"], row["created_at"]) for row in answer.json()["items"]) for answer in answers}
    assert 1 == len(keys)
    new = next(answer for answer in answers if answer.headers["x-side"] == "new")
    cursor = new.json()["next_cursor"]
    pages = [ask(rehearsal, limit=3, cursor=cursor) for _ in range(30)]
    first = new.json()["items"][0]["created_at"]
    begins = {page.headers["x-side"]: page.json()["items"][0]["created_at"] == first for page in pages}
    assert {"old": True, "new": False} == begins  # why the document asks callers to send none


def test_both_documents_have_the_same_steps() -> None:
    """The Chinese page has the same blocks; the steps are those of the rehearsal."""
    page = blocks("migration.md")
    assert page == blocks("migration.zh-TW.md")
    assert len(STEPS) == sum(block.kind == MOVE for block in page)
    assert len(BACK_TO) == sum(block.kind == BACK for block in page)


def test_the_docker_blocks_are_parsed() -> None:
    """They are not run here."""
    found = [block for block in blocks("migration.md") if block.kind == DOCKER]
    assert 1 == len(found)
    assert re.search(r"^docker push", found[0].code, re.MULTILINE)
    assert [] == [wrong for block in found for wrong in parsed(block.code)]
