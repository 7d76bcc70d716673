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
    assert expected == parse("here", {**PROXY, "type": "AWS_PROXY", "passthroughBehavior": "never"})


def test_time_limit_is_in_milliseconds() -> None:
    """From 50 ms to 29 s."""
    assert 0.05 == Proxy.parse("here", {**PROXY, "timeoutInMillis": 50}).timeout_seconds


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
    ("members", "message"),
    [
        (
            {"passthroughBehavior": "when_no_match"},
            "here: a mock integration is imitated with passthroughBehavior never",
        ),
        ({"timeoutInMillis": 50}, "here: timeoutInMillis of the mock integration is not imitated"),
        ({"requestTemplates": {}}, "here: a mock's template other than"),
        ({"requestTemplates": {"text/plain": '{"statusCode": 204}'}}, "here: a mock's template other than"),
        ({"requestTemplates": {"application/json": "#set($a = 1)"}}, "here: a mock's template other than"),
        (
            {"requestTemplates": {"application/json": '{"statusCode": 204, "a": 1}'}},
            "here: a mock's template other than",
        ),
        ({"requestTemplates": {"application/json": '{"statusCode": 200}'}}, "response have different statuses"),
        ({"responses": {}}, "here: a mock integration is imitated with the response `default` alone"),
        ({"responses": {"4..": {}, "default": {}}}, "here: a mock integration is imitated with the response `default`"),
        ({"responses": {"default": {"responseTemplates": {}}}}, "responseTemplates of the mock's response is not"),
    ],
)
def test_richer_mocks_are_refused(members: dict[str, Any], message: str) -> None:
    """No VTL is evaluated, and no response is selected."""
    with pytest.raises(SpecError, match=re.escape(message)):
        parse("here", {**MOCK, **members})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("method.response.body", "'x'", "here: the response parameter method.response.body is not imitated"),
        (ORIGIN, "context.requestId", f"here: the value context.requestId of {ORIGIN} is not imitated, a constant"),
        (ORIGIN, "*", f"here: the value * of {ORIGIN} is not imitated, a constant in single quotes is"),
    ],
)
def test_headers_of_a_mock_are_constants(key: str, value: str, message: str) -> None:
    """A header is a constant and not mapped from a value."""
    response = {"statusCode": "204", "responseParameters": {key: value}}
    with pytest.raises(SpecError, match=re.escape(message)):
        parse("here", {**MOCK, "responses": {"default": response}})
