"""Creates the two tables as infra/tables.json defines them, and writes rows, on any engine of DynamoDB's protocol."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import botocore.session
from boto3.dynamodb.types import TypeSerializer
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.service_resource import Table

DEFINITIONS: Final = Path(__file__).resolve().parents[2] / "infra" / "tables.json"
NOTIFICATION_RECORDS: Final = "notification-records"
COMMAND_RECORDS: Final = "command-records"
_MOST_ROWS_OF_A_CALL: Final = 25

_typed: Final = TypeSerializer().serialize


def definitions() -> dict[str, dict[str, Any]]:
    """Return the tables by name, each as the parameters of CreateTable without its `TableName`."""
    tables: dict[str, dict[str, Any]] = json.loads(DEFINITIONS.read_text(encoding="utf-8"))
    return tables


def dynamodb_client(endpoint_url: str) -> "DynamoDBClient":
    """Return a client of a local engine, which takes any credentials; those of the environment are never sent."""
    return cast("DynamoDBClient", _session().create_client("dynamodb", **_options(endpoint_url)))


def table(endpoint_url: str, name: str) -> "Table":
    """Return a table of a local engine, for rows as Python values."""
    return boto3.Session(botocore_session=_session()).resource("dynamodb", **_options(endpoint_url)).Table(name)


def write(table: "Table", rows: Iterable[dict[str, Any]]) -> None:
    """Write rows; a row replaces the one with its key, and of several with one key the last is kept."""
    keys = [key["AttributeName"] for key in table.key_schema]
    client = _client_of_writes(table.meta.client.meta.endpoint_url)
    left = iter(rows)
    while batch := list(islice(left, _MOST_ROWS_OF_A_CALL)):
        items = {tuple(row[key] for key in keys): {name: _typed(row[name]) for name in row} for row in batch}
        requests: Any = {table.name: [{"PutRequest": {"Item": item}} for item in items.values()]}
        while requests:
            requests = client.batch_write_item(RequestItems=requests)["UnprocessedItems"]


@cache
def _client_of_writes(endpoint_url: str) -> "DynamoDBClient":
    return dynamodb_client(endpoint_url)


def _session() -> botocore.session.Session:
    """Return a session without the profile of the environment, which is for AWS."""
    return botocore.session.Session(session_vars={"profile": (None, None, None, None)})


def _options(endpoint_url: str) -> dict[str, Any]:
    return {
        "region_name": "ap-southeast-1",
        "endpoint_url": endpoint_url,
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",  # nosec B105  # opens nothing: a local engine takes any
        # An engine on this machine needs no proxy. It validates by itself; doing so twice takes a fifth of a load.
        "config": Config(proxies={}, parameter_validation=False),
    }


def create_tables(client: "DynamoDBClient", *, names: Mapping[str, str] | None = None) -> None:
    """Create both tables and wait until they can be used; a table that exists is left as it is.

    `names` gives a table another name than its own, by the name in infra/tables.json.
    """
    tables = {(names or {}).get(name, name): definition for name, definition in definitions().items()}
    for name, definition in tables.items():
        with suppress(client.exceptions.ResourceInUseException):
            client.create_table(TableName=name, **definition)
    # A second loop, since on AWS both tables become active side by side.
    for name in tables:
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
