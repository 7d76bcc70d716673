"""The zips that Lambda gets: how large they are, and what they and their bytecode are worth at a cold start.

Lambda's disk is read-only: what is not compiled in the package is compiled at every cold start. Ours carry bytecode
that is used without a look at its source.
"""

import shutil
import sysconfig
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lab.bench.findings import spread
from lab.bench.functions import Start, cold
from lab.bench.lambdas import compile_ours, functions, ratios
from lab.bench.stub import stub
from tools.deploy import packages

NAMES: Final = {"query_lambda": "query-lambda", "result_lambda": "query-result-lambda"}
# Where the peer finds everything: as if this environment were its package.
_HERE: Final = (Path(__file__).resolve().parents[2], Path(sysconfig.get_path("purelib")))
# How the runtime starts a function: nothing but its own folder is on the path.
_ISOLATED: Final = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"}


def measure(starts: int) -> dict[str, Any]:
    """Build both zips, and start what is in them, with and without its bytecode, and the peer, in turns."""
    compile_ours()
    with tempfile.TemporaryDirectory() as folder, stub() as upstream:
        return {name: _measured(name, Path(folder), upstream, starts) for name in NAMES}


def _measured(name: str, folder: Path, upstream: str, starts: int) -> dict[str, Any]:
    function = next(each for each in packages.FUNCTIONS if each.name == NAMES[name])
    archive = packages.build(function, folder)
    compiled, bare = folder / name, folder / f"{name}-sources"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(compiled)
    shutil.copytree(compiled, bare, ignore=shutil.ignore_patterns("__pycache__"))
    found: dict[str, list[Start]] = {"compiled": [], "sources only": [], "peer": []}
    for _ in range(starts):
        found["compiled"].append(_start(name, "ours", upstream, compiled))
        found["sources only"].append(_start(name, "ours", upstream, bare))
        found["peer"].append(_start(name, "peer", upstream, *_HERE))
    used = {kind: [each.cpu_seconds * 1e3 for each in all_of] for kind, all_of in found.items()}
    return {
        "zip_mb": archive.stat().st_size / 1e6,
        "unpacked_mb": sum(path.stat().st_size for path in compiled.rglob("*") if path.is_file()) / 1e6,
        "cold_cpu_ms": {kind: spread(figures)._asdict() for kind, figures in used.items()},
        "cold_ratio_to_peer": spread(ratios(used, "compiled", "peer"))._asdict(),
        "cold_ms": {kind: spread([each.seconds * 1e3 for each in all_of])._asdict() for kind, all_of in found.items()},
    }


def _start(name: str, role: str, upstream: str, *folders: Path) -> Start:
    asked = functions(name, "10", upstream)[role]
    return cold(replace(asked, environ={**asked.environ, **_ISOLATED}), packaged=folders)
