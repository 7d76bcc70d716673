"""Schemathesis on both contracts and all surfaces: examples, coverage, fuzzing, links."""

import dataclasses
import sys

import pytest
import requests
import schemathesis
from schemathesis import Case
from schemathesis.schemas import BaseSchema

from tests.contract.fuzz_run import Run
from tests.contract.fuzz_surfaces import SURFACES
from tools.local.stack import Stack

pytestmark = [
    pytest.mark.timeout(3600),  # for as many examples as one asks for
    pytest.mark.usefixtures("node_id"),
]
contract = schemathesis.pytest.from_fixture("schema")

PUBLIC = ("public-gateway", "service")
INTERNAL = ("internal-gateway", "result-lambda")


@pytest.fixture(scope="module", params=SURFACES)
def run(request: pytest.FixtureRequest, stack: Stack) -> Run:
    """Set up the run on each surface in turn."""
    seed, examples = (request.config.getoption(name) for name in ("seed", "examples"))
    return Run(SURFACES[request.param](stack), seed=seed, examples=examples)


@pytest.fixture(scope="module")
def schema(run: Run) -> BaseSchema:
    """Give the contract to Schemathesis."""
    return run.schema


@contract.parametrize()
def test_answers_are_the_contracts(case: Case, run: Run) -> None:
    """A valid request is answered with a page, an invalid one is refused, and every answer is a documented one."""
    run.exchange(case)


def test_links_lead_to_documented_answers(run: Run) -> None:
    """To the next page, from a list to an explanation, and from a count to its list."""
    run.follow_links()


def test_run_reached_every_operation(run: Run) -> None:
    """A run that was never let in, or never saw a row, a further page, or the page behind a link, has shown nothing."""
    sys.stdout.writelines(run.summary())  # shown on failure, and by -rP
    assert [] == [(operation, what) for operation, what in run.expected if not run.seen[operation, what]]


# Cases that the run leaves out.


@pytest.mark.parametrize("name", ["public-gateway", "internal-gateway"])
@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST", "PUT", "TRACE"])
def test_gateway_answers_an_undeclared_method_with_403(stack: Stack, name: str, method: str) -> None:
    """API Gateway has no 405: a method that an API lacks is to it a call without a token for something else."""
    assert (403, "missing_authentication_token") == _refusal(SURFACES[name](stack).send(method, "/health"))


def test_internal_gateway_answers_an_unsigned_request_with_403(stack: Stack) -> None:
    """API Gateway has no 401 for IAM: without a signature a token is missing."""
    unsigned = dataclasses.replace(SURFACES["internal-gateway"](stack), auth=None)
    answer = unsigned.send("POST", "/query/user", {"user_id": "test_user_001"})
    assert (403, "missing_authentication_token") == _refusal(answer)


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("path", ["/query/user", "/query/marketing", "/query/fail", "/query/failures", "/failed"])
def test_made_up_cursor_is_refused(stack: Stack, name: str, path: str) -> None:
    """A cursor that fits its schema is still none if the service did not issue it."""
    key = {"/query/user": "user_id", "/query/marketing": "marketing_id"}.get(path, "transaction_id")
    answer = SURFACES[name](stack).send("POST", path, {key: "tx_002", "cursor": "A" * 120})
    assert (400, "invalid_cursor") == _refusal(answer)


@pytest.mark.parametrize("name", PUBLIC)
def test_cursor_is_refused_beside_other_filters(stack: Stack, name: str) -> None:
    """A filter beside a cursor has to be the one of its query."""
    surface = SURFACES[name](stack)
    first = surface.send("POST", "/query/user", {"user_id": "test_user_001", "platform": ["IOS"], "limit": 1})
    body = {"user_id": "test_user_001", "cursor": first.json()["next_cursor"]}
    assert 200 == surface.send("POST", "/query/user", body).status_code
    assert (400, "invalid_cursor") == _refusal(surface.send("POST", "/query/user", body | {"platform": ["ANDROID"]}))


@pytest.mark.parametrize("name", INTERNAL)
def test_position_in_another_partition_is_refused(stack: Stack, name: str) -> None:
    """A position that fits its schema is still none if it lies in another partition than the query."""
    position = {"user_id": "user_0001", "created_at": "1761998400123"}
    answer = SURFACES[name](stack).send("POST", "/query/user", {"user_id": "test_user_001", "position": position})
    assert (400, "invalid_position") == _refusal(answer)


@pytest.mark.parametrize("name", INTERNAL)
def test_a_time_that_is_too_short_is_no_504_by_itself(stack: Stack, name: str) -> None:
    """It counts as the shortest in which a query can succeed."""
    headers = {"X-Request-Timeout-Ms": "0"}
    answer = SURFACES[name](stack).send("POST", "/query/user", {"user_id": "test_user_001"}, headers=headers)
    assert 200 == answer.status_code


def _refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
