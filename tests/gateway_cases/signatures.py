"""Requests to the private API with a bad signature, or from a signer that the policy refuses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.gateway_cases.case import INTERNAL, SIGNED, Case, with_header
from tests.gateways import FOREIGN, NOW, REGION, TASK, Sent, sign

MISMATCH = "The request signature we calculated does not match the signature you provided."
ARN = f"arn:aws:execute-api:{REGION}:********3333:api-id/v1"
SIGNATURE = dict(SIGNED.headers)["authorization"]
INCOMPLETE = "Incomplete signature"


def missing(name: str, sent: Sent) -> Case:
    """Make a case of a call without credentials."""
    error = "MissingAuthenticationTokenException"
    message = "Missing Authentication Token"
    code = "missing_authentication_token"
    return Case(name=name, api="internal", sent=sent, status=403, error=error, message=message, code=code)


def incomplete(name: str, sent: Sent, api: str = "internal") -> Case:
    """Make a case of an `Authorization` header without a valid signature."""
    error = "IncompleteSignatureException"
    return Case(name=name, api=api, sent=sent, status=403, error=error, message=INCOMPLETE, code="invalid_signature")


def invalid(name: str, sent: Sent, message: str = MISMATCH, error: str = "InvalidSignatureException") -> Case:
    """Make a case of an invalid signature."""
    return Case(
        name=name, api="internal", sent=sent, status=403, error=error, message=message, code="invalid_signature"
    )


def denied(name: str, sent: Sent, message: str, **members: Any) -> Case:  # noqa: ANN401  # a case's own
    """Make a case of a caller that the policy refuses."""
    error = "AccessDeniedException"
    return Case(
        name=name, api="internal", sent=sent, status=403, error=error, message=message, code="access_denied", **members
    )


def authorization(value: str, sent: Sent = SIGNED) -> Sent:
    """Send another `Authorization` header."""
    return with_header(sent, "authorization", value)


CASES = [
    missing("unknown path, private", replace(SIGNED, path="/v1/unknown")),
    missing("unsigned", INTERNAL),
    incomplete("unknown path with a bearer token", authorization("Bearer abc", Sent(path="/v1/unknown")), "public"),
    incomplete("bearer token", authorization("Bearer abc")),
    incomplete("signature without a date", authorization(SIGNATURE, INTERNAL)),
    incomplete("no algorithm", authorization(SIGNATURE.partition(" ")[2])),
    incomplete("another algorithm", authorization(SIGNATURE.replace("SHA256", "SHA512", 1))),
    missing(
        "signed GET with a method override",
        with_header(sign(replace(INTERNAL, method="GET")), "x-http-method-override", "POST"),
    ),
    invalid("wrong secret", sign(INTERNAL, replace(TASK, secret_key="guessed"))),
    invalid("tampered body", replace(SIGNED, body=b'{"user_id": "test_user_002"}')),
    invalid("tampered path", replace(SIGNED, path="/v1/query/fail")),
    invalid("tampered query string", replace(SIGNED, query="limit=1")),
    invalid("tampered header", with_header(SIGNED, "content-type", "text/plain")),
    invalid("other host", with_header(SIGNED, "host", "other.example.com")),
    invalid("body hash of another body", sign(with_header(INTERNAL, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"))),
    invalid("signature cut short", authorization(SIGNATURE[:-1])),
    invalid("host not signed", authorization(SIGNATURE.replace("host;", ""))),
    invalid("old date", sign(INTERNAL, at=NOW - timedelta(minutes=6))),
    invalid("future date", sign(INTERNAL, at=NOW + timedelta(minutes=6))),
    invalid("date in another format", with_header(SIGNED, "x-amz-date", "20261126 15:09")),
    invalid("date of another day", with_header(SIGNED, "x-amz-date", "20261127T000000Z")),
    invalid("other region", sign(INTERNAL, region="eu-west-1")),
    invalid("other service", authorization(SIGNATURE.replace("execute-api", "lambda"))),
    invalid(
        "credential without a scope",
        authorization(SIGNATURE.replace(f"/20261126/{REGION}/execute-api/aws4_request", "")),
    ),
    invalid(
        "unknown access key",
        sign(INTERNAL, replace(TASK, access_key="unknown-key")),
        "The security token included in the request is invalid.",
        "UnrecognizedClientException",
    ),
    invalid(
        "no session token",
        sign(INTERNAL, replace(TASK, session_token=None)),
        "The security token included in the request is invalid.",
        "UnrecognizedClientException",
    ),
    denied(
        "role that the policy does not name",
        sign(INTERNAL, FOREIGN),
        "User: arn:aws:sts::111122223333:assumed-role/reporting/local is not authorized to perform: "
        f"execute-api:Invoke on resource: {ARN}/POST/query/user with an explicit deny",
    ),
    denied(
        "other VPC endpoint",
        SIGNED,
        "User: arn:aws:sts::111122223333:assumed-role/query-service-task/task-1 is not authorized to perform: "
        f"execute-api:Invoke on resource: {ARN}/POST/query/user with an explicit deny",
        options={"vpc_endpoint_id": "vpce-other"},
    ),
    denied(
        "anybody through another VPC endpoint",
        Sent(),
        "User: anonymous is not authorized to perform: "
        f"execute-api:Invoke on resource: {ARN}/GET/health with an explicit deny",
        options={"vpc_endpoint_id": "vpce-other"},
    ),
]
