"""A DynamoDB that fails when a test wants it to."""

from dataclasses import dataclass

import httpx

from tests.hostile import Exchange, answer

THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'


@dataclass
class Engine:
    """moto's DynamoDB, which throttles queries when told to."""

    url: str
    throttles: bool = False

    def behave(self, exchange: Exchange) -> None:
        """Pass a request on, and its answer back."""
        request = exchange.request
        if self.throttles and request.header("x-amz-target")[0].endswith(".Query"):
            exchange.send(answer(400, THROTTLED, "application/x-amz-json-1.0"))
            return
        kept = {name: value for name, value in request.headers if name.startswith(("x-amz", "content-type", "auth"))}
        got = httpx.post(self.url, content=request.body, headers=kept, trust_env=False)
        exchange.send(answer(got.status_code, got.content, "application/x-amz-json-1.0"))
