"""Generates everything derived from the contracts: two Python clients, the TypeScript types, the functions' tables."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.contract.bundle import SOURCES, as_json
from tools.contract.consumers import consumers_text, errors_page
from tools.contract.fields import fields_module
from tools.contract.packages import GENERATED, PACKAGES, make_package
from tools.contract.rows import row_schema
from tools.contract.table import contract_table, public_routes
from tools.contract.typescript import TYPESCRIPT, make_typescript

ROOT = SOURCES.parent
TEXTS: Mapping[Path, Callable[[Path], str]] = {
    Path("result_lambda", "contract.json"): lambda folder: as_json(contract_table(folder)),
    Path("query_lambda", "contract.json"): lambda folder: as_json(public_routes(folder)),
    Path("infra", "rows.schema.json"): lambda folder: as_json(row_schema(folder)),
    Path("web", "console", "fields.js"): fields_module,
    # The service answers `GET /openapi.json` with this copy; both packages carry one.
    Path("service", "openapi.json"): consumers_text,
    Path("docs", "errors.md"): errors_page,
}
MADE = (*(GENERATED / package.name for package in PACKAGES), GENERATED / TYPESCRIPT, *TEXTS)


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
    for path, text in TEXTS.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text(folder), encoding="utf-8")
    return tuple(root / path for path in MADE)
