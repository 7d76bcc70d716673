"""What the service needs of its contract beside what Connexion reads of it; read once at start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from connexion.spec import Specification

PATH: Final = Path(__file__).resolve().parent.parent / "openapi" / "public.yaml"

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_DEPRECATION: Final = ("Deprecation", "Sunset", "Link")


class Contract:
    """The public contract: `methods` and `deprecations` by path, the latter as the headers that announce them.

    `operation_ids` are by method and path. `document` is the contract without the operations that the gateway answers
    by itself, which never reach the service.
    """

    def __init__(self, path: Path = PATH) -> None:
        whole: Mapping[str, Any] = Specification.load(path).spec
        paths = {path: _own(item) for path, item in whole["paths"].items()}
        self.document = {**whole, "paths": paths}
        self.methods = {path: _methods(item) for path, item in paths.items()}
        self.operation_ids = {
            (method, path): _answering(item, method)["operationId"]
            for path, item in paths.items()
            for method in self.methods[path]
        }
        self.deprecations = {
            path: _announcement(item["post"]) for path, item in paths.items() if item.get("post", {}).get("deprecated")
        }


def _own(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: operation for name, operation in item.items() if name != "options"}


def _methods(item: Mapping[str, Any]) -> list[str]:
    """Return the methods of a path; what answers GET answers HEAD too (RFC 9110, section 9.3.2)."""
    methods = [name.upper() for name in _METHODS if name in item]
    return [*methods, "HEAD"] if "GET" in methods and "HEAD" not in methods else methods


def _answering(item: Mapping[str, Any], method: str) -> Mapping[str, Any]:
    operation: Mapping[str, Any] = item.get(method.lower()) or item["get"]  # which answers HEAD too
    return operation


def _announcement(operation: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a deprecated operation: each has one value, and the contract says which."""
    headers = operation["responses"]["200"]["headers"]
    return {name: headers[name]["schema"]["enum"][0] for name in _DEPRECATION}
