"""The whole chain, started once for the tests that look at it from outside, and a table of each engine."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from tests.unit.result_lambda.harness import Table, client_of
from tools.local.stack import Options, Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Give the running chain with its sample rows, every hop on a free port."""
    with Stack(Options()) as running:
        yield running


@pytest.fixture
def public(stack: Stack) -> Iterator[httpx.Client]:
    """Give a client of the public gateway that has a key."""
    headers = {"x-api-key": stack.options.api_key}
    with httpx.Client(base_url=stack.public_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def table(dynamodb_endpoint: str) -> Iterator[Table]:
    """Give a table of each engine in turn; each example has partitions of its own in it."""
    with contextlib.closing(client_of(dynamodb_endpoint)) as client:
        table = Table(client, "paging-records")
        table.create()
        yield table
        client.delete_table(TableName=table.name)
