"""A table in each engine in turn, and the function's log lines."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.invocations import logged
from tests.unit.result_lambda.harness import Table, client_of


@pytest.fixture
def table(dynamodb_endpoint: str) -> Iterator[Table]:
    """Return a table without rows."""
    with contextlib.closing(client_of(dynamodb_endpoint)) as client:
        table = Table(client, f"records-{uuid.uuid4().hex}")
        table.create()
        yield table
        client.delete_table(TableName=table.name)


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return a function that reads the log lines so far."""
    with logged("result_lambda") as read:
        yield read
