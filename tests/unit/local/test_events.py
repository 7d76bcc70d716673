"""The proxy event is compared whole with `tests/events/*.json`: AWS's event, with fixed ids and time."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.gateways import FUNCTIONS, NOW, OWN_ID, Sent, build, contract, send, sign

EVENTS = Path(__file__).parents[2] / "events"
GUIDE_BODY = '{"user_id": "test_user_001", "limit": null, "ap_id": "手機"}'.encode()
QUERY_USER = Sent(
    method="POST",
    path="/v1/query/user",
    headers=(("content-type", "application/json"), ("user-agent", "portal/1.0")),
    body=GUIDE_BODY,
)


def plain(_document: dict[str, Any]) -> None:
    """Leave the contract unchanged."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request, and the file with its event."""

    file: str
    sent: Sent
    api: str = "public"
    change: Any = plain


CASES = [
    Case(file="get_without_anything", sent=Sent()),
    Case(
        file="post_with_api_key",
        sent=Sent(
            method="POST",
            path="/v1/query/user",
            headers=(*QUERY_USER.headers, ("x-api-key", "key-of-the-portal"), ("authorization", "Bearer abc")),
            body=GUIDE_BODY,
        ),
    ),
    Case(file="signed_through_private_api", api="internal", sent=sign(QUERY_USER)),
    Case(
        file="multiple_values",
        sent=Sent(
            query="status=FAILED&status=SENT&title=a+b%2Bc&empty=&flag&%E5%90%8D=1",
            headers=(("accept-language", "zh-TW"), ("x-tag", "one"), ("accept-language", "en"), ("x-tag", "two")),
        ),
    ),
    Case(
        file="trace_header_kept",
        sent=Sent(
            headers=(
                ("x-amzn-trace-id", "Root=1-6926fb15-54fb4fb39a5c2f4a5d1c8e21;Parent=7fa8c0f79203be72;Sampled=1"),
                ("x-forwarded-for", "203.0.113.7"),
                ("x-forwarded-proto", "http"),
                ("connection", "keep-alive"),
                ("te", "trailers"),
                ("expect", "100-continue"),
                ("max-forwards", "3"),
            )
        ),
    ),
]


def event_of(sent: Sent, *, api: str = "public", change: Any = plain, **options: Any) -> dict[str, Any]:  # noqa: ANN401  # passed on
    """Return the event of a request."""
    events: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        events.append(event)
        return {"statusCode": 200}

    document = contract(api)
    change(document)
    assert 200 == send(build(document, handler, function=FUNCTIONS[api], **options), sent).status
    return events[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_event_is_the_one_of_the_file(case: Case) -> None:
    """The event equals AWS's event, nulls included."""
    expected = json.loads((EVENTS / f"{case.file}.json").read_text(encoding="utf-8"))
    assert expected == event_of(case.sent, api=case.api, change=case.change)


def test_caller_can_choose_the_request_id() -> None:
    """`x-amzn-RequestId` replaces the request id, never the gateway's own extended one."""
    context = event_of(Sent(headers=(("x-amzn-requestid", "chosen-by-the-caller"),)))["requestContext"]
    assert "chosen-by-the-caller" == context["requestId"]
    assert "fX9LDlT7T7OaXC8=" == context["extendedRequestId"]


def test_trace_root_without_a_parent_gets_one() -> None:
    """The root is kept, and a parent is added."""
    headers = event_of(Sent(headers=(("x-amzn-trace-id", "Root=1-6926fb15-54fb4fb39a5c2f4a5d1c8e21"),)))["headers"]
    expected = f"Root=1-6926fb15-54fb4fb39a5c2f4a5d1c8e21;Parent={OWN_ID.hex[:16]}"
    assert expected == headers["X-Amzn-Trace-Id"]


@pytest.mark.parametrize("value", ["", "Self=1-67891234-12456789abcdef012345678", "nonsense", "Root=;Sampled=1"])
def test_trace_header_without_a_root_is_replaced(value: str) -> None:
    """A request without a root starts a trace, dated by the gateway's clock."""
    headers = event_of(Sent(headers=(("x-amzn-trace-id", value),)))["headers"]
    assert f"Root=1-{int(NOW.timestamp()):08x}-{OWN_ID.hex[8:]}" == headers["X-Amzn-Trace-Id"]


def test_headers_about_the_vpc_cannot_be_made_up() -> None:
    """The caller's VPC headers are replaced by the gateway's."""
    event = event_of(Sent(headers=(("x-amzn-vpce-id", "vpce-made-up"),)), api="internal")
    assert ["vpce-local"] == event["multiValueHeaders"]["x-amzn-vpce-id"]


def test_signature_reaches_no_function_even_where_none_is_asked() -> None:
    """An `Authorization` header with a signature is dropped; any other is kept."""
    assert "Authorization" not in event_of(sign(Sent()))["headers"]
    assert "Bearer abc" == event_of(Sent(headers=(("authorization", "Bearer abc"),)))["headers"]["Authorization"]


def test_trailing_slash_stays_in_the_path() -> None:
    """Routing disregards a trailing slash, the event keeps it."""
    event = event_of(Sent(path="/v1/health/"))
    assert "/health/" == event["path"]
    assert "/v1/health/" == event["requestContext"]["path"]
    assert "/health" == event["resource"]


def test_slashes_before_the_stage_are_collapsed() -> None:
    """As recorded: `//stage/path` is the same call as `/stage/path`."""
    event = event_of(Sent(path="//v1/health"))
    assert "/health" == event["path"]
    assert "/v1/health" == event["requestContext"]["path"]


def test_root_of_the_stage_is_a_slash() -> None:
    """A request to the stage alone reaches the root resource; its path in the context is the stage."""

    def with_root(document: dict[str, Any]) -> None:
        document["paths"]["/"] = document["paths"]["/health"]

    event = event_of(Sent(path="/v1"), change=with_root)
    assert ("/", "/", "/v1") == (event["resource"], event["path"], event["requestContext"]["path"])


def test_body_that_is_no_text_is_read_as_text() -> None:
    """Bytes that are not UTF-8 are replaced, since no media type is binary."""
    event = event_of(Sent(body=b"\xff{}"))
    assert "\ufffd{}" == event["body"]
    assert False is event["isBase64Encoded"]


def test_ids_of_an_api_differ_from_those_of_another() -> None:
    """The ids are stable for an API and a resource, and differ between APIs."""
    public = event_of(Sent(), api_id=None)["requestContext"]
    internal = event_of(Sent(), api="internal", api_id=None)["requestContext"]
    for name in ("apiId", "deploymentId", "resourceId"):
        assert public[name] != internal[name]
