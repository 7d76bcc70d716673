"""query_lambda on requests and AWS Lambda Powertools, as their documentation shows them."""

import os
from typing import Any

import requests
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="query-lambda")
app = APIGatewayRestResolver()
session = requests.Session()


@app.post("/query/user")
@app.post("/query/marketing")
@app.post("/query/fail")
def forward() -> Response[str]:
    """Hand the request on to the service, and its answer back."""
    event = app.current_event
    answer = session.post(
        os.environ["SERVICE_URL"] + event.path,
        data=(event.body or "").encode(),
        headers={"Content-Type": "application/json", "X-Request-Id": event.request_context.request_id},
        timeout=28,
    )
    return Response(answer.status_code, content_type=answer.headers["Content-Type"], body=answer.text)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a proxy event."""
    logger.info("query")
    return app.resolve(event, context)
