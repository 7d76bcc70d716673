"""An internal gateway with nothing behind it: the same page for every query, or whatever else it is told to answer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Final

import httptools

from lab.faults.connection import Address

RECORDS: Final = 10
_RECORD: Final = {
    "transaction_id": "tx_001",
    "user_id": "test_user_001",
    "created_at": 1761998400123,
    "status": "FAILED",
    "marketing_id": "campaign_2026_spring",
    "notification_title": "您的訂單已出貨",
    "platform": "IOS",
    "error_msg": "APNs 410 Unregistered: the device token is no longer active",
    "ap_id": "mobile-app-001",
}
_POSITION: Final = {"user_id": "test_user_001", "created_at": "1761998400123"}


def answer(status: int, body: object, *headers: str, media_type: str = "application/json") -> bytes:
    """Return a whole HTTP answer; `headers` are lines."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {media_type}", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def page() -> bytes:
    """Return a page of ten records with another to come."""
    return answer(200, {"items": [_RECORD] * RECORDS, "count": RECORDS, "next_position": _POSITION})


def refusal(status: int, code: str, *headers: str) -> bytes:
    """Return a problem document as API Gateway or the function behind it gives one."""
    document = {
        "type": f"urn:push-records:problem:{code}",
        "title": "Refused",
        "status": status,
        "detail": "For the test.",
        "code": code,
        "request_id": "stub",
    }
    return answer(status, document, "X-Request-Id: stub", *headers, media_type="application/problem+json")


def dynamodb_refusal(status: int, error: str) -> bytes:
    """Return a refusal as DynamoDB gives one; `error` is its name."""
    document = {"__type": f"com.amazonaws.dynamodb.v20120810#{error}", "message": "For the test."}
    return answer(status, document, media_type="application/x-amz-json-1.0")


class Stub:
    """Answers every request with `answer` after `delay` seconds; `calls` counts them."""

    def __init__(self, delay: float = 0) -> None:
        self.answer = page()
        self.delay = delay
        self.calls = 0
        self.address = Address(0)


class _Caller(asyncio.Protocol):
    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's transport
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._stub.calls += 1
        if self._stub.delay:
            asyncio.get_running_loop().call_later(self._stub.delay, self._answer)
        else:
            self._answer()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._stub.answer)


@contextlib.asynccontextmanager
async def stub_gateway(delay: float = 0) -> AsyncIterator[Stub]:
    """Give a running stub on a free port; `delay` is what an answer takes, in seconds."""
    stub = Stub(delay)
    server = await asyncio.get_running_loop().create_server(lambda: _Caller(stub), "127.0.0.1", 0)
    stub.address = Address(server.sockets[0].getsockname()[1], "/v1")
    try:
        yield stub
    finally:
        server.close()
