"""Renders the JSON documents for the AWS CLI from the templates that Terraform uses too."""

import json
from collections.abc import Iterable, Mapping
from string import Template
from typing import Final

from tools.deploy.packages import ROOT

ECS: Final = ROOT / "infra" / "ecs"
NAMES: Final = ("task-definition", "service-definition")

_ACCOUNT: Final = "123456789012"
_REGION: Final = "ap-southeast-1"
# The values of the documents in infra/ecs: those of the migration guide.
EXAMPLE: Final[Mapping[str, object]] = {
    "aws_region": _REGION,
    "cluster_name": "query-service-cluster",
    "cursor_keys_arn": f"arn:aws:secretsmanager:{_REGION}:{_ACCOUNT}:secret:query-service/cursor-keys",
    "audit_key_arn": f"arn:aws:secretsmanager:{_REGION}:{_ACCOUNT}:secret:query-service/audit-key",
    "desired_count": 2,
    "execution_role_arn": f"arn:aws:iam::{_ACCOUNT}:role/query-service-execution",
    "image_uri": f"{_ACCOUNT}.dkr.ecr.{_REGION}.amazonaws.com/query-service:latest",
    "internal_api_url": f"https://internal-api-id.execute-api.{_REGION}.amazonaws.com/v1",
    "security_groups": ["sg-xxx"],
    "service_name": "query-service",
    "subnets": ["subnet-xxx", "subnet-yyy"],
    "target_group_arn": f"arn:aws:elasticloadbalancing:{_REGION}:{_ACCOUNT}:targetgroup/query-service/xxx",
    "task_definition": "query-service",  # without a revision, ECS takes the newest
    "task_role_arn": f"arn:aws:iam::{_ACCOUNT}:role/query-service-task",
}


class UnknownValueError(ValueError):
    """An assignment names no value of the templates; the message lists the names."""


def with_values(assignments: Iterable[str]) -> dict[str, object]:
    """Return the example values with those of `name=value` replaced; commas separate the items of a list.

    Raises UnknownValueError for an unknown name, and for text where the value is a number.
    """
    values = dict(EXAMPLE)
    for assignment in assignments:
        name, _, text = assignment.partition("=")
        if name not in EXAMPLE or not text:
            raise UnknownValueError(f"{assignment!r} is not NAME=VALUE with a NAME of: {', '.join(sorted(EXAMPLE))}")
        values[name] = _like(EXAMPLE[name], name, text)
    return values


def _like(example: object, name: str, text: str) -> object:
    if isinstance(example, list):
        return text.split(",")
    if not isinstance(example, int):
        return text
    if not text.isdecimal():
        raise UnknownValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def render(name: str, values: Mapping[str, object] = EXAMPLE) -> str:
    """Return the document `name` as JSON, with `values` in the placeholders of its template.

    Raises KeyError if a placeholder has no value.
    """
    template = (ECS / "templates" / f"{name}.json.tftpl").read_text(encoding="utf-8")
    plain = {
        key: _within_quotes(value) if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    return json.dumps(json.loads(Template(template).substitute(plain)), indent=2) + "\n"


def _within_quotes(text: str) -> str:
    return json.dumps(text)[1:-1]
