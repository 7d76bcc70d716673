from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="QueryUserPosition")


@_attrs_define
class QueryUserPosition:
    """The last row read of the table; `next_position` of the page before."""

    user_id: str
    """ Who received the pushes, as the sending application names its user. """
    created_at: str
    """ The exact `created_at` of a row in epoch milliseconds, as a decimal: a fraction tells apart rows of one
    millisecond and would not survive as a JSON number. """

    def to_dict(self) -> dict[str, Any]:
        user_id = self.user_id

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "user_id": user_id,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        user_id = d.pop("user_id")

        created_at = d.pop("created_at")

        query_user_position = cls(
            user_id=user_id,
            created_at=created_at,
        )

        return query_user_position
