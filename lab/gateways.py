"""A gateway with its function as a process: `python -m lab.gateways internal|public PORT`.

It is built like the local stack's, but alone, so that it can be killed and measured alone. Settings come from the
environment.
"""

import os
import sys

import uvicorn

import query_lambda.app
import query_lambda.settings
from common import logs
from tools.contract.bundle import import_copy
from tools.local import spec
from tools.local.credentials import ApiKey
from tools.local.functions import Function
from tools.local.gateway import Gateway
from tools.local.stack import (
    PLACEHOLDERS,
    QUERY_LAMBDA_SECONDS,
    RESULT_LAMBDA_SECONDS,
    STAGE,
    result_lambda_handler,
    task_identity,
)


def internal() -> Gateway:
    """Return the internal gateway with `result_lambda` behind it."""
    return Gateway(
        spec.load(import_copy("internal"), PLACEHOLDERS),
        {"query-result-lambda": Function(result_lambda_handler(os.environ), timeout_seconds=RESULT_LAMBDA_SECONDS)},
        stage=STAGE,
        identities=[task_identity(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])],
    )


def public() -> Gateway:
    """Return the public gateway with `query_lambda` behind it."""
    handler = query_lambda.app.create_handler(query_lambda.settings.Settings.from_env(os.environ))
    return Gateway(
        spec.load(import_copy("public"), PLACEHOLDERS),
        {"query-lambda": Function(handler, timeout_seconds=QUERY_LAMBDA_SECONDS)},
        stage=STAGE,
        api_keys=[ApiKey(key_id="enabled", value=os.environ["API_KEY"])],
    )


def main(contract: str, port: int) -> None:
    """Serve one of the gateways until SIGTERM."""
    logs.configure()
    gateway = internal() if contract == "internal" else public()
    uvicorn.run(gateway, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False, ws="none")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
