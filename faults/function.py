"""`result_lambda`'s handler, for the table that the environment names."""

import os
from collections.abc import Callable
from typing import Any

import boto3

import result_lambda.app
import result_lambda.repository
import result_lambda.settings
from common.events import Context


def handler() -> Callable[[object, Context], dict[str, Any]]:
    """Return it; the engine behind it is a local one, which takes any credentials."""
    settings = result_lambda.settings.Settings.from_env(os.environ)
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local")  # noqa: S106  # nosec B106  # opens nothing
    return result_lambda.app.create_handler(settings, result_lambda.repository.dynamodb(settings, session))
