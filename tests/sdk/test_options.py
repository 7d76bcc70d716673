"""Arguments that are refused before anything is sent, and arguments that the environment gives."""

import traceback
from fractions import Fraction
from typing import Any

import httpx
import pytest

from generated_client.query_service_client import AsyncQueryServiceClient, ConfigurationError, QueryServiceClient
from tests.sdk.harness import URL, Flavour, Script, page

VARIABLES = {"QUERY_SERVICE_URL": "http://of-the-environment.test", "QUERY_SERVICE_API_KEY": "of-the-environment"}


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
    with pytest.raises(flavour.errors.ConfigurationError, match=r"a blank or line end: .* QUERY_SERVICE_URL"):
        flavour.open(script, base_url=url)


@pytest.mark.parametrize("path", ["", "/"])
def test_address_of_api_gateway_without_its_stage_is_refused(flavour: Flavour, script: Script, path: str) -> None:
    """It would answer 403 to every request; with a stage, and on any other host, it is an address."""
    host = "https://abc123.execute-api.ap-southeast-1.amazonaws.com"
    with pytest.raises(flavour.errors.ConfigurationError, match=r"stage, such as /v1: .* QUERY_SERVICE_URL"):
        flavour.open(script, base_url=host + path)
    for url in (f"{host}/v1", "https://push.example.com"):
        assert url == flavour.open(script, base_url=url).options.base_url


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


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ALL_PROXY", "socks://127.0.0.1:1"), ("http_proxy", "http://me:s3cret@h:port"), ("SSL_CERT_FILE", "/no/file")],
)
@pytest.mark.parametrize("client", [QueryServiceClient, AsyncQueryServiceClient])
def test_unusable_variable_of_the_http_library_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
    *,
    client: Any,  # noqa: ANN401  # a class
    variable: str,
    value: str,
) -> None:
    """The message names the variable and never quotes its value, which may hold a password."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=variable) as caught:
        client(URL, api_key="key")
    assert "s3cret" not in str(caught.value)
    client(URL, api_key="key", transport=httpx.MockTransport(Script()))


@pytest.mark.parametrize("client", [QueryServiceClient, AsyncQueryServiceClient])
def test_address_and_key_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:  # noqa: ANN401  # a class
    """Arguments take precedence over the environment; a value that both lack is named."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match="QUERY_SERVICE_URL"):
        client(api_key="key")
    assert "x-api-key" not in client(URL).options.headers
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
    with pytest.raises(ValueError, match=r"the API key holds.*QUERY_SERVICE_API_KEY") as caught:
        QueryServiceClient(URL, api_key=key)
    assert key not in str(caught.value)


def test_key_is_not_needed_where_something_else_lets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header, an auth, or a client of the caller's own."""
    monkeypatch.delenv("QUERY_SERVICE_API_KEY", raising=False)
    with httpx.Client() as http:
        for options in ({"headers": {"X-API-Key": "k"}}, {"auth": httpx.BasicAuth("a", "b")}, {"http_client": http}):
            QueryServiceClient(URL, **options).close()


def test_only_health_needs_no_key(monkeypatch: pytest.MonkeyPatch, flavour: Flavour, script: Script) -> None:
    """A monitor has none; any other operation is refused before it is sent."""
    monkeypatch.delenv("QUERY_SERVICE_API_KEY", raising=False)
    script.answers = [httpx.Response(200, json={"status": "ok"})]
    assert "ok" == flavour.run(script, lambda client: client.health(), api_key=None).status
    with pytest.raises(flavour.errors.ConfigurationError, match=r"no API key: .* QUERY_SERVICE_API_KEY"):
        flavour.run(script, lambda client: client.query_user("u1"), api_key=None)
    flavour.run(script, lambda client: client.query_user("u1", headers={"X-Api-Key": "k"}), api_key=None)
    assert ["/v1/health", "/v1/query/user"] == [request.url.path for request in script.requests]


def test_timeout_may_be_a_real_number_of_another_library(flavour: Flavour, script: Script) -> None:
    """NumPy and pandas register theirs with `numbers`, as the standard library does."""
    options: Any = {"timeout": Fraction(1, 2)}
    flavour.run(script, lambda client: client.query_user("u1", **options))
    assert 0.5 == script.requests[0].extensions["timeout"]["read"]


def test_call_without_a_timeout_is_refused(flavour: Flavour, script: Script) -> None:
    """None is no number of seconds."""
    with pytest.raises(flavour.errors.ConfigurationError, match="number of seconds over 0"):
        flavour.run(script, lambda client: client.query_user("u1", timeout=None))


def test_options_for_several_calls(flavour: Flavour, script: Script) -> None:
    """`with_options` gives a client with other options; the first one keeps its own."""
    script.answers = [httpx.Response(503), page()]
    client = flavour.open(script)
    other = client.with_options(timeout=5, max_retries=0, headers={"X-Team": "portal"})
    assert (5.0, 30.0) == (other.options.timeout.total, client.options.timeout.total)
    assert ("portal", None) == (other.headers["x-team"], client.headers.get("x-team"))
    assert (0, 2) == (other.options.retry.max_retries, client.options.retry.max_retries)
    with pytest.raises(flavour.errors.ServiceUnavailableError):
        flavour.act(other, lambda same: same.query_user("u1"))
    assert "portal" == script.requests[0].headers["x-team"]


def test_clients_with_other_options_share_the_connections(script: Script) -> None:
    """Closing one closes all."""
    client = QueryServiceClient(URL, api_key="key", transport=httpx.MockTransport(script))
    client.with_options(timeout=5).close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.query_user("u1")


@pytest.mark.parametrize(
    ("options", "error"),
    [({"request_id": "a"}, ValueError), ({"timeout": None}, ValueError), ({"retries": 1}, TypeError)],
)
def test_options_that_several_calls_cannot_have_are_refused(
    flavour: Flavour,
    script: Script,
    *,
    options: Any,  # noqa: ANN401  # wrong ones
    error: type[Exception],
) -> None:
    """An id belongs to one call."""
    with pytest.raises(error):
        flavour.open(script).with_options(**options)


def test_key_is_never_shown() -> None:
    """The repr of a client and its options, which debuggers and logs print, omits it."""
    client = QueryServiceClient(URL, api_key="secret-key")
    assert not any("secret-key" in repr(each) for each in (client, client.options, client.with_raw_response))
    client.close()
