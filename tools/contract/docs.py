"""The docs page: a folder of static files in which Swagger UI shows the consumers' document."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tools.contract.bundle import SOURCES
from tools.contract.consumers import consumers_text

_PAGE: Final = SOURCES.parent / "web" / "docs"
_LICENSE: Final = SOURCES.parent / "LICENSE"
# A PyPI package that carries Swagger UI's files. It is never imported.
_VIEWER: Final = "flask_swagger_ui"
_VIEWER_FILES: Final = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE")


class ViewerError(RuntimeError):
    """Swagger UI is not installed."""


def write_docs(target: Path, folder: Path = SOURCES) -> list[Path]:
    """Write the docs page to the folder `target`, which it replaces, and return its files.

    `folder` holds the contracts. Raises BundleError, and ViewerError if Swagger UI is not installed.
    """
    text = consumers_text(folder)
    viewer = _viewer()
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_PAGE, target)
    (target / "viewer").mkdir()
    shutil.copy(_LICENSE, target)
    for name in _VIEWER_FILES:
        shutil.copyfile(viewer / name, target / "viewer" / name)
    (target / "openapi.json").write_text(text, encoding="utf-8")
    return sorted(path for path in target.rglob("*") if path.is_file())


def _viewer() -> Path:
    found = find_spec(_VIEWER)
    if found is None or not found.submodule_search_locations:
        raise ViewerError("the docs page needs the package flask-swagger-ui: run `make install`")
    return Path(found.submodule_search_locations[0]) / "dist"
