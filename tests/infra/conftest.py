"""Terraform, an emulator of AWS, and the stack applied to it once for all tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.infra import provider
from tests.infra.stack import Stack, StepError
from tests.infra.workspace import ROOT, Workspace
from tests.requirements import MARK, not_tested
from tools.deploy.packages import FUNCTIONS, build

STACK_SECONDS = 3_000
LAST = "test_destroy_leaves_nothing_behind"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Raise the timeout of the tests that apply the stack, and run the test that destroys it last."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(STACK_SECONDS))
    items.sort(key=lambda item: item.name == LAST)


@pytest.fixture(scope="session")
def terraform() -> None:
    """Require Terraform; where it is, `CI` requires its provider too."""
    if shutil.which("terraform") is None:
        # A machine of CI may lack Terraform itself.
        pytest.skip(f"{MARK}the stack in infra/terraform: there is no terraform on this machine")
    if not provider.settings(os.environ) and not os.environ.get("CI"):
        reason = "there is no mirror of its AWS provider (TF_PLUGIN_MIRROR names one; with CI the registry is asked)"
        not_tested("the stack in infra/terraform", reason)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the emulator and give its URL."""
    with running_emulator(tmp_path_factory) as url:
        yield url


@contextmanager
def running_emulator(tmp_path_factory: pytest.TempPathFactory, **environ: str) -> Iterator[str]:
    """Run the emulator as a process and give its URL; its log has the requests that it could not answer."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    program = [sys.executable, "-m", "tests.infra.emulator"]
    with (
        log.open("w") as lines,
        subprocess.Popen(  # noqa: S603  # our own program
            program,
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=lines,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, log.read_text()
        yield f"http://127.0.0.1:{port}"
        process.communicate("", timeout=60)
    print(log.read_text()[-2000:])  # noqa: T201  # pytest shows it only beside a failure


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both functions, and give the folder of their zips."""
    folder = tmp_path_factory.mktemp("packages")
    for function in FUNCTIONS:
        build(function, folder)
    return folder


@pytest.fixture(scope="session")
def workspace(terraform: None, emulator: str, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:  # noqa: ARG001  # skips
    """Give a copy of infra/ with dist/ beside it."""
    made = Workspace(tmp_path_factory.mktemp("workspace"), emulator)
    shutil.copytree(packages, made.dist)
    return made


@pytest.fixture(scope="session")
def stack(workspace: Workspace) -> Stack:
    """Apply the stack, update it, and give it."""
    applied = Stack(workspace)
    try:
        applied.apply()
    except StepError as error:
        pytest.fail(str(error), pytrace=False)
    return applied
