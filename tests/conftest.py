"""Options of the fuzz tests; engines that speak DynamoDB's protocol, each started once, on free ports of 127.0.0.1."""

import contextlib
import logging
import os
import shutil
import uuid
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer
from mypy_boto3_dynamodb import DynamoDBClient

from tests.moto_mocks import import_mock_integrations
from tools.local.dynamodb_local import UnavailableError, dynamodb_local
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS, create_tables, dynamodb_client

import_mock_integrations()

pytest_plugins = ("tests.log_scan",)

_UNAVAILABLE = pytest.StashKey[str]()
_WITHOUT_NODE = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how the fuzz tests are run: which examples are generated, and how many."""
    parser.addoption("--seed", type=int, default=1, help="seed of the fuzz tests")
    parser.addoption("--examples", type=int, default=20, help="examples an operation in the fuzz tests")


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """Give the URL of a moto server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def dynamodb_local_endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of DynamoDB Local; where it cannot run, its tests are skipped, but fail if `CI` is set."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(dynamodb_local())
        except UnavailableError as error:
            if os.environ.get("CI"):
                pytest.fail(f"CI tests on DynamoDB Local too: {error}")
            request.config.stash[_UNAVAILABLE] = str(error)
            pytest.skip(str(error))
        yield url


@pytest.fixture(scope="session")
def node_and_npm(request: pytest.FixtureRequest) -> None:
    """Let a test run where Node.js and npm are; elsewhere it is skipped, but fails if `CI` is set."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if not missing:
        return
    reason = f"there is no {' and no '.join(missing)} here"
    if os.environ.get("CI"):
        pytest.fail(f"CI tests what is generated for TypeScript too: {reason}")
    request.config.stash[_WITHOUT_NODE] = reason
    pytest.skip(reason)


@pytest.fixture(scope="session", params=["moto", "dynamodb_local"])
def dynamodb_endpoint(request: pytest.FixtureRequest) -> str:
    """Give the URL of each engine in turn."""
    url: str = request.getfixturevalue(f"{request.param}_endpoint")
    return url


@pytest.fixture(scope="session")
def dynamodb(dynamodb_endpoint: str) -> Iterator[DynamoDBClient]:
    """Give a client of each engine in turn."""
    with contextlib.closing(dynamodb_client(dynamodb_endpoint)) as client:
        yield client


@pytest.fixture
def table_names(dynamodb: DynamoDBClient) -> Iterator[dict[str, str]]:
    """Make both tables for one test alone, and give the names they have here by the names in infra/tables.json."""
    names = {name: f"{name}-{uuid.uuid4().hex}" for name in (NOTIFICATION_RECORDS, COMMAND_RECORDS)}
    create_tables(dynamodb, names=names)
    yield names
    for name in names.values():
        dynamodb.delete_table(TableName=name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end, where it is seen, what was left out."""
    if _UNAVAILABLE in config.stash:
        terminalreporter.section("DynamoDB Local", yellow=True)
        terminalreporter.line(f"NOT TESTED on DynamoDB Local: {config.stash[_UNAVAILABLE]}", yellow=True)
    if _WITHOUT_NODE in config.stash:
        terminalreporter.section("Node.js", yellow=True)
        terminalreporter.line(f"NOT TESTED, generated code and TypeScript: {config.stash[_WITHOUT_NODE]}", yellow=True)
