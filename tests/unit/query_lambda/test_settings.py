"""The settings of the proxy."""

import pytest

from common.environment import SettingsError
from query_lambda.settings import Settings

URL = "http://internal-query.example.com"


def test_defaults() -> None:
    """Only the service's address has none."""
    assert Settings(service_url=URL, request_timeout_seconds=30.0) == Settings.from_env({"SERVICE_URL": URL})


def test_given_values() -> None:
    """A trailing slash is removed; an empty variable counts as missing."""
    environ = {"SERVICE_URL": "https://alb:8443/base/", "REQUEST_TIMEOUT": "2.5"}
    assert Settings(service_url="https://alb:8443/base", request_timeout_seconds=2.5) == Settings.from_env(environ)
    assert 30.0 == Settings.from_env({"SERVICE_URL": URL, "REQUEST_TIMEOUT": ""}).request_timeout_seconds


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "alb:8000",
        "ftp://alb",
        "http://",
        "http:///path",
        "http://alb:port",
        "http://alb:99999",
        "http://alb:0",
        "http://[::1",
        "http://a b",
        "http://alb\n",
        "http://alb/?a=1",
        "http://alb/#a",
    ],
)
def test_bad_address_stops_the_start(url: str | None) -> None:
    """The message names the variable."""
    with pytest.raises(SettingsError, match=r"^SERVICE_URL"):
        Settings.from_env({} if url is None else {"SERVICE_URL": url})


@pytest.mark.parametrize("timeout", ["soon", "0", "-1", "nan", "inf", "900.1", "1,5"])
def test_bad_timeout_stops_the_start(timeout: str) -> None:
    """The message names the variable."""
    with pytest.raises(SettingsError, match=r"^REQUEST_TIMEOUT"):
        Settings.from_env({"SERVICE_URL": URL, "REQUEST_TIMEOUT": timeout})
