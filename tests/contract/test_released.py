"""Schemathesis runs the released contracts against the current build.

`tools.contract.breaking` compares what the contracts say; this is what a consumer of the release meets.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.contract.fuzz_run import Run
from tests.contract.fuzz_surfaces import SURFACES
from tools.contract.breaking.released import released
from tools.local.stack import Stack

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("node_id")]
contract = schemathesis.pytest.from_fixture("schema")

GATEWAYS: Final = ("public-gateway", "internal-gateway")
Answered = tuple[int, dict[str, str], dict[str, Any]]
Fault = Callable[[Mapping[str, Any], Answered], Answered]


@pytest.fixture(scope="module", params=GATEWAYS)
def run(request: pytest.FixtureRequest, stack: Stack, release: Path) -> Run:
    """Set up a run of the released contract at each gateway, with valid requests only."""
    surface = SURFACES[request.param](stack)
    seed, examples = (request.config.getoption(name) for name in ("seed", "examples"))
    return Run(surface, seed=seed, examples=examples, document=released(surface.contract, release), mode="positive")


@pytest.fixture(scope="module")
def schema(run: Run) -> BaseSchema:
    """Give the released contract to Schemathesis."""
    return run.schema


@contract.parametrize()
def test_the_build_keeps_to_the_release(case: Case, run: Run) -> None:
    """Every valid request of the released contract gets an answer of the released contract."""
    run.exchange(case)


def test_links_of_the_release_lead_to_the_next_page(run: Run) -> None:
    """Links of the released contract can be followed."""
    run.follow_links()


def test_run_reached_every_operation_of_the_release(run: Run) -> None:
    """A run counts only if each operation gave rows, a further page, and the page behind a link."""
    assert [] == [(operation, what) for operation, what in run.expected if not run.seen[operation, what]]


# Builds that break the release although the contract is unchanged.


def without_a_required_field(_asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Leave out a required field."""
    status, headers, page = answered
    return (
        status,
        headers,
        page | {"items": [{k: v for k, v in row.items() if k != "user_id"} for row in page["items"]]},
    )


def with_another_type(_asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Return a text as a number."""
    status, headers, page = answered
    return status, headers, page | {"items": [row | {"transaction_id": 7} for row in page["items"]]}


def with_another_success(_asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Answer with a success that the release does not know."""
    return 202, *answered[1:]


def without_its_request_id(_asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Leave out a header."""
    status, headers, page = answered
    return status, {name: value for name, value in headers.items() if name.lower() != "x-request-id"}, page


def with_a_lower_maximum(asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Refuse a page size that the release allows."""
    return _refused(answered) if (asked.get("limit") or 0) > 10 else answered


def without_null(asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Refuse null for an optional field."""
    return _refused(answered) if None in asked.values() else answered


def without_a_filter(asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Refuse a filter that the release has."""
    return _refused(answered) if asked.get("platform") else answered


def with_a_field_that_is_required(asked: Mapping[str, Any], answered: Answered) -> Answered:
    """Refuse requests without a field that was optional."""
    return answered if "ap_id" in asked else _refused(answered)


def _refused(answered: Answered) -> Answered:
    problem = {"type": "urn:x:invalid_body", "title": "", "status": 400, "detail": "", "code": "invalid_body"}
    headers = answered[1] | {"content-type": "application/problem+json"}
    return 400, headers, problem | {"request_id": headers["x-request-id"]}


FAULTS: Final = (
    without_a_required_field,
    with_another_type,
    with_another_success,
    without_its_request_id,
    with_a_lower_maximum,
    without_null,
    without_a_filter,
    with_a_field_that_is_required,
)


def faulty(url: str, fault: Fault) -> ASGIApp:
    """Return an application that answers like the server at `url`, with a fault in pages."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "accept-encoding")}
        answer = requests.request(request.method, url + request.url.path, data=body, headers=headers, timeout=30)  # noqa: ASYNC210  # one request at a time
        answered: Answered = answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.json()
        if answer.ok and "items" in answered[2]:
            answered = fault(json.loads(body), answered)
        status, kept, document = answered
        kept = {name: value for name, value in kept.items() if name != "content-length"}
        await Response(json.dumps(document), status, kept)(scope, receive, send)

    return app


def consume(stack: Stack, fault: Fault, release: Path) -> None:
    """Run one operation of the released contract against a build with a fault."""
    surface = SURFACES["public-gateway"](stack)
    broken = dataclasses.replace(surface, url="http://broken.invalid", app=faulty(surface.url, fault))
    run = Run(broken, seed=1, examples=1, document=released("public", release), mode="positive")

    @hypothesis.seed(1)
    @hypothesis.settings(max_examples=150, deadline=None, database=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(case=run.schema["/query/user"]["POST"].as_strategy())
    def exchange(case: Case) -> None:
        run.exchange(case)

    exchange()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_build_that_breaks_its_consumers_is_found(stack: Stack, fault: Fault, release: Path) -> None:
    """The run finds a broken build even if the contract is unchanged."""
    with pytest.raises((AssertionError, FailureGroup)):
        consume(stack, fault, release)


def test_a_build_without_a_fault_passes(stack: Stack, release: Path) -> None:
    """The run finds no fault in the current build."""
    consume(stack, lambda _asked, answered: answered, release)
