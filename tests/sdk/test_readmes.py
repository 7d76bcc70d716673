"""Every example of the package's README runs unchanged against the whole chain."""

import re
from pathlib import Path

import pytest

from tests.sdk.installed import PROJECT, ROOT, Environment
from tools.local.stack import Stack

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[int, str]]:
    """Return the number and text of each block of a language in the README."""
    readme = (ROOT / "generated_client" / PROJECT / "README.md").read_text(encoding="utf-8")
    return [(number, text) for number, (kind, text) in enumerate(BLOCK.findall(readme)) if kind == language]


def name(block: object) -> str:
    """Return how a block is called among the tests."""
    return str(block).partition("\n")[0]


@pytest.fixture
def there(stack: Stack) -> dict[str, str]:
    """Give the environment variables for the chain."""
    return {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": stack.options.api_key}


@pytest.mark.parametrize(("number", "text"), blocks("python"), ids=name)
def test_python_runs(
    environment: Environment, there: dict[str, str], tmp_path: Path, *, number: int, text: str
) -> None:
    """As a script of its own, without a warning."""
    script = tmp_path / f"example_{number}.py"
    script.write_text(text, encoding="utf-8")
    done = environment.run(str(environment.python), "-W", "error", str(script), cwd=tmp_path, **there)
    assert "" == done.stderr


@pytest.mark.parametrize(
    "command", [line for *_, text in blocks("sh") for line in text.splitlines() if line.startswith("push-records")]
)
def test_command_runs(environment: Environment, there: dict[str, str], tmp_path: Path, command: str) -> None:
    """It prints something, or writes its file."""
    done = environment.run("sh", "-c", command, cwd=tmp_path, **there)
    assert done.stdout or list(tmp_path.glob("*.csv"))


def test_there_is_something_to_run() -> None:
    """A pattern that finds nothing would pass."""
    assert 6 <= len(blocks("python"))


def test_other_blocks_are_how_to_install() -> None:
    """Shell blocks that are not run are the installation only."""
    others = [text for _, text in blocks("sh") if not text.startswith("push-records")]
    assert 1 == len(others)
    assert others[0].startswith("pip install query-service-client ")
