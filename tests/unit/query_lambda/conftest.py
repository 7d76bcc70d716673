"""The proxy in front of a server that behaves as a test says, and the contract's word on what it answers."""

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
    """Return a function that makes a handler whose service behaves in a given way."""
    with ExitStack() as running:

        def start(behaviour: Behaviour) -> tuple[Handler, Server]:
            server = running.enter_context(serving(behaviour))
            return create_handler(Settings(query_service_url=server.url)), server

        yield start


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return a function that reads the log lines so far."""
    with logged("query_lambda") as read:
        yield read


@pytest.fixture(scope="session")
def problem() -> Problem:
    """Return a function that checks an answer to be the contract's `Problem`, and gives its status and code."""
    document = bundle("public")
    schema = {**document["components"]["schemas"]["Problem"], "components": document["components"]}
    validator = Draft4Validator(schema)

    def check(answered: Answered) -> tuple[int, str]:
        validator.validate(answered.body)
        return answered.code

    return check
