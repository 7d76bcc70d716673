"""Attacks the opener of cursors in process, where a million tries take half a minute."""

import base64
import itertools
import secrets
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final, NamedTuple

from common.problem import ProblemError
from lab.faults import mutation
from service.cursors import LIFETIME_SECONDS, Cursors

ALPHABET: Final = string.ascii_letters + string.digits + "-_"
# What decoders that are lenient take for the same bytes, or leave out.
_LENIENT: Final = ("=", "==", "\n", " ", "+", "/", "\u2013", "\u00e9", "\x00")
_ISSUED: Final = 64
_SEAL: Final = 16  # bytes of AES-GCM's tag


class Issued(NamedTuple):
    """A cursor and the query that it was issued for."""

    cursor: str
    operation: str
    filters: Mapping[str, Any]


Attack = Callable[[Random, Issued], Issued]


def changed(chance: Random, whole: str) -> str:
    """Return a text of the same alphabet that differs."""
    return mutation.text(chance, whole, ALPHABET)


def attack(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Try `count` forgeries; return how many of each kind were tried, and what was accepted or not refused in order.

    Raises AssertionError if a cursor that is none of them does not open.
    """
    keys = {"k2": secrets.token_bytes(32), "k1": secrets.token_bytes(32)}
    opener, older = Cursors(keys), Cursors(dict(reversed(keys.items())))
    issued = [_issue(older if number % 2 else opener, number) for number in range(_ISSUED)]
    if any(opener.open(*one) != _position(number) for number, one in enumerate(issued)):
        raise AssertionError("a decent cursor does not open")
    tried: Counter[str] = Counter()
    accepted: list[str] = []
    for name, one in _forgeries(issued, keys, count, Random(seed)):  # nosec B311  # no secret
        tried[name] += 1
        try:
            opener.open(*one)
        except ProblemError as error:
            if error.code == "invalid_cursor":
                continue
        accepted.append(f"{name}: {one}")
    return tried, accepted


def _forgeries(
    issued: list[Issued], keys: Mapping[str, bytes], count: int, chance: Random
) -> Iterator[tuple[str, Issued]]:
    attacks = _attacks(issued, keys)
    names = itertools.cycle(attacks)
    while count:
        name, one = next(names), chance.choice(issued)
        forged = attacks[name](chance, one)
        if forged != one:
            count -= 1
            yield name, forged


def _attacks(issued: list[Issued], keys: Mapping[str, bytes]) -> dict[str, Attack]:
    late = Cursors(keys, clock=lambda: time.time() - LIFETIME_SECONDS - 60)
    foreign = Cursors({"k2": secrets.token_bytes(32)})
    return {
        "a character changed": lambda chance, one: one._replace(cursor=changed(chance, one.cursor)),
        "a bit changed": _bit,
        "cut, or longer": _length,
        "spelled otherwise": _spelling,
        "parts of two": lambda chance, one: _parts(chance, one, chance.choice(issued)),
        "another key id": _key_id,
        "for another query": _query,
        "made up": lambda chance, one: one._replace(cursor=_encoded(chance.randbytes(chance.randrange(200)))),
        "another key": lambda _, one: one._replace(cursor=_sealed(foreign, one)),
        "expired": lambda _, one: one._replace(cursor=_sealed(late, one)),
    }


def _position(number: int) -> dict[str, str]:
    return {"user_id": f"user_{number:04}", "created_at": str(1_761_998_400_000 + number)}


def _issue(cursors: Cursors, number: int) -> Issued:
    operation = ("query_user", "query_marketing", "query_fail")[number % 3]
    filters = {"user_id": f"user_{number:04}", "platform": ["IOS"]}
    return Issued(cursors.seal(_position(number), operation, filters), operation, filters)


def _sealed(cursors: Cursors, one: Issued) -> str:
    return cursors.seal(_position(0), one.operation, one.filters)


def _bytes(one: Issued) -> bytearray:
    return bytearray(base64.urlsafe_b64decode(one.cursor + "=" * (-len(one.cursor) % 4)))


def _encoded(raw: bytes | bytearray) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bit(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return one._replace(cursor=_encoded(raw))


def _length(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    if chance.random() < 0.5:
        return one._replace(cursor=_encoded(raw[: chance.randrange(len(raw))]))
    return one._replace(cursor=_encoded(raw + chance.randbytes(chance.randrange(1, 40))))


def _spelling(chance: Random, one: Issued) -> Issued:
    """Write the same bytes as a lenient decoder would still read them."""
    kind = chance.randrange(3)
    if kind == 0:
        place = chance.randrange(len(one.cursor) + 1)
        return one._replace(cursor=one.cursor[:place] + chance.choice(_LENIENT) + one.cursor[place:])
    if kind == 1:
        return one._replace(cursor=one.cursor.replace("-", "+").replace("_", "/"))
    last = chance.choice(ALPHABET)  # of the last character some bits may say nothing
    return one._replace(cursor=one.cursor[:-1] + last)


def _parts(chance: Random, one: Issued, other: Issued) -> Issued:
    raw, foreign = _bytes(one), _bytes(other)
    place = chance.choice((1, 3, 15, len(raw) - _SEAL, chance.randrange(len(raw))))
    return one._replace(cursor=_encoded(raw[:place] + foreign[place:]))


def _key_id(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    kid = chance.choice((b"", b"k1", b"k2", b"k3", b"K1", b"k", b"x" * 255))
    length = chance.choice((len(kid), 0, 1, 255))
    return one._replace(cursor=_encoded(bytes([length]) + kid + raw[1 + raw[0] :]))


def _query(chance: Random, one: Issued) -> Issued:
    kind = chance.randrange(3)
    if kind == 0:
        others = {"query_user", "query_marketing", "query_fail", ""} - {one.operation}
        return one._replace(operation=chance.choice(sorted(others)))
    if kind == 1:
        return one._replace(filters={**one.filters, "user_id": changed(chance, str(one.filters["user_id"]))})
    return one._replace(filters={**one.filters, chance.choice(("ap_id", "status", "created_from")): "x"})
