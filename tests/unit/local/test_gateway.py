"""The gateway as a server sees it: an ASGI application."""

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import anyio
import httpx
import pytest

from tests.gateways import FUNCTIONS, OWN_ID, VALUES, Sent, build, contract, send
from tests.invocations import logged
from tools.local.functions import Function
from tools.local.gateway import Gateway
from tools.local.spec import load


def answer_ok(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with 200."""
    return {"statusCode": 200, "headers": {"X-Request-Id": "of-the-function"}, "body": '{"status": "ok"}'}


def test_answer_of_a_function_has_the_ids_of_the_gateway() -> None:
    """A function's own headers stay, and the gateway adds its ids and the trace."""
    got = send(build(contract("public"), answer_ok), Sent())
    assert 200 == got.status
    assert [
        ("content-type", "application/json"),
        ("x-request-id", "of-the-function"),
        ("x-amzn-trace-id", "Root=1-6b084ba5-54fb4fb39a5c2f4a5d1c8e21"),
        ("x-amzn-requestid", str(OWN_ID)),
        ("x-amz-apigw-id", "fX9LDlT7T7OaXC8="),
        ("content-length", "16"),
    ] == got.headers
    assert {"status": "ok"} == got.json()


def test_request_id_of_the_caller_is_the_one_of_the_problem() -> None:
    """A caller may choose the id; header, problem document and gateway agree on it."""
    got = send(build(contract("public"), answer_ok), Sent(path="/v1/x", headers=(("x-amzn-requestid", "chosen"),)))
    assert ("chosen",) * 3 == (got.header("x-amzn-requestid"), got.header("x-request-id"), got.json()["request_id"])


@pytest.mark.parametrize("name", ["public", "internal"])
def test_health_needs_no_credentials(name: str) -> None:
    """Both contracts let anybody ask for health, the private one through its VPC endpoint."""
    assert 200 == send(build(contract(name), answer_ok, function=FUNCTIONS[name]), Sent()).status


def test_time_and_ids_are_real_unless_given() -> None:
    """Without a clock and a source of ids a call has the present time and a fresh UUID."""
    contexts: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        contexts.append(event["requestContext"])
        return {}

    gateway = Gateway(load(contract("public"), VALUES), {"query-lambda": Function(handler, timeout_seconds=5)})
    before = time.time()
    send(gateway, Sent())
    send(gateway, Sent())
    assert before - 1 <= contexts[0]["requestTimeEpoch"] / 1000 <= time.time() + 1
    assert UUID(contexts[0]["requestId"]) != UUID(contexts[1]["requestId"])


def test_reason_of_a_malformed_result_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The reason is in the log and not in the response."""
    send(build(contract("public"), lambda _event, _context: {"status": 200}), Sent())
    (record,) = [record for record in caplog.records if record.message != "request"]
    assert (
        "malformed_result",
        "the result has unknown members: status",
    ) == (record.message, record.__dict__["reason"])


def test_client_of_a_library_is_served() -> None:
    """An HTTP client over ASGI gets the response."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(build(contract("public"), answer_ok))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            return await client.get("/v1/health", params={"a": "1"})

    assert {"status": "ok"} == anyio.run(ask).json()


def test_server_without_raw_path_or_client_is_served() -> None:
    """The path as sent and the caller's address are optional in ASGI."""
    events: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        events.append(event)
        return {}

    class Bare(Sent):
        def scope(self) -> dict[str, Any]:
            scope = super().scope()
            return {key: value for key, value in scope.items() if key not in ("raw_path", "client", "query_string")}

    assert 200 == send(build(contract("public"), handler), Bare(path="/v1/health/")).status
    assert ("/health/", "127.0.0.1") == (events[0]["path"], events[0]["requestContext"]["identity"]["sourceIp"])


def test_client_that_goes_away_gets_no_answer() -> None:
    """A request whose client disconnects is not handled."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def keep(message: Any) -> None:  # noqa: ANN401  # an ASGI message
        sent.append(message)

    anyio.run(build(contract("public"), answer_ok), Sent().scope(), receive, keep)
    assert [] == sent


def test_websockets_are_not_served() -> None:
    """A REST API has none."""
    with pytest.raises(ValueError, match="a REST API does not serve websocket"):
        anyio.run(build(contract("public"), answer_ok), {"type": "websocket"}, None, None)


def test_largest_body_is_taken() -> None:
    """The gateway's limit is 10 MB; over Lambda's lower limit the caller gets the same response."""
    limit = 10 * 1024 * 1024
    document = contract("public")
    parameter = {"name": "area", "in": "header", "required": True, "schema": {"type": "string"}}
    document["paths"]["/query/user"]["post"]["parameters"] = [parameter]
    sent = Sent(method="POST", path="/v1/query/user", headers=(("x-api-key", "key-of-the-portal"),), body=b" " * limit)
    assert "invalid_parameters" == send(build(document, answer_ok), sent).json()["code"]
    assert 413 == send(build(document, answer_ok), replace(sent, body=b" " * (limit + 1))).status


def test_line_of_a_request_is_like_that_of_any_hop() -> None:
    """The line has the contract's names, the caller's request id, and the duration of the function."""
    headers = (("x-api-key", "key-of-the-portal"), ("x-request-id", "ticket-7"), ("content-type", "application/json"))
    gateway = build(contract("public"), lambda *_: {"statusCode": 200, "body": "{}"}, hop="public_gateway")
    with logged("public_gateway") as read:
        send(gateway, Sent(method="POST", path="/v1/query/user", headers=headers, body=b'{"user_id": "MARKED-user"}'))
    (line,) = read()
    expected = {
        "hop": "public_gateway",
        "event": "request",
        "request_id": "ticket-7",
        "trace_id": "6b084ba554fb4fb39a5c2f4a5d1c8e21",
        "gateway_request_id": str(OWN_ID),
        "operation": "query_user",
        "method": "POST",
        "path": "/query/user",
        "status": 200,
    }
    assert expected == {name: line[name] for name in expected}
    assert 0 <= line["upstream_ms"] <= line["duration_ms"] + 0.1
    assert "MARKED" not in str(line)
    assert "key-of-the-portal" not in str(line)


def test_line_of_a_refusal_has_its_code() -> None:
    """The line has the code, and no part of an unknown path."""
    gateway = build(contract("public"), lambda *_: {"statusCode": 502, "body": "no problem document"})
    key = (("x-api-key", "key-of-the-portal"),)
    with logged("gateway") as read:
        send(gateway, Sent(path="/v1/MARKED-user", headers=key))
        send(gateway, Sent(method="POST", path="/v1/query/user"))
        send(gateway, Sent(path="/v1/health"))
    lines = read()
    assert [
        ("unknown", "unknown", 403, "missing_authentication_token"),
        ("query_user", "/query/user", 403, "forbidden"),
        ("health", "/health", 502, "unknown"),
    ] == [(line["operation"], line["path"], line["status"], line["code"]) for line in lines]
    assert [False, False, True] == ["upstream_ms" in line for line in lines]
    assert "MARKED" not in str(lines)
