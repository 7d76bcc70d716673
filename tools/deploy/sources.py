"""Which files of this repository a function is made of."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SHARED: Final = "common"


def own_files(root: Path, folder: str) -> list[Path]:
    """Return, relative to `root`, all of `folder` and those modules of `common` that it imports, even if indirectly."""
    own = [path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    found = set(own)
    waiting = [path for path in own if path.suffix == ".py"]
    while waiting:
        imported = set(_shared_imports(root, waiting.pop())) - found
        found |= imported
        waiting += imported
    return sorted(path.relative_to(root) for path in found)


def _shared_imports(root: Path, path: Path) -> Iterator[Path]:
    """Yield the files of `common` that a module names in its imports, and with them the package itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for name in _names(node):
            if name.split(".")[0] == SHARED:
                candidates = (root / SHARED / "__init__.py", (root / name.replace(".", "/")).with_suffix(".py"))
                yield from (candidate for candidate in candidates if candidate.is_file())


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
