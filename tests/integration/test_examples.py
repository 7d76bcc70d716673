"""The contracts' example responses are those of the sample rows."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.fuzz_surfaces import SURFACES
from tools.contract.bundle import NAMES, bundle, operations
from tools.local.stack import Stack

CONTRACTS = {f"{name}-gateway": bundle(name) for name in NAMES}
# Values that differ in each run.
OPEN = {"next_cursor", "request_id"}


def examples(document: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of a request or an answer by name, references followed."""
    (content,) = body["content"].values()
    shown = content.get("examples", {})
    return {name: document["components"]["examples"].get(_key(each), each)["value"] for name, each in shown.items()}


def _key(example: dict[str, Any]) -> str:
    return str(example.get("$ref", "")).rpartition("/")[2]


def pairs() -> Iterator[Any]:
    """Yield gateway, path, request and response of each example: a page, or a problem of status 400."""
    for gateway, document in CONTRACTS.items():
        for key, operation in operations(document).items():
            if "requestBody" not in operation:
                continue
            asked, responses = examples(document, operation["requestBody"]), operation["responses"]
            refusal = responses["400"]
            problems = examples(document, document["components"]["responses"].get(_key(refusal), refusal))
            answered = problems | examples(document, responses["200"])
            assert asked.keys() <= answered.keys(), key
            for name, body in asked.items():
                named = f"{gateway}-{operation['operationId']}-{name}"
                yield pytest.param(gateway, key.partition(" ")[2], body, answered[name], id=named)


def settled(answer: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return a response without the values that differ in each run."""
    return {name: "..." if name in OPEN else value for name, value in answer.items()}


@pytest.mark.parametrize(("gateway", "path", "body", "answer"), list(pairs()))
def test_example_is_the_answer_to_the_request_of_its_name(
    stack: Stack, gateway: str, path: str, body: dict[str, Any], answer: dict[str, Any]
) -> None:
    """An example on the docs page gets the response that the page shows."""
    assert settled(answer) == settled(SURFACES[gateway](stack).send("POST", path, body).json())


@pytest.mark.parametrize("gateway", CONTRACTS)
def test_example_of_a_refusal_is_a_refusal(stack: Stack, gateway: str) -> None:
    """A limit of 1000, as in its summary."""
    shown = CONTRACTS[gateway]["components"]["examples"]["InvalidBody"]["value"]
    answer = SURFACES[gateway](stack).send("POST", "/query/user", {"user_id": "test_user_001", "limit": 1000})
    assert settled(shown) == settled(answer.json())
