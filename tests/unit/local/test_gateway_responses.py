"""A gateway response is the document's own for the type, else its default for the class, else AWS's."""

import re
from typing import Any

import pytest

from tests.gateways import NOW
from tools.local.extensions import SpecError
from tools.local.gateway_responses import (
    ACCESS_DENIED,
    BAD_GATEWAY,
    BAD_REQUEST_PARAMETERS,
    INTEGRATION_TIMEOUT,
    INVALID_API_KEY,
    REQUEST_TOO_LARGE,
    GatewayError,
    GatewayResponses,
    Kind,
)
from tools.local.request import GatewayRequest, Request
from tools.local.responses import Response

RECEIVED = GatewayRequest(
    request=Request(
        method="GET",
        path="/v1/items",
        headers=(("host", "api-id.example.com:443"), ("user-agent", "portal/1.0"), ("origin", "https://example.com")),
        source_ip="192.0.2.10",
    ),
    stage="v1",
    path="/items",
    stage_path="/v1/items",
    request_id="request-1",
    extended_request_id="extended-1",
    trace_id="Root=1",
    received=NOW,
)


def render(kind: Kind, section: dict[str, Any], *, message: str | None = None) -> Response:
    """Answer an error with the gateway responses of a section."""
    return GatewayResponses(section).render(GatewayError(kind, message), RECEIVED)


def template(text: str) -> dict[str, Any]:
    """Make a gateway response of a template."""
    return {"responseTemplates": {"application/json": text}}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (BAD_REQUEST_PARAMETERS, b"own"),
        (INVALID_API_KEY, b"4XX"),
        (INTEGRATION_TIMEOUT, b"5XX"),
        (BAD_GATEWAY, b"5XX"),
        (REQUEST_TOO_LARGE, b'{"message":"Request Too Long"}'),
    ],
)
def test_most_special_response_is_taken(kind: Kind, expected: bytes) -> None:
    """The response for the type wins over the default; 413 cannot be changed."""
    section = {
        "BAD_REQUEST_PARAMETERS": template("own"),
        "DEFAULT_4XX": template("4XX"),
        "DEFAULT_5XX": template("5XX"),
        "REQUEST_TOO_LARGE": template("never"),
    }
    assert expected == render(kind, section).body


@pytest.mark.parametrize("status", [418, "418"])
def test_status_of_a_default_is_that_of_every_type_without_its_own(status: str | int) -> None:
    """A status on DEFAULT_4XX replaces the one of each type that it answers for."""
    section = {"DEFAULT_4XX": {"statusCode": status}, "BAD_REQUEST_PARAMETERS": {}}
    assert 418 == render(INVALID_API_KEY, section).status
    assert 400 == render(BAD_REQUEST_PARAMETERS, section).status


def test_response_without_a_template_keeps_the_message() -> None:
    """As recorded: a response with a status only has AWS's own template."""
    got = render(INVALID_API_KEY, {"INVALID_API_KEY": {"statusCode": "401"}}, message='say "please"')
    assert 401 == got.status
    assert b'{"message":"say \\"please\\""}' == got.body
    assert (("content-type", "application/json"), ("x-amzn-errortype", "ForbiddenException")) == got.headers


def test_refusal_by_policy_has_a_capital_letter_only_when_built_in() -> None:
    """AWS writes `Message` for ACCESS_DENIED, unless a document has a response for it."""
    assert b'{"Message":"no"}' == render(ACCESS_DENIED, {}, message="no").body
    assert b'{"message":"no"}' == render(ACCESS_DENIED, {"ACCESS_DENIED": {}}, message="no").body


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("$context.error.messageString", '"not \\"ok\\""'),
        ("$context.requestId", "request-1"),
        ("$context.requestId.", "request-1."),
        ("$5 #if(true)", "$5 #if(true)"),
    ],
)
def test_variables_are_replaced_and_nothing_else(variable: str, expected: str) -> None:
    """Only variables are replaced, by their values as they are."""
    section = {"BAD_REQUEST_PARAMETERS": template(f"<{variable}>")}
    got = render(BAD_REQUEST_PARAMETERS, section, message='not "ok"')
    assert f"<{expected}>".encode() == got.body


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'text/plain; charset=utf-8'", "text/plain; charset=utf-8"),
        ("''", ""),
        ("context.requestId", "request-1"),
    ],
)
def test_response_parameter_sets_a_header(expression: str, expected: str) -> None:
    """A header is a literal in quotes or a variable; it may replace the media type."""
    parameters = {"gatewayresponse.header.Content-Type": expression}
    got = render(BAD_REQUEST_PARAMETERS, {"BAD_REQUEST_PARAMETERS": {"responseParameters": parameters}})
    assert dict(got.headers)["content-type"] == expected


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"TEAPOT": {}}, "TEAPOT: there is no gateway response type of this name"),
        ({"THROTTLED": {"responseType": "THROTTLED"}}, "THROTTLED: responseType is not imitated"),
        ({"THROTTLED": {"responseTemplates": {"text/html": ""}}}, "THROTTLED: text/html is not imitated"),
        ({"THROTTLED": template("$context.stage $context.requestId")}, "THROTTLED: $context.stage is not imitated"),
        (
            {"THROTTLED": template("$util.escapeJavaScript('a')")},
            "THROTTLED: $util.escapeJavaScript is not imitated",
        ),
        (
            {"THROTTLED": {"responseParameters": {"gatewayresponse.path.X": "'a'"}}},
            "THROTTLED: gatewayresponse.path.X is not imitated",
        ),
        (
            {"THROTTLED": {"responseParameters": {"gatewayresponse.header.X": "stageVariables.x"}}},
            "THROTTLED: stageVariables.x is not imitated",
        ),
        (
            {"THROTTLED": {"responseParameters": {"gatewayresponse.header.X": "'a' + 'b'"}}},
            "THROTTLED: 'a' + 'b' is not imitated",
        ),
    ],
)
def test_what_is_not_imitated_is_refused(section: dict[str, Any], message: str) -> None:
    """A gateway response is compiled at the start, so an unknown variable stops the start."""
    with pytest.raises(SpecError, match=f"^{re.escape(f'x-amazon-apigateway-gateway-responses/{message}')}$"):
        GatewayResponses(section)
