from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.next_position import NextPosition
    from ..models.record import Record


T = TypeVar("T", bound="RecordPage")


@_attrs_define
class RecordPage:
    """One page of rows."""

    items: list[Record]
    """ The rows of this page, in the order of the operation. """
    count: int
    """ How many rows this page has. """
    next_position: NextPosition | Unset = UNSET
    """ Send it as `position` to get the next page; absent on the last page, and only there. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        count = self.count

        next_position: dict[str, Any] | Unset = UNSET
        if not isinstance(self.next_position, Unset):
            next_position = self.next_position.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "count": count,
            }
        )
        if next_position is not UNSET:
            field_dict["next_position"] = next_position

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.next_position import NextPosition
        from ..models.record import Record

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Record.from_dict(items_item_data)

            items.append(items_item)

        count = d.pop("count")

        _next_position = d.pop("next_position", UNSET)
        next_position: NextPosition | Unset
        if isinstance(_next_position, Unset):
            next_position = UNSET
        else:
            next_position = NextPosition.from_dict(_next_position)

        record_page = cls(
            items=items,
            count=count,
            next_position=next_position,
        )

        record_page.additional_properties = d
        return record_page

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
