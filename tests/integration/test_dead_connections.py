"""Connections that ended while a function was frozen cost no caller an error."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from tests.engine import Engine
from tests.hostile import Exchange, serving
from tools.local.stack import Options, Stack


@dataclass
class Forgetful(Engine):
    """A DynamoDB that resets, on their next request, the connections in `forgotten`."""

    seen: set[int] = field(default_factory=set)
    forgotten: set[int] = field(default_factory=set)

    def behave(self, exchange: Exchange) -> None:
        """Answer, or reset the connection."""
        if exchange.request.connection in self.forgotten:
            exchange.reset()
        self.seen.add(exchange.request.connection)
        super().behave(exchange)


@pytest.fixture
def chain(moto_endpoint: str) -> Iterator[tuple[Stack, Forgetful]]:
    """Start the chain with a DynamoDB that can forget connections."""
    engine = Forgetful(moto_endpoint)
    with ExitStack() as running:
        table = running.enter_context(serving(engine.behave))
        yield running.enter_context(Stack(Options(dynamodb_endpoint_url=table.url))), engine


def test_connection_to_dynamodb_that_ended_costs_no_caller_an_error(chain: tuple[Stack, Forgetful]) -> None:
    """result_lambda answers 503, and the service's retry succeeds on a new connection."""
    stack, engine = chain
    headers = {"x-api-key": stack.options.api_key}
    with httpx.Client(base_url=stack.public_url, headers=headers, trust_env=False, timeout=30) as caller:
        for _ in range(3):
            assert 200 == caller.post("/query/user", json={"user_id": "test_user_001"}).status_code
            engine.forgotten |= engine.seen
