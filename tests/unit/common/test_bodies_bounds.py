"""Bodies with very many values are refused cheaply, and no valid body is."""

import json
from typing import Any

import pytest

from common import bodies
from common.bodies import BodySchema
from common.problem import ProblemError
from service.dispatch import MOST_BODY_BYTES
from tools.contract.bundle import request_schemas


@pytest.mark.parametrize(
    "body",
    [
        {f"x{number}": 1 for number in range(bodies.MOST_VALUES + 1)},
        {f"x{number}": 1 for number in range(bodies.MOST_COMMAS + 2)},
        {"user_id": "u", "platform": ["IOS"] * bodies.MOST_VALUES},
        {"user_id": "u", "nested": {f"x{number}": 1 for number in range(bodies.MOST_VALUES)}},
        ["IOS"] * (bodies.MOST_VALUES + 1),
    ],
    ids=["fields", "commas", "items", "nested_fields", "list"],
)
def test_bodies_with_very_many_values_are_refused_in_one_sentence(body: object) -> None:
    """To name each value would cost more than a query."""
    with pytest.raises(ProblemError) as caught:
        bodies.parse(json.dumps(body).encode())
    assert ("invalid_body", "The body has too many values.", None) == (
        caught.value.code,
        caught.value.detail,
        caught.value.errors,
    )


@pytest.mark.parametrize(
    ("contract", "operation"),
    [(name, each) for name in ("public", "internal") for each in sorted(request_schemas(name))],
)
def test_the_largest_valid_body_is_within_the_bounds(contract: str, operation: str) -> None:
    """The bounds refuse no request that the contract allows, even if its texts are commas, or written in escapes."""
    schema = request_schemas(contract)[operation]
    left_out = schema.get("x-exactly-one-of", ())[1:]
    body = {name: _largest(each) for name, each in schema["properties"].items() if name not in left_out}
    raw = json.dumps(body).encode()
    BodySchema(schema).check(bodies.parse(raw))
    assert contract == "internal" or len(raw) <= MOST_BODY_BYTES
    bodies.parse(json.dumps({name: _commas(each) for name, each in body.items()}).encode())


def _commas(value: object) -> object:
    """Return a value with commas in place of its texts."""
    if isinstance(value, list):
        return [_commas(each) for each in value]
    return "," * len(value) if isinstance(value, str) and not value.isascii() else value


def _largest(schema: dict[str, Any]) -> Any:  # noqa: ANN401  # any JSON
    known = schema.get("enum") or (schema.get("x-extensible-enum") if "pattern" in schema else None)
    if known:
        return max(known, key=len)
    match schema["type"]:
        case "array":
            letters = (chr(ord("\N{GRINNING FACE}") + index) for index in range(schema["maxItems"]))
            return [letter * schema["items"]["maxLength"] for letter in letters]
        case "object":
            return {name: _largest(each) for name, each in schema.get("properties", {}).items()} or {"x": "x" * 2_048}
        case "string":
            alphabet = {"^-?[0-9]": ("1", 38), "^[A-Za-z": ("a", schema.get("maxLength"))}
            letter, length = alphabet.get(schema.get("pattern", "")[:8], ("\N{GRINNING FACE}", schema.get("maxLength")))
            return letter * length
    return schema["maximum"]
