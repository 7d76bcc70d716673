"""The variables, their defaults, and error messages without secrets."""

import base64
import dataclasses

import pytest

from common.environment import SettingsError
from service.settings import Settings

URL = "https://internal.example/v1"
KEYS = [bytes([number]) * 32 for number in range(3)]
ENCODED = [base64.b64encode(key).decode() for key in KEYS]


def read(**environ: str) -> Settings:
    """Read an environment that has the one variable that must be there."""
    return Settings.from_env({"INTERNAL_API_URL": URL} | environ)


def test_defaults() -> None:
    """Only the internal gateway's address has no default."""
    settings = read()
    assert ("development", URL, 30.0, "ap-southeast-1") == (
        settings.environment,
        settings.internal_api_url,
        settings.request_timeout_seconds,
        settings.region,
    )


@pytest.mark.parametrize("name", ["ENVIRONMENT", "REQUEST_TIMEOUT", "AWS_DEFAULT_REGION", "CURSOR_KEYS"])
def test_empty_variable_means_its_default(name: str) -> None:
    """Task definitions and compose files set variables that they have no value for."""
    given, expected = read(**{name: ""}), read()
    assert dataclasses.replace(given, cursor_keys={}) == dataclasses.replace(expected, cursor_keys={})


def test_every_variable_is_read() -> None:
    """Nothing is fixed in the code."""
    settings = read(
        ENVIRONMENT="production",
        REQUEST_TIMEOUT="2.5",
        AWS_DEFAULT_REGION="eu-west-1",
        CURSOR_KEYS=f"k1:{ENCODED[1]}",
        AUDIT_KEY="k" * 32,
    )
    assert Settings(
        internal_api_url=URL,
        environment="production",
        request_timeout_seconds=2.5,
        region="eu-west-1",
        cursor_keys={"k1": KEYS[1]},
        audit_key=b"k" * 32,
    ) == (settings)


@pytest.mark.parametrize("key", ["k" * 31, "é" * 32, "k\n" * 16])
def test_a_bad_audit_key_stops_the_start(key: str) -> None:
    """The message names the variable and not the key."""
    with pytest.raises(SettingsError, match="AUDIT_KEY must have at least 32") as caught:
        read(AUDIT_KEY=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("url", [URL, URL + "/", URL + "//", "http://127.0.0.1:8001", "http://[::1]:8001/v1"])
def test_addresses_of_a_gateway(url: str) -> None:
    """A slash at the end would double the one before each path."""
    assert url.rstrip("/") == read(INTERNAL_API_URL=url).internal_api_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "prod"),
        ("ENVIRONMENT", "Production"),
        ("ENVIRONMENT", " production"),
        ("INTERNAL_API_URL", ""),
        ("INTERNAL_API_URL", "internal.example/v1"),
        ("INTERNAL_API_URL", "ftp://internal.example"),
        ("INTERNAL_API_URL", "http://"),
        ("INTERNAL_API_URL", "https:///v1"),
        ("INTERNAL_API_URL", "http://["),
        ("INTERNAL_API_URL", "http://h:99999"),
        ("INTERNAL_API_URL", "http://h/v1\n"),
        ("INTERNAL_API_URL", "http://h/v1?x=1"),
        ("INTERNAL_API_URL", "http://h/v1#x"),
        ("INTERNAL_API_URL", "http://someone:secret@h/v1"),
        ("REQUEST_TIMEOUT", "0"),
        ("REQUEST_TIMEOUT", "-1"),
        ("REQUEST_TIMEOUT", "901"),
        ("REQUEST_TIMEOUT", "nan"),
        ("REQUEST_TIMEOUT", "inf"),
        ("REQUEST_TIMEOUT", "30s"),
        ("CURSOR_KEYS", ENCODED[0]),
        ("CURSOR_KEYS", f":{ENCODED[0]}"),
        ("CURSOR_KEYS", f"k-1:{ENCODED[0]}"),
        ("CURSOR_KEYS", f"é:{ENCODED[0]}"),
        ("CURSOR_KEYS", f"{'k' * 33}:{ENCODED[0]}"),
        ("CURSOR_KEYS", f"k1:{ENCODED[0][:-4]}"),
        ("CURSOR_KEYS", f"k1:{ENCODED[0]}secret"),
        ("CURSOR_KEYS", f"k1:{ENCODED[0]},"),
        ("CURSOR_KEYS", f"k1:{ENCODED[0]};k2:{ENCODED[1]}"),
        ("CURSOR_KEYS", f"k1:{ENCODED[0]},k1:{ENCODED[1]}"),
        ("CURSOR_KEYS", "k1:not base64 at all"),
        ("CURSOR_KEYS", "k1:"),
    ],
)
def test_bad_value_stops_the_start_and_is_named(name: str, value: str) -> None:
    """The message names the variable and holds no secret."""
    with pytest.raises(SettingsError, match=name) as caught:
        read(**{name: value})
    assert not any(part in str(caught.value) for part in [*ENCODED, "secret", "not base64"])


def test_missing_address_is_named() -> None:
    """The one variable without a default."""
    with pytest.raises(SettingsError, match="INTERNAL_API_URL"):
        Settings.from_env({})


@pytest.mark.parametrize("keys", ["", " "])
def test_production_needs_keys(keys: str) -> None:
    """Keys made at start would end every cursor with the task that gave it."""
    with pytest.raises(SettingsError, match="CURSOR_KEYS is required in production"):
        read(ENVIRONMENT="production", CURSOR_KEYS=keys)


def test_development_makes_a_key_of_its_own() -> None:
    """Nobody can open the cursors of somebody else's laptop."""
    first, second = read().cursor_keys, read().cursor_keys
    assert (["dev"], 32) == (list(first), len(first["dev"]))
    assert first != second


def test_order_of_keys_is_kept() -> None:
    """The first seals: a new key is put in front of the old one."""
    keys = read(CURSOR_KEYS=f" k2:{ENCODED[2]} , k1:{ENCODED[1]}").cursor_keys
    assert list(keys.items()) == [("k2", KEYS[2]), ("k1", KEYS[1])]


def test_no_repr_shows_a_key() -> None:
    """Settings end up in tracebacks."""
    settings = read(CURSOR_KEYS=f"k1:{base64.b64encode(b'A' * 32).decode()}")
    assert "AAAA" not in f"{settings!r}{settings}"


def test_settings_do_not_change() -> None:
    """Settings cannot change after the start."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        read().region = "eu-west-1"  # type: ignore[misc]  # the point of the test
