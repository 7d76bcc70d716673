"""The integrations that are imitated are a proxy to a Lambda function and a constant mock."""

import re
from typing import Any

import pytest

from tools.local.extensions import SpecError
from tools.local.integrations import Mock, Proxy, parse

URI = (
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-west-1:111122223333:function:query-lambda/invocations"
)
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}
ORIGIN = "method.response.header.Access-Control-Allow-Origin"
MOCK: dict[str, Any] = {
    "type": "mock",
    "passthroughBehavior": "never",
    "requestTemplates": {"application/json": '{"statusCode": 204}'},
    "responses": {"default": {"statusCode": "204", "responseParameters": {ORIGIN: "'*'"}}},
}


def test_uri_names_the_function() -> None:
    """Function, region and account are read from the uri; 29 s are the time limit of AWS."""
    expected = Proxy(
        function="query-lambda",
        arn="arn:aws:lambda:eu-west-1:111122223333:function:query-lambda",
        region="eu-west-1",
        account_id="111122223333",
        timeout_seconds=29.0,
    )
    assert expected == parse("here", PROXY)
    assert expected == parse("here", {**PROXY, "passthroughBehavior": "never"})


def test_time_limit_is_in_milliseconds() -> None:
    """From 50 ms to 29 s."""
    integration = parse("here", {**PROXY, "timeoutInMillis": 50})
    assert isinstance(integration, Proxy)
    assert 0.05 == integration.timeout_seconds


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"type": "http_proxy"}, "here: the integration type http_proxy is not imitated"),
        ({"type": None}, "here: the integration type None is not imitated"),
        ({"credentials": "arn", "cacheKeyParameters": []}, "here: cacheKeyParameters, credentials of the integration"),
        ({"responseTransferMode": "STREAM"}, "here: responseTransferMode of the integration is not imitated"),
        ({"timeoutInMillis": 49}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": 29_001}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": "1000"}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": True}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"httpMethod": "GET"}, "here: a Lambda function is invoked with httpMethod POST"),
        ({"uri": None}, "here: the integration uri None names no Lambda function"),
        ({"uri": URI.replace("query-lambda", "query-lambda:live")}, "names no Lambda function"),
        ({"uri": URI.replace("lambda:eu-west-1", "lambda:eu-west-2")}, "names no Lambda function"),
        ({"uri": URI.replace("/invocations", "")}, "names no Lambda function"),
        ({"uri": "https://example.com"}, "here: the integration uri https://example.com names no Lambda function"),
    ],
)
def test_other_integrations_are_refused(members: dict[str, Any], message: str) -> None:
    """The message names the feature and the place of the operation."""
    with pytest.raises(SpecError, match=re.escape(message)):
        parse("here", {**PROXY, **members})


def test_mock_is_a_status_and_headers() -> None:
    """The constants of its template and of its one response."""
    assert Mock(status=204, headers=(("access-control-allow-origin", "*"),)) == parse("here", MOCK)


@pytest.mark.parametrize(
    "members",
    [
        {"passthroughBehavior": "when_no_match"},
        {"timeoutInMillis": 50},
        {"requestTemplates": {}},
        {"requestTemplates": {"text/plain": '{"statusCode": 204}'}},
        {"requestTemplates": {"application/json": "#set($a = 1)"}},
        {"requestTemplates": {"application/json": '{"statusCode": 200}'}},
        {"responses": {}},
        {"responses": {**MOCK["responses"], "4..": {}}},
        {"responses": {"default": {"statusCode": "204", "responseTemplates": {}}}},
        {"responses": {"default": {"statusCode": "204", "responseParameters": {"method.response.body": "'x'"}}}},
        {"responses": {"default": {"statusCode": "204", "responseParameters": {ORIGIN: "context.requestId"}}}},
    ],
)
def test_richer_mocks_are_refused(members: dict[str, Any]) -> None:
    """No VTL is evaluated, no response is selected, and a header is not mapped from a value."""
    with pytest.raises(SpecError, match=r"^here: a mock other than one constant status with constant headers"):
        parse("here", {**MOCK, **members})
