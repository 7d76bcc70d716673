"""Generates TypeScript types of the public contract with openapi-typescript, which npm downloads once."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tools.contract.bundle import SOURCES, bundle
from tools.contract.consumers import consumers_text
from tools.contract.packages import DOCUMENT, HAND_WRITTEN, GenerationError, fill, run

TYPESCRIPT: Final = "typescript"
CACHE: Final = SOURCES.parent / ".cache"

_CONTRACT: Final = "public"
_HAND_WRITTEN: Final = HAND_WRITTEN / TYPESCRIPT
_FILES_OF_NPM: Final = ("package.json", "package-lock.json")


def make_typescript(target: Path, folder: Path = SOURCES) -> None:
    """Write the types and the hand-written files to the new folder `target`.

    Raises BundleError, or GenerationError if npm or the generator is missing or fails.
    """
    version = bundle(_CONTRACT, folder)["info"]["version"]
    target.mkdir(parents=True)
    for path in sorted(_HAND_WRITTEN.iterdir()):
        fill(path, target / path.name, version)
    contract = target / DOCUMENT
    contract.write_text(consumers_text(folder), encoding="utf-8")
    generator = node_modules() / "openapi-typescript" / "bin" / "cli.js"
    run([_program("node"), str(generator), str(contract), "--output", str(target / "schema.d.ts")])


def node_modules(cache: Path = CACHE, source: Path = _HAND_WRITTEN) -> Path:
    """Return the installed packages of the lock file in `source`, fetching them with npm if they are not there yet.

    Raises GenerationError if npm is missing or fails.
    """
    lock = b"".join((source / name).read_bytes() for name in _FILES_OF_NPM)
    folder = cache / f"{source.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            made = Path(scratch, "made")
            made.mkdir()
            for name in _FILES_OF_NPM:
                shutil.copy(source / name, made)
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
