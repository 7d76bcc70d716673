"""Compares two versions of a contract, operation by operation.

Requests may only accept more, answers may only contain less. The contracts promise two exceptions: answers may gain
fields, and error statuses may be added. A changed pattern is breaking in both directions. Links, tags and
extensions are not compared. Changed descriptions are listed and never break.
"""

from collections.abc import Mapping
from typing import Any, Final

from tools.contract.breaking import bodies
from tools.contract.breaking.change import Change, Changes, became
from tools.contract.breaking.schemas import Versions
from tools.contract.rules.place import Document, Node, Operation, each_operation

_WHOLE: Final = Change("the API")
_WORDS: Final = ("summary", "title", "description", "externalDocs", "license", "contact", "termsOfService")


def compare(old: Document, new: Document) -> list[Change]:
    """Return the changes from the released document `old` to `new`, each once."""
    before, after = ({(o.method, o.path): o for o in each_operation(document)} for document in (old, new))
    versions = Versions(old, new)
    changes = [*_servers(old, new), *_words(_WHOLE, old.get("info", {}), new.get("info", {}))]
    for key, operation in before.items():
        if key in after:
            changes += _operation(versions, operation, after[key])
        else:
            changes.append(Change(_label(operation)).breaks("is gone"))
    changes += [Change(_label(after[key])).passes("is new") for key in after if key not in before]
    return sorted(set(changes), key=lambda change: (not change.breaking, *_order(change)))


def _order(change: Change) -> tuple[str, ...]:
    return change.operation, change.part, change.status, change.field, change.sentence


def _label(operation: Operation) -> str:
    return f"{operation.method} {operation.path} ({operation.name})"


def _servers(old: Document, new: Document) -> Changes:
    before, after = ({server["url"] for server in document.get("servers", [])} for document in (old, new))
    yield from (_WHOLE.at("servers").breaks(f"lost {url}") for url in before - after)
    yield from (_WHOLE.at("servers").passes(f"have {url} too") for url in after - before)


def _words(place: Change, old: Node, new: Node) -> Changes:
    if words := [key for key in _WORDS if old.get(key) != new.get(key)]:
        yield place.passes(f"says something else ({', '.join(words)})")


def _operation(versions: Versions, old: Operation, new: Operation) -> Changes:
    place = Change(_label(old))
    before, after = _with_shared_parameters(versions.old, old), _with_shared_parameters(versions.new, new)
    yield from _words(place, before, after)
    if old.name != new.name:
        yield place.at("operationId").breaks(became("it", old.name, new.name))
    if bool(before.get("deprecated")) != bool(after.get("deprecated")):
        yield place.passes("is deprecated now" if after.get("deprecated") else "is not deprecated any more")
    yield from _security(versions, place, before, after)
    yield from bodies.parameters(versions, Change(place.operation, "parameter"), before, after)
    yield from bodies.request(versions, Change(place.operation, "request"), before, after)
    yield from bodies.answers(versions, Change(place.operation, "answer"), before, after)


def _with_shared_parameters(document: Document, operation: Operation) -> Node:
    """Return an operation with the parameters of its path; its own take precedence."""
    shared = document["paths"][operation.path].get("parameters", [])
    return {**operation.node, "parameters": [*shared, *operation.node.get("parameters", [])]}


def _security(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    """Yield the changes of the accepted credentials."""
    before, after = _credentials(versions.old, old), _credentials(versions.new, new)
    here = place.at("security")
    if not all(any(need.items() <= had.items() for need in after) for had in before):
        yield here.breaks("asks for other credentials")
    elif not all(any(need.items() <= had.items() for need in before) for had in after):
        yield here.passes("takes other credentials too")


def _credentials(document: Document, operation: Node) -> list[Mapping[str, str]]:
    """Return the alternatives for credentials; an operation without security has one empty alternative."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    alternatives = operation.get("security", document.get("security", []))
    return [
        {_scheme(schemes.get(name, {}), name): str(sorted(scopes)) for name, scopes in one.items()}
        for one in alternatives or [{}]
    ]


def _scheme(scheme: Mapping[str, Any], name: str) -> str:
    """Return a scheme as text, without its description; its name if it is not defined."""
    said = {key: value for key, value in scheme.items() if key != "description"}
    return str(sorted(said.items(), key=str)) if said else name
