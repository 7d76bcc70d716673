"""Creates the two tables as infra/tables.json defines them, and writes rows, on any engine of DynamoDB's protocol."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.service_resource import Table

DEFINITIONS: Final = Path(__file__).resolve().parents[2] / "infra" / "tables.json"
NOTIFICATION_RECORDS: Final = "notification-records"
COMMAND_RECORDS: Final = "command-records"

_READY_POLLS = 30


class TableDiffersError(RuntimeError):
    """A table of that name exists and differs from infra/tables.json."""


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
    with table.batch_writer(overwrite_by_pkeys=keys) as batch:
        for row in rows:
            batch.put_item(Item=row)


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
    """Create both tables and wait until they can be used; a table that exists as defined is left as it is.

    `names` gives a table another name than its own, by the name in infra/tables.json.
    Raises TableDiffersError if a table exists with other keys, indexes, stream or billing mode.
    """
    for defined_name, definition in definitions().items():
        with suppress(client.exceptions.ResourceInUseException):  # it exists, and is compared below
            client.create_table(TableName=(names or {}).get(defined_name, defined_name), **definition)
    # A second loop, since on AWS both tables become active side by side.
    for defined_name, definition in definitions().items():
        name = (names or {}).get(defined_name, defined_name)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": _READY_POLLS})
        _compare(name, definition, client.describe_table(TableName=name)["Table"])


def _compare(name: str, definition: Mapping[str, Any], description: Mapping[str, Any]) -> None:
    wanted, found = _shape(definition), _shape(description)
    differences = [f"{part} is {found[part]}, not {wanted[part]}" for part in wanted if found[part] != wanted[part]]
    if differences:
        raise TableDiffersError(f"table {name} is not as {DEFINITIONS.name} defines it: {'; '.join(differences)}")


def _shape(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CreateTable's parameters and DescribeTable's answer both say, independent of order."""
    indexes = [*table.get("GlobalSecondaryIndexes", []), *table.get("LocalSecondaryIndexes", [])]
    return {
        "BillingMode": table.get("BillingModeSummary", table).get("BillingMode", "PROVISIONED"),
        "AttributeDefinitions": {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]},
        "KeySchema": _keys(table),
        "indexes": {i["IndexName"]: {**_keys(i), "projects": i["Projection"]["ProjectionType"]} for i in indexes},
        "StreamViewType": table.get("StreamSpecification", {}).get("StreamViewType"),
    }


def _keys(table_or_index: Mapping[str, Any]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in table_or_index["KeySchema"]}
