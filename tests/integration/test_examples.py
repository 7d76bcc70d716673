"""The contract's example responses are those of the sample rows."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tools.contract.bundle import bundle, operations

PUBLIC = bundle("public")
# Values that differ in each run.
OPEN = {"next_cursor", "request_id"}


def examples(body: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of a request or an answer by name, references followed."""
    (content,) = body["content"].values()
    shown = content.get("examples", {})
    return {name: PUBLIC["components"]["examples"].get(_key(each), each)["value"] for name, each in shown.items()}


def _key(example: dict[str, Any]) -> str:
    return str(example.get("$ref", "")).rpartition("/")[2]


def pairs() -> Iterator[Any]:
    """Yield each query's path, the request of an example, and its response: a page, or a problem of status 400."""
    for key, operation in operations(PUBLIC).items():
        if "requestBody" in operation:
            asked, responses = examples(operation["requestBody"]), operation["responses"]
            refusal = responses["400"]
            problems = examples(PUBLIC["components"]["responses"].get(_key(refusal), refusal))
            answered = problems | examples(responses["200"])
            assert asked.keys() <= answered.keys(), key
            for name, body in asked.items():
                yield pytest.param(key.partition(" ")[2], body, answered[name], id=f"{operation['operationId']}-{name}")


def settled(answer: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return a response without the values that differ in each run."""
    return {name: "..." if name in OPEN else value for name, value in answer.items()}


@pytest.mark.parametrize(("path", "body", "answer"), list(pairs()))
def test_example_is_the_answer_to_the_request_of_its_name(
    public: httpx.Client, path: str, body: dict[str, Any], answer: dict[str, Any]
) -> None:
    """An example on the docs page gets the response that the page shows."""
    assert settled(answer) == settled(public.post(path, json=body).json())


def test_example_of_a_refusal_is_a_refusal(public: httpx.Client) -> None:
    """A limit of 1000, as in its summary."""
    shown = PUBLIC["components"]["examples"]["InvalidBody"]["value"]
    answer = public.post("/query/user", json={"user_id": "test_user_001", "limit": 1000})
    assert settled(shown) == settled(answer.json())
