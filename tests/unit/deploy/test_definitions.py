"""The ECS documents are rendered from the templates and are valid input of the AWS CLI."""

import json
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import validate_parameters

from tools.deploy.definitions import ECS, NAMES, UnknownValueError, render, with_values

OPERATIONS = {"task-definition": "RegisterTaskDefinition", "service-definition": "CreateService"}


def document(name: str) -> dict[str, Any]:
    """Return a document of infra/ecs."""
    read: dict[str, Any] = json.loads((ECS / f"{name}.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", NAMES)
def test_documents_are_rendered_from_their_templates(name: str) -> None:
    """`python -m tools.deploy ecs` would change nothing."""
    assert render(name) == (ECS / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "operation"), OPERATIONS.items())
def test_a_document_is_valid_input_of_its_command(name: str, operation: str) -> None:
    """Botocore's model of ECS, which the AWS CLI uses too, defines the members, their types and the required ones."""
    shape = get_session().get_service_model("ecs").operation_model(operation).input_shape
    validate_parameters(document(name), shape)


def test_the_task_definition_has_the_guides_values() -> None:
    """These are family, network mode, size, container, port, settings and log."""
    task = document("task-definition")
    (container,) = task["containerDefinitions"]
    assert ("query-service", "awsvpc", ["FARGATE"]) == (
        task["family"],
        task["networkMode"],
        task["requiresCompatibilities"],
    )
    assert ("256", "512", "ecs-handler") == (task["cpu"], task["memory"], container["name"])
    environment = {variable["name"]: variable["value"] for variable in container["environment"]}
    assert "production" == environment["ENVIRONMENT"]
    assert "https://internal-api-id.execute-api.ap-southeast-1.amazonaws.com/v1" == environment["INTERNAL_API_URL"]
    assert {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ecs/query-service",
            "awslogs-region": "ap-southeast-1",
            "awslogs-stream-prefix": "ecs",
            "mode": "non-blocking",
            "max-buffer-size": "4m",
        },
    } == container["logConfiguration"]


def test_the_service_definition_has_the_guides_values() -> None:
    """These are names, number of tasks, network and load balancer."""
    service = document("service-definition")
    (target,) = service["loadBalancers"]
    assert ("query-service", "query-service-cluster", 2, "FARGATE") == (
        service["serviceName"],
        service["cluster"],
        service["desiredCount"],
        service["launchType"],
    )
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert {
        "subnets": ["subnet-xxx", "subnet-yyy"],
        "securityGroups": ["sg-xxx"],
        "assignPublicIp": "DISABLED",
    } == network
    assert ("ecs-handler", 8000) == (target["containerName"], target["containerPort"])


def test_own_values_replace_the_examples() -> None:
    """A value is text, a list or a number, as in the template."""
    values = with_values(["image_uri=example/query-service:2", "subnets=subnet-0a,subnet-0b", "desired_count=4"])
    service = json.loads(render("service-definition", values))
    assert 4 == service["desiredCount"]
    assert ["subnet-0a", "subnet-0b"] == service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    task = json.loads(render("task-definition", values))
    assert "example/query-service:2" == task["containerDefinitions"][0]["image"]


def test_quotes_and_backslashes_in_a_value_are_escaped() -> None:
    """A value cannot end its JSON string."""
    rendered = render("task-definition", with_values(['service_name=a"b\\c']))
    assert 'a"b\\c' == json.loads(rendered)["family"]


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("subnet=subnet-0a", "'subnet=subnet-0a' is not NAME=VALUE with a NAME of: audit_key_arn, "),
        ("image_uri", "'image_uri' is not NAME=VALUE"),
        ("image_uri=", "'image_uri=' is not NAME=VALUE"),
        ("desired_count=two", "desired_count must be a whole number, not 'two'"),
    ],
)
def test_a_bad_assignment_is_refused_with_the_reason(assignment: str, message: str) -> None:
    """An unknown name would otherwise be ignored."""
    with pytest.raises(UnknownValueError) as raised:
        with_values([assignment])
    assert str(raised.value).startswith(message)
