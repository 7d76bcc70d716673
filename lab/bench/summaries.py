"""The cost of counting a campaign: our CPU by where it goes, and read units, for a million rows.

The read units stand beside those of the arithmetic: half a unit for each 4 KB that are stored.

The engine is DynamoDB Local, a process of its own, whose CPU is not counted.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from lab.bench import reads
from lab.bench.invoke import LambdaContext
from lab.bench.measurement import event
from lab.bench.rows import size
from result_lambda import summary
from result_lambda.app import create_handler
from result_lambda.client import CONNECT_SECONDS, READ_SECONDS, take_rows
from result_lambda.queries import MARKETING, Query, request
from result_lambda.settings import Settings
from tools.local.dynamodb_local import dynamodb_local
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client

MILLION: Final = 1_000_000
PATH: Final = "/query/marketing/summary"
# DynamoDB reads in these steps, at half a unit each.
_STEP_BYTES: Final = 4_096
_REPEATS: Final = 3
_MOST_LATE: Final = 50


def measure(rows: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load a campaign on a new engine, and count it."""
    with dynamodb_local() as url:
        create_tables(dynamodb_client(url))
        return cost_of(url, rows, report)


def cost_of(url: str, rows: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load the partitions of `rows` rows as the part `reads` does, and return the cost of a count."""
    reads.load(url, rows, report)
    return cost_of_count(url, rows)


def cost_of_count(url: str, rows: int) -> dict[str, Any]:
    """Count a campaign of `rows` rows that is loaded, and return the cost.

    A million rows are counted once: the figures are of CPU time, and the engine takes minutes.
    """
    client = dynamodb_client(url)
    take_rows(client, (CONNECT_SECONDS, READ_SECONDS))
    ours, plain = (create_handler(Settings(), each) for each in (client, dynamodb_client(url)))
    repeats = 1 if rows >= MILLION else _REPEATS
    counted, requests, whole = min((_count(ours, rows) for _ in range(repeats)), key=lambda found: found[2])
    _, _, with_botocore = min((_count(plain, rows) for _ in range(repeats)), key=lambda found: found[2])
    parts = [_parts(url, rows) for _ in range(repeats)]
    parsing, counting = (min(part[kind] for part in parts) for kind in (0, 1))
    _, _, units, calls = parts[0]
    return {
        "rows": counted,
        "requests": requests,
        "calls": calls,
        "read_units": units,
        "read_units_by_arithmetic": sum(size(reads.row_of(rows, number)) for number in range(rows)) / _STEP_BYTES / 2,
        "cpu_s": {
            "parsing": parsing,
            "counting": counting,
            "function": whole,
            "function with botocore's parser": with_botocore,
        },
    }


def _count(handle: Callable[[Any, Any], dict[str, Any]], of: int) -> tuple[int, int, float]:
    """Count the campaign; return the rows, the requests and the CPU seconds. Raises RuntimeError if a request fails.

    An engine that is too late for an attempt gets others, as callers make them.
    """
    body: dict[str, Any] = {"marketing_id": reads.campaign_of(of), "interval": "hour"}
    rows = requests = late = 0
    started = time.thread_time()
    while late < _MOST_LATE:
        answer = handle({**event("/query/marketing"), "resource": PATH, "body": json.dumps(body)}, LambdaContext())
        requests += 1
        if answer["statusCode"] in {503, 504}:
            late += 1
            continue
        if answer["statusCode"] != 200:
            raise RuntimeError(f"the handler answered {answer}")
        found = json.loads(answer["body"])
        rows += found["rows"]
        if "next_position" not in found:
            return rows, requests, time.thread_time() - started
        body["position"] = found["next_position"]
    raise RuntimeError("the engine is too late")


def _parts(url: str, rows: int) -> tuple[float, float, float, int]:
    """Return the CPU seconds of parsing and of counting alone, the read units and the calls."""
    tally = summary.Tally("hour")
    parsing = counting = units = 0.0
    calls = 0
    for answer in _answers(url, rows):
        text = orjson.dumps(answer)
        started = time.thread_time()
        parsed = orjson.loads(text)
        parsing += time.thread_time() - started
        started = time.thread_time()
        tally.add(parsed["Items"])
        counting += time.thread_time() - started
        units += answer["ConsumedCapacity"]["CapacityUnits"]
        calls += 1
    return parsing, counting, units, calls


def _answers(url: str, rows: int) -> Iterator[Any]:
    query = request(Query(index=MARKETING, key=reads.campaign_of(rows), limit=0), attributes=summary.ATTRIBUTES)
    client: Any = dynamodb_client(url)
    start: dict[str, Any] = {}
    while True:
        answer = client.query(TableName=NOTIFICATION_RECORDS, ReturnConsumedCapacity="TOTAL", **query, **start)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
