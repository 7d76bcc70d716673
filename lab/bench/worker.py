"""Runs a Lambda handler in a process of its own, as often as it is told to on standard input.

    python -m lab.bench.worker result_lambda.handler:lambda_handler < events

The first line is a proxy event; each further line is a number of times to run it, answered by the CPU seconds that all
of them took. Ends with its input. What the handler itself prints goes nowhere, as cheaply as to Lambda's log.
"""

import json
import os
import sys
import time

from lab.bench.once import handler, invoke


def main() -> None:
    """Serve standard input to its end."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    event = json.loads(sys.stdin.readline())
    handle = handler(sys.argv[1])
    for line in sys.stdin:
        started = time.process_time()
        for _ in range(int(line)):
            invoke(handle, event)
        answers.write(f"{time.process_time() - started}\n")


if __name__ == "__main__":
    main()
