"""A mock made of the consumers' document (Prism): its answers agree with themselves, for every declared status."""

import subprocess
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from lab.processes import free_port
from tests.contract.consumer_tools import INSTALLED, installed
from tools.contract.bundle import operations
from tools.contract.consumers import consumers_document, consumers_text
from tools.local.servers import wait_until_healthy

pytestmark = pytest.mark.timeout(300)
DOCUMENT: Final = consumers_document()


class Declared(NamedTuple):
    """An answer that the document declares, and the name of one of its examples; None if it has one without a name."""

    operation: str
    status: str
    example: str | None

    @property
    def preference(self) -> dict[str, str]:
        """The header that asks a mock for this answer."""
        named = "" if self.example is None else f", example={self.example}"
        return {"Prefer": f"code={self.status}{named}"}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference refers to, or the node itself."""
    if "$ref" in node:
        _, section, name = node["$ref"].removeprefix("#/").split("/")
        found: dict[str, Any] = DOCUMENT["components"][section][name]
        return found
    return node


def declared() -> Iterator[Declared]:
    """Yield all answers; nobody can ask for `default`, which has no status."""
    for key, operation in operations(DOCUMENT).items():
        for status, response in operation["responses"].items():
            for content in resolved(response)["content"].values():
                if status != "default":
                    yield from (Declared(key, status, name) for name in content.get("examples", [None]))


def valid_body(operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return the first example of a request, if the operation takes a body."""
    if "requestBody" not in operation:
        return None
    examples = resolved(operation["requestBody"])["content"]["application/json"]["examples"]
    value: dict[str, Any] = resolved(next(iter(examples.values())))["value"]
    return value


def errors(schema: dict[str, Any], value: object) -> list[str]:
    """Return what is wrong with a value."""
    validator = OAS30Validator({**schema, "components": DOCUMENT["components"]})
    return [error.message for error in validator.iter_errors(value)]


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Run the mock, and give a client of it."""
    installed()
    path = tmp_path_factory.mktemp("mock") / "push-records.openapi.json"
    path.write_text(consumers_text(), encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(  # noqa: S603  # of the lock file
        [INSTALLED / "node_modules/.bin/prism", "mock", "--port", str(port), "--errors", path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_until_healthy("mock", f"{url}/health")
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
                yield client
        finally:
            process.kill()


def asked(mock: httpx.Client, wanted: Declared) -> httpx.Response:
    """Ask for an answer with a valid request."""
    method, path = wanted.operation.split()
    body = valid_body(operations(DOCUMENT)[wanted.operation])
    headers = {"x-api-key": "any", **wanted.preference}
    return mock.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("operation", operations(DOCUMENT))
def test_a_mocked_answer_agrees_with_itself(mock: httpx.Client, operation: str) -> None:
    """The status, the headers and the body are of one answer, and fit the document."""
    for wanted in (each for each in declared() if each.operation == operation):
        answer = asked(mock, wanted)
        response = resolved(operations(DOCUMENT)[operation]["responses"][wanted.status])
        assert (wanted.status, wanted) == (str(answer.status_code), wanted), answer.text
        media_type = answer.headers["content-type"].partition(";")[0]
        assert ([], wanted) == (errors(response["content"][media_type]["schema"], answer.json()), wanted)
        assert ([], wanted) == ([name for name in response["headers"] if name not in answer.headers], wanted)
        if answer.is_error:
            problem = answer.json()
            assert (problem["status"], problem["request_id"]) == (answer.status_code, answer.headers["x-request-id"])
            assert problem["type"].endswith(f":{problem['code']}")
        if "retry-after" in answer.headers:
            assert int(answer.headers["retry-after"]) > 0


def test_a_mock_refuses_what_the_document_does_not_allow(mock: httpx.Client) -> None:
    """So an answer of the mock shows that the request was a valid one."""
    key = {"x-api-key": "any"}
    assert mock.post("/query/user", json={"user_id": "test_user_001"}, headers=key).is_success
    assert mock.post("/query/user", json={"user_id": "", "limit": "ten"}, headers=key).is_client_error
    assert mock.post("/query/user", json={"user_id": "test_user_001"}).is_client_error
