from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="QueryMarketingPosition")


@_attrs_define
class QueryMarketingPosition:
    """The last row read of `marketing_id-index`; `next_position` of the page before."""

    marketing_id: str
    """ The campaign that the pushes belong to. """
    user_id: str
    """ Who received the pushes, as the sending application names its user. """
    created_at: str
    """ The exact `created_at` of a row in epoch milliseconds, as a decimal: a fraction tells apart rows of one
    millisecond and would not survive as a JSON number. """

    def to_dict(self) -> dict[str, Any]:
        marketing_id = self.marketing_id

        user_id = self.user_id

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "marketing_id": marketing_id,
                "user_id": user_id,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        marketing_id = d.pop("marketing_id")

        user_id = d.pop("user_id")

        created_at = d.pop("created_at")

        query_marketing_position = cls(
            marketing_id=marketing_id,
            user_id=user_id,
            created_at=created_at,
        )

        return query_marketing_position
