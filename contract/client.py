"""Generates from the internal contract what both of its sides run on: the client's package and the function's table."""

import json
import os
import shutil
import subprocess  # nosec B404  # the generator is a command
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from contract.bundle import SOURCES, bundle, operations, request_schemas

ROOT = SOURCES.parent
CONTRACT = "internal"
PACKAGE = Path("generated_client", "internal_query_client")
TABLE = Path("result_lambda", "contract.json")

_ANNOTATIONS = ("description", "example", "examples", "title")


class GenerationError(RuntimeError):
    """The generator refused the contract; the message holds what it said."""


def generate(root: Path = ROOT, folder: Path = SOURCES) -> tuple[Path, Path]:
    """Write the client's package and the table of operations below `root`, and return where they are.

    `folder` holds the contracts and the generator's options. The package is replaced as a whole, so that nothing stale
    stays. Raises BundleError, or GenerationError if the generator fails or warns; what was there is then untouched.
    """
    package, table = root / PACKAGE, root / TABLE
    with tempfile.TemporaryDirectory() as scratch:
        made = _run_generator(Path(scratch), folder)
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(made, package)
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(json.dumps(operation_table(folder), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return package, table


def operation_table(folder: Path = SOURCES) -> dict[str, dict[str, Any]]:
    """Return `{operationId: {method, path, body}}`: what a handler needs in order to route and to validate.

    `body` is the request's schema (OpenAPI 3.0) without `$ref`, descriptions and examples, or None without a body.
    """
    schemas = request_schemas(CONTRACT, folder)
    table = {}
    for key, operation in operations(bundle(CONTRACT, folder)).items():
        method, path = key.split(" ", maxsplit=1)
        body = schemas.get(operation["operationId"])
        table[operation["operationId"]] = {"method": method, "path": path, "body": body and _constraints(body)}
    return dict(sorted(table.items()))


def _run_generator(scratch: Path, folder: Path) -> Path:
    """Generate the package into `scratch`; the generator takes one document, without references to other files."""
    document, package = scratch / "internal.json", scratch / PACKAGE.name
    document.write_text(json.dumps(bundle(CONTRACT, folder)), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(document), "--config", str(folder / "generator.yaml"), "--output-path", str(package)]
    done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
        command, env=_with_own_tools(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise GenerationError(done.stdout)
    (package / "py.typed").touch()
    return package


def _with_own_tools() -> dict[str, str]:
    """Return the environment with this interpreter's scripts in front: the post hooks look for ruff on PATH."""
    return {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])}


def _constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without what only people read; a property may be called as an annotation is."""
    kept = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if "properties" in kept:
        kept["properties"] = {name: _constraints(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _constraints(kept[key])
    return kept
