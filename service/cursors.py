"""The public cursor: a position of the internal contract, sealed so that nobody can read, change or transplant it."""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.problem import ProblemError

LIFETIME_SECONDS: Final = 24 * 3_600
CLOCK_SKEW_SECONDS: Final = 300
# 96 bits, drawn at random: NIST SP 800-38D, section 8.2.2.
_NONCE_BYTES: Final = 12

Position = dict[str, str]


class Cursors:
    """Seals and opens cursors with AES-256-GCM.

    On the wire: the length of the key id, the key id, the nonce, the sealed text; in base64url without padding. The
    sealed text holds the position and the second it was issued. The operation and the normalised filters are
    associated data: a cursor opens only for the query it was made for.
    """

    def __init__(self, keys: Mapping[str, bytes], clock: Callable[[], float] = time.time) -> None:
        self._ciphers = {kid.encode(): AESGCM(key) for kid, key in keys.items()}
        self._current = next(iter(self._ciphers))
        self._clock = clock

    def seal(self, position: Mapping[str, str], operation: str, filters: Mapping[str, Any]) -> str:
        """Return the cursor for `position`."""
        text = orjson.dumps({"position": position, "issued_at": int(self._clock())})
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text, _bound_to(operation, filters))
        return _encode(bytes([len(self._current)]) + self._current + nonce + sealed)

    def open(self, cursor: str, operation: str, filters: Mapping[str, Any]) -> Position:
        """Return the position in `cursor`.

        Raises ProblemError `invalid_cursor` for one that was changed, has expired, or belongs to another query.
        """
        raw = _decode(cursor)
        kid, rest = raw[1 : 1 + raw[0]], raw[1 + raw[0] :]
        cipher = self._ciphers.get(kid)
        if cipher is None or len(rest) <= _NONCE_BYTES:
            raise _invalid()
        try:
            text = cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound_to(operation, filters))
        except InvalidTag as exc:
            raise _invalid() from exc
        content = orjson.loads(text)
        age = self._clock() - content["issued_at"]
        if not -CLOCK_SKEW_SECONDS <= age <= LIFETIME_SECONDS:
            raise ProblemError("invalid_cursor", "The cursor has expired; start again from the first page.")
        position: Position = content["position"]
        return position


def _bound_to(operation: str, filters: Mapping[str, Any]) -> bytes:
    return orjson.dumps([operation, filters], option=orjson.OPT_SORT_KEYS)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(cursor: str) -> bytes:
    """Return the bytes of `cursor`, in the one spelling that `_encode` gives them: lenient decoders know several."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as exc:
        raise _invalid() from exc
    if not raw or _encode(raw) != cursor:
        raise _invalid()
    return raw


def _invalid() -> ProblemError:
    return ProblemError(
        "invalid_cursor",
        "Send next_cursor of the page before, unchanged, to the same operation with the same filters.",
    )
