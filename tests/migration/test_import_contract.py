"""A contract is imported once, updated after a change, and otherwise left alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tools.contract.bundle import import_copy, operations
from tools.migration.aws import Aws
from tools.migration.command import MisuseError
from tools.migration.import_contract import Importer, Rendered, render

# A region without resources of other tests.
REGION = "eu-north-1"
ACCOUNT = "123456789012"
VALUES = {
    "aws_region": REGION,
    "aws_account_id": ACCOUNT,
    "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/query-service-task",
    "vpc_endpoint_id": "vpce-0a1b2c3d",
}
ROLE_TRUST = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def aws(moto_endpoint: str) -> Iterator[Aws]:
    """Give a region without APIs; delete those that the test creates."""
    region = Aws(REGION, moto_endpoint)
    yield region
    client = region.client("apigateway")
    for api in client.get_rest_apis()["items"]:
        client.delete_rest_api(restApiId=api["id"])


@pytest.fixture(params=["public", "internal"])
def rendered(request: pytest.FixtureRequest) -> Rendered:
    """Give each contract with its placeholders filled."""
    return render(request.param, VALUES)


def importer(aws: Aws, document: Rendered) -> Importer:
    """Make an importer for a document."""
    return Importer(aws, document, stage="v1", account_id=ACCOUNT)


@pytest.mark.parametrize("name", ["public", "internal"])
def test_the_import_copy_is_filled_with_values(name: str) -> None:
    """No placeholder of ours remains; API Gateway's own variables stay."""
    document = json.loads(render(name, VALUES).body)
    text = json.dumps(document)
    assert "${" not in text
    assert "$context." in text
    assert import_copy(name)["paths"].keys() == document["paths"].keys()
    assert f":{ACCOUNT}:function:" in text


def test_a_missing_value_is_named_by_its_option() -> None:
    """The message lists all missing options."""
    with pytest.raises(MisuseError, match="internal contract needs --task-role-arn, --vpc-endpoint-id"):
        render("internal", {"aws_region": REGION, "aws_account_id": ACCOUNT})


def test_a_value_cannot_break_the_document() -> None:
    """Quotes and backslashes are escaped."""
    odd = json.loads(render("internal", {**VALUES, "task_role_arn": 'a"b\\c'}).body)
    principals = [statement["Principal"] for statement in odd["x-amazon-apigateway-policy"]["Statement"]]
    assert {"AWS": 'a"b\\c'} in principals


def test_the_first_import_creates_the_api_and_its_stage(aws: Aws, rendered: Rendered) -> None:
    """The API has every operation, and the stage is deployed from the document."""
    work = importer(aws, rendered)
    assert work.find() is None
    done = work.run(None, accept_warnings=False)
    assert ("created", True, ()) == (done.done, done.deployed, done.warnings)
    assert done.api_id == work.find()
    assert work.is_deployed(done.api_id or "")
    items = aws.client("apigateway").get_resources(restApiId=done.api_id, limit=500)["items"]
    there = {f"{method} {item['path']}" for item in items for method in item.get("resourceMethods", {})}
    assert operations(json.loads(rendered.body)).keys() == there


def test_a_changed_contract_updates_the_same_api(aws: Aws, rendered: Rendered) -> None:
    """No second API is created, and the stage counts as outdated until the update."""
    first = importer(aws, rendered).run(None, accept_warnings=False)
    changed = replace(rendered, body=rendered.body.replace(b"/query/user", b"/query/person"))
    work = importer(aws, changed)
    assert work.find() == first.api_id
    assert not work.is_deployed(first.api_id or "")
    again = work.run(work.find(), accept_warnings=False)
    assert ("updated", first.api_id) == (again.done, again.api_id)
    assert work.is_deployed(first.api_id or "")
    items = aws.client("apigateway").get_resources(restApiId=first.api_id, limit=500)["items"]
    assert "/query/user" not in {item["path"] for item in items}
    assert 1 == len(aws.client("apigateway").get_rest_apis()["items"])


def test_two_apis_with_one_name_are_refused(aws: Aws, rendered: Rendered) -> None:
    """The caller has to choose one."""
    for _ in range(2):
        aws.client("apigateway").create_rest_api(name=rendered.title)
    with pytest.raises(MisuseError, match=r"2 APIs are named .*: give --api-id"):
        importer(aws, rendered).find()


def test_the_api_may_call_its_function(aws: Aws) -> None:
    """The permission is added once; a missing function is reported."""
    work = importer(aws, render("public", VALUES))
    first = work.run(None, accept_warnings=False)
    (note,) = first.notes
    assert "the function query-lambda does not exist yet: create it, and repeat this command with --force" == note
    role = aws.client("iam").create_role(RoleName="import", AssumeRolePolicyDocument=json.dumps(ROLE_TRUST))
    functions = aws.client("lambda")
    functions.create_function(
        FunctionName="query-lambda",
        Runtime="python3.11",
        Role=role["Role"]["Arn"],
        Handler="query_lambda.handler.lambda_handler",
        Code={"ZipFile": b"nothing"},
    )
    for _ in range(2):
        assert () == work.run(first.api_id, accept_warnings=False).notes
    (statement,) = json.loads(functions.get_policy(FunctionName="query-lambda")["Policy"])["Statement"]
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{first.api_id}/v1/*"
    assert source == statement["Condition"]["ArnLike"]["AWS:SourceArn"]
    functions.delete_function(FunctionName="query-lambda")
    aws.client("iam").delete_role(RoleName="import")


class WarningAws(Aws):
    """An API Gateway whose importer returns warnings, which moto's never does."""

    def client(self, service: str, config: Any = None) -> Any:  # noqa: ANN401  # the signature of Aws.client
        """Return a client whose imports return a warning."""
        made = super().client(service, config)

        def warn(parsed: dict[str, Any], **_: object) -> None:
            parsed["warnings"] = ["Ignoring response model for 200 response"]

        for operation in ("ImportRestApi", "PutRestApi"):
            made.meta.events.register(f"after-call.api-gateway.{operation}", warn)
        return made


def test_a_contract_with_warnings_is_deployed_only_if_accepted(aws: Aws) -> None:
    """The stage does not change by accident."""
    work = importer(WarningAws(REGION, aws.endpoint_url), render("public", VALUES))
    held = work.run(None, accept_warnings=False)
    assert (("Ignoring response model for 200 response",), False) == (held.warnings, held.deployed)
    assert not work.is_deployed(held.api_id or "")
    accepted = work.run(held.api_id, accept_warnings=True)
    assert (held.warnings, True) == (accepted.warnings, accepted.deployed)
    assert work.is_deployed(held.api_id or "")
