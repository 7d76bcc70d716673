"""Runs the commands of docs/migration.md from the document itself, one shell after the other with one environment."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.infra.workspace import ROOT

_KINDS = "move|back|docker|check|local"
_FENCE = re.compile(rf"^( *)```sh (?P<kind>{_KINDS})\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SECONDS = 1_800


@dataclass(frozen=True)
class Block:
    """A block of commands: a step of the move, its way back, a check, one for a laptop, or one that needs Docker."""

    kind: str
    code: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [Block(found["kind"], found["code"]) for found in _FENCE.finditer(text)]


@dataclass
class Shell:
    """A shell in `folder`, the root of a copy of the repository; exported variables stay from block to block."""

    folder: Path
    environ: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)  # the document's example values, and the account's

    def __post_init__(self) -> None:
        """Put Python into the path, and `make dist`, which the test has made already."""
        programs = self.folder / "bin"
        programs.mkdir()
        commands = {"make": 'test "$*" = dist', "python": f'exec {sys.executable} "$@"'}
        for name, command in commands.items():
            (programs / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
            (programs / name).chmod(0o755)
        self._path = f"{programs}:{os.environ['PATH']}"

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run commands; the first that fails ends them."""
        for shown, real in self.given.items():
            code = code.replace(shown, real)
        kept = self.folder / "exported"
        kept.touch()
        script = f"source {kept}\n{code}\nexport -p > {kept}\n"
        environ = {**self.environ, "PATH": self._path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        return subprocess.run(  # noqa: S603  # code of our own page
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )


def parsed(code: str) -> Iterator[str]:
    """Yield what bash does not understand of commands that are not run."""
    done = subprocess.run(["/bin/bash", "-n", "-c", code], capture_output=True, text=True, check=False)  # noqa: S603  # as above
    if done.returncode:
        yield done.stderr
