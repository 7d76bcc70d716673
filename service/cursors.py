"""The public cursor: a query and the position to go on at, sealed so that nobody can read or change them."""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.problem import ProblemError

FORMAT: Final = 1
LIFETIME_SECONDS: Final = 24 * 3_600
CLOCK_SKEW_SECONDS: Final = 300
# 96 bits, drawn at random: NIST SP 800-38D, section 8.2.2.
_NONCE_BYTES: Final = 12

_AGAIN: Final = "start again without the cursor"
_CHANGED: Final = "Send next_cursor of the page before, unchanged, to the same operation."
_DIFFERS: Final = "is not what the cursor was issued for"

Query = dict[str, Any]
Position = dict[str, str]


class _Content(NamedTuple):
    """The sealed text, in MessagePack: no text needs escapes, so that its length has a bound."""

    operation: str
    query: Query
    position: Position
    issued_at: int
    """In seconds since 1970."""


class Cursors:
    """Seals and opens cursors with AES-256-GCM.

    On the wire: the head, the nonce, the sealed text; in base64url without padding. The head is the format, the length
    of the key id, and the key id; it is associated data of the seal.
    """

    def __init__(self, keys: Mapping[str, bytes], clock: Callable[[], float] = time.time) -> None:
        self._ciphers = {_head(kid): AESGCM(key) for kid, key in keys.items()}
        self._current = next(iter(self._ciphers))
        self._clock = clock
        self._decoder = msgspec.msgpack.Decoder(_Content)

    def seal(self, position: Mapping[str, str], operation: str, query: Mapping[str, Any]) -> str:
        """Return the cursor with which `query`, normalised, goes on at `position`."""
        text = msgspec.msgpack.encode((operation, query, position, int(self._clock())))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text, self._current)
        return _encode(self._current + nonce + sealed)

    def open(self, cursor: str, operation: str, asked: Mapping[str, Any]) -> tuple[Query, Position]:
        """Return the query and the position in `cursor`; `asked` are the fields beside it, normalised.

        Raises ProblemError `invalid_cursor` for a cursor that was changed, has expired, or belongs to another
        operation, and for one whose query lacks a field of `asked` or has another value there; it names the fields.
        """
        content = self._content(_decode(cursor))
        age = self._clock() - content.issued_at
        if not -CLOCK_SKEW_SECONDS <= age <= LIFETIME_SECONDS:
            raise _invalid(f"The cursor has expired; {_AGAIN}.")
        if content.operation != operation:
            raise _invalid(f"The cursor belongs to {content.operation}; {_AGAIN}.")
        wrong = [name for name, value in asked.items() if content.query.get(name) != value]
        if wrong:
            raise ProblemError(
                "invalid_cursor",
                "; ".join(f"{name}: {_DIFFERS}" for name in wrong),
                errors=[{"pointer": f"#/{name}", "detail": _DIFFERS} for name in wrong],
            )
        return content.query, content.position

    def _content(self, raw: bytes) -> _Content:
        if raw[0] != FORMAT:
            raise _invalid(f"The cursor has a format that is not read here; {_AGAIN}.")
        end = 2 + int.from_bytes(raw[1:2])
        head, rest = raw[:end], raw[end:]
        cipher = self._ciphers.get(head)
        if cipher is None or len(rest) <= _NONCE_BYTES:
            raise _invalid(_CHANGED)
        try:
            return self._decoder.decode(cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head))
        except InvalidTag as exc:
            raise _invalid(_CHANGED) from exc


def _head(kid: str) -> bytes:
    return bytes([FORMAT, len(kid)]) + kid.encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(cursor: str) -> bytes:
    """Return the bytes of `cursor`, in the one spelling that `_encode` gives them: lenient decoders know several."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as exc:
        raise _invalid(_CHANGED) from exc
    if not raw or _encode(raw) != cursor:
        raise _invalid(_CHANGED)
    return raw


def _invalid(detail: str) -> ProblemError:
    return ProblemError("invalid_cursor", detail)
