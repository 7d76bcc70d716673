"""The handler in front of a server with a given behaviour, and a check of problem documents."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from jsonschema import Draft4Validator

from query_lambda.app import create_handler
from query_lambda.settings import Settings
from tests.hostile import Behaviour, Server, serving
from tests.invocations import Answered, Handler, logged
from tests.unit.query_lambda.harness import Problem, Proxy
from tools.contract.bundle import bundle


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Return a function that creates a handler whose service has a given behaviour."""
    with ExitStack() as running:

        def start(behaviour: Behaviour) -> tuple[Handler, Server]:
            server = running.enter_context(serving(behaviour))
            return create_handler(Settings(service_url=server.url)), server

        yield start


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return a function that reads the log lines so far."""
    with logged("query_lambda") as read:
        yield read


@pytest.fixture(scope="session")
def problem() -> Problem:
    """Return a function that validates an answer with the contract's `Problem`, and returns its status and code."""
    document = bundle("public")
    schema = {**document["components"]["schemas"]["Problem"], "components": document["components"]}
    validator = Draft4Validator(schema)

    def check(answered: Answered) -> tuple[int, str]:
        validator.validate(answered.body)
        return answered.code

    return check
