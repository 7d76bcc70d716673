"""The TypeScript client: it passes strict tsc and its own tests, and the example runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.requirements import not_tested
from tests.sdk.installed import ROOT
from tools.contract.packages import GenerationError
from tools.contract.typescript import TYPESCRIPT, node_modules
from tools.local.stack import Stack

SECONDS = 120


WRONG = """import { queryServiceClient, userPage } from "./client.js";
const client = queryServiceClient({ baseUrl: "x", apiKey: "k" });
queryServiceClient({ baseUrl: "x" });
userPage(client, {});
userPage(client, { user_id: "u1", status: "FAILED" });
client.POST("/query/nobody", { body: {} });
client.POST("/query/user", { body: {} });
"""


@pytest.fixture(scope="module")
def built(node_and_npm: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  # it has to be there
    """Return a copy of the package, compiled by strict tsc; npm downloads its packages once, into .cache.

    The output of tsc is in `said.txt`; a file of mistakes was compiled with the others.
    """
    folder = tmp_path_factory.mktemp("portal") / TYPESCRIPT
    shutil.copytree(ROOT / "generated_client" / TYPESCRIPT, folder)
    try:
        (folder / "node_modules").symlink_to(node_modules())
    except GenerationError as error:
        not_tested("the TypeScript package", str(error))
    compiler = folder / "node_modules" / "typescript" / "bin" / "tsc"
    (folder / "wrong.ts").write_text(WRONG, encoding="utf-8")
    done = node(str(compiler), "--noEmit", "false", "--outDir", "build", cwd=folder)
    (folder / "said.txt").write_text(done.stdout, encoding="utf-8")
    return folder


def node(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run node."""
    return subprocess.run(  # noqa: S603  # ours
        [shutil.which("node") or "node", *arguments],
        cwd=cwd,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_strict_tsc_is_content_but_with_mistakes(built: Path) -> None:
    """Types that let everything pass would be of no use; all lines of `wrong.ts` but the first two are wrong."""
    said = (built / "said.txt").read_text(encoding="utf-8").splitlines()
    found = {tuple(line.partition(",")[0].split("(")) for line in said if ": error" in line}
    assert {("wrong.ts", str(line)) for line in range(3, 8)} == found


def test_client_does_what_it_says(built: Path) -> None:
    """Pages, problems, and foreign answers, in its own tests."""
    done = node("--test", "build/client.test.js", cwd=built)
    assert 0 == done.returncode, done.stdout
    assert "# pass 13\n" in done.stdout


def test_example_asks_the_chain(built: Path, stack: Stack) -> None:
    """A line for each failed push of the user."""
    there = {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": stack.options.api_key}
    done = node("build/example.js", "test_user_001", cwd=built, **there)
    lines = done.stdout.splitlines()
    assert (0, "") == (done.returncode, done.stderr)
    assert lines
    assert all(line[10] == "T" and " tx_" in line for line in lines)


def test_example_says_what_was_refused(built: Path, stack: Stack) -> None:
    """With the code and the id to ask about."""
    there = {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": "wrong"}
    done = node("build/example.js", cwd=built, **there)
    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("403 forbidden ")
