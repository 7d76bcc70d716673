"""Generates TypeScript types of the public contract with openapi-typescript, which npm downloads once."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tools.contract.bundle import SOURCES, bundle
from tools.contract.caller import drop_uncalled, drop_unused
from tools.contract.packages import HAND_WRITTEN, GenerationError, fill, run

TYPESCRIPT: Final = "typescript"
CACHE: Final = SOURCES.parent / ".cache"

_CONTRACT: Final = "public"
_HAND_WRITTEN: Final = HAND_WRITTEN / TYPESCRIPT
# A field with a default may be left out of a request.
_OPTIONS: Final = ("--default-non-nullable", "false")
_FILES_OF_NPM: Final = ("package.json", "package-lock.json")


def make_typescript(target: Path, folder: Path = SOURCES) -> None:
    """Write the types and the hand-written files to the new folder `target`.

    Raises BundleError, or GenerationError if npm or the generator is missing or fails.
    """
    document = bundle(_CONTRACT, folder)
    drop_uncalled(document)
    drop_unused(document, "responses", "headers")
    target.mkdir(parents=True)
    for path in sorted(_HAND_WRITTEN.iterdir()):
        fill(path, target / path.name, document["info"]["version"])
    with tempfile.TemporaryDirectory() as scratch:
        contract = Path(scratch, "contract.json")
        contract.write_text(json.dumps(document), encoding="utf-8")
        generator = node_modules() / "openapi-typescript" / "bin" / "cli.js"
        run([_program("node"), str(generator), str(contract), *_OPTIONS, "--output", str(target / "schema.d.ts")])


def node_modules(cache: Path = CACHE) -> Path:
    """Return the installed packages of the lock file, fetching them with npm if they are not there yet.

    Raises GenerationError if npm is missing or fails.
    """
    lock = b"".join((_HAND_WRITTEN / name).read_bytes() for name in _FILES_OF_NPM)
    folder = cache / f"typescript-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            made = Path(scratch, "made")
            made.mkdir()
            for name in _FILES_OF_NPM:
                shutil.copy(_HAND_WRITTEN / name, made)
            run([_program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=made)
            _settle(made, folder)
    return folder / "node_modules"


def _settle(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster
            raise


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise GenerationError(f"the types for TypeScript need Node.js 20 with npm; there is no `{name}` here")
    return found
