"""Generates the Python packages of `generated_client/` from a contract and the templates and parts in `tools/sdk/`."""

import json
import os
import shutil
import subprocess  # nosec B404  # the generator is a command
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tools.contract.bundle import SOURCES, as_json, bundle
from tools.contract.caller import for_callers, most_items
from tools.contract.consumers import consumers_document, consumers_text
from tools.contract.fields import fields

HAND_WRITTEN: Final = SOURCES.parent / "tools" / "sdk"
GENERATED: Final = Path("generated_client")
OPTIONS: Final = "generator.yaml"
NO_VERSION: Final = "0.0.0"
# The consumers' document in the public packages.
DOCUMENT: Final = "openapi.json"


class GenerationError(RuntimeError):
    """A generator is missing or rejected the contract; the message holds its output."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package: its contract, its names, and how it differs from the generator's output.

    `folders` are copied from `tools/sdk/` with a `_` before the name; `unused` files and folders of the generator are
    deleted. `known_values` adds the enumerations of known values, for callers who name them.
    """

    contract: str
    name: str
    client: str
    known_values: bool
    folders: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


PACKAGES: Final = (
    Package(
        contract="internal",
        name="internal_query_client",
        client="AsyncInternalQueryClient",
        known_values=False,
        unused=("errors.py", "types.py", "models"),
    ),
    Package(
        contract="public",
        name="query_service_client",
        client="QueryServiceClient",
        known_values=True,
        folders=("cli",),
    ),
)


def make_package(package: Package, target: Path, folder: Path = SOURCES) -> None:
    """Write a package to the new folder `target`; `folder` holds the contracts and the generator's options.

    Raises BundleError, or GenerationError if the generator fails or warns.
    """
    is_public = package.contract == "public"
    contract = consumers_document(folder) if is_public else bundle(package.contract, folder)
    document = for_callers(contract, known_values=package.known_values)
    with tempfile.TemporaryDirectory() as scratch:
        _run_generator(package, document, scratch=Path(scratch), target=target, options=folder / OPTIONS)
    for name in ("api", *package.unused):  # the operations are methods of the client
        path = target / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (target / "py.typed").touch()
    for part in package.folders:
        shutil.copytree(HAND_WRITTEN / part, target / f"_{part}", ignore=shutil.ignore_patterns("__pycache__"))
    if is_public:
        (target / DOCUMENT).write_text(consumers_text(folder), encoding="utf-8")
    if "cli" in package.folders:
        (target / "_cli" / "fields.json").write_text(as_json(fields(folder)), encoding="utf-8")
    for path in sorted((HAND_WRITTEN / package.contract).glob("*.*")):
        fill(path, target / path.name, document["info"]["version"])


def fill(source: Path, target: Path, version: str) -> None:
    """Copy a text file, with `version` in place of `NO_VERSION`."""
    target.write_text(source.read_text(encoding="utf-8").replace(NO_VERSION, version), encoding="utf-8")


def _run_generator(package: Package, document: dict[str, Any], *, scratch: Path, target: Path, options: Path) -> None:
    """Generate `target`; the generator reads one document, one options file and one folder of templates."""
    templates, contract, config = scratch / "templates", scratch / "contract.json", scratch / "config.yaml"
    shutil.copytree(HAND_WRITTEN / "templates" / package.contract, templates)
    for path in (HAND_WRITTEN / "templates").glob("*.jinja"):
        shutil.copy(path, templates)
    (templates / "facts.jinja").write_text(_facts(package, document), encoding="utf-8")
    contract.write_text(json.dumps(document), encoding="utf-8")
    named = {"project_name_override": package.name, "package_name_override": package.name}
    config.write_text(yaml.safe_dump(yaml.safe_load(options.read_text(encoding="utf-8")) | named), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(contract), "--config", str(config), "--output-path", str(target)]
    run([*command, "--custom-template-path", str(templates)])


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a generator; raise GenerationError with its output if it fails."""
    done = subprocess.run(  # noqa: S603  # nosec B603  # no argument comes from outside
        command,
        cwd=cwd,
        env=_with_own_tools(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise GenerationError(done.stdout)


def _facts(package: Package, document: dict[str, Any]) -> str:
    """Return a template that defines the package's facts for the other templates."""
    facts = {"client": package.client, "most_items": most_items(document)}
    return "".join(f"{{% set {name} = {json.dumps(value)} %}}\n" for name, value in facts.items())


def _with_own_tools() -> dict[str, str]:
    """Return the environment with this interpreter's scripts first on PATH, where the post hooks find ruff."""
    return {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])}
