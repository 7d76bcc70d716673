"""Every status and every body becomes the right error, and never one of a decoder."""

import pickle
import traceback
from typing import Any

import httpx
import pytest

from tests.sdk.harness import Flavour, Script, problem

STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    413: "ContentTooLargeError",
    415: "UnsupportedMediaTypeError",
    429: "RateLimitError",
    500: "InternalServerError",
    502: "BadGatewayError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
    300: "ApiStatusError",
    302: "ApiStatusError",
    304: "ApiStatusError",
    402: "ApiStatusError",
    418: "ApiStatusError",
    460: "ApiStatusError",
    499: "ApiStatusError",
    501: "ServerError",
    520: "ServerError",
    561: "ServerError",
    599: "ServerError",
    999: "ServerError",
}
FOREIGN: dict[str, tuple[str, bytes, str | None]] = {
    "gateway": ("application/json", b'{"message":"Forbidden"}', "Forbidden"),
    "gateway_null": ("application/json", b'{"message":null}', None),
    "function": ("application/json", b'{"errorMessage":"x","errorType":"KeyError"}', None),
    "load_balancer": ("text/html", b"<html><head><title>503</title></head></html>", None),
    "empty": ("text/plain", b"", None),
    "list": ("application/json", b"[1]", None),
    "null": ("application/json", b"null", None),
    "text": ("application/json", b'"no"', None),
    "half": ("application/problem+json", b'{"code": "inv', None),
    "no_utf8": ("application/json", b'{"detail": "\xff"}', None),
    "deep": ("application/json", b"[" * 100_000, None),
    "wrong_types": ("application/problem+json", b'{"status":"x","title":5,"type":null,"code":[],"errors":3}', None),
    "wrong_errors": ("application/problem+json", b'{"errors":[{"pointer":1}]}', None),
}
NO_PAGES = {
    "html": b"<html></html>",
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "gateway": b'{"message":"Internal server error"}',
    "no_count": b'{"items":[]}',
    "null_items": b'{"items":null,"count":0}',
    "half": b'{"items":[',
    "no_utf8": b'{"items":["\xff"],"count":1}',
    "wrong_type": b'{"items":[],"count":"1"}',
    "record_without_fields": b'{"items":[{}],"count":1}',
    "deep": b'{"items":' + b"[" * 100_000,
}


def refused(flavour: Flavour, script: Script, **options: Any) -> Any:  # noqa: ANN401  # one of many errors
    """Return the error that a query ends with."""
    with pytest.raises(flavour.errors.ApiError) as caught:
        flavour.run(script, lambda client: client.query_user("u1", max_retries=0, request_id="ours", **options))
    return caught.value


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
def test_each_status_has_its_error_with_the_whole_problem(
    flavour: Flavour, script: Script, status: int, name: str
) -> None:
    """Class, document, code, id, wait and tries are all there to act on."""
    errors = [{"pointer": "#/limit", "detail": "too large"}]
    script.answers = [problem(status, errors=errors)]
    script.answers[0].headers.update({"Retry-After": "7", "X-Request-Id": "theirs"})  # type: ignore[union-attr]  # above
    error = refused(flavour, script)
    assert (name, status, "c", "theirs", 7, 1) == (
        type(error).__name__,
        error.status_code,
        error.code,
        error.request_id,
        error.retry_after,
        error.attempts,
    )
    assert ("urn:t", "T", status, "D") == (
        error.problem.type,
        error.problem.title,
        error.problem.status,
        error.problem.detail,
    )
    assert [("#/limit", "too large")] == [(each.pointer, each.detail) for each in error.problem.errors]
    assert f"{status} T: D (request id theirs)" == str(error)


@pytest.mark.parametrize("status", [403, 503])
@pytest.mark.parametrize(("kind", "body", "detail"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_body_is_an_error_of_its_status(
    flavour: Flavour, script: Script, *, status: int, kind: str, body: bytes, detail: str | None
) -> None:
    """Gateways and proxies have error bodies of their own."""
    headers = {"Content-Type": kind, "x-amzn-RequestId": "of-aws"}
    script.answers = [httpx.Response(status, content=body, headers=headers)]
    error = refused(flavour, script)
    assert (STATUSES[status], status, body) == (type(error).__name__, error.status_code, error.body)
    assert (None, "of-aws", detail) == (error.code, error.request_id, error.problem.detail)
    assert body.decode("latin-1") not in str(error) or not body


@pytest.mark.parametrize("body", NO_PAGES.values(), ids=NO_PAGES)
def test_success_with_a_foreign_body_is_an_error_too(flavour: Flavour, script: Script, body: bytes) -> None:
    """The error has the body and the id, and its repr holds no part of the body."""
    script.answers = [httpx.Response(200, content=body, headers={"X-Request-Id": "ours"})]
    error = refused(flavour, script)
    assert ("ResponseDecodeError", 200, body) == (type(error).__name__, error.status_code, error.body)
    assert ("ours", 1) == (error.request_id, error.attempts)


@pytest.mark.parametrize(
    "broken", [b"", b"\xff", b"{", b'"}', b"[" * 100_000], ids=["cut", "no_utf8", "open", "text", "deep"]
)
def test_no_repr_of_a_decode_error_holds_records(flavour: Flavour, script: Script, broken: bytes) -> None:
    """Logs and crash reports print errors, their arguments, causes and contexts."""
    content = b'{"items":[{"user_id":"SECRET","error_msg":"SECRET"' + broken
    script.answers = [httpx.Response(200, content=content, headers={"X-Header": "SECRET"})]
    error = refused(flavour, script)
    chain = [error, *error.args, error.__cause__, error.__context__]
    assert "SECRET" not in "".join(f"{each!r}{each}" for each in chain)
    assert "SECRET" not in "".join(traceback.format_exception(error))
    assert content == error.body


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_success_without_a_page_is_no_page(flavour: Flavour, script: Script, status: int) -> None:
    """The contract has 200 alone; others count only with its body."""
    script.answers = [httpx.Response(status)]
    assert "ResponseDecodeError" == type(refused(flavour, script)).__name__


def test_id_that_was_sent_is_quoted_when_nobody_says_another(flavour: Flavour, script: Script) -> None:
    """There is always something to ask about."""
    script.answers = [httpx.Response(504), httpx.ConnectError("no")]
    assert ["ours", "ours"] == [refused(flavour, script).request_id for _ in range(2)]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: problem(429),
        lambda _: httpx.Response(520),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("late"),
        lambda _: httpx.Response(200),
    ],
    ids=["status", "foreign", "connection", "timeout", "decode"],
)
def test_errors_survive_pickling(flavour: Flavour, script: Script, answer: Any) -> None:  # noqa: ANN401  # as in Script
    """A worker process can hand its error to its parent."""
    script.answers = [answer]
    error = refused(flavour, script)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert (type(error), str(error), vars(error)) == (type(again), str(again), vars(again))
