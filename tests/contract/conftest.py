"""The running stack that the contracts are fuzzed on, and what pytest has to know before it imports these tests."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.contract.breaking import released
from tools.contract.bundle import SOURCES
from tools.local.dynamodb_local import UnavailableError
from tools.local.sample import sample_rows
from tools.local.stack import Options, Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write

# Their asserts show the compared values only if pytest rewrites them.
pytest.register_assert_rewrite("tests.contract.fuzz_checks")

# moto reads the whole table for each query, so that it gets a small one: all rows of these.
FEW_IDS = {
    "user_id": ["test_user_001", "user_0001"],
    "transaction_id": ["tx_002"],
    "marketing_id": ["campaign_weekly_13"],
}


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Run the whole chain with the sample rows on DynamoDB Local; where that cannot run, with some of them on moto."""
    with contextlib.ExitStack() as running:
        try:
            stack = running.enter_context(Stack(Options(dynamodb_local=True)))
        except UnavailableError:
            stack = running.enter_context(Stack(Options(sample=False)))
            known = (row for row in sample_rows() if any(row.get(name) in ids for name, ids in FEW_IDS.items()))
            write(table(stack.dynamodb_url, NOTIFICATION_RECORDS), known)
        yield stack


@pytest.fixture
def node_id(request: pytest.FixtureRequest) -> None:
    """Give Schemathesis 4.32 the private name that it reads, and that pytest 9.2 does not have any more."""
    request.node._nodeid = request.node.nodeid  # noqa: SLF001  # as above


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the contracts with their release; before the first release, they are released in the copy."""
    folder = tmp_path_factory.mktemp("release") / "openapi"
    shutil.copytree(SOURCES, folder)
    if not released.is_released(folder):
        released.release(folder)
    return folder
