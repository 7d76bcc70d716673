"""House rules that no linter checks: lists of folders, sizes, broad excepts, silenced checks, lock files."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("common", "lab", "query_lambda", "result_lambda", "service", "tests", "tools")
SHIPPED = ("common", "service", "query_lambda", "result_lambda")
MOST_FOLDERS = 14
LOCKS = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("tools/**/package-lock.json")]
MOST_LINES_OF_A_FILE = 250
MOST_LINES_OF_A_FUNCTION = 50
# The hand-written folder among the generated ones.
RUNTIME = "generated_client/runtime"
# Here a fault becomes an answer: the edge of each hop, and the local stand-in for Lambda.
BOUNDARIES = {"common/lambda_handler.py", "service/edge.py", "tools/local/functions.py"}


def sources(folders: tuple[str, ...]) -> list[Path]:
    """Return the hand-written modules of some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    """Return a path relative to the root."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    documented = 0 if docstring is None else docstring.end_lineno - docstring.lineno + 1  # type: ignore[operator]  # parsed
    return function.end_lineno - function.lineno + 1 - documented  # type: ignore[operator]  # parsed, so it has an end


def test_the_lists_of_folders_agree() -> None:
    """Make, mypy, coverage and import-linter check the same packages; README.md and the image name real folders."""
    tools = tomllib.loads(_text("pyproject.toml"))["tool"]
    (made,) = re.findall(r"^SOURCES := (.*)$", _text("Makefile"), re.MULTILINE)
    table = _text("README.md").split("## Folders\n", 1)[1].split("\n## ", 1)[0]
    first_cells = re.findall(r"^\|([^|]*)\|", table, re.MULTILINE)
    image = {line[1:].split("/")[0] for line in _text(".dockerignore").splitlines() if line.startswith("!")}
    visible = {path.name for path in ROOT.glob("[!._]*/") if path.is_dir()} - {"dist", "node_modules"}
    packages = {folder for folder in visible - {"tests"} if any((ROOT / folder).rglob("*.py"))}
    hand_written = packages - {"generated_client"}
    assert hand_written == set(made.split()) == set(tools["coverage"]["run"]["source"]) == set(FOLDERS) - {"tests"}
    assert packages == set(tools["mypy"]["files"]) == set(tools["importlinter"]["root_packages"])
    assert visible == {folder for cell in first_cells for folder in re.findall(r"`(\w+)/`", cell)}
    assert set(re.findall(r"^COPY (\w+)/", _text("Dockerfile"), re.MULTILINE)) <= image - {"LICENSE"} <= visible
    assert len(visible) <= MOST_FOLDERS


@pytest.mark.parametrize("path", sources((*FOLDERS, RUNTIME)), ids=name)
def test_a_file_is_short(path: Path) -> None:
    """A hand-written file has at most 250 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", sources((*FOLDERS, RUNTIME)), ids=name)
def test_a_function_is_short(path: Path) -> None:
    """A function has at most 50 lines, its docstring aside."""
    long = {function.name: length(function) for function in functions(path)}
    assert {} == {key: lines for key, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION}


def test_most_deployed_functions_are_very_short() -> None:
    """Half of them have at most 10 lines, nine of ten at most 25."""
    lengths = sorted(length(function) for path in sources(SHIPPED) for function in functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_broad_excepts_are_at_the_boundaries_only() -> None:
    """`except Exception` is allowed where a fault becomes an answer."""
    broad = {name(path) for path in sources(FOLDERS[:-1]) if any(_is_broad(node) for node in _handlers(path))}
    assert broad <= BOUNDARIES


def test_every_noqa_and_ignored_type_gives_its_reason() -> None:
    """Each silenced check has its reason on the same line."""
    silent = [
        f"{name(path)}:{number}"
        for path in sources((*FOLDERS, RUNTIME))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for mark in ("# no" + "qa: ", "# type: " + "ignore[")
        if mark in line and "  # " not in line.split(mark, 1)[1]
    ]
    assert [] == silent


@pytest.mark.parametrize("path", LOCKS, ids=name)
def test_a_lock_file_names_no_registry(path: Path) -> None:
    """Dependencies come from the registry that pip or npm is configured with."""
    text = path.read_text(encoding="utf-8")
    assert [] == re.findall(r'"resolved": .*|index-url.*|^.* @ http.*', text, re.MULTILINE)


def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def _handlers(path: Path) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            yield node


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return any(
        node is None or (isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"}) for node in caught
    )
