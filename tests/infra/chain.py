"""The stack on ministack with the service beside it, and permissions that are taken away for a while."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.infra.stack import NOW, Stack, variables
from tests.infra.workspace import ACCOUNT, REGION, ROOT, STATE_BUCKET
from tools.contract.bundle import NAMES, import_copy
from tools.local.servers import wait_until_healthy

PYTHON = ROOT / ".cache" / "ministack" / "bin" / "python"
# Roles whose credentials aws_rules.py makes, in its order.
TASK, OTHER = "query-service-task", "query-lambda"
KEY_IDS = {role: f"ASIA{number:016}" for number, role in enumerate((TASK, OTHER))}
# Resources whose operations ministack lacks; no call between the hops needs them.
LACKING = ("modules/service/autoscaling.tf", "modules/dashboard/queries.tf")
QUERIES = {
    "/query/user": {"user_id": "test_user_001"},
    "/query/marketing": {"marketing_id": "campaign_2026_spring"},
    "/query/fail": {"transaction_id": "tx_002"},
}
Statement = dict[str, Any]
Change = Callable[[Statement], Statement | None]


@dataclass(frozen=True)
class Chain:
    """The whole chain; `log` is the service's."""

    stack: Stack
    url: str
    key: str
    log: Path

    def ask(self) -> tuple[set[str], set[tuple[int, str | None]]]:
        """Ask each query; return those with rows, and with what status and code the internal API refused others."""
        seen, answered = self.log.stat().st_size, set()
        where = stage(self.stack, self.url, "public")
        with httpx.Client(timeout=60, trust_env=False, headers={"x-api-key": self.key}) as client:
            for path, body in QUERIES.items():
                answer = client.post(where + path, json=body)
                if answer.status_code == httpx.codes.OK and answer.json()["count"]:
                    answered.add(path)
        lines = [json.loads(line) for line in self.log.read_bytes()[seen:].splitlines()]
        refused = [line for line in lines if line["event"] == "internal_api_refused"]
        return answered, {(line["upstream_status"], line["upstream_code"]) for line in refused}

    @contextmanager
    def role(self, name: str, sid: str, change: Change) -> Iterator[None]:
        """Change or remove a statement of a role for a while."""
        iam = self.stack.client("iam")
        policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found = {one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in policies}
        ((policy, before),) = (pair for pair in found.items() if any(one["Sid"] == sid for one in pair[1]["Statement"]))
        names = {"RoleName": name, "PolicyName": policy}
        iam.delete_role_policy(**names)
        if (after := _changed(before, sid, change))["Statement"]:
            iam.put_role_policy(**names, PolicyDocument=json.dumps(after))
        yield
        iam.put_role_policy(**names, PolicyDocument=json.dumps(before))

    @contextmanager
    def internal_policy(self, sid: str) -> Iterator[None]:
        """Remove a statement of the internal API's policy for a while."""
        gateway, api = self.stack.client("apigateway"), self.stack.output("internal_api_id")

        def put(document: dict[str, Any]) -> None:
            operation = {"op": "replace", "path": "/policy", "value": json.dumps(document)}
            gateway.update_rest_api(restApiId=api, patchOperations=[operation])

        text = gateway.get_rest_api(restApiId=api)["policy"]
        before = json.loads(json.loads(f'"{text}"'))  # AWS, too, answers it escaped
        put(_changed(before, sid, removed))
        yield
        put(before)

    @contextmanager
    def permission(self, function: str) -> Iterator[None]:
        """Remove a function's permission to be called by its API for a while."""
        client = self.stack.client("lambda")
        (before,) = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
        names = {"FunctionName": function, "StatementId": before["Sid"]}
        client.remove_permission(**names)
        yield
        client.add_permission(
            **names,
            Action=before["Action"],
            Principal=before["Principal"]["Service"],
            SourceArn=before["Condition"]["ArnLike"]["AWS:SourceArn"],
        )


def removed(_: Statement) -> None:
    """Remove a statement."""


def without_indexes(statement: Statement) -> Statement:
    """Leave the table alone in a statement."""
    return statement | {"Resource": [one for one in statement["Resource"] if "/index/" not in one]}


def _changed(document: dict[str, Any], sid: str, change: Change) -> dict[str, Any]:
    changed = [change(one) if one["Sid"] == sid else one for one in document["Statement"]]
    return document | {"Statement": [one for one in changed if one]}


def stage(stack: Stack, url: str, api: str) -> str:
    """Return the address of an API's stage."""
    return f"{url}/restapis/{stack.output(f'{api}_api_id')}/v1/_user_request_"


def apply(stack: Stack) -> None:
    """Apply the stack once, without what ministack lacks."""
    workspace = stack.workspace
    for name in LACKING:
        (workspace.terraform / name).unlink()
    (workspace.dist / "openapi").mkdir()
    for contract in NAMES:
        (workspace.dist / "openapi" / f"{contract}.json").write_text(json.dumps(import_copy(contract)))
    place = {"LocationConstraint": REGION}
    stack.client("s3").create_bucket(Bucket=STATE_BUCKET, CreateBucketConfiguration=place)
    for command in (["init"], ["apply", "-auto-approve", *variables(NOW)]):
        ran = workspace.run(*command, seconds=900)
        assert 0 == ran.code, ran.output[-4000:]


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Run ministack, which refuses calls that the account's policies do not allow."""
    port = _free_port()
    environ = {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
    }
    program = [str(PYTHON), str(Path(__file__).with_name("aws_rules.py")), *KEY_IDS]
    url = f"http://127.0.0.1:{port}"
    with _process(program, environ, folder / "ministack.log"):
        wait_until_healthy("ministack", f"{url}/_ministack/health")
        yield url


@contextmanager
def service(stack: Stack, url: str, log: Path) -> Iterator[str]:
    """Run the service with the credentials of its task."""
    port = _free_port()
    environ = {
        "AWS_ACCESS_KEY_ID": KEY_IDS[TASK],
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "INTERNAL_API_URL": stage(stack, url, "internal"),
        "PATH": os.environ["PATH"],
    }
    program = [sys.executable, "-m", "service", "--host", "127.0.0.1", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with _process(program, environ, log):
        wait_until_healthy("service", f"{address}/health")
        yield address


@contextmanager
def _process(program: list[str], environ: Mapping[str, str], log: Path) -> Iterator[None]:
    with (
        log.open("wb") as lines,
        subprocess.Popen(program, cwd=ROOT, env=environ, stdout=lines, stderr=lines) as process,  # noqa: S603  # our own
    ):
        try:
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
