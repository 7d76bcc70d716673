"""Reads error bodies leniently: a problem document, a gateway's own JSON, HTML, or an empty body."""

from http import HTTPStatus
from typing import Any, Final

import msgspec


class FieldError(msgspec.Struct, frozen=True, gc=False):
    """A violation of the contract by one field of the request body."""

    pointer: str
    """JSON Pointer (RFC 6901) of the field as a URI fragment; `#` is the whole body."""

    detail: str
    """The rule of the contract that was violated."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An RFC 9457 problem document; members that are absent or have another type are None."""

    status: int
    """The HTTP status of the answer."""

    type: str = "about:blank"
    """URI of the problem type."""

    title: str | None = None
    """Short summary of the problem type; the phrase of the status if the body has none."""

    detail: str | None = None
    """Explanation of this occurrence, or the `message` of a gateway."""

    code: str | None = None
    """Stable name for programs; `ProblemCode` lists the known ones."""

    request_id: str | None = None
    """The id under which every hop logged the request."""

    errors: tuple[FieldError, ...] = ()
    """The fields that violate the contract, if `code` is `invalid_body`."""


_read: Final = msgspec.json.Decoder(dict[str, Any]).decode


def read_problem(status: int, body: bytes) -> Problem:
    """Return the problem in an error body; never raises."""
    document = _document(body)
    return Problem(
        status=status,
        type=_text(document, "type") or "about:blank",
        title=_text(document, "title") or _phrase(status),
        detail=_text(document, "detail", "message", "Message"),
        code=_text(document, "code"),
        request_id=_text(document, "request_id"),
        errors=_field_errors(document.get("errors")),
    )


def _document(body: bytes) -> dict[str, Any]:
    try:
        return _read(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}


def _text(document: dict[str, Any], *names: str) -> str | None:
    values = (document.get(name) for name in names)
    return next((value for value in values if isinstance(value, str)), None)


def _phrase(status: int) -> str | None:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return None


def _field_errors(errors: object) -> tuple[FieldError, ...]:
    try:
        return msgspec.convert(errors, tuple[FieldError, ...])
    except msgspec.ValidationError:
        return ()
