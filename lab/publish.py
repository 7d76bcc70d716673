"""Publishes results: kept as JSON, shown as tables between the marks of a Markdown page.

A page has `<!-- figures: NAME -->` and `<!-- end -->` around each generated block.
"""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

MARKED: Final = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def save(file: Path, content: Mapping[str, Any]) -> None:
    """Write a result as JSON, numbers with four digits: more are noise."""
    text = json.dumps(_rounded(content), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def load(file: Path) -> dict[str, Any]:
    """Read a result; raise FileNotFoundError if it was never measured."""
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def machine() -> dict[str, Any]:
    """Return the conditions that absolute figures depend on; the load average includes the measurement itself."""
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, its first column aligned to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        for line in (head, ruler, *rows)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def filled(text: str, by_mark: Mapping[str, str]) -> str:
    """Return a page with its blocks regenerated; raise KeyError for a mark without a block."""
    return MARKED.sub(lambda mark: f"{mark[1]}{by_mark[mark[2]]}\n{mark[3]}", text)


def write(page: Path, by_mark: Mapping[str, str]) -> None:
    """Regenerate the blocks of a page."""
    page.write_text(filled(page.read_text(encoding="utf-8"), by_mark), encoding="utf-8")


def _rounded(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value
