"""A row in the contract's words."""

import pytest

from result_lambda import mapping
from tools.contract.bundle import bundle


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("1761998400123", 1761998400123),
        ("1761998400123.483920117264", 1761998400123),
        ("1761998400123.9999999999999999999999999", 1761998400123),
        ("0", 0),
        ("0.9", 0),
        ("1.0", 1),
        ("01", 1),
        ("1e0", 1),
        ("1E+12", 1_000_000_000_000),
        ("12.5e1", 125),
        ("-0.5", -1),
    ],
)
def test_created_at_is_floored(stored: str, expected: int) -> None:
    """The millisecond that has begun, however the number is written."""
    assert expected == mapping.milliseconds(stored)


def test_record_has_every_attribute_that_the_contract_names() -> None:
    """What is read of a row is answered."""
    fields = bundle("internal")["components"]["schemas"]["Record"]["properties"]
    row = {name: {"S": "stored"} for name in fields} | {"created_at": {"N": "1"}}
    assert set(fields) == mapping.record(row).keys()


def test_record_has_no_attribute_that_the_contract_does_not_name() -> None:
    """Even if the table's reader were to give one."""
    item = {"user_id": {"S": "u"}, "created_at": {"N": "1"}, "device_token": {"S": "x"}}
    assert {"transaction_id": "", "user_id": "u", "created_at": 1, "status": ""} == mapping.record(item)
