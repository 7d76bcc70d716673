"""Reads the rows of a table, and writes an `ap_id` under conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.config import Config

from tools.migration.aws import Aws
from tools.migration.command import MisuseError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A stored row in DynamoDB's JSON: the keys, the attributes that rules read, and ap_id.
Row = Mapping[str, Any]
Key = dict[str, Any]

AP_ID: Final = "ap_id"
READ_BY_RULES: Final = ("transaction_id", "marketing_id")
_NONE: Final = "(attribute_not_exists(#ap_id) OR attribute_type(#ap_id, :null) OR #ap_id = :empty)"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Result of one read: the rows, and the next position, None at the end."""

    rows: list[Row]
    position: Key | None
    read_units: float
    retries: int


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Result of one write. A refused write reports no units (None), and a changed row comes with its current values."""

    result: Literal["written", "deleted", "changed"]
    write_units: float | None = None
    retries: int = 0
    row: Row | None = None


class Table:
    """One table. Thread-safe."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        """Raise MisuseError if the table does not exist, or a checkpoint cannot hold its keys."""
        self._client = client
        self.name = name
        try:
            described = client.describe_table(TableName=name)["Table"]
        except client.exceptions.ResourceNotFoundException as exc:
            where = client.meta.region_name
            raise MisuseError(f"table {name} does not exist in {where}: check --region and the profile") from exc
        self.keys = tuple(key["AttributeName"] for key in described["KeySchema"])
        types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
        if binary := [key for key in self.keys if types[key] == "B"]:
            raise MisuseError(f"{name} is no table of this service: its key {binary[0]} is binary")
        self.row_count = described["ItemCount"]
        # A table that was created again has another id; not every engine has ids.
        self.identity = f"{described['TableArn']} {described.get('TableId', '')}".strip()

    def page(self, segment: int, segments: int, *, after: Key | None, limit: int) -> Page:
        """Read at most `limit` rows of one of `segments` segments, starting at a position."""
        names = sorted({*self.keys, *READ_BY_RULES, AP_ID})
        start: dict[str, Any] = {"ExclusiveStartKey": after} if after else {}
        answer: Mapping[str, Any] = self._client.scan(
            TableName=self.name,
            Segment=segment,
            TotalSegments=segments,
            Limit=limit,
            ProjectionExpression=", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ReturnConsumedCapacity="TOTAL",
            **start,
        )
        return Page(
            rows=answer["Items"],
            position=answer.get("LastEvaluatedKey"),
            read_units=_units(answer),
            retries=answer["ResponseMetadata"]["RetryAttempts"],
        )

    def key(self, row: Row) -> Key:
        """Return the key of a row, which is also the position after it."""
        return {name: row[name] for name in self.keys}

    def write(self, row: Row, ap_id: str) -> Attempt:
        """Write the ap_id if the row exists, has none (NULL and "" are none), and its rule would still match."""
        conditions = [f"attribute_exists(#{self.keys[0]})", _NONE]
        known = {f":{name}": row[name] for name in READ_BY_RULES if name in row}
        conditions += [
            f"#{each} = :{each}" if each in row else f"attribute_not_exists(#{each})" for each in READ_BY_RULES
        ]
        try:
            answer: Mapping[str, Any] = self._client.update_item(
                TableName=self.name,
                Key=self.key(row),
                UpdateExpression="SET #ap_id = :ap_id",
                ConditionExpression=" AND ".join(conditions),
                ExpressionAttributeNames={f"#{name}": name for name in {self.keys[0], AP_ID, *READ_BY_RULES}},
                ExpressionAttributeValues={
                    ":ap_id": {"S": ap_id},
                    ":null": {"S": "NULL"},
                    ":empty": {"S": ""},
                    **known,
                },
                ReturnConsumedCapacity="TOTAL",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as exc:
            now: Row | None = exc.response.get("Item")  # type: ignore[assignment]  # ALL_OLD adds it to the error
            return Attempt(result="deleted") if now is None else Attempt(result="changed", row=now)
        retries = answer["ResponseMetadata"]["RetryAttempts"]
        return Attempt(result="written", write_units=_units(answer), retries=retries)


def table_client(aws: Aws, threads: int) -> "DynamoDBClient":
    """Return a client that retries throttled calls with exponential backoff and jitter, up to 20 s each."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 10}, max_pool_connections=threads)
    client: DynamoDBClient = aws.client("dynamodb", config)
    return client


def _units(answer: Mapping[str, Any]) -> float:
    """Return the capacity units of a call, indexes included; 0 if the engine does not report them."""
    return float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0))
