"""Compares parameters, bodies and headers. A request may accept more than before, an answer may not contain more."""

from tools.contract.breaking.change import Change, Changes, Effect
from tools.contract.breaking.keywords import Schema
from tools.contract.breaking.schemas import Versions
from tools.contract.rules.place import Document, Node, follow

_STYLE = ("style", "explode", "allowReserved", "content")
# Used for a status without an answer of its own.
_RANGES = ("{}XX", "default")


def parameters(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    """Yield the changes of the parameters of an operation."""
    before, after = _parameters(versions.old, old), _parameters(versions.new, new)
    for key in before.keys() - after.keys():
        yield place.at(_label(before[key])).breaks("is gone")
    for key in after.keys() - before.keys():
        needed = bool(after[key].get("required"))
        yield place.at(_label(after[key])).changed("is new and required" if needed else "is new", breaking=needed)
    for key in before.keys() & after.keys():
        here = place.at(_label(before[key]))
        yield from _required(here, before[key], after[key])
        if any(before[key].get(name) != after[key].get(name) for name in _STYLE):
            yield here.breaks("is written in another style")
        yield from _sent(versions, here, before[key].get("schema", {}), after[key].get("schema", {}))


def request(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    """Yield the changes of the request body of an operation."""
    before, after = _body(versions.old, old), _body(versions.new, new)
    if before is not None and after is not None:
        yield from _required(place, before, after)
        yield from _contents(versions, place, before, after)
    elif before is not None:
        yield place.breaks("has no body any more")
    elif after is not None:
        needed = bool(after.get("required"))
        yield place.changed("has a body now, which is required" if needed else "may have a body now", breaking=needed)


def answers(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    """Yield the changes of the answers; `place` is the operation's `answer`.

    A new error status is not breaking, since clients handle all errors alike. A new success status is.
    """
    before, after = old["responses"], new["responses"]
    for status in before.keys() - after.keys():
        yield Change(place.operation, place.part, status).breaks("is gone")
    for status in after:
        here = Change(place.operation, place.part, status)
        known = _known(before, status)
        if known is None:
            yield here.changed("is new", breaking=status[0] in "123")
        else:
            pair = follow(versions.old, (), known)[1], follow(versions.new, (), after[status])[1]
            yield from _contents(versions, here, *pair)
            yield from _headers(versions, here, *pair)


def _parameters(document: Document, operation: Node) -> dict[tuple[str, str], Node]:
    """Return the parameters by location and name. Names of headers are in lower case."""
    found = [follow(document, (), parameter)[1] for parameter in operation.get("parameters", [])]
    return {(node["in"], node["name"].lower() if node["in"] == "header" else node["name"]): node for node in found}


def _label(parameter: Node) -> str:
    return f"{parameter['name']} ({parameter['in']})"


def _body(document: Document, operation: Node) -> Node | None:
    return follow(document, (), operation["requestBody"])[1] if "requestBody" in operation else None


def _known(answers: Node, status: str) -> Node | None:
    """Return the released answer that covers a status."""
    names = (status, *(name.format(status[0]) for name in _RANGES))
    return next((answers[name] for name in names if name in answers), None)


def _required(place: Change, old: Node, new: Node) -> Changes:
    before, after = bool(old.get("required")), bool(new.get("required"))
    if before != after:
        yield place.changed("is required now" if after else "is not required any more", breaking=after)


def _contents(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    before, after = old.get("content", {}), new.get("content", {})
    for media_type in before.keys() - after.keys():
        yield place.breaks(f"has no {media_type} any more")
    for media_type in after.keys() - before.keys():
        yield place.passes(f"has {media_type} too")
    for media_type in before.keys() & after.keys():
        pair = before[media_type].get("schema", {}), after[media_type].get("schema", {})
        compare = _received if place.part == "answer" else _sent
        yield from compare(versions, place, *pair)
        if any(before[media_type].get(key) != after[media_type].get(key) for key in ("example", "examples")):
            yield place.passes("has other examples")


def _headers(versions: Versions, place: Change, old: Node, new: Node) -> Changes:
    before, after = (
        {name.lower(): (name, follow(document, (), header)[1]) for name, header in answer.get("headers", {}).items()}
        for document, answer in ((versions.old, old), (versions.new, new))
    )
    for key in before.keys() - after.keys():
        yield place.at(f"header {before[key][0]}").breaks("is gone")
    for key in after.keys() - before.keys():
        yield place.at(f"header {after[key][0]}").passes("is new")
    for key in before.keys() & after.keys():
        here, pair = place.at(f"header {before[key][0]}"), (before[key][1], after[key][1])
        if pair[0].get("required") and not pair[1].get("required"):
            yield here.breaks("is not required any more")
        yield from _received(versions, here, pair[0].get("schema", {}), pair[1].get("schema", {}))


def _sent(versions: Versions, place: Change, old: Schema, new: Schema) -> Changes:
    return _judged(versions, place, old, new, Effect.NARROWER)


def _received(versions: Versions, place: Change, old: Schema, new: Schema) -> Changes:
    return _judged(versions, place, old, new, Effect.WIDER)


def _judged(versions: Versions, place: Change, old: Schema, new: Schema, harmful: Effect) -> Changes:
    for found in versions.differences(old, new):
        field = " ".join(filter(None, (place.field, found.field)))
        yield place.at(field).changed(found.sentence, breaking=harmful in found.effect)
