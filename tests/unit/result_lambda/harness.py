"""A table, the function that reads it, and the parameters of its DynamoDB calls."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.session import Session

from result_lambda.app import create_handler
from result_lambda.client import dynamodb
from result_lambda.contract import OPERATIONS
from result_lambda.settings import Settings
from tests.invocations import Answered, Context, invoke, proxy_event
from tools.local.tables import NOTIFICATION_RECORDS, definitions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The operations that answer pages, with the field that each one asks for.
LISTS = {
    "query_user": "user_id",
    "query_marketing": "marketing_id",
    "query_transaction": "transaction_id",
    "query_fail": "transaction_id",
    "query_marketing_fail": "marketing_id",
}
# The operation of a body whose operation a test does not name, by its first field.
USUAL = {"user_id": "query_user", "marketing_id": "query_marketing", "transaction_id": "query_fail"}
TABLE = Settings().notification_table
_SESSION = Session()
_SESSION.set_credentials("local", "local")


def client_of(endpoint_url: str | None = None) -> "DynamoDBClient":
    """Return the function's client with made-up credentials."""
    return dynamodb(Settings(dynamodb_endpoint_url=endpoint_url), _SESSION)


@functools.cache
def unasked() -> "Table":
    """Return a shared table for tests that end before DynamoDB is called."""
    return Table(client_of())


@dataclass
class Table:
    """A table, and a function that reads it; `sent` are the parameters of its calls of DynamoDB.

    A call reads `most_rows` at most, as a call of large rows does, which DynamoDB ends after a megabyte.
    """

    client: "DynamoDBClient"
    name: str = TABLE
    sent: list[dict[str, Any]] = field(default_factory=list)
    most_rows: int | None = None

    def __post_init__(self) -> None:
        self.handler = create_handler(Settings(notification_table=self.name), self.client)
        self.client.meta.events.register("provide-client-params.dynamodb.Query", self._note)
        self.client.meta.events.register("provide-client-params.dynamodb.Scan", self._refuse)

    def create(self) -> None:
        """Create the table as infra/tables.json defines it."""
        self.client.create_table(TableName=self.name, **definitions()[NOTIFICATION_RECORDS])

    def put(self, *, created_at: str, user_id: str = "u", **attributes: object) -> None:
        """Store a row; a text becomes a string attribute, a dict is an attribute already."""
        values = {"user_id": user_id, **attributes}
        item = {name: value if isinstance(value, dict) else {"S": value} for name, value in values.items()}
        self.client.put_item(TableName=self.name, Item={**item, "created_at": {"N": created_at}})

    def ask(self, operation: str = "", context: object = None, **body: object) -> Answered:
        """Call an operation; without a name, the usual one of the first field of the body."""
        path = OPERATIONS[operation or USUAL[next(iter(body))]]["path"]
        return invoke(self.handler, proxy_event("POST", path, body), context or Context())

    def post(self, operation: str, **body: object) -> dict[str, Any]:
        """Return the answer of an operation that has no pages of records."""
        answered = self.ask(operation, **body)
        assert answered.status == 200, answered.text
        found: dict[str, Any] = answered.body
        return found

    def page(self, operation: str = "", **body: object) -> dict[str, Any]:
        """Return the page for `body`."""
        answered = self.ask(operation, **body)
        assert answered.status == 200, answered.text
        page: dict[str, Any] = answered.body
        assert page["count"] == len(page["items"])
        return page

    def times(self, operation: str = "", **body: object) -> list[int]:
        """Return `created_at` of the rows of a page."""
        return [record["created_at"] for record in self.page(operation, **body)["items"]]

    def walk(self, operation: str = "", **body: object) -> Iterator[dict[str, Any]]:
        """Yield the pages from the first to the last."""
        page = self.page(operation, **body)
        yield page
        while "next_position" in page:
            page = self.page(operation, **body, position=page["next_position"])
            yield page

    def _note(self, params: dict[str, Any], **_: object) -> None:
        if self.most_rows is not None:
            params["Limit"] = min(params.get("Limit", self.most_rows), self.most_rows)
        self.sent.append(dict(params))

    @staticmethod
    def _refuse(**_: object) -> None:
        raise AssertionError("a Scan")


def item(number: int) -> dict[str, Any]:
    """Return a row in DynamoDB's format; a higher number is a later row."""
    texts = {
        "user_id": "u",
        "marketing_id": "m",
        "transaction_id": "t",
        "status": "FAILED",
        "platform": "IOS" if number else "ANDROID",
    }
    return {"created_at": {"N": str(1_000 + number)}, **{name: {"S": text} for name, text in texts.items()}}


def part(numbers: list[int], *, more: bool) -> dict[str, Any]:
    """Return an answer of DynamoDB with these rows, and a LastEvaluatedKey if `more`."""
    last = {name: item(numbers[-1])[name] for name in ("user_id", "created_at")}
    part = {"Items": [item(number) for number in numbers], "Count": len(numbers), "ScannedCount": len(numbers)}
    return part | ({"LastEvaluatedKey": last} if more else {})
