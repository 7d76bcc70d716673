"""A gateway with its function, as a process: `python -m lab.faults.hops internal|public PORT`.

Its settings are in the environment. It is put together as `tools.local.stack` does it, but alone, so that it can
be killed and measured alone.
"""

import os
import sys
from typing import Final

import uvicorn

import query_lambda.app
import query_lambda.settings
from common import logs
from lab.faults import function
from tools.contract.bundle import import_copy
from tools.local import spec
from tools.local.credentials import ApiKey
from tools.local.functions import Function
from tools.local.gateway import Gateway
from tools.local.servers import bind
from tools.local.stack import (
    ACCOUNT_ID,
    QUERY_LAMBDA_SECONDS,
    REGION,
    RESULT_LAMBDA_SECONDS,
    STAGE,
    TASK_ROLE,
    VPC_ENDPOINT,
    task_identity,
)

HOST: Final = "127.0.0.1"
_PLACEHOLDERS: Final = {
    "aws_region": REGION,
    "aws_account_id": ACCOUNT_ID,
    "task_role_arn": TASK_ROLE,
    "vpc_endpoint_id": VPC_ENDPOINT,
}


def internal() -> Gateway:
    """Return the internal gateway with `result_lambda` behind it."""
    identity = task_identity(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    return Gateway(
        spec.load(import_copy("internal"), _PLACEHOLDERS),
        {"query-result-lambda": Function(function.handler(), timeout_seconds=RESULT_LAMBDA_SECONDS)},
        stage=STAGE,
        identities=[identity],
    )


def public() -> Gateway:
    """Return the public gateway with `query_lambda` behind it; it knows one API key, and another that is disabled."""
    handler = query_lambda.app.create_handler(query_lambda.settings.Settings.from_env(os.environ))
    return Gateway(
        spec.load(import_copy("public"), _PLACEHOLDERS),
        {"query-lambda": Function(handler, timeout_seconds=QUERY_LAMBDA_SECONDS)},
        stage=STAGE,
        api_keys=[
            ApiKey(key_id="enabled", value=os.environ["API_KEY"]),
            ApiKey(key_id="disabled", value=os.environ["DISABLED_API_KEY"], enabled=False),
        ],
    )


def main(hop: str, port: int) -> None:
    """Serve one of the gateways until SIGTERM."""
    logs.configure()
    bound = bind(f"{hop} gateway", HOST, port, option="PORT")
    gateway = internal() if hop == "internal" else public()
    config = uvicorn.Config(gateway, log_config=None, access_log=False, server_header=False, ws="none")
    uvicorn.Server(config).run(sockets=[bound])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
