"""The tools that consumers choose take the consumers' document: clients are generated, checked and used."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.consumer_tools import CLIENTS, INSTALLED, PROGRAMS, READERS, run
from tests.requirements import not_tested
from tools.contract.consumers import consumers_text
from tools.local.stack import Stack

USER = "test_user_001"
GUZZLE = Path("/usr/share/php/GuzzleHttp/autoload.php")  # of Debian

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the document to a file, as `make dist` does."""
    path = tmp_path_factory.mktemp("dist") / "push-records.openapi.json"
    path.write_text(consumers_text(), encoding="utf-8")
    return path


def workplace(programs: str, into: Path) -> Path:
    """Return a copy of a folder of programs, where npm's tools can be found."""
    folder = shutil.copytree(PROGRAMS / programs, into / programs)
    (folder / "node_modules").symlink_to(INSTALLED / "node_modules")
    return folder


def expected(stack: Stack) -> dict[str, Any]:
    """Return what a walk in pages of five finds: the time of the first record, pages, rows, and an error."""
    headers = {"x-api-key": stack.options.api_key}
    body = {"user_id": USER, "limit": 100}
    page = httpx.post(f"{stack.public_url}/query/user", json=body, headers=headers, trust_env=False).json()
    rows = page["count"]
    assert rows > 10
    assert "next_cursor" not in page
    first = page["items"][0]["created_at"]
    return {"first": first, "pages": -(-rows // 5), "rows": rows, "refused": "400 invalid_cursor"}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_generated_client_compiles_and_asks(name: str, stack: Stack, document: Path, tmp_path: Path) -> None:
    """One query, a walk over all pages, and an error with its code."""
    programs, commands = CLIENTS[name]
    if programs == "php" and not (shutil.which("php") and GUZZLE.exists()):
        reason = "PHP or Guzzle is missing (Debian: apt install php-cli php-curl php-mbstring php-guzzlehttp-guzzle)"
        not_tested(name, reason, required=False)
    folder = workplace(programs, tmp_path)
    environ = {"API_URL": stack.public_url, "API_KEY": stack.options.api_key, "USER_ID": USER}
    outputs = [run(command, folder, words={"document": shlex.quote(str(document))}, **environ) for command in commands]
    report = json.loads(outputs[-1].splitlines()[-1])
    assert expected(stack) == report


@pytest.mark.parametrize("name", READERS)
def test_a_reader_takes_the_document(name: str, document: Path, tmp_path: Path) -> None:
    """Models are generated and hold a page; linters have nothing to say."""
    programs, commands = READERS[name]
    folder = workplace(programs, tmp_path)
    for command in commands:
        run(command, folder, words={"document": shlex.quote(str(document))})
