"""A docstring names the errors that its function raises."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contract.test_architecture import FOLDERS, RUNTIME, name, sources

ROOTS = (*(folder for folder in FOLDERS if folder != "tests"), RUNTIME)


def raised(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names of the errors that a function raises itself, without those of its callees."""
    found = (node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call))
    names = {ast.unparse(error.func).rpartition(".")[2] for error in found}
    return {error for error in names if re.fullmatch(r"[A-Z]\w+(Error|Parameter)", error)}


def public(tree: ast.AST, said: str = "") -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """Yield each public function or method with its docstring and the docstring of its class."""
    for node in ast.iter_child_nodes(tree):
        hidden = getattr(node, "name", "").startswith("_") and getattr(node, "name", "") != "__init__"
        if isinstance(node, ast.ClassDef) and not hidden:
            yield from public(node, ast.get_docstring(node) or "")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not hidden:
            yield node, f"{said} {ast.get_docstring(node)}"


@pytest.mark.parametrize("folder", ROOTS)
def test_a_docstring_names_the_errors(folder: str) -> None:
    """The docstring of a public function names each error that the function raises."""
    silent = [
        f"{name(path)} {function.name}: {error}"
        for path in sources((folder,))
        for function, said in public(ast.parse(path.read_text(encoding="utf-8")))
        for error in raised(function)
        if error not in said
    ]
    assert [] == silent
