"""The policies of the applied stack, evaluated together: of identity, of resource, of key and of VPC endpoint."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from botocore.session import Session

from result_lambda.app import create_handler
from result_lambda.repository import dynamodb
from result_lambda.settings import Settings
from tests.infra.policy_requests import Policies
from tests.infra.policy_rows import ROWS, TABLES
from tests.infra.stack import Stack
from tests.invocations import Context, invoke, proxy_event
from tests.migration.backfills import rules
from tests.requirements import not_tested
from tools.contract.bundle import bundle, operations, request_schemas
from tools.contract.packages import GenerationError
from tools.contract.typescript import node_modules
from tools.local.tables import create_tables, dynamodb_client
from tools.migration.aws import Aws
from tools.migration.verify.check import INSIDE, Site, tick
from tools.migration.verify.command import checklist

IDS = {"user_id", "marketing_id", "transaction_id"}
SIMULATOR = Path(__file__).parent / "policies"


@pytest.fixture(scope="module")
def simulate(node_and_npm: None) -> Callable[[list[dict[str, Any]]], list[str]]:  # noqa: ARG001  # it has to be there
    """Give a function that evaluates requests; npm downloads the simulator once, into .cache."""
    try:
        modules = node_modules(source=SIMULATOR)
    except GenerationError as error:
        not_tested("the policies of the stack", str(error))
    program = modules.parent / "simulate.mjs"
    shutil.copy(SIMULATOR / program.name, program)

    def run(requests: list[dict[str, Any]]) -> list[str]:
        done = subprocess.run(  # noqa: S603  # our own program
            [shutil.which("node") or "node", str(program)],
            input=json.dumps(requests),
            capture_output=True,
            text=True,
            check=True,
        )
        results: list[str] = json.loads(done.stdout)
        return results

    return run


def test_the_policies_allow_what_the_table_says_and_nothing_else(
    stack: Stack, simulate: Callable[[list[dict[str, Any]]], list[str]]
) -> None:
    """Each row of the table, positive and negative."""
    policies = Policies(stack)
    results = simulate([policies.request(row) for row in ROWS])
    wrong = [
        f"{row}: {result}" for row, result in zip(ROWS, results, strict=True) if (result == "Allowed") != row.allowed
    ]
    assert [] == wrong
    assert {True, False} == {row.allowed for row in ROWS}


def test_a_lost_permission_is_noticed(stack: Stack, simulate: Callable[[list[dict[str, Any]]], list[str]]) -> None:
    """Without its own policy, or without that of the resource or the endpoint, no call of the code is allowed."""
    policies = Policies(stack)
    asked = [policies.request(row) for row in ROWS if row.code and row.principal != "anonymous"]
    nothing = {"Version": "2012-10-17", "Statement": []}
    assert {"Allowed"} == set(simulate(asked))
    assert "Allowed" not in simulate([{**request, "identity": [], "resource_policy": None} for request in asked])
    assert "Allowed" not in simulate([{**request, "endpoint_policy": nothing} for request in asked])


class Recorder:
    """Records the calls of botocore clients as (action, resource)."""

    def __init__(self) -> None:
        self.calls: set[tuple[str, str]] = set()

    def watch(self, client: Any) -> Any:  # noqa: ANN401  # any client of botocore
        """Record the calls of a client, and return it."""
        client.meta.events.register("before-parameter-build", self._note)
        return client

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401  # botocore's model
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        self.calls.add((f"{model.service_model.signing_name}:{model.name}", f"{params['TableName']}{index}"))


def allowed_to_code(principal: str) -> set[tuple[str, str]]:
    """Return the calls of DynamoDB that the table allows to the code of a principal."""
    rows = [row for row in ROWS if row.principal == principal and row.code]
    return {(row.action, row.resource) for row in rows}


@pytest.fixture
def tables(moto_endpoint: str) -> Iterator[str]:
    """Create both tables without rows, and give the URL of their engine."""
    client = dynamodb_client(moto_endpoint)
    create_tables(client)
    yield moto_endpoint
    for name in TABLES:
        client.delete_table(TableName=name)


def bodies() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield bodies for each path of the internal contract: the required ids, alone and with each optional one."""
    schemas, found = request_schemas("internal"), operations(bundle("internal"))
    for key, operation in found.items():
        schema = schemas.get(operation["operationId"])
        if schema is not None:
            required = dict.fromkeys(schema.get("required", []), "x")
            yield key.partition(" ")[2], required
            for name in IDS & schema["properties"].keys() - required.keys():
                yield key.partition(" ")[2], {**required, name: "x"}


def test_result_lambda_makes_the_calls_of_the_table(tables: str) -> None:
    """Over all operations of the internal contract: no call more and none less."""
    recorder, session = Recorder(), Session()
    session.set_credentials("local", "local")
    client = recorder.watch(dynamodb(Settings(dynamodb_endpoint_url=tables), session))
    handler = create_handler(Settings(), client)
    statuses = {invoke(handler, proxy_event("POST", path, body), Context()).status for path, body in bodies()}
    assert {200} <= statuses <= {200, 400}  # an operation may ask for one of several ids
    assert allowed_to_code("query-result-lambda") == recorder.calls


class RecordingAws(Aws):
    """An AWS whose clients record their calls."""

    recorder: ClassVar = Recorder()

    def client(self, service: str, config: Any = None) -> Any:  # noqa: ANN401  # the signature of Aws.client
        """Return a client whose calls are recorded."""
        return self.recorder.watch(super().client(service, config))


def test_the_tools_inside_the_vpc_make_the_calls_of_the_table(tables: str) -> None:
    """`verify --from inside`: what it asks AWS for, beside the addresses that it calls."""
    with httpx.Client() as http:
        site = Site(aws=RecordingAws(endpoint_url=tables), http=http, rules=rules(default="a"))
        for check in checklist(site):
            if check.place in {None, INSIDE}:
                tick(check, local=False)
    assert allowed_to_code("query-service-tools") == RecordingAws.recorder.calls
