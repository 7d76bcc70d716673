"""The one integration that is imitated is a proxy to a Lambda function."""

import re
from typing import Any

import pytest

from local.errors import SpecError
from local.integrations import Integration

URI = (
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-west-1:111122223333:function:query-lambda/invocations"
)
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}


def test_uri_names_the_function() -> None:
    """Function, region and account are read from the uri; 29 s are the time limit of AWS."""
    expected = Integration(
        function="query-lambda",
        arn="arn:aws:lambda:eu-west-1:111122223333:function:query-lambda",
        region="eu-west-1",
        account_id="111122223333",
        method="POST",
        timeout_seconds=29.0,
    )
    assert expected == Integration.parse("here", PROXY)
    assert expected == Integration.parse("here", {**PROXY, "type": "AWS_PROXY", "passthroughBehavior": "never"})


def test_time_limit_is_in_milliseconds() -> None:
    """From 50 ms to 29 s."""
    assert 0.05 == Integration.parse("here", {**PROXY, "timeoutInMillis": 50}).timeout_seconds


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"type": "mock"}, "here: the integration type mock is not imitated"),
        ({"type": "http_proxy"}, "here: the integration type http_proxy is not imitated"),
        ({"type": None}, "here: the integration type None is not imitated"),
        ({"credentials": "arn", "cacheKeyParameters": []}, "here: cacheKeyParameters, credentials of the integration"),
        ({"responseTransferMode": "STREAM"}, "here: responseTransferMode of the integration is not imitated"),
        ({"timeoutInMillis": 49}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": 29_001}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": "1000"}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"timeoutInMillis": True}, "here: timeoutInMillis is not between 50 and 29000"),
        ({"uri": None}, "here: the integration uri None names no Lambda function"),
        ({"uri": URI.replace("query-lambda", "query-lambda:live")}, "names no Lambda function"),
        ({"uri": URI.replace("lambda:eu-west-1", "lambda:eu-west-2")}, "names no Lambda function"),
        ({"uri": URI.replace("/invocations", "")}, "names no Lambda function"),
        ({"uri": "https://example.com"}, "here: the integration uri https://example.com names no Lambda function"),
    ],
)
def test_other_integrations_are_refused(members: dict[str, Any], message: str) -> None:
    """What is not imitated is named, with the place of the operation."""
    with pytest.raises(SpecError, match=re.escape(message)):
        Integration.parse("here", {**PROXY, **members})
