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


def main(name: str, event: object) -> None:
    """Invoke the handler once, then serve standard input; the handler's own output goes to /dev/null.

    The service's signer `awscrt` is hidden: botocore would import it here, and no function's package has it. Raises
    RuntimeError unless the handler answers 200.
    """
    seconds = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.modules["awscrt"] = None  # type: ignore[assignment]  # makes its import fail
    module, _, attribute = name.partition(":")
    handle = getattr(importlib.import_module(module), attribute)

    def invoke(times: int) -> None:
        for _ in range(times):
            result = handle(event, LambdaContext())
            if result["statusCode"] != 200:
                raise RuntimeError(f"the handler answered {result}")

    invoke(1)
    for line in sys.stdin:
        started = time.process_time()
        invoke(int(line))
        seconds.write(f"{time.process_time() - started}\n")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
