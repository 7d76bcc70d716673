"""The cost of counting a campaign: our CPU by where it goes, and read units, for a million rows.

The read units stand beside those of the arithmetic: half a unit for each 4 KB that are stored.

The engine is DynamoDB Local, a process of its own, whose CPU is not counted.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from lab.bench.invoke import LambdaContext
from lab.bench.measurement import event
from lab.bench.rows import CAMPAIGN, campaign, size
from result_lambda import summary
from result_lambda.app import create_handler
from result_lambda.client import CONNECT_SECONDS, READ_SECONDS, take_rows
from result_lambda.queries import MARKETING, Query, request
from result_lambda.settings import Settings
from tools.local.dynamodb_local import dynamodb_local
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

MILLION: Final = 1_000_000
PATH: Final = "/query/marketing/summary"
# DynamoDB reads in these steps, at half a unit each.
_STEP_BYTES: Final = 4_096
_REPEATS: Final = 3


def measure(rows: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load a campaign on a new engine, and count it."""
    with dynamodb_local() as url:
        create_tables(dynamodb_client(url))
        return cost_of(url, rows, report)


def cost_of(url: str, rows: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load a campaign of `rows` rows into the table at `url`, count it, and return the cost."""
    write(table(url, NOTIFICATION_RECORDS), campaign(rows))
    report(f"loaded {rows:,} rows")
    client = dynamodb_client(url)
    take_rows(client, (CONNECT_SECONDS, READ_SECONDS))
    ours, plain = (create_handler(Settings(), each) for each in (client, dynamodb_client(url)))
    counted, requests, whole = min((_count(ours) for _ in range(_REPEATS)), key=lambda found: found[2])
    _, _, with_botocore = min((_count(plain) for _ in range(_REPEATS)), key=lambda found: found[2])
    parsing, counting, units, calls = _parts(url)
    return {
        "rows": counted,
        "requests": requests,
        "calls": calls,
        "read_units": units,
        "read_units_by_arithmetic": sum(map(size, campaign(rows))) / _STEP_BYTES / 2,
        "cpu_s": {
            "parsing": parsing,
            "counting": counting,
            "signing, HTTP, answers": whole - parsing - counting,
            "function": whole,
            "function with botocore's parser": with_botocore,
        },
    }


def _count(handle: Callable[[Any, Any], dict[str, Any]]) -> tuple[int, int, float]:
    """Count the campaign; return the rows, the requests and the CPU seconds."""
    body: dict[str, Any] = {"marketing_id": CAMPAIGN, "interval": "hour"}
    rows = requests = 0
    started = time.thread_time()
    while True:
        answer = handle({**event("/query/marketing"), "resource": PATH, "body": json.dumps(body)}, LambdaContext())
        if answer["statusCode"] != 200:
            raise RuntimeError(f"the handler answered {answer}")
        found = json.loads(answer["body"])
        rows, requests = rows + found["rows"], requests + 1
        if "next_position" not in found:
            return rows, requests, time.thread_time() - started
        body["position"] = found["next_position"]


def _parts(url: str) -> tuple[float, float, float, int]:
    """Return the CPU seconds of parsing and of counting alone, the read units and the calls."""
    tally = summary.Tally("hour")
    parsing = counting = units = 0.0
    calls = 0
    for answer in _answers(url):
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


def _answers(url: str) -> Iterator[Any]:
    query = request(Query(index=MARKETING, key=CAMPAIGN, limit=0), attributes=summary.ATTRIBUTES)
    client: Any = dynamodb_client(url)
    start: dict[str, Any] = {}
    while True:
        answer = client.query(TableName=NOTIFICATION_RECORDS, ReturnConsumedCapacity="TOTAL", **query, **start)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
