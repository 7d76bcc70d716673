"""Invokes `result_lambda` with mutated proxy events: `python -m lab.faults.event_fuzz COUNT SEED EXAMPLES FILE`.

The outcome is written to the file.
"""

import os
import sys
from pathlib import Path
from random import Random

from common import logs
from lab import publish
from lab.events import proxy_event
from lab.faults import mutation
from lab.faults.corpus import corpus
from lab.faults.judge import Judge, Tally
from tools.local.responses import MalformedResultError, from_result
from tools.local.stack import result_lambda_handler


class _Context:
    """An invocation that Lambda ends in 20 seconds."""

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def fuzz(count: int, seed: int, examples: int) -> Tally:
    """Invoke the handler with `count` events."""
    handler = result_lambda_handler(os.environ)
    found, tally, judge = corpus("internal", seed=seed, examples=examples), Tally(), Judge()
    for number in range(count):
        chance = Random(f"{seed}-events-{number}")  # nosec B311  # not a secret
        sent = mutation.request(chance, chance.choice(found))
        body = sent.body.decode("utf-8", "surrogateescape") or None
        event = mutation.event(chance, proxy_event(sent.method, sent.path, sent.headers, body))
        result = handler(event, _Context())  # type: ignore[arg-type]  # the two members that the function reads
        try:
            response = from_result(result)
        except MalformedResultError as error:
            tally.note("malformed", f"not a proxy response: {error}", event)
            continue
        tally.note(response.status, judge.fault(response.status, dict(response.headers), response.body), event)
    return tally


if __name__ == "__main__":
    logs.configure()
    publish.save(Path(sys.argv[4]), vars(fuzz(*map(int, sys.argv[1:4]))))
