"""`result_lambda`'s handler, for the table that the environment names."""

import os
from collections.abc import Callable
from typing import Any

from botocore.session import Session

import result_lambda.app
import result_lambda.repository
import result_lambda.settings
from common.lambda_handler import Context


def handler() -> Callable[[object, Context], dict[str, Any]]:
    """Return it; the engine behind it is a local one, which takes any credentials."""
    settings = result_lambda.settings.Settings.from_env(os.environ)
    session = Session()
    session.set_credentials("local", "local")  # which open nothing
    return result_lambda.app.create_handler(settings, result_lambda.repository.dynamodb(settings, session))
