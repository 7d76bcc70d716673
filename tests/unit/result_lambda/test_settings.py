"""The settings of result_lambda."""

import pytest

from common.environment import SettingsError
from result_lambda.settings import Settings


@pytest.mark.parametrize(
    "environ", [{}, {"NOTIFICATION_TABLE": "", "DYNAMODB_ENDPOINT_URL": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}]
)
def test_defaults(environ: dict[str, str]) -> None:
    """No variable is required; an empty one counts as missing."""
    expected = Settings(notification_table="notification-records", dynamodb_endpoint_url=None, region="ap-southeast-1")
    assert expected == Settings.from_env(environ)


def test_given_values() -> None:
    """AWS_REGION, which Lambda sets, goes before AWS_DEFAULT_REGION."""
    environ = {
        "NOTIFICATION_TABLE": "records-2",
        "DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:8001",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    expected = Settings(
        notification_table="records-2", dynamodb_endpoint_url="http://127.0.0.1:8001", region="eu-central-1"
    )
    assert expected == Settings.from_env(environ)
    assert "us-east-1" == Settings.from_env({"AWS_DEFAULT_REGION": "us-east-1"}).region


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NOTIFICATION_TABLE", "ab"),
        ("NOTIFICATION_TABLE", "with space"),
        ("NOTIFICATION_TABLE", "x" * 256),
        ("NOTIFICATION_TABLE", "records\n"),
        ("DYNAMODB_ENDPOINT_URL", "127.0.0.1:8001"),
        ("DYNAMODB_ENDPOINT_URL", "ftp://127.0.0.1"),
        ("DYNAMODB_ENDPOINT_URL", "http://"),
        ("DYNAMODB_ENDPOINT_URL", "http://127.0.0.1:port"),
        ("DYNAMODB_ENDPOINT_URL", "http://[::1"),
        ("DYNAMODB_ENDPOINT_URL", "http://127.0.0.1:8001 "),
        ("DYNAMODB_ENDPOINT_URL", "http://127.0.0.1/?a=1"),
        ("AWS_REGION", "ap_southeast_1"),
        ("AWS_DEFAULT_REGION", "Singapore (1)"),
    ],
)
def test_bad_value_stops_the_start(variable: str, value: str) -> None:
    """The message names the variable."""
    with pytest.raises(SettingsError, match=f"^{variable} "):
        Settings.from_env({variable: value})
