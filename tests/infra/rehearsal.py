"""The account of the rehearsal, a copy of the repository beside it, both sides, and callers who go on asking."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
from tests.migration.steps import Block, Shell
from tests.migration.test_parity_command import BEFORE_THE_MOVE, old_rows
from tools.contract.bundle import NAMES, import_copy
from tools.local.servers import bind, serving

PROD_BUCKET = "example-push-records-terraform-state-prod"
TASKS = 2


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

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of both tables."""
        client = self.account.client("dynamodb")
        return {name: client.scan(TableName=name)["Items"] for name in client.list_tables()["TableNames"]}

    def ask(self, **body: Any) -> httpx.Response:  # noqa: ANN401  # any JSON
        """Ask for the pushes of a user as a caller does."""
        key = self.account.client("apigateway").get_api_key(apiKey=self.account.key, includeValue=True)["value"]
        where = f"{self.url}/{STAGE}/query/user"
        answer = httpx.post(where, json={"user_id": "test_user_001", **body}, headers={"x-api-key": key}, timeout=60)
        assert 200 == answer.status_code, answer.text
        return answer

    def asked(self, times: int) -> set[str]:
        """Return the sides that answer."""
        return {self.ask().headers["x-side"] for _ in range(times)}

    def start_tasks(self) -> None:
        """Do what the image and ECS do on AWS: it is pushed, its tasks are targets, and they write logs."""
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:" + 64 * "0"}, "layers": []}
        ecr, name = self.account.client("ecr"), "query-service"
        if not ecr.list_images(repositoryName=name)["imageIds"]:
            ecr.put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageTag="1.0.0")
        balancers = self.account.client("elbv2")
        (group,) = balancers.describe_target_groups(Names=["query-service"])["TargetGroups"]
        targets = [{"Id": f"10.20.0.{10 + number}", "Port": 8000} for number in range(TASKS)]
        balancers.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=targets)
        logs, names = self.account.client("logs"), {"logGroupName": "/ecs/query-service", "logStreamName": "ecs/task"}
        logs.create_log_stream(**names)
        logs.put_log_events(**names, logEvents=[{"timestamp": int(time.time() * 1000), "message": "{}"}])

    def state(self) -> dict[str, Any]:
        """Return the account as a roll-back has to leave it."""
        return {**self.account.state(), "names": self.names()}


@contextmanager
def rehearsing(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Build the account before the move, both sides, and callers."""
    with ExitStack() as running:
        url = running.enter_context(running_emulator(tmp_path_factory, MOTO_ECS_SERVICE_RUNNING=str(TASKS)))
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
        keys = {"API_KEY": chain.api_key, "NEW_API_KEY": chain.api_key}
        given = {"a1b2c3d4e5": account.api_id, **places(url, sides["old"], chain)}
        yield Rehearsal(account, workspace, Shell(workspace.folder, environ | keys, given), callers, at)


def places(emulator: str, old: str, chain: Chain) -> dict[str, str]:
    """Return what stands for the addresses and amounts of the document: this machine is slow, and has few rows."""
    amazon = "execute-api.ap-southeast-1.amazonaws.com/v1"
    small = "--load-requests 20 --load-threads 1 --max-p99-ms 60000"
    return {
        f"https://internal-api-id.{amazon}": f"{chain.internal_url} {small}",
        f"https://api-id.{amazon}": chain.public_url,
        "http://internal-alb.query-service.local": chain.service_url,
        "http://query-service.eks.internal": old,
        "http://localhost:8082": emulator,
        "--sample 5000 --rate 20": "--sample 40 --rate 200",
    }


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
    values += 'alarm_email = "on-call@example.com"\n'
    with (workspace.terraform / "environments" / "prod.tfvars").open("a", encoding="utf-8") as file:
        file.write(values)
    return workspace
