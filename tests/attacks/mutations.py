"""Hypothesis strategies of hostile requests, and the rule that every response to them follows.

`ATTACK_EXAMPLES` is the number of requests that each test tries. Pytest's option `--hypothesis-seed` repeats a run.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import hypothesis
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from common.problem import MEDIA_TYPE, PROBLEMS
from tools.contract.bundle import bundle

ATTACKS = hypothesis.settings(
    max_examples=int(os.environ.get("ATTACK_EXAMPLES", "400")),
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
VALID = {
    "/query/user": {"user_id": "test_user_001", "limit": 2},
    "/query/marketing": {"marketing_id": "campaign_2026_spring", "platform": ["IOS", "ANDROID"]},
    "/query/transaction": {"transaction_id": "tx_002", "status": ["FAILED", "SENT"]},
    "/query/marketing/fail": {"marketing_id": "campaign_2026_spring", "reason": ["NETWORK"]},
    "/query/fail": {"transaction_id": "tx_002", "created_from": 0},
}
FIELDS = (
    *("user_id", "marketing_id", "transaction_id", "limit", "cursor", "position", "platform", "status", "ap_id"),
    *("created_from", "created_to", "__proto__", "a/b~c", "", "user_id\0"),
)
VALUES = (
    *(None, True, False, 0, -1, 1, 101, 2**31, 2**53 + 1, 2**63, 10**30, 0.1, -0.0, 1e308, "", " ", "0", "\0"),
    *(
        "\ud800",
        "tx_002",
        "test_user_001",
        "\u202e\ufeff",
        "' OR 1=1; --",
        "../../etc",
        "${jndi:x}",
        "{{7*7}}",
        "%00%n%s",
    ),
    *([], {}, ["IOS"], [None], ["SENT", "SENT"], [[[[]]]], {"$ref": "#"}, {"S": "x"}, "x" * 5_000, ["IOS"] * 200),
)
HEADERS = {
    "Content-Type": ("APPLICATION/JSON", "application/json; charset=utf-16", "text/plain", "", "/", "x", "\xe4"),
    "Accept": ("text/html", "", "application/json;q=0", "\xff" * 50),
    "X-Request-Id": ("", "a", "a b", "x" * 200, "<script>", "\xe9", "a,b", "../", "{}"),
    "X-Request-Timeout-Ms": ("20000", "", "x", "-1", "1e9", "9" * 20, "\xb2\xb3", "0x10", "2 0"),
    "Content-Encoding": ("gzip", "identity", "br"),
    "Authorization": ("Bearer x", "Basic Og==", "x"),
    "Cookie": ("a=b", "=" * 100),
    "X-Forwarded-For": ("1.2.3.4", "\xe9"),
    "traceparent": ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x", "\xe9"),
    "tracestate": ("a=b", "," * 200),
    "X-Amzn-Trace-Id": ("Root=1-5759e988-bd862e3fe1be46a994272793", "Root=", ";=;", "\xe9"),
    "Range": ("bytes=0-1",),
    "Origin": ("null", "https://elsewhere.invalid"),
    "User-Agent": ("", "x" * 500, "\xff"),
}
PATHS = ("/", "//", "/health", "/health/", "/query", "/query/user/x", "/QUERY/USER", "/failed?x=y")
SEGMENTS = ("%00", "%2e%2e/", "..;/", "%ff", "%", "?a=b&a=c", "?%", ";x=y", "/.", "%2f", "x" * 500, "%E2%82%AC")
_BYTES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"[" * 2_000, b"NaN", b"1e999", b"\\ud800")
_PROBLEM = OAS30Validator({"$ref": "#/components/schemas/Problem", "components": bundle("public")["components"]})


class Sent(NamedTuple):
    """A request; `path` is below the stage."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@st.composite
def mutated(draw: st.DrawFn) -> Sent:
    """Return a valid request with up to three hostile changes."""
    path = draw(st.sampled_from(sorted(VALID)))
    sent = Sent("POST", path, {"Content-Type": "application/json"}, json.dumps(VALID[path]).encode())
    for change in draw(st.lists(st.sampled_from((_field, _field, _twice, _bytes, _header, _target)), max_size=3)):
        sent = change(draw, sent)
    return sent


def fault(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return the fault of a response: a 5xx, or a refusal that is not a problem document matching its own head."""
    if status >= 500:
        return f"{status} {body[:80]!r}"
    if status < 300:
        return None
    if headers.get("content-type") != MEDIA_TYPE:
        return f"{status} with media type {headers.get('content-type')}"
    problem: dict[str, Any] = json.loads(body)
    _PROBLEM.validate(problem)
    if problem["status"] != status or PROBLEMS[problem["code"]][0] != status:
        return f"{status} with {problem['status']} {problem['code']} in its body"
    if problem["request_id"] != headers.get("x-request-id"):
        return f"{status} with another request id in its header"
    return None


def _field(draw: st.DrawFn, sent: Sent) -> Sent:
    """Set or remove a field, or replace the whole body by a value."""
    try:
        body = json.loads(sent.body)
    except (ValueError, RecursionError):  # an earlier change made it invalid
        return sent
    name, value = draw(st.sampled_from(FIELDS)), draw(st.sampled_from(VALUES))
    if not isinstance(body, dict):
        body = value
    elif draw(st.booleans()):
        body[name] = value
    else:
        body.pop(name, None)
    return sent._replace(body=json.dumps(body).encode())


def _twice(draw: st.DrawFn, sent: Sent) -> Sent:
    """Put a field before the others, which may have it too."""
    field = json.dumps(draw(st.sampled_from(FIELDS))) + ": " + json.dumps(draw(st.sampled_from(VALUES)))
    return sent._replace(body=b"{" + field.encode() + b", " + sent.body[1:])


def _bytes(draw: st.DrawFn, sent: Sent) -> Sent:
    """Cut the body, insert bytes, or replace some of it."""
    start = draw(st.integers(0, len(sent.body)))
    inserted = draw(st.sampled_from((b"", *_BYTES)) | st.binary(max_size=4))
    return sent._replace(body=sent.body[:start] + inserted + sent.body[start + draw(st.integers(0, 4)) :])


def _header(draw: st.DrawFn, sent: Sent) -> Sent:
    name = draw(st.sampled_from(sorted(HEADERS)))
    return sent._replace(headers={**sent.headers, name: draw(st.sampled_from(HEADERS[name]))})


def _target(draw: st.DrawFn, sent: Sent) -> Sent:
    method = draw(st.sampled_from(("POST", "POST", "GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")))
    path = draw(st.sampled_from((*PATHS, *(sent.path + segment for segment in SEGMENTS))))
    return sent._replace(method=method, path=path)
