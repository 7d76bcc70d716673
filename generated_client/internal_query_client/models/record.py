from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Record")


@_attrs_define
class Record:
    """One stored row: one state that one push reached. Answers are open: a row with a value that is not listed here is
    returned as it was stored, and new fields may be added.

    """

    transaction_id: str
    """ The send order; empty when the row was stored without one. """
    user_id: str
    """ Who received the push. """
    created_at: int
    """ When the row was written, in epoch milliseconds. """
    status: str
    """ SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). Other values
    may appear; empty when the row was stored without one. """
    marketing_id: str | Unset = UNSET
    """ The campaign, where the push belonged to one. """
    notification_title: str | Unset = UNSET
    """ The title that the user saw. """
    platform: str | Unset = UNSET
    """ IOS, ANDROID or WEBPUSH; other values may appear. """
    error_msg: str | Unset = UNSET
    """ Why the push failed, in the words of the platform. """
    ap_id: str | Unset = UNSET
    """ The application that sent the push; absent on rows older than the move to ECS. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        transaction_id = self.transaction_id

        user_id = self.user_id

        created_at = self.created_at

        status = self.status

        marketing_id = self.marketing_id

        notification_title = self.notification_title

        platform = self.platform

        error_msg = self.error_msg

        ap_id = self.ap_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "transaction_id": transaction_id,
                "user_id": user_id,
                "created_at": created_at,
                "status": status,
            }
        )
        if marketing_id is not UNSET:
            field_dict["marketing_id"] = marketing_id
        if notification_title is not UNSET:
            field_dict["notification_title"] = notification_title
        if platform is not UNSET:
            field_dict["platform"] = platform
        if error_msg is not UNSET:
            field_dict["error_msg"] = error_msg
        if ap_id is not UNSET:
            field_dict["ap_id"] = ap_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        transaction_id = d.pop("transaction_id")

        user_id = d.pop("user_id")

        created_at = d.pop("created_at")

        status = d.pop("status")

        marketing_id = d.pop("marketing_id", UNSET)

        notification_title = d.pop("notification_title", UNSET)

        platform = d.pop("platform", UNSET)

        error_msg = d.pop("error_msg", UNSET)

        ap_id = d.pop("ap_id", UNSET)

        record = cls(
            transaction_id=transaction_id,
            user_id=user_id,
            created_at=created_at,
            status=status,
            marketing_id=marketing_id,
            notification_title=notification_title,
            platform=platform,
            error_msg=error_msg,
            ap_id=ap_id,
        )

        record.additional_properties = d
        return record

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
