"""The running chain under attack."""

from collections.abc import Iterator

import pytest

from tools.local.sample import sample_rows
from tools.local.stack import Options, Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write

# moto reads the whole table for each query, so it gets few rows.
FEW = {"test_user_001", "tx_002"}


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Give the running chain with some of the sample rows."""
    with Stack(Options(sample=False)) as stack:
        rows = (row for row in sample_rows() if FEW & {row["user_id"], row.get("transaction_id")})
        write(table(stack.dynamodb_url, NOTIFICATION_RECORDS), rows)
        yield stack
