"""Answers one event, as a function does at its cold start; it needs nothing of ours but the handler.

python lab/bench/once.py result_lambda.handler:lambda_handler '{"httpMethod": ...}'
"""

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], dict[str, Any]]


class Context:
    """What Lambda hands in beside the event."""

    aws_request_id = "5c2f4a5d-7d7f-4b0e-9fb3-1c8e21e2f1a0"
    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:bench"
    memory_limit_in_mb = "512"

    def get_remaining_time_in_millis(self) -> int:
        """Return a time that is never short."""
        return 26_000


def handler(name: str) -> Handler:
    """Return the handler `module:attribute`."""
    module, _, attribute = name.partition(":")
    found: Handler = getattr(importlib.import_module(module), attribute)
    return found


def invoke(handle: Handler, event: object) -> None:
    """Run the handler once; raise RuntimeError unless it answers 200."""
    result = handle(event, Context())
    if result["statusCode"] != 200:  # noqa: PLR2004  # HTTP's
        raise RuntimeError(f"the handler answered {result}")


if __name__ == "__main__":
    invoke(handler(sys.argv[1]), json.loads(sys.argv[2]))
