"""The house rules that no linter holds: sizes, and where a broad `except` may stand."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("common", "lab", "query_lambda", "result_lambda", "service", "tests", "tools")
SHIPPED = ("common", "service", "query_lambda", "result_lambda")
MOST_LINES_OF_A_FILE = 250
MOST_LINES_OF_A_FUNCTION = 50
# The hand-written folder among the generated ones.
RUNTIME = "generated_client/runtime"
# Where a fault of ours must become an answer: what AWS Lambda calls, and what stands in for Lambda itself.
BOUNDARIES = {"common/lambda_handler.py", "service/edge.py", "tools/local/functions.py"}


def sources(folders: tuple[str, ...]) -> list[Path]:
    """Return the hand-written modules of some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    """Return a module's path as it is written in the repository."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    said = 0 if docstring is None else docstring.end_lineno - docstring.lineno + 1  # type: ignore[operator]  # parsed
    return function.end_lineno - function.lineno + 1 - said  # type: ignore[operator]  # parsed, so it has an end


@pytest.mark.parametrize("kind", ["disk", "readme", "makefile", "mypy", "importlinter", "coverage"])
def test_every_list_of_folders_has_all_of_them(kind: str) -> None:
    """A folder of code that one list forgets is one that a check passes over."""
    expected = set(FOLDERS) - {"tests"}
    assert expected == _listed(kind) - {"generated_client"}


@pytest.mark.parametrize("path", sources((*FOLDERS, RUNTIME)), ids=name)
def test_a_file_is_no_longer_than_one_can_hold_in_mind(path: Path) -> None:
    """A hand-written file has at most 250 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", sources((*FOLDERS, RUNTIME)), ids=name)
def test_a_function_is_short(path: Path) -> None:
    """A function has at most 50 lines, its docstring aside."""
    long = {function.name: length(function) for function in functions(path)}
    assert {} == {key: lines for key, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION}


def test_the_functions_of_what_is_shipped_are_near_ten_lines() -> None:
    """Half of them have at most 10 lines, nine of ten at most 25."""
    lengths = sorted(length(function) for path in sources(SHIPPED) for function in functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_broad_excepts_stand_at_the_boundaries_only() -> None:
    """`except Exception` is for where a fault becomes an answer; everywhere else it hides one."""
    broad = {name(path) for path in sources(FOLDERS[:-1]) if any(_is_broad(node) for node in _handlers(path))}
    assert broad <= BOUNDARIES


def test_every_noqa_and_ignored_type_gives_its_reason() -> None:
    """A silenced check says beside it why."""
    silent = [
        f"{name(path)}:{number}"
        for path in sources((*FOLDERS, RUNTIME))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for mark in ("# no" + "qa: ", "# type: " + "ignore[")
        if mark in line and "  # " not in line.split(mark, 1)[1]
    ]
    assert [] == silent


def _listed(kind: str) -> set[str]:
    """Return the folders of Python that one of the repository's lists has, or that are there, without the tests."""
    tools = tomllib.loads(_text("pyproject.toml"))["tool"]
    readme = _text("README.md").split("## Folders\n", 1)[1].split("\n## ", 1)[0]
    there = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py") if "dist" not in path.parts}
    there -= {"tests", "node_modules"}
    lists = {
        "disk": there,
        "readme": there & set(re.findall(r"`(\w+)/`(?=[^|]*\|[^|]*\|$)", readme, re.MULTILINE)),
        "makefile": set(re.findall(r"^SOURCES := (.*)$", _text("Makefile"), re.MULTILINE)[0].split()),
        "mypy": set(tools["mypy"]["files"]),
        "importlinter": set(tools["importlinter"]["root_packages"]),
        "coverage": set(tools["coverage"]["run"]["source"]),
    }
    return lists[kind]


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
