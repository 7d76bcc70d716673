"""A browser's preflight is answered by the gateway, and the call after it can be read by a page."""

from typing import Any

import pytest

from tests.gateways import Answered, Sent, build, contract, send

ASKED = (
    ("origin", "https://console.example.com"),
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type,x-api-key"),
)
PATHS = ["/v1/query/user", "/v1/query/marketing", "/v1/query/fail", "/v1/query/failures", "/v1/failed", "/v1/health"]


def never(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Fail: the function must not be called."""
    raise AssertionError


def ask(path: str, *headers: tuple[str, str]) -> Answered:
    """Send a preflight, without a key."""
    return send(build(contract("public"), never), Sent(method="OPTIONS", path=path, headers=(*ASKED, *headers)))


@pytest.mark.parametrize("path", PATHS)
def test_preflight_lets_every_page_call(path: str) -> None:
    """No key, no function, no body: constants of the contract, and the ids that every answer has."""
    got = ask(path)
    assert (204, b"") == (got.status, got.body)
    assert [
        ("content-type", "application/json"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET,HEAD,POST"),
        ("access-control-allow-headers", "*,authorization"),
        ("access-control-max-age", "86400"),
    ] == got.headers[:5]
    assert {"x-amzn-requestid", "x-amz-apigw-id"} == {name for name, _ in got.headers[5:]}


def test_preflight_with_another_type_has_no_template() -> None:
    """`never` passes nothing through: 415, which a page can read."""
    got = ask(PATHS[0], ("content-type", "text/plain"))
    assert (415, "unsupported_media_type", "*") == (
        got.status,
        got.json()["code"],
        got.header("access-control-allow-origin"),
    )


@pytest.mark.parametrize("path", [*PATHS[:-1], "/v1/nowhere"])
def test_page_can_read_a_refusal_of_the_gateway(path: str) -> None:
    """Without these headers a page cannot read the refusal."""
    got = send(build(contract("public"), never), Sent(method="POST", path=path))
    assert 403 == got.status
    assert "*" == got.header("access-control-allow-origin")
    assert "Deprecation,Link,Retry-After,Sunset,X-Request-Id" == got.header("access-control-expose-headers")
