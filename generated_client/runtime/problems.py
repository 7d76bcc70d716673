"""Error bodies, whatever they are: the contract's problem document, a gateway's own JSON, HTML, or nothing."""

from http import HTTPStatus
from typing import Any, Final

import msgspec


class FieldError(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with one field of the request body."""

    pointer: str
    """Where, as a JSON Pointer (RFC 6901) in a URI fragment; `#` is the body as a whole."""

    detail: str
    """What the contract asks for there."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An RFC 9457 problem document; what an answer does not say, or says in another form, is None."""

    status: int
    """The HTTP status of the answer."""

    type: str = "about:blank"
    """A URI that names the kind of problem."""

    title: str | None = None
    """The kind of problem in a few words; for a foreign answer, what its status means."""

    detail: str | None = None
    """What happened this time; also the `message` of a gateway."""

    code: str | None = None
    """The stable name for programs to act on; the known ones are in `ProblemCode`."""

    request_id: str | None = None
    """The id under which every hop logged the request."""

    errors: tuple[FieldError, ...] = ()
    """The fields at fault, when `code` is `invalid_body`."""


_read: Final = msgspec.json.Decoder(dict[str, Any]).decode


def read_problem(status: int, body: bytes) -> Problem:
    """Return the problem that an answer describes; never raises."""
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
