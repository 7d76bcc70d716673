from typing import Annotated

import msgspec

from .next_position import NextPosition
from .push_record import PushRecord


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One page of records."""

    items: msgspec.Raw
    """The records of this page, in the order of the operation. Raw JSON, checked as a list of `PushRecord`."""

    count: Annotated[int, msgspec.Meta(ge=0, le=100)]
    """The number of records in this page. There is no count of the whole query."""

    next_position: NextPosition | msgspec.UnsetType = msgspec.UNSET
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    def __post_init__(self) -> None:
        _decode_items(self.items)


_decode_items = msgspec.json.Decoder(Annotated[list[PushRecord], msgspec.Meta(max_length=100)]).decode
