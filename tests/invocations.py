"""Invokes a function as API Gateway does, and takes its answer as API Gateway would."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from common.logs import JsonFormatter
from tools.local.functions import MAX_PAYLOAD_BYTES

GATEWAY_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

Handler = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context that a function reads."""

    milliseconds: int = 27_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the call."""
        return self.milliseconds


@dataclass(frozen=True)
class Answered:
    """An answer with header names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401  # any JSON
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> tuple[int, str]:
        """The status and the code of a problem document."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.status == self.body["status"]
        assert self.headers["x-request-id"] == self.body["request_id"]
        return self.status, self.body["code"]


def proxy_event(
    method: str, resource: str, body: object = None, headers: Mapping[str, str] | None = None, **fields: object
) -> dict[str, Any]:
    """Return the event of a REST API's proxy integration; a `body` that is no text is sent as JSON.

    `fields` are put in the place of the event's own.
    """
    sent = {"Content-Type": "application/json"} if headers is None else dict(headers)
    return {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": GATEWAY_ID,
            "stage": "v1",
            "resourcePath": resource,
            "httpMethod": method,
            "protocol": "HTTP/1.1",
            "path": f"/v1{resource}",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "test"},
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
        **fields,
    }


def invoke(handler: Handler, event: object, context: object = Context()) -> Answered:
    """Return what the function answers, which has to be what API Gateway takes, or it would answer 502."""
    result = handler(event, context)
    assert {"statusCode", "headers", "body"} == set(result)
    assert isinstance(result["statusCode"], int)
    assert isinstance(result["body"], str)
    assert {str} == {type(part) for header in result["headers"].items() for part in header}
    assert all(value.isprintable() for value in result["headers"].values())
    headers = {name.lower(): value for name, value in result["headers"].items()}
    assert len(headers) == len(result["headers"])
    json.dumps(result, ensure_ascii=False).encode()
    assert len(json.dumps(result)) <= MAX_PAYLOAD_BYTES
    return Answered(result["statusCode"], headers, result["body"])


@contextmanager
def logged(hop: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Collect the log lines of `hop`, as a function writes them, while the context lasts."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger(hop)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


@contextmanager
def own_logging() -> Iterator[None]:
    """Let the block set up the process's logging, and put back what was there."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
