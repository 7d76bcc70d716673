"""The chain with few rows, for tests that start programs against it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from tests.moto_mocks import moto_process
from tools.local.row_files import Row
from tools.local.sample import sample_rows
from tools.local.stack import Options, Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write

# Of the sample: a user, a transaction that failed, and the newest of a campaign.
FEW: Final = frozenset({"test_user_001", "tx_002", "tx_006"})


@contextmanager
def small_chain(more: Iterable[Row] = ()) -> Iterator[Stack]:
    """Run the chain with some of the sample rows and with `more`.

    moto reads the whole table for each query, so it gets a small table, in a process of its own.
    """
    with moto_process() as url, Stack(Options(sample=False, dynamodb_endpoint_url=url)) as running:
        few = (row for row in sample_rows() if row["user_id"] in FEW or row.get("transaction_id") in FEW)
        write(table(running.dynamodb_url, NOTIFICATION_RECORDS), [*few, *more])
        yield running
