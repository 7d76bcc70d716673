"""result_lambda on `boto3.resource` and AWS Lambda Powertools, as their documentation shows them."""

import os
from decimal import Decimal
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.conditions import Key

logger = Logger(service="query-result-lambda")
app = APIGatewayRestResolver()
table = boto3.resource("dynamodb", endpoint_url=os.environ.get("DYNAMODB_ENDPOINT_URL")).Table(
    os.environ["NOTIFICATION_TABLE"]
)


@app.post("/query/user")
def query_user() -> dict[str, Any]:
    """Rows of a user, newest first."""
    body = app.current_event.json_body
    return page(KeyConditionExpression=Key("user_id").eq(body["user_id"]), Limit=body.get("limit") or 10)


@app.post("/query/marketing")
def query_marketing() -> dict[str, Any]:
    """Rows of a campaign, newest first."""
    body = app.current_event.json_body
    return page(
        IndexName="marketing_id-index",
        KeyConditionExpression=Key("marketing_id").eq(body["marketing_id"]),
        Limit=body.get("limit") or 100,
    )


def page(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401  # those of DynamoDB's Query
    """Return a page, with the position after it where there is more."""
    answer = table.query(ScanIndexForward=False, **arguments)
    items = [plain(item) for item in answer["Items"]]
    result: dict[str, Any] = {"items": items, "count": len(items)}
    if "LastEvaluatedKey" in answer:
        result["next_position"] = plain(answer["LastEvaluatedKey"])
    return result


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its numbers as JSON has them."""
    return {name: int(value) if isinstance(value, Decimal) else value for name, value in item.items()}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a proxy event."""
    logger.info("query")
    return app.resolve(event, context)
