"""Services that run during the tests, and their log lines."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest
from botocore.credentials import Credentials

from common import logs
from service.app import create_app, create_server
from tests.unit.service.harness import Service, Upstream, serving, settings

Launch = Callable[..., Service]

# A busy machine must not fail a test, and runs are independent of each other.
hypothesis.settings.register_profile(
    "unit", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unit")


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Start a service with settings of the test's own; all are stopped in the end."""
    with ExitStack() as stack:

        def start(**changes: object) -> Service:
            upstream = Upstream()
            credentials = Credentials("key", "secret")
            app = create_app(settings(**changes), credentials=credentials, transport=upstream)
            return Service(stack.enter_context(serving(create_server(app, "127.0.0.1", 0))), upstream)

        yield start


@pytest.fixture(scope="session")
def shared(launch: Launch) -> Service:
    """Start one service for all tests that need nothing special."""
    return launch()


@pytest.fixture
def service(shared: Service) -> Service:
    """Give the shared service; its internal gateway answers with one record by default."""
    shared.upstream.reset()
    return shared


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return the log lines of all loggers since the test began, as the container would write them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.setLevel(level)
    root.removeHandler(handler)
