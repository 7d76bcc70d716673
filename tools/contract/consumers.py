"""The consumers' document: the public contract in one file that every generator accepts; and docs/errors.md."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import NAMES, SOURCES, as_json, bundle, operations, without_keys

_KEPT_EXTENSION: Final = "x-extensible-enum"
_DEFAULT: Final = {
    "description": "Any other error.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ERRORS_HEAD: Final = """<!-- Generated from openapi/ by `make client`. -->

# Errors

Every answer that is not 2xx is a problem document (RFC 9457, `application/problem+json`). Programs go by `code`. The
list is open: treat a code that you do not know by its status. Quote `request_id` when you ask about an error.

"Retry" tells whether the same request can succeed later. The SDKs retry 429, 502, 503 and 504 on their own, with a
growing wait, and never sooner than `Retry-After` says.
"""


def consumers_document(folder: Path = SOURCES) -> dict[str, Any]:
    """Return the public contract as consumers get it. Raises BundleError.

    It has no extensions but lists of known values, no preflights, HEAD or links. Each operation has a `default` error.
    """
    document: dict[str, Any] = without_keys(
        bundle("public", folder), lambda key: key.startswith("x-") and key != _KEPT_EXTENSION
    )
    for item in document["paths"].values():
        for method in ("options", "head"):
            item.pop(method, None)
    for operation in operations(document).values():
        for response in operation["responses"].values():
            response.pop("links", None)
        operation["responses"]["default"] = {"$ref": "#/components/responses/Error"}
    document["info"].get("license", {}).pop("url", None)  # relative to the repository
    document["components"].pop("links", None)
    document["components"].setdefault("responses", {})["Error"] = _DEFAULT
    for section in ("responses", "headers", "parameters", "examples", "schemas"):
        _drop_unused(document, section)
    used = {tag for operation in operations(document).values() for tag in operation.get("tags", [])}
    document["tags"] = [tag for tag in document.get("tags", []) if tag["name"] in used]
    return document


def consumers_text(folder: Path = SOURCES) -> str:
    """Return the consumers' document in JSON. Raises BundleError."""
    return as_json(consumers_document(folder))


def errors_page(folder: Path = SOURCES) -> str:
    """Return docs/errors.md: all codes, with status, meaning, what to do, and whether to retry. Raises BundleError."""
    of_public, of_internal = (_problems(name, folder) for name in NAMES)
    own = {code: problem for code, problem in of_internal.items() if code not in of_public}
    return "\n".join([_ERRORS_HEAD, *_table(of_public), "", "The internal API also has:", "", *_table(own), ""])


def _problems(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    problems: dict[str, dict[str, Any]] = bundle(name, folder)["components"]["schemas"]["ProblemCode"]["x-problems"]
    return problems


def _table(problems: dict[str, dict[str, Any]]) -> list[str]:
    rows = [
        f"| `{code}` | {each['status']} | {each['meaning']} | {each['action']} | {each['retry']} |"
        for code, each in sorted(problems.items(), key=lambda pair: (pair[1]["status"], pair[0]))
    ]
    return ["| code | status | meaning | what to do | retry |", "|---|---|---|---|---|", *rows]


def _drop_unused(document: dict[str, Any], section: str) -> None:
    """Remove the components of a section that nothing refers to, and what only they refer to."""
    named = document["components"].get(section, {})
    while unused := [name for name in named if f'"#/components/{section}/{name}"' not in json.dumps(document)]:
        for name in unused:
            del named[name]
