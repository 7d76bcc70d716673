"""Functions that fail, return a malformed result, or do not answer in time."""

import time
from collections.abc import Callable
from typing import Any

from tests.gateway_cases.case import Case, Change, operation


def returns(result: Any) -> Callable[[dict[str, Any], object], Any]:  # noqa: ANN401  # any JSON, or none
    """Make a handler that always returns the same."""
    return lambda _event, _context: result


def fails(_event: dict[str, Any], _context: object) -> None:
    """Fail as a function with a bug."""
    raise LookupError("a bug")


def exits(_event: dict[str, Any], _context: object) -> None:
    """Fail as a function that ends its process."""
    raise SystemExit(1)


def sleeps(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer after everybody gave up."""
    time.sleep(0.3)
    return {"statusCode": 200}


def with_integration(**members: Any) -> Change:  # noqa: ANN401  # any JSON
    """Change the integration."""
    return lambda document: operation(document)["x-amazon-apigateway-integration"].update(members)


def failed(name: str, *, status: int = 502, code: str = "bad_gateway", **members: Any) -> Case:  # noqa: ANN401  # a case's own
    """Make a case of a function that fails."""
    error = "InternalServerErrorException"
    return Case(name=name, status=status, error=error, message="Internal server error", code=code, **members)


def malformed(name: str, result: Any) -> Case:  # noqa: ANN401  # any JSON, or none
    """Make a case of a function with a malformed result."""
    return failed(f"malformed result: {name}", handler=returns(result))


CASES = [
    failed("function raised", handler=fails),
    failed("function ended its process", handler=exits),
    failed("function timed out", handler=sleeps, options={"timeout_seconds": 0.05}),
    failed("function returned no JSON", handler=returns({"statusCode": 200, "body": {1, 2}})),
    failed("function returned a number that JSON lacks", handler=returns({"statusCode": float("nan")})),
    failed("function returned bytes", handler=returns({"statusCode": 200, "body": b"{}"})),
    failed("function returned too much", handler=returns({"body": "a" * 6_291_556})),
    malformed("nothing", None),
    malformed("a string", "justAString"),
    malformed("a list", []),
    malformed("an unknown member", {"statusCode": 200, "wrongValue": "value"}),
    malformed("cookies of HTTP APIs", {"statusCode": 200, "cookies": []}),
    malformed("status in words", {"statusCode": "test"}),
    malformed("status below 200", {"statusCode": 101}),
    malformed("status above 599", {"statusCode": 600}),
    malformed("status as a fraction", {"statusCode": 200.5}),
    malformed("status as a boolean", {"statusCode": True}),
    malformed("headers as a list", {"headers": ["a"]}),
    malformed("header as a number", {"headers": {"a": 1}}),
    malformed("header that splits the answer", {"headers": {"a": "1\r\nb: 2"}}),
    malformed("header with a name that is none", {"headers": {"a b": "1"}}),
    malformed("body as an object", {"statusCode": 200, "body": {"a": 1}}),
    malformed("encoding as a word", {"statusCode": 200, "body": "", "isBase64Encoded": "false"}),
    Case(
        name="integration timeout",
        change=with_integration(timeoutInMillis=50),
        handler=sleeps,
        status=504,
        error="InternalServerErrorException",
        message="Endpoint request timed out",
        code="gateway_timeout",
    ),
]
