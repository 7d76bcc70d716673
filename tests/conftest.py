"""Options of the fuzz tests, and DynamoDB engines on free ports of 127.0.0.1, started once in a session."""

import contextlib
import logging
import shutil
import signal
import uuid
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer
from mypy_boto3_dynamodb import DynamoDBClient

from tests.moto_mocks import import_mock_integrations
from tests.requirements import MARK, not_tested
from tools.local.dynamodb_local import UnavailableError, dynamodb_local
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS, create_tables, dynamodb_client

import_mock_integrations()
# A shell in the background has its children ignore SIGINT; tests interrupt processes of their own with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ("tests.log_scan", "tests.tiers")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the fuzz tests."""
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
def dynamodb_local_endpoint() -> Iterator[str]:
    """Give the URL of DynamoDB Local."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(dynamodb_local())
        except UnavailableError as error:
            not_tested("DynamoDB Local", str(error))
        yield url


@pytest.fixture(scope="session")
def node_and_npm() -> None:
    """Require Node.js and npm."""
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        not_tested("generated code and TypeScript", f"there is no {' and no '.join(missing)} here")


@pytest.fixture(scope="session", params=["moto", "dynamodb_local"])
def dynamodb_endpoint(request: pytest.FixtureRequest) -> str:
    """Give the URL of each engine."""
    url: str = request.getfixturevalue(f"{request.param}_endpoint")
    return url


@pytest.fixture(scope="session")
def dynamodb(dynamodb_endpoint: str) -> Iterator[DynamoDBClient]:
    """Give a client of each engine."""
    with contextlib.closing(dynamodb_client(dynamodb_endpoint)) as client:
        yield client


@pytest.fixture
def table_names(dynamodb: DynamoDBClient) -> Iterator[dict[str, str]]:
    """Create both tables for one test, and give their names by the names in infra/tables.json."""
    names = {name: f"{name}-{uuid.uuid4().hex}" for name in (NOTIFICATION_RECORDS, COMMAND_RECORDS)}
    create_tables(dynamodb, names=names)
    yield names
    for name in names.values():
        dynamodb.delete_table(TableName=name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, at the end of the run, the tests that were skipped for a missing program."""
    texts = [str(report.longrepr[2]) for report in terminalreporter.getreports("skipped") if report.longrepr]
    missing = sorted({text.removeprefix("Skipped: ") for text in texts if MARK in text})
    if missing:
        terminalreporter.section("Missing programs", yellow=True)
    for text in missing:
        terminalreporter.line(text, yellow=True)
