"""Dependencies are used by their documented interfaces: who may subclass a class of theirs is listed here."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKED = ("common", "service", "query_lambda", "result_lambda", "tools", "lab")
OWN = {*CHECKED, "generated_client", "tests"}
# Class and base, with the reason. Each base is meant to be subclassed, and only documented methods are overridden.
ALLOWED = {
    ("lab/bench/peers/fastapi_service.py", "BaseModel"): "pydantic's models are classes",
    ("lab/bench/peers/security.py", "Auth"): "httpx documents Auth.auth_flow for custom authentication",
    ("tools/contract/schemathesis_hooks.py", "AuthBase"): "requests documents AuthBase for custom authentication",
    ("tools/sdk/cli/contract.py", "Struct"): "msgspec's structs are classes",
    ("tools/sdk/cli/export.py", "Struct"): "msgspec's structs are classes",
    ("tools/sdk/cli/options.py", "Struct"): "msgspec's structs are classes",
}
# Of the standard library: its documentation says which methods to override.
STANDARD = {"abc", "asyncio", "collections", "contextlib", "enum", "http", "io", "logging", "socketserver", "typing"}
# Private attributes of dependencies: tools/local imitates API Gateway by patches of moto, where nothing else would do.
UNCHECKED = ("tools/local/",)


def modules() -> list[Path]:
    """Return the modules that the rule holds for; the parts of the SDK that are copied into packages as well."""
    return sorted(path for folder in CHECKED for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    """Return a path relative to the root."""
    return path.relative_to(ROOT).as_posix()


def foreign_bases(path: Path) -> Iterator[tuple[str, str]]:
    """Yield top-level package and name of each base class that a module imports from a dependency."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {(each.asname or each.name.split(".")[0]): each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            imported |= {(each.asname or each.name): node.module.split(".")[0] for each in node.names}
    for node in ast.walk(tree):
        for base in node.bases if isinstance(node, ast.ClassDef) else []:
            text = ast.unparse(base)
            package = imported.get(text.split(".")[0].split("[")[0])
            if package is not None and package not in OWN:
                yield package, text.split(".")[-1].split("[")[0]


def test_only_listed_classes_derive_from_classes_of_dependencies() -> None:
    """An override of an undocumented method breaks with the next version, and no type checker sees it."""
    found = {
        (name(path), base)
        for path in modules()
        for package, base in foreign_bases(path)
        if package not in sys.stdlib_module_names
    }
    assert set(ALLOWED) == found


def test_classes_of_the_standard_library_are_those_meant_for_it() -> None:
    """The modules whose documentation tells how to derive from their classes."""
    found = {package for path in modules() for package, _ in foreign_bases(path) if package in sys.stdlib_module_names}
    assert found <= STANDARD


def test_private_attributes_are_checked_by_the_linter() -> None:
    """Ruff refuses `other._attribute`: the rule is on for every module, without an exception outside of tools/local."""
    rule = "SLF001"
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    ignored = [*lint["ignore"], *(each for rules in lint["per-file-ignores"].values() for each in rules)]
    assert ("ALL" in lint["select"], False) == (True, any(rule.startswith(each) for each in ignored))
    excepted = {name(path) for path in modules() if f"noqa: {rule}" in path.read_text(encoding="utf-8")}
    assert {path for path in excepted if not path.startswith(UNCHECKED)} == set()
