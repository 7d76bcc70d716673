"""Checks of the tables: keys, indexes and the new attribute ap_id."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tools.migration.verify.check import Check, FailedError, Site

_DEFINITIONS = Path(__file__).resolve().parents[3] / "infra" / "tables.json"


def checks(site: Site) -> Iterator[Check]:
    """Yield two checks for each table."""
    for name, definition in json.loads(_DEFINITIONS.read_text(encoding="utf-8")).items():
        described = f"aws dynamodb describe-table --table-name {name}"
        yield Check(f"table {name}", partial(_shape, site, name, definition), described)
        back_fill = f"python -m tools.migration backfill-ap-id {name} --mapping ap-ids.csv"
        yield Check(f"ap_id in {name}", partial(_ap_ids, site, name), back_fill)


def _shape(site: Site, name: str, definition: Mapping[str, Any]) -> str:
    table = site.aws.client("dynamodb").describe_table(TableName=name)["Table"]
    if table["TableStatus"] != "ACTIVE":
        raise FailedError(f"it is {table['TableStatus']}")
    wanted, found = _parts(definition), _parts(table)
    lacking = [part for part, value in wanted.items() if found.get(part) != value]
    if lacking:
        raise FailedError(f"{', '.join(lacking)}: differs from infra/tables.json")
    waiting = [index["IndexName"] for index in _indexes(table) if index.get("IndexStatus", "ACTIVE") != "ACTIVE"]
    if waiting:
        raise FailedError(f"{', '.join(waiting)} not active yet")
    return f"active; {', '.join(wanted)}"


def _parts(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a table by name: its keys, the types of all keys, each index and the stream."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    indexes = {index["IndexName"]: (_keys(index), index["Projection"]["ProjectionType"]) for index in _indexes(table)}
    stream = {"stream": table["StreamSpecification"]} if table.get("StreamSpecification") else {}
    return {"keys": (_keys(table), types), **indexes, **stream}


def _indexes(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return table.get("GlobalSecondaryIndexes") or []


def _keys(part: Mapping[str, Any]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in part["KeySchema"]}


def _ap_ids(site: Site, name: str) -> str:
    """Check that some rows have an ap_id. It is optional, so not every row has one."""
    scan = site.aws.client("dynamodb").scan
    rows = scan(TableName=name, Limit=100, ProjectionExpression="ap_id, created_at")["Items"]
    having = sum("ap_id" in row for row in rows)
    seen = f"{having} of {len(rows)} rows sampled have one"
    if not having:
        raise FailedError(seen)
    return seen
