"""Generates the TypeScript package with openapi-typescript, and packs it; npm downloads the tools once."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tools.contract.bundle import SOURCES, bundle
from tools.contract.consumers import consumers_document, consumers_text
from tools.contract.packages import DOCUMENT, GENERATED, HAND_WRITTEN, GenerationError, fill, run
from tools.contract.typescript_client import client_module

TYPESCRIPT: Final = "typescript"
CACHE: Final = SOURCES.parent / ".cache"

_CONTRACT: Final = "public"
_HAND_WRITTEN: Final = HAND_WRITTEN / TYPESCRIPT
_FILES_OF_NPM: Final = ("package.json", "package-lock.json")


def make_typescript(target: Path, folder: Path = SOURCES) -> None:
    """Write the types, the operations and the hand-written files to the new folder `target`.

    Raises BundleError, or GenerationError if npm or the generator is missing or fails.
    """
    version = bundle(_CONTRACT, folder)["info"]["version"]
    sources = target / "src"
    sources.mkdir(parents=True)
    for path in sorted(path for path in _HAND_WRITTEN.rglob("*.*") if path.is_file()):
        fill(path, target / path.relative_to(_HAND_WRITTEN), version)
    contract = target / DOCUMENT
    contract.write_text(consumers_text(folder), encoding="utf-8")
    (sources / "client.ts").write_text(client_module(consumers_document(folder)), encoding="utf-8")
    generator = node_modules() / "openapi-typescript" / "bin" / "cli.js"
    run([_program("node"), str(generator), str(contract), "--output", str(sources / "schema.ts")])


def pack_typescript(into: Path, root: Path = SOURCES.parent) -> Path:
    """Compile the generated package as ES modules and as CommonJS, and return the tarball that npm makes of it.

    Raises GenerationError if a tool is missing or fails.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch, "package")
        shutil.copytree(root / GENERATED / TYPESCRIPT, made)
        compiler = [_program("node"), str(node_modules() / "typescript" / "bin" / "tsc"), "--project", str(made)]
        run(compiler)
        run([*compiler, "--module", "CommonJS", "--moduleResolution", "Node10", "--outDir", str(made / "dist" / "cjs")])
        (made / "dist" / "cjs" / "package.json").write_text('{"type": "commonjs"}\n', encoding="utf-8")
        manifest = json.loads((made / "package.json").read_text(encoding="utf-8"))
        del manifest["devDependencies"]  # nobody builds from the tarball
        (made / "package.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        run([_program("npm"), "pack", "--ignore-scripts", "--pack-destination", str(into.resolve())], cwd=made)
    return into / f"{manifest['name']}-{manifest['version']}.tgz"


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
        raise GenerationError(f"the TypeScript client needs Node.js 20 with npm; there is no `{name}` here")
    return found
