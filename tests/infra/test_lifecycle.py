import re
import subprocess

import pytest

from tests.infra.stack import NOW, Stack, variables
from tests.infra.workspace import REGION, ROOT, STATE_BUCKET

STATE = "query-service/terraform.tfstate"


def changed(output: str) -> set[str]:
    """Return the addresses that an apply changed in place."""
    return set(re.findall(r"^(\S+): Modifying\.\.\.", output, re.MULTILINE))


def replaced(output: str) -> set[str]:
    """Return the addresses that an apply replaced; fail if some were only created or only destroyed."""
    created, destroyed = (
        set(re.findall(rf"^(\S+)(?: \(deposed .*\))?: {verb}\.\.\.", output, re.MULTILINE))
        for verb in ("Creating", "Destroying")
    )
    assert created == destroyed
    return created


@pytest.mark.usefixtures("terraform")
def test_the_configuration_is_formatted() -> None:
    """`terraform fmt` has nothing to do."""
    command = ["terraform", "fmt", "-check", "-recursive", "-list=true", str(ROOT / "infra")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own arguments
    assert (0, "") == (done.returncode, done.stdout)


def test_the_configuration_is_valid(stack: Stack) -> None:
    """`terraform validate` succeeds."""
    assert "Success! The configuration is valid." in stack.steps["validate"].output


def test_the_whole_stack_applies(stack: Stack) -> None:
    """One apply creates everything in an empty account."""
    assert re.search(r"Apply complete! Resources: \d{3} added, 0 changed, 0 destroyed\.", stack.steps["apply"].output)


@pytest.mark.parametrize("step", ["plan", "plan after update"])
def test_a_second_plan_is_empty(stack: Stack, step: str) -> None:
    """The resources equal the configuration."""
    assert 0 == stack.steps[step].code, stack.steps[step].output


def test_an_update_changes_the_image_and_the_contract_and_nothing_else(stack: Stack) -> None:
    """A release replaces the task definition and the deployment, and updates service, stage and build ids."""
    output = stack.steps["update"].output
    api = "module.public_api.aws_api_gateway"
    assert {f"{api}_deployment.this", "module.service.aws_ecs_task_definition.this"} == replaced(output)
    functions = {f"module.{name}.aws_lambda_function.this" for name in ("query_lambda", "query_result_lambda")}
    updated = {f"{api}_rest_api.this", f"{api}_stage.this", "module.service.aws_ecs_service.this", *functions}
    assert updated == changed(output)


def test_the_state_is_encrypted_in_its_bucket(stack: Stack) -> None:
    """The backend is S3, at the key that environments/dev.s3.tfbackend names."""
    assert "AES256" == stack.client("s3").head_object(Bucket=STATE_BUCKET, Key=STATE)["ServerSideEncryption"]


def test_two_can_not_change_the_stack_at_once(stack: Stack) -> None:
    """The lock in the bucket refuses a second run."""
    s3 = stack.client("s3")
    s3.put_object(Bucket=STATE_BUCKET, Key=f"{STATE}.tflock", Body=b'{"ID": "held", "Who": "somebody else"}')
    try:
        refused = stack.workspace.run("plan", *variables(NOW))
    finally:
        s3.delete_object(Bucket=STATE_BUCKET, Key=f"{STATE}.tflock")
    assert 1 == refused.code
    assert "Error acquiring the state lock" in refused.output


def test_the_guides_commands_work_as_printed(stack: Stack) -> None:
    """Three variables are enough; the tag `latest` causes a warning, not an error."""
    script = f"""
export AWS_ACCOUNT=123456789012 AWS_REGION={REGION}
terraform init
terraform plan \\
  -var="cluster_name=query-service-cluster" \\
  -var="service_name=query-service" \\
  -var="image_uri=$AWS_ACCOUNT.dkr.ecr.$AWS_REGION.amazonaws.com/query-service:latest"
"""
    ran = stack.workspace.shell(["bash", "-euc", script])
    assert 0 == ran.code, ran.output
    assert "image_uri ends in :latest" in ran.output


def test_terraform_writes_nothing_into_the_tree(stack: Stack) -> None:  # noqa: ARG001  # it has run by then
    """The provider and the state are elsewhere, and the lock file is as it was committed."""
    paths = [path for path in (ROOT / "infra").rglob("*") if path.is_file()]
    written = [path for path in paths if ".terraform" in path.parts or ".tfstate" in path.name]
    assert [] == written


def test_destroy_leaves_nothing_behind(stack: Stack) -> None:
    """Without deletion protection, as in dev, destroy removes all resources. This test runs last."""
    ran = stack.workspace.run("destroy", "-auto-approve", *variables(NOW), seconds=900)
    assert 0 == ran.code, ran.output
    assert "" == stack.workspace.run("state", "list").output
    assert [] == stack.client("dynamodb").list_tables()["TableNames"]
    assert [] == stack.client("lambda").list_functions()["Functions"]
    assert [] == stack.client("apigateway").get_rest_apis()["items"]
    assert [] == stack.client("elbv2").describe_load_balancers()["LoadBalancers"]
    clusters = stack.client("ecs").describe_clusters(clusters=["query-service-cluster"])["clusters"]
    assert {"ACTIVE"} != {cluster["status"] for cluster in clusters}  # ECS remembers one for a while
    assert [] == stack.client("logs").describe_log_groups()["logGroups"]
    assert [] == stack.client("ecr").describe_repositories()["repositories"]
