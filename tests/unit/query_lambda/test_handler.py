"""The entry point of Lambda, configured by the environment alone."""

import json
import runpy

import pytest

from common.environment import SettingsError
from tests.hostile import answer, serving
from tests.invocations import invoke, own_logging, proxy_event


def test_handler_is_made_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It answers, and writes one JSON line to standard output."""
    with serving(lambda exchange: exchange.send(answer(body=b'{"status":"ok"}'))) as server, own_logging():
        monkeypatch.setenv("SERVICE_URL", server.url)
        handler = runpy.run_module("query_lambda.handler")["lambda_handler"]
        assert {"status": "ok"} == invoke(handler, proxy_event("GET", "/health")).body
    line = json.loads(capsys.readouterr().out)
    assert ("query_lambda", "/health", 200) == (line["hop"], line["path"], line["status"])


def test_missing_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start fails, and the error names the variable."""
    monkeypatch.delenv("SERVICE_URL", raising=False)
    with own_logging(), pytest.raises(SettingsError, match="SERVICE_URL"):
        runpy.run_module("query_lambda.handler")
