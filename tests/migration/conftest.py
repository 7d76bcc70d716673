"""The local stack and an AWS emulator, each in its own process because the tests change their data."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.migration.emulator import Emulator
from tests.moto_mocks import moto_process
from tools.migration.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
MAPPING = {"default": "mobile-app-009"}
FREE_PORTS = [f"--{part}-port=0" for part in ("public", "internal", "service", "dynamodb", "pages")]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """URLs of a running local stack."""

    public_url: str
    internal_url: str
    service_url: str
    dynamodb_url: str
    api_key: str


@pytest.fixture(scope="session")
def chain() -> Iterator[Chain]:
    """Run the whole chain with its sample rows in another process."""
    with running_chain() as running:
        yield running


@contextlib.contextmanager
def running_chain() -> Iterator[Chain]:
    """Run the whole chain with its sample rows in another process."""
    with _process("-m", "tools.local", *FREE_PORTS) as process:
        printed = {}
        for line in process.stdout or ():
            if found := re.fullmatch(r"  ([A-Za-z ]+?)  +(\S+).*\n", line):
                printed[found[1]] = found[2]
            if "API key" in printed:
                break
        # A line for each request follows: a full pipe would stop the stack.
        threading.Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
        yield Chain(
            public_url=printed["public gateway"],
            internal_url=printed["internal gateway"],
            service_url=printed["service"],
            dynamodb_url=printed["DynamoDB"],
            api_key=printed["API key"],
        )


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Run an AWS emulator with all resources that the checklist reads."""
    with moto_process(MOTO_ECS_SERVICE_RUNNING="2") as url:
        made = Emulator(url)
        made.build()
        yield made


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Run an AWS emulator for the accounts of OldAccount, and give its URL."""
    with moto_process() as url:
        yield url


@dataclass(frozen=True)
class Ended:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:  # noqa: ANN401  # any JSON
        """The JSON report."""
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give a function that runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ap-ids.json").write_text(json.dumps(MAPPING), encoding="utf-8")

    def command(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["migration", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return command


@contextlib.contextmanager
def _process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program without the AWS settings of the environment, and kill it at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen(  # noqa: S603  # our own programs
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=kept,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
