"""The check of a request body: strict JSON, then the contract's schema; a refusal names the field and the reason."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs
import orjson

from common.problem import ProblemError

_JSON: Final = "application/json"
_IDENTITY: Final = "identity"
_CHARSETS: Final = ("utf-8", "utf8", "us-ascii")
# A body with more fields, or items in them, is refused in one sentence: to name each would cost more than a query.
MOST_VALUES: Final = 100
# A body with more commas is refused before it is parsed. A valid one may have some of them in its filters.
MOST_COMMAS: Final = 3_200
_MOST_ERRORS: Final = 10
_LONGEST_NAME: Final = 80
_TOO_DEEP: Final = "The body is nested too deeply."
_TOO_MANY: Final = "The body has too many values."


class BodySchema:
    """A compiled request schema of a contract (OpenAPI 3.0 dialect: draft 4 plus `nullable`)."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        # The mask keeps values, which may be personal or long, out of the messages.
        self._validator = jsonschema_rs.Draft4Validator(_draft4(schema), mask="value")
        self._pattern_errors = dict(_pattern_errors(schema))
        self._alternatives: tuple[str, ...] = tuple(schema.get("x-exactly-one-of", ()))

    def check(self, body: object) -> None:
        """Raise ProblemError `invalid_body` naming each field that does not match, `invalid_json` if nested too far."""
        own_errors = _undecodable(body) + self._alternative_errors(body)
        if not own_errors and self._validator.is_valid(body):
            return
        try:
            found = self._validator.iter_errors(body)
        except ValueError as exc:  # the validator goes down 255 levels, the parser four times as many
            raise ProblemError("invalid_json", _TOO_DEEP) from exc
        errors = own_errors + [error for each in found for error in self._field_errors(each)]
        errors = sorted(errors, key=lambda error: error["pointer"])[:_MOST_ERRORS]
        detail = "; ".join(f"{error['pointer'].removeprefix('#/')}: {error['detail']}" for error in errors)
        raise ProblemError("invalid_body", detail, errors=errors)

    def _alternative_errors(self, body: object) -> list[dict[str, str]]:
        """Return an error for each field of `x-exactly-one-of` if the body has none of them, or several.

        OpenAPI's `oneOf` would count null as a value, and few client generators read it.
        """
        if not self._alternatives or not isinstance(body, dict):
            return []
        given = [name for name in self._alternatives if body.get(name) is not None]
        if len(given) == 1:
            return []
        detail = f"send exactly one of {' and '.join(self._alternatives)}"
        return [{"pointer": _pointer([name]), "detail": detail} for name in given or self._alternatives]

    def _field_errors(self, error: jsonschema_rs.ValidationError) -> list[dict[str, str]]:
        path = error.instance_path
        match error.kind:
            case jsonschema_rs.ValidationErrorKind.Required(property=name):
                return [{"pointer": _pointer([*path, str(name)]), "detail": "is required"}]
            case jsonschema_rs.ValidationErrorKind.AdditionalProperties(unexpected=names):
                return [
                    {"pointer": _pointer([*path, name]), "detail": "is not a field of this operation"}
                    for name in names[:_MOST_ERRORS]
                ]
            case jsonschema_rs.ValidationErrorKind.Pattern(pattern=pattern):
                detail = self._pattern_errors.get(pattern, "has a form that is not accepted")
                return [{"pointer": _pointer(path), "detail": detail}]
        return [{"pointer": _pointer(path), "detail": error.message}]


def require_json(content_type: str | None, content_encoding: str | None = None) -> None:
    """Raise ProblemError `unsupported_media_type` unless the headers of a body say JSON in UTF-8, uncompressed.

    A missing Content-Type counts as `application/json`, as it does for API Gateway.
    """
    if (content_encoding or _IDENTITY).strip().lower() != _IDENTITY:
        headers = {"Accept-Encoding": _IDENTITY}  # RFC 9110, section 12.5.3
        raise ProblemError("unsupported_media_type", "Send the body uncompressed.", headers=headers)
    media_type, _, parameters = (content_type or _JSON).partition(";")
    if media_type.strip().lower() != _JSON:
        raise ProblemError("unsupported_media_type", f"Send the body as {_JSON}.")
    for parameter in parameters.lower().split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in _CHARSETS:
            raise ProblemError("unsupported_media_type", "Send the body in UTF-8.")


def parse(raw: bytes) -> Any:  # noqa: ANN401  # any JSON
    """Return the JSON value in `raw`; raise ProblemError `invalid_json` for anything but strict JSON in UTF-8.

    Beyond what orjson refuses (NaN, lone surrogates, a byte order mark, values nested over 1,024 deep, numbers beyond
    a double), an object that names a key twice is refused, since readers differ in which of the two they take. A body
    with more values than any operation takes is `invalid_body`. An integer beyond 64 bits becomes a float.
    """
    if not raw:
        raise ProblemError("invalid_json", "The body is empty; a JSON object is expected.")
    if raw.count(b",") > MOST_COMMAS:
        raise ProblemError("invalid_body", _TOO_MANY)
    try:
        value = orjson.loads(raw)
        keys, values = _counts(value)
        if values > MOST_VALUES:
            raise ProblemError("invalid_body", _TOO_MANY)
        if raw.count(b":") != keys:  # each key is followed by a colon: with as many colons, none stands twice
            json.loads(raw, object_pairs_hook=_unique)
    except orjson.JSONDecodeError as exc:
        raise ProblemError("invalid_json", f"{exc.msg} at character {exc.pos}.") from exc
    except RecursionError as exc:
        raise ProblemError("invalid_json", _TOO_DEEP) from exc
    return value


def _counts(value: object) -> tuple[int, int]:
    """Return how many keys, and how many values, an object and the objects and lists in its fields have."""
    if not isinstance(value, dict):
        return 0, len(value) if isinstance(value, list) else 0
    keys = values = len(value)
    for each in value.values():
        if isinstance(each, dict):
            keys += len(each)
        if isinstance(each, dict | list):
            values += len(each)
    return keys, values


def _unique(pairs: Sequence[tuple[str, object]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise ProblemError("invalid_json", f"The key {_name(key)} stands twice in one object.")
        seen.add(key)


def _undecodable(body: object) -> list[dict[str, str]]:
    """Return an error for each text field with U+FFFD: API Gateway and Lambda put it in place of invalid UTF-8.

    A pattern cannot say this in a way that every regular-expression engine reads.
    """
    if not isinstance(body, dict):
        return []
    return [
        {"pointer": _pointer([name]), "detail": "contains U+FFFD, which stands for bytes that are not UTF-8"}
        for name, value in body.items()
        if isinstance(value, str) and "\ufffd" in value
    ]


def _pattern_errors(schema: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # any JSON
    """Yield each pattern of a schema and the contract's words for a value that does not match it."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("x-pattern-error"), str):
            yield schema["pattern"], schema["x-pattern-error"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from _pattern_errors(each)


def _pointer(path: Sequence[str | int]) -> str:
    """Return the JSON Pointer of `path` as a URI fragment (RFC 6901, section 6), left unencoded to be readable."""
    return "#" + "".join("/" + _name(str(part)).replace("~", "~0").replace("/", "~1") for part in path)


def _name(text: str) -> str:
    """Return a name that the caller sent, cut to one short line."""
    printable = "".join(char if char.isprintable() else "?" for char in text[: _LONGEST_NAME + 1])
    return printable if len(printable) <= _LONGEST_NAME else printable[:_LONGEST_NAME] + "..."


def _draft4(schema: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return an OpenAPI 3.0 schema in draft 4: `nullable` beside a `type` becomes the type "null".

    Items beyond `maxItems` are not checked, so that they are one error instead of thousands.
    """
    if isinstance(schema, list):
        return [_draft4(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    result = {key: _draft4(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and "type" in schema:
        result["type"] = [schema["type"], "null"]
        if "enum" in schema:
            result["enum"] = [*schema["enum"], None]
    if "maxItems" in schema and "items" in schema:
        result["items"] = [result["items"]] * schema["maxItems"]
    return result
