"""The chain under AWS's rules: Terraform's roles and policies decide each call between the functions as packaged.

ministack plays AWS. Other files test what it does not enforce: keys and endpoint policies in test_policies.py,
security groups in test_reachability.py.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.infra.chain import (
    KEY_IDS,
    OTHER,
    PYTHON,
    QUERIES,
    TASK,
    Chain,
    apply,
    ministack,
    removed,
    service,
    stage,
    without_indexes,
)
from tests.infra.conftest import STACK_SECONDS
from tests.infra.stack import Stack
from tests.infra.workspace import CREDENTIALS, REGION, Workspace
from tests.requirements import not_tested
from tools.local.sample import sample_rows

pytestmark = pytest.mark.timeout(STACK_SECONDS)
ROWS = 2_000
ALL = set(QUERIES)
BY_API = (403, None)  # before the function
BY_PERMISSION = (500, None)  # API Gateway may not call the function
BY_FUNCTION = (500, "internal_error")  # the function's own answer


@pytest.fixture(scope="module")
def chain(terraform: None, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:  # noqa: ARG001  # skips
    """Apply the stack on ministack, load sample rows, and start the service."""
    if not PYTHON.with_name("ministack").is_file():
        not_tested("the chain under AWS's rules", "`make judge` installs ministack into .cache/ministack")
    folder = tmp_path_factory.mktemp("chain")
    log = folder / "service.log"
    with ExitStack() as running:
        url = running.enter_context(ministack(folder))
        workspace = Workspace(folder / "copy", url)
        shutil.copytree(packages, workspace.dist)
        stack = Stack(workspace)
        apply(stack)
        keys = {name.lower(): value for name, value in CREDENTIALS.items()}
        tables = boto3.resource("dynamodb", region_name=REGION, endpoint_url=url, **keys)
        with tables.Table("notification-records").batch_writer(overwrite_by_pkeys=["user_id", "created_at"]) as table:
            for row in islice(sample_rows(), ROWS):
                table.put_item(Item=row)
        address = running.enter_context(service(stack, url, log))
        # ministack resolves no name of a private zone.
        settings = stack.client("lambda").get_function_configuration(FunctionName="query-lambda")["Environment"]
        settings["Variables"]["SERVICE_URL"] = address
        stack.client("lambda").update_function_configuration(FunctionName="query-lambda", Environment=settings)
        key = stack.client("apigateway").get_api_keys(includeValues=True)["items"][0]["value"]
        yield Chain(stack, url, key, log)


def test_the_queries_are_answered_with_what_terraform_made(chain: Chain) -> None:
    """Each answer has rows, read by the roles of the functions and of the task."""
    assert (ALL, set()) == chain.ask()


Taken = Callable[[Chain], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("taken", "answered", "refused"),
    [
        (lambda chain: chain.permission("query-lambda"), set(), set()),
        (lambda chain: chain.permission("query-result-lambda"), set(), {BY_PERMISSION}),
        (lambda chain: chain.role("query-result-lambda", "QueryRecords", removed), set(), {BY_FUNCTION}),
        (
            lambda chain: chain.role("query-result-lambda", "QueryRecords", without_indexes),
            {"/query/user"},
            {BY_FUNCTION},
        ),
        # Within an account either policy is enough: the next test takes both.
        (lambda chain: chain.role(TASK, "CallInternalApi", removed), ALL, set()),
        (lambda chain: chain.internal_policy("OnlyTheServiceQueries"), ALL, set()),
    ],
    ids=[
        "the public API calls query-lambda",
        "the internal API calls query-result-lambda",
        "query-result-lambda queries",
        "query-result-lambda queries indexes",
        "the task calls the internal API, by its role alone",
        "the task calls the internal API, by its policy alone",
    ],
)
def test_without_a_permission_its_hop_alone_fails(
    chain: Chain, taken: Taken, answered: set[str], refused: set[tuple[int, str | None]]
) -> None:
    """Queries that need it fail there; with it, all are answered again."""
    with taken(chain):
        assert (answered, refused) == chain.ask()
    assert (ALL, set()) == chain.ask()


def test_the_service_is_refused_if_neither_policy_allows_it(chain: Chain) -> None:
    """The internal API answers 403 before its function."""
    with chain.role(TASK, "CallInternalApi", removed), chain.internal_policy("OnlyTheServiceQueries"):
        assert (set(), {BY_API}) == chain.ask()
    assert (ALL, set()) == chain.ask()


@pytest.mark.parametrize(("role", "status"), [(TASK, 200), (OTHER, 403)])
def test_another_role_of_the_account_may_not_query(chain: Chain, role: str, status: int) -> None:
    """The internal API answers the task alone, even if the other role has policies that allow the call."""
    url = f"{stage(chain.stack, chain.url, 'internal')}/query/user"
    body = json.dumps(QUERIES["/query/user"])
    request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json"})
    SigV4Auth(Credentials(KEY_IDS[role], "test", "test"), "execute-api", REGION).add_auth(request)
    answer = httpx.post(url, content=body, headers=dict(request.headers), timeout=60, trust_env=False)
    assert status == answer.status_code, answer.text
