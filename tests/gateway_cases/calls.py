"""Requests to no operation, without a valid key, with a missing part, or over a size limit."""

from dataclasses import replace
from typing import Any

from tests.gateway_cases.case import PUBLIC, Case, operation, with_header
from tests.gateways import Sent


def with_parameters(document: dict[str, Any]) -> None:
    """Require headers, in another order than the one of the message."""
    operation(document)["parameters"] = [
        {"name": "tenant", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "area", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "hint", "in": "header", "required": False, "schema": {"type": "string"}},
    ]


def refused(name: str, sent: Sent) -> Case:
    """Make a case of a call that AWS takes for an unsigned one."""
    error = "MissingAuthenticationTokenException"
    message = "Missing Authentication Token"
    code = "missing_authentication_token"
    return Case(name=name, sent=sent, status=403, error=error, message=message, code=code)


def forbidden(name: str, sent: Sent, *, code: str | None = "forbidden") -> Case:
    """Make a case of a call without a valid key, or to no stage at all."""
    return Case(name=name, sent=sent, status=403, error="ForbiddenException", message="Forbidden", code=code)


def bad_parameters(name: str, sent: Sent, names: str) -> Case:
    """Make a case of required parameters that are not there."""
    return Case(
        name=name,
        sent=sent,
        change=with_parameters,
        status=400,
        error="BadRequestException",
        message=f"Missing required request parameters: [{names}]",
        code="invalid_parameters",
    )


def too_large(name: str, sent: Sent, *, status: int, error: str, message: str) -> Case:
    """Make a case of a request that is refused for its size, before any document."""
    return Case(name=name, sent=sent, status=status, error=error, message=message, code=None)


CASES = [
    refused("unknown path", replace(PUBLIC, path="/v1/unknown")),
    refused("path of the stage alone", replace(PUBLIC, path="/v1")),
    refused("path below an operation", replace(PUBLIC, path="/v1/query/user/1")),
    refused("path above an operation", replace(PUBLIC, path="/v1/query")),
    refused("path in another case", replace(PUBLIC, path="/v1/Query/user")),
    refused("wrong method", replace(PUBLIC, method="GET")),
    refused("HEAD where there is only GET", Sent(method="HEAD", path="/v1/openapi.json")),
    refused("method overridden", with_header(replace(PUBLIC, method="GET"), "x-http-method-override", "POST")),
    forbidden("unknown stage", replace(PUBLIC, path="/v2/query/user"), code=None),
    forbidden("no stage", replace(PUBLIC, path="/"), code=None),
    forbidden("no key", replace(PUBLIC, headers=())),
    forbidden("wrong key", with_header(PUBLIC, "x-api-key", "key-of-nobody")),
    forbidden("key in another case", with_header(PUBLIC, "x-api-key", "KEY-OF-THE-PORTAL")),
    forbidden("empty key", with_header(PUBLIC, "x-api-key", "")),
    forbidden("disabled key", with_header(PUBLIC, "x-api-key", "key-of-the-past")),
    forbidden("key in the query string", replace(PUBLIC, headers=(), query="x-api-key=key-of-the-portal")),
    bad_parameters("no parameters", PUBLIC, "area, tenant"),
    bad_parameters("one parameter missing", with_header(PUBLIC, "tenant", "a"), "area"),
    bad_parameters("blank parameters", with_header(with_header(PUBLIC, "tenant", " "), "area", ""), "area, tenant"),
    too_large(
        "body of more than 10 MB",
        replace(PUBLIC, body=b" " * (10 * 1024 * 1024 + 1)),
        status=413,
        error="RequestTooLargeException",
        message="Request Too Long",
    ),
    too_large(
        "event of more than 6 MiB",
        replace(PUBLIC, body=b'"' * 3_145_700),
        status=413,
        error="RequestTooLargeException",
        message="Request Too Long",
    ),
    too_large(
        "headers of more than 10,240 bytes",
        with_header(PUBLIC, "x-large", "a" * 10_240),
        status=431,
        error="BadRequestException",
        message="Request Header Fields Too Large",
    ),
    too_large(
        "URL of more than 10,240 bytes",
        replace(PUBLIC, query="a" * 10_240),
        status=414,
        error="BadRequestException",
        message="Request URI too long",
    ),
]
