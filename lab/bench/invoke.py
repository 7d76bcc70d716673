"""Runs a Lambda handler: once, as in a cold start, then as often as each line of standard input asks.

    python lab/bench/invoke.py result_lambda.handler:lambda_handler '{"httpMethod": ...}'

Each line is a number of invocations, answered by the CPU seconds that they took; the process ends with its input.
It imports nothing of the product but the handler, so that a cold start is the handler's own.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], dict[str, Any]]


class LambdaContext:
    """The context object of AWS Lambda."""

    aws_request_id = "5c2f4a5d-7d7f-4b0e-9fb3-1c8e21e2f1a0"
    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:bench"
    memory_limit_in_mb = "512"

    def get_remaining_time_in_millis(self) -> int:
        """Return a time that never runs short."""
        return 26_000


def handler(name: str) -> Handler:
    """Return the handler `module:attribute`.

    The service's signer `awscrt` is hidden from it: botocore would import it here, and no function's package has it.
    """
    sys.modules["awscrt"] = None  # type: ignore[assignment]  # makes its import fail
    module, _, attribute = name.partition(":")
    found: Handler = getattr(importlib.import_module(module), attribute)
    return found


def invoke(handle: Handler, event: object) -> None:
    """Run the handler once; raise RuntimeError unless it answers 200."""
    result = handle(event, LambdaContext())
    if result["statusCode"] != 200:  # HTTP's OK
        raise RuntimeError(f"the handler answered {result}")


def main(name: str, event: object) -> None:
    """Serve standard input to its end; the handler's own output goes to /dev/null."""
    seconds = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    handle = handler(name)
    invoke(handle, event)
    for line in sys.stdin:
        started = time.process_time()
        for _ in range(int(line)):
            invoke(handle, event)
        seconds.write(f"{time.process_time() - started}\n")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
