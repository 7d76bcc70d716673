"""The answers that API Gateway gives itself: a problem document for each of its response types."""

import json
import re
from collections.abc import Iterator

from openapi_schema_validator import OAS30Validator

from tools.contract.rules.place import Document, Found, Node, Rule

SECTION = "x-amazon-apigateway-gateway-responses"

# Each type has its own status here. A statusCode of a default reaches every type that has none, so the defaults are
# left with failures of a function (DEFAULT_5XX) and with types that AWS may add.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
_TYPES = {
    400: ("BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX"),
    401: ("UNAUTHORIZED",),
    403: (
        "ACCESS_DENIED",
        "EXPIRED_TOKEN",
        "INVALID_API_KEY",
        "INVALID_SIGNATURE",
        "MISSING_AUTHENTICATION_TOKEN",
        "WAF_FILTERED",
    ),
    404: ("RESOURCE_NOT_FOUND",),
    413: ("REQUEST_TOO_LARGE",),
    415: ("UNSUPPORTED_MEDIA_TYPE",),
    429: ("QUOTA_EXCEEDED", "THROTTLED"),
    500: ("API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE"),
    502: ("DEFAULT_5XX",),
    504: ("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"),
}
STATUSES = {name: status for status, names in _TYPES.items() for name in names}
_HEADERS = {
    "gatewayresponse.header.Content-Type": "'application/problem+json'",
    "gatewayresponse.header.X-Request-Id": "context.requestId",
    # Without these a browser hides the answer from the page (CORS).
    "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
    "gatewayresponse.header.Access-Control-Expose-Headers": "'Deprecation,Link,Retry-After,Sunset,X-Request-Id'",
    # As in the answers of every other hop (common/security.py). A mapping cannot express a value with quotes.
    "gatewayresponse.header.Cache-Control": "'no-store'",
    "gatewayresponse.header.Strict-Transport-Security": "'max-age=31536000'",
    "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
}
_RETRY_AFTER = "gatewayresponse.header.Retry-After"
_TOO_MANY_REQUESTS = 429
# The variables that a template may use, with a sample value. `messageString` has its own quotes.
_VARIABLES = {
    "$context.error.messageString": '"Invalid request body"',
    "$context.requestId": "7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21",
}


def gateway_response_types(document: Document) -> Found:
    """Ask for every response type, and for none that does not exist."""
    present = document.get(SECTION, {})
    for name in sorted(set(STATUSES) - set(present)):
        yield (SECTION,), f"add {name}, or its callers get an answer that is no problem document"
    for name in sorted(set(present) - set(STATUSES)):
        yield (SECTION, name), "correct the name: API Gateway has no such response type"


def gateway_response_status(document: Document) -> Found:
    """Ask for each type's status, so that no default changes it."""
    for name, response in _responses(document):
        if response.get("statusCode") != str(STATUSES[name]):
            yield (SECTION, name, "statusCode"), f"write '{STATUSES[name]}'; without one the default's would apply"


def gateway_response_headers(document: Document) -> Found:
    """Ask for the headers that every problem document has."""
    for name, response in _responses(document):
        place, headers = (SECTION, name, "responseParameters"), response.get("responseParameters", {})
        for header, value in _HEADERS.items():
            if headers.get(header) != value:
                yield place, f"set {header} to {value}"
        if STATUSES[name] == _TOO_MANY_REQUESTS and not re.fullmatch(r"'\d+'", headers.get(_RETRY_AFTER, "")):
            yield place, f"set {_RETRY_AFTER} to the seconds to wait, in single quotes"


def gateway_response_body(document: Document) -> Found:
    """Ask for a template that becomes a Problem with the status of its type."""
    for name, response in _responses(document):
        place = (SECTION, name, "responseTemplates", "application/json")
        text = _render(response.get("responseTemplates", {}).get("application/json", ""))
        if "$" in text:
            yield place, f"use no variables but {' and '.join(_VARIABLES)}: their values keep the JSON valid"
            continue
        for sentence in _problem_faults(document, text, STATUSES[name]):
            yield place, sentence


def _problem_faults(document: Document, text: str, status: int) -> Iterator[str]:
    try:
        problem = json.loads(text)
    except json.JSONDecodeError as exc:
        yield f"make it JSON once the variables are filled in: {exc}"
        return
    validator = OAS30Validator({"$ref": "#/components/schemas/Problem", "components": document["components"]})
    wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(problem)]
    yield from (f"make it a Problem: {fault}" for fault in wrong)
    if wrong:
        return
    if problem["status"] != status:
        yield f"write the status of the answer, {status}, into the body"
    if not problem["type"].endswith(f":{problem['code']}"):
        yield "let `type` end with `code`"


def _responses(document: Document) -> Iterator[tuple[str, Node]]:
    for name, response in document.get(SECTION, {}).items():
        if name in STATUSES:
            yield name, response


def _render(template: str) -> str:
    for variable, value in _VARIABLES.items():
        template = template.replace(variable, value)
    return template


RULES: dict[str, Rule] = {
    "gateway-response-types": gateway_response_types,
    "gateway-response-status": gateway_response_status,
    "gateway-response-headers": gateway_response_headers,
    "gateway-response-body": gateway_response_body,
}
