"""Reads the released contracts, reports the changes since then, and writes the next release."""

import json
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tools.contract.breaking.change import Change
from tools.contract.breaking.documents import compare
from tools.contract.bundle import NAMES, SOURCES, as_json, bundle, without_keys

WIDTH: Final = 80
RELEASED: Final = SOURCES / "released"
# Callers need it: it asks for signatures. All other extensions are for the deployment.
_FOR_CALLERS: Final = "x-amazon-apigateway-authtype"


class ReleaseError(ValueError):
    """A contract was never released, or the next release needs a higher version."""


def for_consumers(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the contract `name` as one document without the extensions for its deployment.

    This is not the import copy, which lacks `nullable`, `default` and `deprecated`. Raises BundleError.
    """
    document: dict[str, Any] = without_keys(
        bundle(name, folder), lambda key: key.startswith("x-amazon-") and key != _FOR_CALLERS
    )
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


def report(name: str, version: str, changes: Sequence[Change]) -> Iterator[str]:
    """Yield the lines on the contract `name` against its released `version`, at most 80 columns wide."""
    breaking = [change for change in changes if change.breaking]
    passing = [change for change in changes if not change.breaking]
    counts = f"{len(_together(breaking))} breaking, {len(_together(passing))} additive" if changes else "no change"
    yield f"{name} since {version}: {counts}"
    for title, found in (("Breaking: a consumer has to act.", breaking), ("Additive: nobody has to act.", passing)):
        if found:
            yield title
            yield from _lines(found)


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
        file.write_text(as_json(document), encoding="utf-8")
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


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a paragraph for each change, with all the operations that have it."""
    for (what, sentence), operations in _together(changes).items():
        yield from textwrap.wrap(
            f"- {what}: {sentence}".replace("- : ", "- "), WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )
        for operation in operations:
            yield from textwrap.wrap(operation, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _together(changes: Iterable[Change]) -> dict[tuple[str, str], list[str]]:
    """Return the operations by change: a change of a shared schema affects many operations."""
    statuses = defaultdict(list)
    for change in changes:
        statuses[change.operation, change.part, change.field, change.sentence].append(change.status)
    operations = defaultdict(list)
    for (operation, part, field, sentence), seen in statuses.items():
        what = " ".join(filter(None, (part, ", ".join(filter(None, seen)), field)))
        operations[what, sentence].append(operation)
    return operations
