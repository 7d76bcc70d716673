"""Hands mutated proxy events to `result_lambda`: `python -m lab.faults.events COUNT SEED EXAMPLES FILE`.

What came of them is written to the file.
"""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from common import logs
from lab.faults import function, mutation
from lab.faults.corpus import Sent, corpus
from lab.faults.fuzzing import Tally
from lab.faults.judge import Judge
from tools.local.responses import MalformedResultError, from_result


class _Context:
    """A call that Lambda ends in 20 seconds."""

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def event(sent: Sent) -> dict[str, Any]:
    """Return the proxy event of a request."""
    return {
        "resource": sent.path,
        "path": sent.path,
        "httpMethod": sent.method,
        "headers": sent.headers or None,
        "multiValueHeaders": {name: [value] for name, value in sent.headers.items()} or None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"requestId": "fuzz", "stage": "v1", "httpMethod": sent.method},
        "body": sent.body.decode("utf-8", "surrogateescape") or None,
        "isBase64Encoded": False,
    }


def fuzz(count: int, seed: int, examples: int) -> Tally:
    """Hand over `count` events."""
    handler = function.handler()
    found, tally, judge = corpus("internal", seed=seed, examples=examples), Tally(), Judge()
    for number in range(count):
        chance = Random(f"{seed}-events-{number}")  # nosec B311  # no secret
        asked = mutation.event(chance, event(mutation.request(chance, chance.choice(found))))
        result = handler(asked, _Context())
        try:
            answer = from_result(result)
        except MalformedResultError as error:
            tally.note("malformed", f"no proxy response: {error}", asked)
            continue
        headers = dict(answer.headers)
        tally.note(answer.status, judge.fault(answer.status, headers, answer.body), asked)
    return tally


if __name__ == "__main__":
    logs.configure()
    came = fuzz(*map(int, sys.argv[1:4]))
    text = json.dumps({"statuses": came.statuses, "faults": came.faults, "faulty": came.faulty})
    Path(sys.argv[4]).write_text(text, encoding="utf-8")
