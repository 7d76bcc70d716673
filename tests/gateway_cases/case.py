"""A case: a request to a gateway, and the response that API Gateway gives by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.gateways import Handler, Sent, sign

PUBLIC = Sent(
    method="POST",
    path="/v1/query/user",
    headers=(("x-api-key", "key-of-the-portal"), ("content-type", "application/json")),
    body=b'{"user_id": "test_user_001"}',
)
INTERNAL = replace(PUBLIC, headers=(("content-type", "application/json"),))
SIGNED = sign(INTERNAL)

Change = Callable[[dict[str, Any]], None]


def answer_ok(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with 200."""
    return {"statusCode": 200, "body": "{}"}


def with_header(sent: Sent, name: str, value: str) -> Sent:
    """Set a header of a request."""
    return replace(sent, headers=(*((key, old) for key, old in sent.headers if key != name), (name, value)))


def operation(document: dict[str, Any]) -> dict[str, Any]:
    """Find the operation that the cases call."""
    found: dict[str, Any] = document["paths"]["/query/user"]["post"]
    return found


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request and its answer; without a `code` no document can change the answer."""

    name: str
    status: int
    error: str
    message: str
    code: str | None
    api: str = "public"
    sent: Sent = PUBLIC
    change: Change = lambda _document: None
    handler: Handler = answer_ok
    options: Mapping[str, Any] = field(default_factory=dict)
