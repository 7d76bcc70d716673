"""The zips that Lambda gets: how large they are, and what their bytecode is worth at a cold start.

Lambda's disk is read-only: what is not compiled in the package is compiled at every cold start. Ours carry bytecode
that is used without a look at its source.
"""

import shutil
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.findings import spread
from bench.functions import Start, cold
from bench.lambdas import functions
from bench.stub import stub
from deploy import packages

NAMES: Final = {"query_lambda": "query-lambda", "result_lambda": "query-result-lambda"}
# How the runtime starts a function: nothing but its own folder is on the path.
_ISOLATED: Final = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"}


def measure(starts: int) -> dict[str, Any]:
    """Build both zips, and start what is in them with and without its bytecode, in turns."""
    with tempfile.TemporaryDirectory() as folder, stub() as upstream:
        return {name: _measured(name, Path(folder), upstream, starts) for name in NAMES}


def _measured(name: str, folder: Path, upstream: str, starts: int) -> dict[str, Any]:
    function = next(each for each in packages.FUNCTIONS if each.name == NAMES[name])
    archive = packages.build(function, folder)
    compiled, bare = folder / name, folder / f"{name}-sources"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(compiled)  # nosec B202  # it was built here a moment ago
    shutil.copytree(compiled, bare, ignore=shutil.ignore_patterns("__pycache__"))
    found: dict[str, list[Start]] = {"compiled": [], "sources only": []}
    for _ in range(starts):
        found["compiled"].append(_start(name, compiled, upstream))
        found["sources only"].append(_start(name, bare, upstream))
    return {
        "zip_mb": archive.stat().st_size / 1e6,
        "unpacked_mb": sum(path.stat().st_size for path in compiled.rglob("*") if path.is_file()) / 1e6,
        "cold_cpu_ms": {
            kind: spread([each.cpu_seconds * 1e3 for each in all_of])._asdict() for kind, all_of in found.items()
        },
        "cold_ms": {kind: spread([each.seconds * 1e3 for each in all_of])._asdict() for kind, all_of in found.items()},
    }


def _start(name: str, folder: Path, upstream: str) -> Start:
    asked = functions(name, "10", upstream)["ours"]
    return cold(replace(asked, environ={**asked.environ, **_ISOLATED}), packaged=folder)
