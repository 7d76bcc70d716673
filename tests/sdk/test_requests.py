"""What is sent: the contract's bodies, ids and headers; and what is refused before anything is sent."""

import json
import traceback
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from generated_client.query_service_client import AsyncQueryServiceClient, QueryServiceClient
from generated_client.runtime import to_datetime, to_epoch_milliseconds
from tests.sdk.harness import URL, Flavour, Script
from tools.contract.bundle import bundle, operations

QUERIES = {"query_user": "user_id", "query_marketing": "marketing_id", "query_fail": "transaction_id"}
VARIABLES = {"QUERY_SERVICE_URL": "http://of-the-environment.test", "QUERY_SERVICE_API_KEY": "of-the-environment"}


def sent(script: Script) -> Any:  # noqa: ANN401  # any JSON
    """Return the last body."""
    return json.loads(script.requests[-1].content)


@pytest.mark.parametrize(("operation", "key"), QUERIES.items())
def test_each_operation_goes_to_its_path(flavour: Flavour, script: Script, operation: str, key: str) -> None:
    """By place or by name, with a size or without."""
    for arguments, body in (((), {}), ((5,), {"limit": 5}), ((None,), {})):
        flavour.run(script, lambda client, arguments=arguments: getattr(client, operation)("x", *arguments))
        assert {key: "x"} | body == sent(script)
    flavour.run(script, lambda client: getattr(client, operation)(**{key: "x", "limit": 5}))
    request = script.requests[-1]
    assert ("POST", f"{URL}/query/{operation.removeprefix('query_')}", {key: "x", "limit": 5}) == (
        request.method,
        str(request.url),
        sent(script),
    )
    assert "application/json" == request.headers["content-type"]


def test_health_is_asked_without_a_body(flavour: Flavour, script: Script) -> None:
    """There is nothing to send."""
    script.answers = [httpx.Response(200, json={"status": "ok"})]
    assert "ok" == flavour.run(script, lambda client: client.health()).status
    assert ("GET", f"{URL}/health", b"") == (
        script.requests[0].method,
        str(script.requests[0].url),
        script.requests[0].content,
    )


def test_clients_have_every_operation_that_is_not_deprecated(flavour: Flavour) -> None:
    """A method and a pager for each operation; none for deprecated ones and preflights."""
    called = {key: each for key, each in operations(bundle("public")).items() if not key.startswith("OPTIONS ")}
    offered = {each["operationId"] for each in called.values() if not each.get("deprecated")}
    names = dir(flavour.client)
    assert offered == {each for each in names if each.startswith(("query_", "preflight")) or each == "health"}
    assert {each.replace("query_", "iter_") for each in offered - {"health"}} <= set(names)


def test_all_filters_are_sent(flavour: Flavour, script: Script) -> None:
    """Lists may be anything that is iterated; one value may stand alone; datetimes become epoch milliseconds."""
    moment = datetime(2025, 11, 1, 12, 0, tzinfo=UTC)
    act = {"status": (each for each in ["FAILED", "SENT"]), "platform": "IOS", "ap_id": "a"}
    flavour.run(script, lambda client: client.query_user("u1", created_from=moment, created_to=moment, **act))
    millis = 1761998400000
    assert {
        "user_id": "u1",
        "status": ["FAILED", "SENT"],
        "platform": ["IOS"],
        "ap_id": "a",
        "created_from": millis,
        "created_to": millis,
    } == sent(script)


def test_an_argument_that_nobody_knows_is_refused(flavour: Flavour, script: Script) -> None:
    """A filter that the contract has not would else be left out in silence."""
    with pytest.raises(TypeError, match="no such argument: colour, size"):
        flavour.run(script, lambda client: client.query_user("u1", size=5, colour="red"))
    assert [] == script.requests


def test_members_of_the_enums_are_values(flavour: Flavour, script: Script) -> None:
    """And a value that is newer than the client can be asked for."""
    asked = [flavour.package.Status.FAILED, "BOUNCED"]
    flavour.run(script, lambda client: client.query_user("u1", status=asked, platform=flavour.package.Platform.IOS))
    assert (["FAILED", "BOUNCED"], ["IOS"]) == (sent(script)["status"], sent(script)["platform"])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2025, 11, 1, 20, 0, tzinfo=timezone(timedelta(hours=8))), 1761998400000),
        (datetime(2025, 11, 1, 12, 0, 0, 1, tzinfo=UTC), 1761998400001),
        (datetime(2025, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC), 1761998400123),
        (1761998400123, 1761998400123),
        (None, None),
    ],
)
def test_moments_are_exact(moment: datetime | int | None, expected: int | None) -> None:
    """Between two milliseconds the later one counts, at both ends of a window: rows have whole ones."""
    assert expected == to_epoch_milliseconds(moment)


def test_naive_datetime_is_refused(flavour: Flavour, script: Script) -> None:
    """It could mean any of 24 hours."""
    with pytest.raises(ValueError, match="needs a time zone"):
        flavour.run(script, lambda client: client.query_user("u1", created_from=datetime(2025, 11, 1)))  # noqa: DTZ001  # so
    assert [] == script.requests


def test_time_of_a_record_is_an_aware_datetime(flavour: Flavour, script: Script) -> None:
    """To the millisecond, and back."""
    record = flavour.run(script, lambda client: client.query_user("u1")).items[0]
    assert datetime(2025, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC) == record.created_at_datetime
    assert record.created_at == to_epoch_milliseconds(record.created_at_datetime) == 1761998400123
    with pytest.raises(OverflowError):
        to_datetime(10**15)


def test_call_has_its_own_id_and_headers(flavour: Flavour, script: Script) -> None:
    """They go before those of the client, whatever their case."""
    options = {"request_id": "report-1", "headers": {"X-Team": "call"}}
    flavour.run(script, lambda client: client.query_user("u1", **options), headers={"x-team": "client", "X-A": "a"})
    headers = script.requests[0].headers
    assert ("report-1", "call", "a") == (headers["x-request-id"], headers["x-team"], headers["x-a"])
    assert headers["user-agent"].startswith(f"{flavour.package.__name__.rpartition('.')[2]}/1.0.0 python/")


@pytest.mark.parametrize("request_id", ["a b", "ü", "x" * 129, "a\r\nx: y"])
def test_id_that_the_service_would_replace_is_refused(flavour: Flavour, script: Script, request_id: str) -> None:
    """Nobody could find it again."""
    with pytest.raises(ValueError, match="a request id is"):
        flavour.run(script, lambda client: client.query_user("u1", request_id=request_id))
    assert [] == script.requests


@pytest.mark.parametrize(
    "url",
    ["", "service.test", "ftp://service.test", "http://", "http://a.test?x=1", "http://a.test#x", "http://a\0b", "xxx"],
)
def test_address_that_is_none_is_refused(flavour: Flavour, script: Script, url: str) -> None:
    """At once, and not as a connection error of the first call."""
    with pytest.raises(flavour.errors.ConfigurationError, match="address of the service"):
        flavour.open(script, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:s3cret@service.test/v1",
        "http://s3cret@service.test",
        "http://me:s3cret@host:port/",
        "http://me:s3/cret@h",
        "ftp://me:s3cret@h",
        "http://me:s3cret@h?x",
        "http://me:s3cret@h ",
    ],
)
def test_address_with_a_password_is_refused_and_never_quoted(flavour: Flavour, script: Script, url: str) -> None:
    """The message would end up in logs."""
    with pytest.raises(flavour.errors.ConfigurationError, match="address of the service") as caught:
        flavour.open(script, base_url=url)
    shown = "".join(traceback.format_exception(caught.value)).replace(url, "")
    assert "s3" not in f"{caught.value!r}{caught.value}{shown.rpartition('ConfigurationError')[2]}"


@pytest.mark.parametrize("url", ["http://service.test/v1 ", " http://service.test", "http://service.test/v1\n"])
def test_address_with_a_blank_is_refused(flavour: Flavour, script: Script, url: str) -> None:
    """A blank after the address would become a part of each path."""
    with pytest.raises(flavour.errors.ConfigurationError, match=r"http\(s\)://host/stage"):
        flavour.open(script, base_url=url)


@pytest.mark.parametrize("where", ["client", "call"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("x-a", f"a{each}b") for each in ("\0", "\n", "\r", "\r\nx-b: ", "\x1b", "\x7f", "\x85", "\u202e", "\ud800")],
        ("x-a", "\n"),
        *[(name, "a") for name in ("", "x a", "x:a", "x\n", "\u00fc")],
        *[(name, "0") for name in ("Content-Length", "transfer-encoding", "HOST", "connection", "Upgrade", "te")],
        *[(name, "0") for name in ("expect", "trailer", "keep-alive", "proxy-connection", "content-encoding")],
    ],
)
def test_header_that_cannot_be_sent_is_refused_at_once(
    flavour: Flavour, script: Script, *, where: str, name: str, value: str
) -> None:
    """It is neither sent nor retried, and its value is not quoted."""
    headers = {name: value}
    options: dict[str, Any] = {"headers": headers} if where == "call" else {}
    with pytest.raises(flavour.errors.ConfigurationError, match="header") as caught:
        flavour.run(
            script,
            lambda client: client.query_user("u1", **options),
            **({"headers": headers} if where == "client" else {}),
        )
    assert [] == script.requests
    assert value == "0" or len(value) == 1 or value not in str(caught.value)


def test_header_values_may_hold_blanks(flavour: Flavour, script: Script) -> None:
    """Visible ASCII text is sent, blanks at its ends excepted, which are no part of a value."""
    headers = {"x-a": 'a b\t"c"', "x-b": "", "x-c": " c\t"}
    flavour.run(script, lambda client: client.query_user("u1", headers=headers))
    expected = headers | {"x-c": "c"}
    assert expected == {name: script.requests[0].headers[name] for name in headers}


@pytest.mark.parametrize("timeout", [float("inf"), 1e10])
def test_timeout_may_be_very_long(script: Script, timeout: float) -> None:
    """An endless timeout is bounded by what sockets accept."""
    with QueryServiceClient(URL, api_key="key", transport=httpx.MockTransport(script), timeout=timeout) as client:
        assert 1 == client.query_user("u1").count
    assert script.requests[0].extensions["timeout"]["read"] <= 86_400


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), None, "10", (3, 10), httpx.Timeout(10)])
def test_timeout_that_is_none_is_refused(flavour: Flavour, script: Script, timeout: Any) -> None:  # noqa: ANN401  # wrong ones
    """It would never let a call through."""
    with pytest.raises(flavour.errors.ConfigurationError, match="number of seconds over 0"):
        flavour.open(script, timeout=timeout)


@pytest.mark.parametrize("client", [QueryServiceClient, AsyncQueryServiceClient])
def test_address_and_key_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:  # noqa: ANN401  # a class
    """Arguments go before it; what is in neither is named."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match="QUERY_SERVICE_URL"):
        client(api_key="key")
    with pytest.raises(ValueError, match="QUERY_SERVICE_API_KEY"):
        client(URL)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert ("http://of-the-environment.test", "of-the-environment") == (
        client().options.base_url,
        client().options.headers["x-api-key"],
    )
    made = client(f"{URL}/", api_key="argument")
    assert (URL, "argument") == (made.options.base_url, made.options.headers["x-api-key"])


@pytest.mark.parametrize("key", ["key 1", "key\n", "key\r\nx: y", "schlüssel"])
def test_key_that_can_not_be_sent_is_refused_without_being_shown(key: str) -> None:
    """An HTTP library would quote it in its error."""
    with pytest.raises(ValueError, match="the API key holds") as caught:
        QueryServiceClient(URL, api_key=key)
    assert key not in str(caught.value)


def test_key_is_not_needed_where_something_else_lets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header, an auth, or a client of the caller's own."""
    monkeypatch.delenv("QUERY_SERVICE_API_KEY", raising=False)
    with httpx.Client() as http:
        for options in ({"headers": {"X-API-Key": "k"}}, {"auth": httpx.BasicAuth("a", "b")}, {"http_client": http}):
            QueryServiceClient(URL, **options).close()


def test_key_is_never_shown() -> None:
    """Not in what a debugger or a log prints of a client."""
    client = QueryServiceClient(URL, api_key="secret-key")
    assert not any("secret-key" in repr(each) for each in (client, client.options, client.with_raw_response))
    client.close()
