from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.query_fail_position_status import QueryFailPositionStatus

T = TypeVar("T", bound="QueryFailPosition")


@_attrs_define
class QueryFailPosition:
    """The last row read of `transaction_id-status-index`; `next_position` of the page before."""

    transaction_id: str
    """ One send order; it may reach one user or millions. """
    status: QueryFailPositionStatus
    """ The index holds one entry for each state; this operation reads one of them. """
    user_id: str
    """ Who received the pushes, as the sending application names its user. """
    created_at: str
    """ The exact `created_at` of a row in epoch milliseconds, as a decimal: a fraction tells apart rows of one
    millisecond and would not survive as a JSON number. """

    def to_dict(self) -> dict[str, Any]:
        transaction_id = self.transaction_id

        status = self.status.value

        user_id = self.user_id

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "transaction_id": transaction_id,
                "status": status,
                "user_id": user_id,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        transaction_id = d.pop("transaction_id")

        status = QueryFailPositionStatus(d.pop("status"))

        user_id = d.pop("user_id")

        created_at = d.pop("created_at")

        query_fail_position = cls(
            transaction_id=transaction_id,
            status=status,
            user_id=user_id,
            created_at=created_at,
        )

        return query_fail_position
