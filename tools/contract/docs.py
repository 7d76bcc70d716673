"""The docs page: a folder of static files in which Swagger UI shows the public contract."""

import json
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, bundle, operations

_PAGE: Final = SOURCES.parent / "web" / "docs"
_LICENSE: Final = SOURCES.parent / "LICENSE"
# A PyPI package that carries Swagger UI's files. It is never imported.
_VIEWER: Final = "flask_swagger_ui"
_VIEWER_FILES: Final = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE")
_DEPRECATED: Final = {"name": "deprecated", "description": "Old names, which will be removed."}


class ViewerError(RuntimeError):
    """Swagger UI is not installed."""


def write_docs(target: Path, folder: Path = SOURCES) -> list[Path]:
    """Write the docs page to the folder `target`, which it replaces, and return its files.

    `folder` holds the contracts. Raises BundleError, and ViewerError if Swagger UI is not installed.
    """
    document = documented(folder)
    viewer = _viewer()
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_PAGE, target)
    (target / "viewer").mkdir()
    shutil.copy(_LICENSE, target)
    for name in _VIEWER_FILES:
        shutil.copyfile(viewer / name, target / "viewer" / name)
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    (target / "openapi.json").write_text(text, encoding="utf-8")
    return sorted(path for path in target.rglob("*") if path.is_file())


def documented(folder: Path = SOURCES) -> dict[str, Any]:
    """Return the public contract for its readers.

    It leaves out API Gateway's extensions, preflights and links. Deprecated operations have a tag of their own at the
    end. Optional headers have no example, because Swagger UI would send it. Raises BundleError.
    """
    document: dict[str, Any] = _without_extensions(bundle("public", folder))
    document["paths"] = {
        path: {method: operation for method, operation in item.items() if method != "options"}
        for path, item in document["paths"].items()
    }
    for operation in operations(document).values():
        if operation.get("deprecated"):
            operation["tags"] = [_DEPRECATED["name"]]
        operation["responses"] = {
            status: {key: value for key, value in response.items() if key != "links"}
            for status, response in operation["responses"].items()
        }
    used = {tag for operation in operations(document).values() for tag in operation["tags"]}
    document["tags"] = [tag for tag in (*document["tags"], _DEPRECATED) if tag["name"] in used]
    for parameter in document["components"]["parameters"].values():
        if not parameter.get("required"):
            parameter.pop("example", None)
            parameter["schema"].pop("example", None)
    for response in document["components"]["responses"].values():
        _shorten(response)
    document["components"].pop("links", None)
    return document


def _shorten(response: dict[str, Any]) -> None:
    """Keep the problem document of a response only if the response has its own example: they all have one shape."""
    if not any("examples" in content for content in response.get("content", {}).values()):
        response.pop("content", None)
        response["headers"] = {name: value for name, value in response["headers"].items() if name != "X-Request-Id"}


def _without_extensions(node: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(node, list):
        return [_without_extensions(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _without_extensions(value) for key, value in node.items() if not key.startswith("x-amazon-")}


def _viewer() -> Path:
    found = find_spec(_VIEWER)
    if found is None or not found.submodule_search_locations:
        raise ViewerError("the docs page needs the package flask-swagger-ui: run `make install`")
    return Path(found.submodule_search_locations[0]) / "dist"
