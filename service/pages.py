"""Pages of the internal API: held against the generated client's types, and otherwise left as they came."""

import types
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from generated_client.internal_query_client import RecordPage


class Page(msgspec.Struct, frozen=True):
    """A page: `items` are its records in JSON, with what newer contracts add to them."""

    items: msgspec.Raw
    count: int
    next_position: dict[str, str] | None = None


def read(content: bytes) -> Page:
    """Return the page in an answer of the internal API.

    Raises ValueError for what the contract does not allow: a missing field, another type, null, an integer beyond 64
    bits, an empty position, no UTF-8.
    """
    content.decode()  # also what is in no field that this contract knows
    try:
        _check(content)
    except RecursionError as exc:
        raise ValueError("the answer is nested too deeply") from exc
    page: Page = _open(content)
    if page.next_position == {}:
        raise ValueError("the position is empty")
    return page


def _strict(kind: Any) -> Any:  # noqa: ANN401  # any type of a generated field
    """Return a type of the generated client without what it takes beyond the contract: null, and endless integers."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = [_strict_field(field) for field in msgspec.structs.fields(kind)]
        return msgspec.defstruct(kind.__name__, fields, gc=False)
    if get_origin(kind) is types.UnionType:
        (only,) = (each for each in get_args(kind) if each is not types.NoneType)
        return _strict(only)
    if get_origin(kind) is list:
        return list[_strict(get_args(kind)[0])]  # type: ignore[misc]  # a type that is made at run time
    return Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] if kind is int else kind


def _strict_field(field: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401  # as defstruct takes it
    kind = _strict(field.type)
    return (field.name, kind) if field.required else (field.name, kind | msgspec.UnsetType, msgspec.UNSET)


_check: Final = msgspec.json.Decoder(_strict(RecordPage)).decode
_open: Final = msgspec.json.Decoder(Page).decode
