"""Fixtures: both clients, a scripted service, the installed wheel, and the whole chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain import small_chain
from tests.sdk.harness import FLAVOURS, FakeClock, Flavour, Script
from tests.sdk.installed import Environment, build, install
from tools.local.stack import Stack


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """Give each client in turn."""
    return FLAVOURS[request.param]


@pytest.fixture
def script() -> Script:
    """Give a scripted service."""
    return Script()


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that passes by sleeping."""
    return FakeClock()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel."""
    return build(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Give an environment with the wheel installed."""
    return install(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Give the whole chain, with some of the sample rows."""
    with small_chain() as running:
        yield running
