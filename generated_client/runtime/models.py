"""The base of the types of answers: plain dictionaries, and the fields that this version does not know."""

from typing import Any, Final, cast

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
        if unknown := {name: document[name] for name in document.keys() - value.__struct_encode_fields__}:
            msgspec.structs.force_setattr(value, _UNKNOWN, unknown)
        for name, field in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True):
            if name in document:
                _keep(getattr(value, field), document[name])


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return value.to_dict() if isinstance(value, Model) else value
