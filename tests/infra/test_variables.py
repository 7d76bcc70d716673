import re

import pytest

from tests.infra.stack import Stack
from tests.infra.workspace import image

ECR = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com"
# Each with the part of the message that explains how to correct it.
BAD = {
    "image_uri": (f"{ECR}/query-service", f"write for example {ECR}/query-service:1.0.0."),
    "certificate_arn": (
        "arn:aws:acm:certificate/1",
        "(arn:aws:acm:<region>:<account>:certificate/<id>), or empty for HTTP.",
    ),
    "private_subnets": (
        "{}",
        'write for example { ap-southeast-1a = "10.20.0.0/20", ap-southeast-1b = "10.20.16.0/20" }.',
    ),
    "cluster_name": ("query service", "write for example query-service-cluster."),
    "service_name": ("Query_Service", "write for example query-service."),
    "vpc_cidr": ("10.20.0.0", "write for example 10.20.0.0/16."),
    "environment": ("staging", "must be dev or prod; each has its file in environments/."),
    "log_retention_days": ("100", "write for example 30, 90 or 365."),
    "alarm_email": ("on-call", "must be one mail address, or empty for none."),
}


def words(text: str) -> str:
    """Return a message of Terraform, which it breaks and frames, as one line."""
    return re.sub(r"[\s│╷╵]+", " ", text)


def test_invalid_variables_end_the_plan_with_advice(stack: Stack) -> None:
    """An invalid ARN, an empty list of subnets, an image without a tag and others, before any call of AWS."""
    ran = stack.workspace.run("plan", *(f"-var={name}={value}" for name, (value, _) in BAD.items()))
    text = words(ran.output)
    assert 1 == ran.code
    assert [] == [name for name, (_, advice) in BAD.items() if advice not in text]


def test_a_plan_without_an_image_names_the_variable(stack: Stack) -> None:
    """It is the one variable without a default; the message says what it takes."""
    ran = stack.workspace.run("plan", "-var-file=environments/dev.tfvars")
    assert 1 == ran.code
    assert 'The root module input variable "image_uri" is not set' in words(ran.output)


def test_an_image_of_another_repository_is_refused(stack: Stack) -> None:
    """The tasks may pull only from the stack's own repository."""
    elsewhere = image("1.0.0").replace("query-service:", "another:")
    ran = stack.workspace.run("plan", "-var-file=environments/dev.tfvars", f"-var=image_uri={elsewhere}")
    assert 1 == ran.code
    assert f"image_uri must be in {ECR}/query-service, the one repository" in words(ran.output)


def test_prod_without_a_certificate_is_refused(stack: Stack) -> None:
    """The file of the prod environment as it is has no certificate, so records would cross the VPC unencrypted."""
    ran = stack.workspace.run("plan", "-var-file=environments/prod.tfvars", f"-var=image_uri={image('1.0.0')}")
    assert 1 == ran.code
    assert "certificate_arn is required in prod" in words(ran.output)


@pytest.mark.usefixtures("terraform")
def test_terraforms_own_tests_pass(stack: Stack) -> None:
    """`terraform test` with a mocked provider checks every validation and the values of valid variables."""
    ran = stack.workspace.run("test", seconds=900)
    assert 0 == ran.code, ran.output
    assert "0 failed" in ran.output
