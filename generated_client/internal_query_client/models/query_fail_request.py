from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.platform import Platform
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.query_fail_position import QueryFailPosition


T = TypeVar("T", bound="QueryFailRequest")


@_attrs_define
class QueryFailRequest:
    """Which transaction, and which of its failed rows."""

    transaction_id: str
    """ One send order; it may reach one user or millions. """
    limit: int | None | Unset = 100
    """ The most rows that a page may have. """
    position: None | QueryFailPosition | Unset = UNSET
    """ The last row read of `transaction_id-status-index`; `next_position` of the page before. """
    platform: list[Platform] | None | Unset = UNSET
    """ Only pushes to these platforms. """
    ap_id: None | str | Unset = UNSET
    """ Only pushes sent by this application. """
    created_from: int | None | Unset = UNSET
    """ Start of the time window in epoch milliseconds, inclusive. """
    created_to: int | None | Unset = UNSET
    """ End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not
    an error. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.query_fail_position import QueryFailPosition

        transaction_id = self.transaction_id

        limit: int | None | Unset
        if isinstance(self.limit, Unset):
            limit = UNSET
        else:
            limit = self.limit

        position: dict[str, Any] | None | Unset
        if isinstance(self.position, Unset):
            position = UNSET
        elif isinstance(self.position, QueryFailPosition):
            position = self.position.to_dict()
        else:
            position = self.position

        platform: list[str] | None | Unset
        if isinstance(self.platform, Unset):
            platform = UNSET
        elif isinstance(self.platform, list):
            platform = []
            for componentsschemas_platforms_type_0_item_data in self.platform:
                componentsschemas_platforms_type_0_item = componentsschemas_platforms_type_0_item_data.value
                platform.append(componentsschemas_platforms_type_0_item)

        else:
            platform = self.platform

        ap_id: None | str | Unset
        if isinstance(self.ap_id, Unset):
            ap_id = UNSET
        else:
            ap_id = self.ap_id

        created_from: int | None | Unset
        if isinstance(self.created_from, Unset):
            created_from = UNSET
        else:
            created_from = self.created_from

        created_to: int | None | Unset
        if isinstance(self.created_to, Unset):
            created_to = UNSET
        else:
            created_to = self.created_to

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "transaction_id": transaction_id,
            }
        )
        if limit is not UNSET:
            field_dict["limit"] = limit
        if position is not UNSET:
            field_dict["position"] = position
        if platform is not UNSET:
            field_dict["platform"] = platform
        if ap_id is not UNSET:
            field_dict["ap_id"] = ap_id
        if created_from is not UNSET:
            field_dict["created_from"] = created_from
        if created_to is not UNSET:
            field_dict["created_to"] = created_to

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.query_fail_position import QueryFailPosition

        d = dict(src_dict)
        transaction_id = d.pop("transaction_id")

        def _parse_limit(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        limit = _parse_limit(d.pop("limit", UNSET))

        def _parse_position(data: object) -> None | QueryFailPosition | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_query_fail_position_type_0 = QueryFailPosition.from_dict(data)

                return componentsschemas_query_fail_position_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QueryFailPosition | Unset, data)

        position = _parse_position(d.pop("position", UNSET))

        def _parse_platform(data: object) -> list[Platform] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                componentsschemas_platforms_type_0 = []
                _componentsschemas_platforms_type_0 = data
                for componentsschemas_platforms_type_0_item_data in _componentsschemas_platforms_type_0:
                    componentsschemas_platforms_type_0_item = Platform(componentsschemas_platforms_type_0_item_data)

                    componentsschemas_platforms_type_0.append(componentsschemas_platforms_type_0_item)

                return componentsschemas_platforms_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Platform] | None | Unset, data)

        platform = _parse_platform(d.pop("platform", UNSET))

        def _parse_ap_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ap_id = _parse_ap_id(d.pop("ap_id", UNSET))

        def _parse_created_from(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        created_from = _parse_created_from(d.pop("created_from", UNSET))

        def _parse_created_to(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        created_to = _parse_created_to(d.pop("created_to", UNSET))

        query_fail_request = cls(
            transaction_id=transaction_id,
            limit=limit,
            position=position,
            platform=platform,
            ap_id=ap_id,
            created_from=created_from,
            created_to=created_to,
        )

        return query_fail_request
