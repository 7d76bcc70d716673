"""The base of the types of answers: plain dictionaries, and the fields that this version does not know."""

from functools import cache
from typing import Any, Final, cast, get_args

import msgspec

_UNKNOWN: Final = "_unknown"


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """A part of an answer."""

    @property
    def unknown_fields(self) -> dict[str, Any]:
        """The fields that the service sent and this version of the client does not know. A copy lacks them."""
        unknown: dict[str, Any] = vars(self).get(_UNKNOWN, {})
        return unknown

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value, unknown ones too, as plain types, for `json.dumps` or a data frame."""
        values = (_plain(getattr(self, name)) for name in self.__struct_fields__)
        known = zip(self.__struct_encode_fields__, values, strict=True)
        return {name: value for name, value in known if value is not None} | self.unknown_fields


def keep_unknown(answer: Model, content: bytes) -> None:
    """Give each part of a decoded answer the fields that its type does not know."""
    _keep(answer, msgspec.json.decode(content))


def _keep(value: object, document: Any) -> None:  # noqa: ANN401  # JSON in the shape of the value
    if isinstance(value, list):
        parts = cast("list[object]", value)
        for part, described in zip(parts, document, strict=True):
            _keep(part, described)
    elif isinstance(value, Model):
        known, nested = _fields(type(value))
        if not document.keys() <= known:
            unknown = {name: document[name] for name in document.keys() - known}
            msgspec.structs.force_setattr(value, _UNKNOWN, unknown)
        for name, field in nested:
            if name in document:
                _keep(getattr(value, field), document[name])


@cache
def _fields(kind: type[Model]) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Return the names of all fields, and the name and attribute of those that hold parts."""
    fields = msgspec.structs.fields(kind)
    nested = tuple((each.encode_name, each.name) for each in fields if _holds_parts(each.type))
    return frozenset(each.encode_name for each in fields), nested


def _holds_parts(kind: object) -> bool:
    is_model = isinstance(kind, type) and issubclass(kind, Model)
    return is_model or any(_holds_parts(each) for each in get_args(kind))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return value.to_dict() if isinstance(value, Model) else value
