"""Reads the released contracts, and writes the next release."""

import json
import re
from pathlib import Path
from typing import Any, Final

from tools.contract.breaking.change import Change
from tools.contract.breaking.documents import compare
from tools.contract.bundle import NAMES, SOURCES, bundle

RELEASED: Final = SOURCES / "released"
# Callers need it: it asks for signatures. All other extensions are for the deployment.
_FOR_CALLERS: Final = "x-amazon-apigateway-authtype"


class ReleaseError(ValueError):
    """A contract was never released, or the next release needs a higher version."""


def for_consumers(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the contract `name` as one document without the extensions for its deployment.

    This is not the import copy, which lacks `nullable`, `default` and `deprecated`. Raises BundleError.
    """
    document: dict[str, Any] = _without_deployment(bundle(name, folder))
    return document


def is_released(folder: Path = SOURCES) -> bool:
    """Return whether any of the contracts in `folder` was released."""
    return any(_file(name, folder).exists() for name in NAMES)


def released(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the last release of the contract `name`; `folder` holds the contracts. Raises ReleaseError."""
    try:
        document: dict[str, Any] = json.loads(_file(name, folder).read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise ReleaseError(f"{name} was never released: there is no {_file(name, folder)}") from exc
    return document


def changes(name: str, folder: Path = SOURCES) -> list[Change]:
    """Return the changes of the contract `name` since its release. Raises BundleError and ReleaseError."""
    return compare(released(name, folder), for_consumers(name, folder))


def release(folder: Path = SOURCES) -> list[Path]:
    """Write both contracts as the release, and return the files; writes neither if one of them cannot be released.

    Raises BundleError, and ReleaseError if a contract changed and `info.version` is not higher, or if consumers break
    and it is not the next major version.
    """
    documents = {_file(name, folder): for_consumers(name, folder) for name in NAMES}
    for name, (file, document) in zip(NAMES, documents.items(), strict=True):
        if file.exists():
            _check_version(name, released(name, folder), document)
    for file, document in documents.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return list(documents)


def _file(name: str, folder: Path) -> Path:
    return folder / RELEASED.name / f"{name}.json"


def _check_version(name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = _version(before), _version(after)
    if any(change.breaking for change in compare(before, after)) and new[0] <= old[0]:
        raise ReleaseError(f"consumers of {name} would break: make its info.version {old[0] + 1}.0.0 if that is meant")
    if before != after and new <= old:
        raise ReleaseError(f"{name} {before['info']['version']} is out: raise its info.version")


def _version(document: dict[str, Any]) -> tuple[int, ...]:
    version = str(document["info"]["version"])
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ReleaseError(f"info.version is {version}; write three numbers")
    return tuple(map(int, version.split(".")))


def _without_deployment(node: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(node, list):
        return [_without_deployment(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_deployment(value)
        for key, value in node.items()
        if not key.startswith("x-amazon-") or key == _FOR_CALLERS
    }
