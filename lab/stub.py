"""The stub of every upstream: the internal gateway, the service and DynamoDB, with pages that are always the same.

In process it counts calls, waits before it replies, and can reply with errors. `python -m lab.stub PORT`
serves the constant pages below `/v1`, `/service`, and `/dynamodb/10` or `/dynamodb/100`.
"""

import asyncio
import contextlib
import json
import sys
import zlib
from collections.abc import AsyncIterator, Mapping
from functools import cache
from typing import Any, Final

import httptools
import uvloop

from lab.connection import Address

SMALL: Final = 10
LARGE: Final = 100
PREFIX: Final = "/v1"
SERVICE: Final = "/service"
DYNAMODB: Final = "/dynamodb"

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
# The keys of a position in an index on `marketing_id`.
_POSITION: Final = ("marketing_id", "user_id", "created_at")
_PAGES: Final = {"/query/user": SMALL, "/query/marketing": LARGE, "/query/fail": SMALL}


def records(count: int) -> list[dict[str, Any]]:
    """Return `count` records, newest first."""
    return [_RECORD | {"created_at": 1761998400123 - number} for number in range(count)]


def reply(status: int, body: object, *headers: str, media_type: str = "application/json") -> bytes:
    """Return a whole HTTP response; `headers` are lines."""
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {media_type}", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


@cache
def internal_page(count: int = SMALL) -> bytes:
    """Return a page of the internal contract that is not the last."""
    items = records(count)
    position = {name: str(items[-1][name]) for name in _POSITION}
    return reply(200, {"items": items, "count": count, "next_position": position})


def refusal(status: int, code: str, *headers: str) -> bytes:
    """Return a problem document as API Gateway or `result_lambda` sends it."""
    document = {
        "type": f"urn:push-records:problem:{code}",
        "title": "Refused",
        "status": status,
        "detail": "For the test.",
        "code": code,
        "request_id": "stub",
    }
    return reply(status, document, "X-Request-Id: stub", *headers, media_type="application/problem+json")


def dynamodb_refusal(status: int, error: str) -> bytes:
    """Return an error of DynamoDB; `error` is its name."""
    document = {"__type": f"com.amazonaws.dynamodb.v20120810#{error}", "message": "For the test."}
    return reply(status, document, media_type="application/x-amz-json-1.0")


def dynamodb_rows(count: int) -> bytes:
    """Return DynamoDB's response to a query that reads `count` rows and does not reach the end."""
    items = [
        {name: {"N" if isinstance(value, int) else "S": str(value)} for name, value in record.items()}
        for record in records(count)
    ]
    last = {name: items[-1][name] for name in ("user_id", "created_at")}
    units = 0.5 if count < LARGE else 3.0
    document = {
        "ConsumedCapacity": {"CapacityUnits": units, "TableName": "notification-records"},
        "Count": count,
        "Items": items,
        "LastEvaluatedKey": last,
        "ScannedCount": count,
    }
    raw = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    headers = (f"x-amz-crc32: {zlib.crc32(raw)}", "x-amzn-requestid: STUB")  # botocore reads both
    return reply(200, document, *headers, media_type="application/x-amz-json-1.0")


def constants() -> dict[bytes, bytes]:
    """Return the constant responses by path."""
    healthy = reply(200, {"status": "ok"})
    pages = {"/health": healthy, f"{SERVICE}/health": healthy}
    for path, count in _PAGES.items():
        public = {"items": records(count), "count": count, "next_cursor": "x" * 180}
        pages |= {PREFIX + path: internal_page(count), SERVICE + path: reply(200, public)}
    pages |= {f"{DYNAMODB}/{count}": dynamodb_rows(count + 1) for count in (SMALL, LARGE)}  # a query asks for one more
    return {path.encode(): raw for path, raw in pages.items()}


SUMMARY: Final = "/query/marketing/summary"


def internal_summary() -> bytes:
    """Return a summary of the internal contract."""
    return reply(200, {"marketing_id": "campaign_2026_spring", "rows": 1, "cells": [{"status": "SENT", "rows": 1}]})


class Stub:
    """Answers a path of `by_path` with its response, and any other with `response`, after `delay` seconds.

    A summary takes `summary_delay` seconds.
    """

    summary_delay: float = 0

    def __init__(self, delay: float = 0, by_path: Mapping[bytes, bytes] | None = None) -> None:
        self.response = internal_page() if by_path is None else refusal(404, "not_found")
        self.by_path = by_path or {}
        self.delay = delay
        self.calls = 0
        self.address = Address(0)


class _StubProtocol(asyncio.Protocol):
    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._path = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's transport
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path = url

    def on_message_complete(self) -> None:
        self._stub.calls += 1
        is_summary = self._path.endswith(SUMMARY.encode())
        if delay := self._stub.summary_delay if is_summary else self._stub.delay:
            asyncio.get_running_loop().call_later(delay, self._reply)
        else:
            self._reply()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None

    def _reply(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._stub.by_path.get(self._path.rstrip(b"/"), self._stub.response))


@contextlib.asynccontextmanager
async def running(stub: Stub, port: int = 0) -> AsyncIterator[Stub]:
    """Serve a stub on a free port, or on the one that is given."""
    server = await asyncio.get_running_loop().create_server(lambda: _StubProtocol(stub), "127.0.0.1", port)
    stub.address = Address(server.sockets[0].getsockname()[1], PREFIX)
    try:
        yield stub
    finally:
        server.close()


async def _serve(port: int) -> None:
    async with running(Stub(by_path=constants()), port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
