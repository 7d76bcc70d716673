"""Generates everything derived from the contracts: two Python clients, the TypeScript types, the functions' tables."""

import shutil
import tempfile
from pathlib import Path

from tools.contract.bundle import SOURCES
from tools.contract.consumers import ERRORS, SERVED, write_consumers
from tools.contract.fields import CONSOLE, write_fields
from tools.contract.packages import GENERATED, PACKAGES, make_package
from tools.contract.rows import ROWS, write_rows
from tools.contract.table import ROUTES, TABLE, write_tables
from tools.contract.typescript import TYPESCRIPT, make_typescript

ROOT = SOURCES.parent
MADE = (
    *(GENERATED / package.name for package in PACKAGES),
    GENERATED / TYPESCRIPT,
    TABLE,
    ROUTES,
    ROWS,
    CONSOLE,
    SERVED,
    ERRORS,
)


def generate(root: Path = ROOT, folder: Path = SOURCES) -> tuple[Path, ...]:
    """Write the paths of MADE below `root` and return them.

    `folder` holds the contracts and the generator's options. Each package is replaced as a whole, so that no stale file
    stays. Raises BundleError, or GenerationError if a generator fails or warns; existing files are then untouched.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        for package in PACKAGES:
            make_package(package, made / package.name, folder)
        make_typescript(made / TYPESCRIPT, folder)
        for name in sorted(path.name for path in made.iterdir()):
            target = root / GENERATED / name
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(made / name, target)
    write_tables(root, folder)
    write_rows(root, folder)
    write_fields(root / CONSOLE, folder)
    write_consumers(root, folder)
    return tuple(root / path for path in MADE)
