"""Forges cursors and tries to open them in process, where a million tries take half a minute."""

import base64
import itertools
import secrets
import string
import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, NamedTuple

from common.problem import ProblemError
from lab.faults import mutation
from service.cursors import LIFETIME_SECONDS, Cursors

ALPHABET: Final = string.ascii_letters + string.digits + "-_"
# Characters that a lenient decoder reads as others, or skips.
_LENIENT: Final = ("=", "==", "\n", " ", "+", "/", "\u2013", "\u00e9", "\x00")
_ISSUED: Final = 64
_TAG_BYTES: Final = 16
_OPERATIONS: Final = ("query_user", "query_marketing", "query_fail")


class Issued(NamedTuple):
    """A cursor with the query that it was issued for."""

    cursor: str
    operation: str
    filters: Mapping[str, Any]


Forge = Callable[[Random, Issued], Issued]


def changed(chance: Random, whole: str) -> str:
    """Return a different text of the same alphabet."""
    return mutation.text(chance, whole, ALPHABET)


def attack(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Try `count` forgeries; return how many of each kind, and those not refused with `invalid_cursor`.

    Raises AssertionError if an issued cursor does not open.
    """
    keys = {"k2": secrets.token_bytes(32), "k1": secrets.token_bytes(32)}
    opener, older = Cursors(keys), Cursors(dict(reversed(keys.items())))
    issued = [_issue(older if number % 2 else opener, number) for number in range(_ISSUED)]
    if any(opener.open(*one) != _position(number) for number, one in enumerate(issued)):
        raise AssertionError("an issued cursor does not open")
    tried: Counter[str] = Counter()
    accepted: list[str] = []
    forgeries, chance = _forgeries(issued, keys), Random(seed)  # nosec B311  # not a secret
    for name, forge in itertools.cycle(forgeries.items()):
        if tried.total() == count:
            break
        one = chance.choice(issued)
        forged = forge(chance, one)
        if forged == one:
            continue
        tried[name] += 1
        if not _is_refused(opener, forged):
            accepted.append(f"{name}: {forged}")
    return tried, accepted


def _is_refused(opener: Cursors, one: Issued) -> bool:
    try:
        opener.open(*one)
    except ProblemError as error:
        return error.code == "invalid_cursor"
    return False


def _forgeries(issued: list[Issued], keys: Mapping[str, bytes]) -> dict[str, Forge]:
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
        "made up": lambda chance, one: _with_bytes(one, chance.randbytes(chance.randrange(200))),
        "another key": lambda _, one: one._replace(cursor=foreign.seal(_position(0), one.operation, one.filters)),
        "expired": lambda _, one: one._replace(cursor=late.seal(_position(0), one.operation, one.filters)),
    }


def _position(number: int) -> dict[str, str]:
    return {"user_id": f"user_{number:04}", "created_at": str(1_761_998_400_000 + number)}


def _issue(cursors: Cursors, number: int) -> Issued:
    operation = _OPERATIONS[number % len(_OPERATIONS)]
    filters = {"user_id": f"user_{number:04}", "platform": ["IOS"]}
    return Issued(cursors.seal(_position(number), operation, filters), operation, filters)


def _bytes(one: Issued) -> bytearray:
    return bytearray(base64.urlsafe_b64decode(one.cursor + "=" * (-len(one.cursor) % 4)))


def _with_bytes(one: Issued, raw: bytes | bytearray) -> Issued:
    return one._replace(cursor=base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


def _bit(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return _with_bytes(one, raw)


def _length(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    longer = raw + chance.randbytes(chance.randrange(1, 40))
    return _with_bytes(one, chance.choice((raw[: chance.randrange(len(raw))], longer)))


def _spelling(chance: Random, one: Issued) -> Issued:
    """Write the same bytes so that a lenient decoder still reads them."""
    place = chance.randrange(len(one.cursor) + 1)
    spellings = (
        one.cursor[:place] + chance.choice(_LENIENT) + one.cursor[place:],
        one.cursor.replace("-", "+").replace("_", "/"),
        one.cursor[:-1] + chance.choice(ALPHABET),  # some bits of the last character may carry nothing
    )
    return one._replace(cursor=chance.choice(spellings))


def _parts(chance: Random, one: Issued, other: Issued) -> Issued:
    raw, foreign = _bytes(one), _bytes(other)
    place = chance.choice((1, 3, 15, len(raw) - _TAG_BYTES, chance.randrange(len(raw))))
    return _with_bytes(one, raw[:place] + foreign[place:])


def _key_id(chance: Random, one: Issued) -> Issued:
    raw = _bytes(one)
    kid = chance.choice((b"", b"k1", b"k2", b"k3", b"K1", b"k", b"x" * 255))
    return _with_bytes(one, bytes([chance.choice((len(kid), 0, 1, 255))]) + kid + raw[1 + raw[0] :])


def _query(chance: Random, one: Issued) -> Issued:
    return chance.choice(
        (
            one._replace(operation=chance.choice(sorted({*_OPERATIONS, ""} - {one.operation}))),
            one._replace(filters={**one.filters, "user_id": changed(chance, str(one.filters["user_id"]))}),
            one._replace(filters={**one.filters, chance.choice(("ap_id", "status", "created_from")): "x"}),
        )
    )
