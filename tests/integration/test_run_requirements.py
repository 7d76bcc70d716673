"""The environment of `make run` is smaller than the one for development, and sufficient for the local stack."""

import re
import subprocess
import sys
from pathlib import Path

from tests.integration.test_command_line import ROOT

PROGRAM = """
import httpx, tools.local.__main__
from tools.local.stack import Options, Stack
with Stack(Options()) as stack:
    pages = [f"{stack.pages_url}/{page}/" for page in ("docs", "console")]
    for url in (f"{stack.public_url}/health", *pages):
        print(httpx.get(url, trust_env=False, timeout=60).status_code)
"""


def test_the_local_stack_runs_with_its_own_requirements(tmp_path: Path) -> None:
    """With requirements/run.txt alone the chain, the console and the docs page answer."""
    python = tmp_path / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")],
        ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", "requirements/run.txt"],
    ):
        subprocess.run([uv, *arguments], cwd=ROOT, check=True)  # noqa: S603  # our own command
    done = subprocess.run([python, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert ["200"] * 3 == re.findall(r"^200$", done.stdout, re.MULTILINE), done.stderr
