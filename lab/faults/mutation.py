"""Mutates requests, events and texts in ways that parsers get wrong; the same seed makes the same changes.

`mutations.json` has the values, fields, headers, paths and methods that are put in.
"""

import json
from pathlib import Path
from random import Random
from typing import Any, Final

from lab.faults.corpus import Sent

_MUTATIONS: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("mutations.json").read_text(encoding="utf-8"))
VALUES: Final[list[Any]] = [*_MUTATIONS["values"], "x" * 5_000, ["IOS"] * 200]


def request(chance: Random, sent: Sent) -> Sent:
    """Return a request that differs from `sent` in one to three places."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        sent = chance.choice((_json, _json, _json, _bytes, _header, _header, _target))(chance, sent)
    return sent


def event(chance: Random, whole: dict[str, Any]) -> dict[str, Any]:
    """Return a proxy event that differs from `whole` in one or two of its members."""
    changed = dict(whole)
    for _ in range(chance.choice((0, 1, 1, 2))):
        name = chance.choice([*whole, "unknown"])
        if chance.random() < 0.3:
            changed.pop(name, None)
        else:
            changed[name] = chance.choice(VALUES)
    return changed


def text(chance: Random, whole: str, alphabet: str) -> str:
    """Return a text that differs from `whole`: changed, cut, longer, or with two of its places swapped."""
    while True:
        changed = chance.choice((_replaced, _replaced, _removed, _inserted, _cut, _swapped))(chance, whole, alphabet)
        if changed != whole:
            return changed


def _json(chance: Random, sent: Sent) -> Sent:
    try:
        body = json.loads(sent.body)
    except (ValueError, RecursionError):  # not JSON, or nested too deeply to change
        return sent
    if not isinstance(body, dict):
        return sent._replace(body=_dumped(chance.choice(VALUES)))
    field = chance.choice([*body, *_MUTATIONS["fields"]])
    kind = chance.randrange(5)
    if kind == 0:
        body.pop(field, None)
    elif kind == 1 and isinstance(body.get(field), list):
        body[field] = [*body[field], chance.choice(VALUES)]
    elif kind == 2:
        return sent._replace(body=_twice(body, field, chance))
    else:
        body[field] = chance.choice(VALUES)
    return sent._replace(body=_dumped(body))


def _twice(body: dict[str, Any], field: str, chance: Random) -> bytes:
    """Return a body with a field twice."""
    once = _dumped({field: chance.choice(VALUES)})
    return once[:-1] + (b", " if body else b"") + _dumped(body)[1:]


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def _bytes(chance: Random, sent: Sent) -> Sent:
    raw = bytearray(sent.body)
    place = chance.randrange(len(raw) + 1)
    kind = chance.randrange(4)
    if kind == 0:
        del raw[place:]
    elif kind == 1:
        raw[place:place] = chance.choice(
            (b"\x00", b"\xff", b"\xef\xbb\xbf", b"[" * 2_000, b"NaN", b"1e999", b"\\ud800")
        )
    elif raw and kind == 2:
        raw[place % len(raw)] ^= 1 << chance.randrange(8)
    else:
        raw *= 2
    return sent._replace(body=bytes(raw))


def _header(chance: Random, sent: Sent) -> Sent:
    name, values = chance.choice(list(_MUTATIONS["headers"].items()))
    return sent._replace(headers={**sent.headers, name: chance.choice(values)})


def _target(chance: Random, sent: Sent) -> Sent:
    kind = chance.randrange(3)
    if kind == 0:
        return sent._replace(method=chance.choice(_MUTATIONS["methods"]))
    return sent._replace(
        path=chance.choice(_MUTATIONS["paths"]) if kind == 1 else sent.path + chance.choice(_MUTATIONS["segments"])
    )


def _replaced(chance: Random, whole: str, alphabet: str) -> str:
    place = chance.randrange(len(whole))
    return whole[:place] + chance.choice(alphabet) + whole[place + 1 :]


def _removed(chance: Random, whole: str, _alphabet: str) -> str:
    place = chance.randrange(len(whole))
    return whole[:place] + whole[place + 1 :]


def _inserted(chance: Random, whole: str, alphabet: str) -> str:
    place = chance.randrange(len(whole) + 1)
    return whole[:place] + chance.choice(alphabet) + whole[place:]


def _cut(chance: Random, whole: str, _alphabet: str) -> str:
    return whole[: chance.randrange(len(whole))]


def _swapped(chance: Random, whole: str, _alphabet: str) -> str:
    one, other = sorted(chance.sample(range(len(whole)), 2))
    return whole[:one] + whole[other] + whole[one + 1 : other] + whole[one] + whole[other + 1 :]
