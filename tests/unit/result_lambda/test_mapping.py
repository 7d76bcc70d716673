"""A stored row becomes the contract's record."""

import pytest

from result_lambda import mapping
from result_lambda.contract import PROPERTIES


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
def test_created_at_is_its_floor(stored: str, expected: int) -> None:
    """A fraction of a millisecond is cut off, however the number is written."""
    assert expected == mapping.whole(stored)


def test_record_has_every_property_of_the_contract() -> None:
    """Every attribute that is read of a row is answered, in the contract's type."""
    row = {
        name: {"N": "1.5"} if schema["type"] == "integer" else {"S": "stored"} for name, schema in PROPERTIES.items()
    }
    expected = {name: 1 if schema["type"] == "integer" else "stored" for name, schema in PROPERTIES.items()}
    assert expected == mapping.record(row)


def test_record_has_only_properties_of_the_contract() -> None:
    """Even if the row has other attributes."""
    item = {"user_id": {"S": "u"}, "created_at": {"N": "1"}, "device_token": {"S": "x"}}
    assert {"user_id": "u", "created_at": 1} == mapping.record(item)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"S": "12"}, 12),
        ({"S": "12.5"}, None),
        ({"S": "1e999999999"}, None),
        ({"S": "9" * 39}, None),
        ({"BOOL": "x"}, None),
    ],
)
def test_integer_that_is_stored_as_text_is_its_digits(stored: dict[str, str], expected: int | None) -> None:
    """Text that is not an integer counts as missing."""
    assert expected == mapping.record({"created_at": stored}).get("created_at")
