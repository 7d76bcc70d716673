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
    """Return the addresses that an apply destroyed and made anew, and fail if it did only one of the two."""
    made, gone = (
        set(re.findall(rf"^(\S+)(?: \(deposed .*\))?: {verb}\.\.\.", output, re.MULTILINE))
        for verb in ("Creating", "Destroying")
    )
    assert made == gone
    return made


@pytest.mark.usefixtures("terraform")
def test_the_configuration_is_formatted() -> None:
    """`terraform fmt` has nothing to do."""
    command = ["terraform", "fmt", "-check", "-recursive", "-list=true", str(ROOT / "infra")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own arguments
    assert (0, "") == (done.returncode, done.stdout)


def test_the_configuration_is_valid(stack: Stack) -> None:
    """`terraform validate` says so."""
    assert "Success! The configuration is valid." in stack.steps["validate"].output


def test_the_whole_stack_applies(stack: Stack) -> None:
    """An empty account gets all of it at once, and nothing is changed on the way."""
    assert re.search(r"Apply complete! Resources: \d{3} added, 0 changed, 0 destroyed\.", stack.steps["apply"].output)


@pytest.mark.parametrize("step", ["plan", "plan after update"])
def test_a_second_plan_is_empty(stack: Stack, step: str) -> None:
    """What AWS tells of the stack is what the configuration says."""
    assert 0 == stack.steps[step].code, stack.steps[step].output


def test_an_update_changes_the_image_and_the_contract_and_nothing_else(stack: Stack) -> None:
    """A release replaces the task definition and the deployment, and points the service and the stage at them."""
    output = stack.steps["update"].output
    api = "module.public_api.aws_api_gateway"
    assert {f"{api}_deployment.this", "module.service.aws_ecs_task_definition.this"} == replaced(output)
    assert {f"{api}_rest_api.this", f"{api}_stage.this", "module.service.aws_ecs_service.this"} == changed(output)


def test_the_state_is_encrypted_in_its_bucket(stack: Stack) -> None:
    """The backend is S3, at the key that environments/dev.s3.tfbackend names."""
    assert "AES256" == stack.client("s3").head_object(Bucket=STATE_BUCKET, Key=STATE)["ServerSideEncryption"]


def test_two_can_not_change_the_stack_at_once(stack: Stack) -> None:
    """Whoever holds the lock in the bucket keeps others out."""
    s3 = stack.client("s3")
    s3.put_object(Bucket=STATE_BUCKET, Key=f"{STATE}.tflock", Body=b'{"ID": "held", "Who": "somebody else"}')
    try:
        refused = stack.workspace.run("plan", *variables(NOW))
    finally:
        s3.delete_object(Bucket=STATE_BUCKET, Key=f"{STATE}.tflock")
    assert 1 == refused.code
    assert "Error acquiring the state lock" in refused.output


def test_the_guides_commands_work_as_printed(stack: Stack) -> None:
    """Its three variables are all that has to be said; that `latest` is a poor tag is said, and is no error."""
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
    """With deletion protection off, as in dev, the whole of it goes; it is the last test that needs the stack."""
    ran = stack.workspace.run("destroy", "-auto-approve", *variables(NOW), seconds=180)
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
