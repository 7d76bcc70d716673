from typing import Annotated

import msgspec

from .next_position import NextPosition
from .record import Record


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One page of rows."""

    items: msgspec.Raw
    """The rows of this page, in the order of the operation. Raw JSON, checked as a list of `Record`."""

    count: Annotated[int, msgspec.Meta(ge=0, le=100)]
    """How many rows this page has."""

    next_position: NextPosition | msgspec.UnsetType = msgspec.UNSET
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    def __post_init__(self) -> None:
        _decode_items(self.items)


_decode_items = msgspec.json.Decoder(Annotated[list[Record], msgspec.Meta(max_length=100)]).decode
