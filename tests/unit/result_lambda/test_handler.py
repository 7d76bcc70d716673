"""The entry point of Lambda, configured by the environment alone."""

import json
import runpy

import pytest

from tests.hostile import answer, serving
from tests.invocations import invoke, own_logging, proxy_event


def test_handler_is_made_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It queries the configured table at the configured endpoint, and writes JSON lines to standard output."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("NOTIFICATION_TABLE", "records-2")
    rows = b'{"Items": [], "Count": 0, "ScannedCount": 0}'
    with serving(lambda exchange: exchange.send(answer(body=rows))) as server, own_logging():
        monkeypatch.setenv("DYNAMODB_ENDPOINT_URL", server.url)
        handler = runpy.run_module("result_lambda.handler")["lambda_handler"]
        page = invoke(handler, proxy_event("POST", "/query/user", {"user_id": "u"})).body
    assert {"items": [], "count": 0} == page
    assert ["DynamoDB_20120810.Query"] == server.received[0].header("x-amz-target")
    assert "records-2" == json.loads(server.received[0].body)["TableName"]
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ("result_lambda", "query_user", 200) == (line["hop"], line["operation"], line["status"])
