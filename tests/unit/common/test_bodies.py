"""A body is strict JSON that matches the contract; a refusal names the field and the rule."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import bodies
from common.bodies import BodySchema
from common.problem import ProblemError
from tools.contract.bundle import request_schemas

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


def refusal(raw: bytes) -> ProblemError:
    """Return the error of a body that is refused."""
    with pytest.raises(ProblemError) as caught:
        bodies.parse(raw)
    assert caught.value.code == "invalid_json"
    return caught.value


def errors(schema: dict[str, Any], body: object) -> list[tuple[str, str]]:
    """Return pointer and detail of each error in a body."""
    with pytest.raises(ProblemError) as caught:
        BodySchema(schema).check(body)
    assert caught.value.code == "invalid_body"
    return [(error["pointer"], error["detail"]) for error in caught.value.errors or []]


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_any_json_is_read_as_the_standard_library_reads_it(value: object, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001  # hypothesis calls by name
    """Values come back as they were, however they were written."""
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert json.loads(raw) == bodies.parse(raw)


@given(st.binary(max_size=40) | st.text('{}[]":,0123456789.eE+-truefalsnu \\\t\n\0é', max_size=40).map(str.encode))
def test_all_else_is_refused(raw: bytes) -> None:
    """It raises no other exception, and returns the same value as the standard library."""
    read, value = outcome(raw)
    assert read or value == "invalid_json"
    assert not read or json.loads(raw, parse_int=_integer) == value


def outcome(raw: bytes) -> tuple[bool, object]:
    """Return whether a body is read, and its value, or the code of its refusal."""
    try:
        return True, bodies.parse(raw)
    except ProblemError as error:
        return False, error.code


def _integer(text: str) -> float:
    """Read an integer; beyond 64 bits it is a float, which no schema of ours takes for an integer."""
    number = int(text)
    return number if -(2**63) <= number < 2**64 else float(number)


@settings(max_examples=30)
@given(st.dictionaries(texts, values, min_size=1, max_size=5), st.data())
def test_a_repeated_key_is_refused(fields: dict[str, object], data: st.DataObject) -> None:
    """At any depth and with any values: readers differ in which of the two they take."""
    again = data.draw(st.sampled_from(sorted(fields)))
    pairs = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in [*fields.items(), (again, None)])
    assert "twice" in refusal(f'[{{"deep": {{{pairs}}}}}]'.encode()).detail


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "The body is empty; a JSON object is expected."),
        (b"{", "at character 1"),
        (b'{"a": NaN}', "at character 6"),
        (b"[" * 100_000, "depth limit exceeded"),
        (b'{"a\\nb": 1, "a\\nb": 2}', "The key a?b stands twice in one object."),
        (b'{"%s": 1, "%s": 2}' % (b"k" * 500, b"k" * 500), f"The key {'k' * 80}... stands twice"),
    ],
)
def test_refusal_names_the_field_and_the_reason(raw: bytes, detail: str) -> None:
    """The message is short and on one line for any input."""
    found = refusal(raw).detail
    assert detail in found
    assert len(found) < 150
    assert found.isprintable()


@pytest.mark.parametrize("depth", [200, 256, 300, 900, 1_000, 1_100, 5_000])
def test_depth_is_refused_and_never_a_crash(depth: int) -> None:
    """Parser, key check and validator each have a bound of their own; behind each there is a 400."""
    for raw in (b'{"a":' * depth + b"1" + b"}" * depth, b'{"a":' + b"[" * depth + b"]" * depth + b"}"):
        with pytest.raises(ProblemError) as caught:
            BodySchema(request_schemas("public")["query_user"]).check(bodies.parse(raw))
        assert caught.value.status == 400


SCHEMA = {
    "type": "object",
    "required": ["user_id"],
    "additionalProperties": False,
    "properties": {
        "user_id": {"type": "string", "maxLength": 3},
        "limit": {"type": "integer", "nullable": True, "minimum": 1, "maximum": 100},
        "platform": {"type": "array", "nullable": True, "maxItems": 2, "items": {"type": "string", "enum": ["IOS"]}},
        "kind": {"type": "string", "nullable": True, "enum": ["A"]},
        "strict": {"type": "string", "nullable": False},
        "a/b~c": {"type": "string"},
        "nested": {"type": "object", "required": ["x/y"]},
    },
}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (None, ["#"]),
        ([], ["#"]),
        ({}, ["#/user_id"]),
        ({"user_id": 1, "limit": 0}, ["#/limit", "#/user_id"]),
        ({"user_id": "u", "platform": ["IOS", "x"]}, ["#/platform/1"]),
        (
            {"user_id": "u", "platform": [1] * 9},
            ["#/platform", "#/platform/0", "#/platform/0", "#/platform/1", "#/platform/1"],
        ),
        ({"user_id": "u", "a/b~c": 1}, ["#/a~1b~0c"]),
        ({"user_id": "u", "nested": {}}, ["#/nested/x~1y"]),
        ({"user_id": "u", "x": 1, "y": 1}, ["#/x", "#/y"]),
        ({"user_id": "u", "strict": None}, ["#/strict"]),
        ({"user_id": "u", "\r\n": 1}, ["#/??"]),
        ({"user_id": "u", "k" * 81: 1}, ["#/" + "k" * 80 + "..."]),
        ({"user_id": "u", "": 1}, ["#/"]),
    ],
)
def test_errors_point_to_their_fields(body: object, pointers: list[str]) -> None:
    """JSON Pointers, sorted; a field that is missing or unknown is pointed to itself."""
    assert pointers == [pointer for pointer, _ in errors(SCHEMA, body)]


def test_details_name_the_rule_of_the_contract() -> None:
    """Without the value, which may be anybody's."""
    assert [("#/user_id", "is required")] == errors(SCHEMA, {})
    assert [("#/x", "is not a field of this operation")] == errors(SCHEMA, {"user_id": "u", "x": "secret"})
    assert [("#/user_id", "value is longer than 3 characters")] == errors(SCHEMA, {"user_id": "secret"})


def test_detail_of_the_whole_names_the_fields() -> None:
    """For those who read no `errors`."""
    with pytest.raises(ProblemError, match=r"^limit: value is less than the minimum of 1; user_id: is required$"):
        BodySchema(SCHEMA).check({"limit": 0})


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": "u"},
        {"user_id": "😀😀😀", "limit": 100},
        {"user_id": "u", "limit": None, "platform": None, "kind": None},
        {"user_id": "u", "platform": ["IOS", "IOS"], "kind": "A"},
    ],
)
def test_matching_bodies_pass(body: object) -> None:
    """A character is a code point; null is allowed where the schema is nullable, also in an enum."""
    BodySchema(SCHEMA).check(body)


def test_at_most_ten_errors_are_named() -> None:
    """However many there are."""
    assert len(errors(SCHEMA, {"user_id": "u"} | {f"x{number}": 1 for number in range(50)})) == 10


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "application/json",
        "Application/JSON ; charset=UTF-8",
        'application/json;charset="utf8"',
        "application/json; q=1;;",
    ],
)
def test_json_in_utf_8_by_any_spelling(said: str | None) -> None:
    """A missing header counts as JSON, as it does for API Gateway."""
    bodies.require_json(said)


@pytest.mark.parametrize(
    "said",
    [
        "x",
        "/",
        ";",
        "text/json",
        "application/jsonx",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json;charset",
    ],
)
def test_anything_else_is_415(said: str) -> None:
    """Never read as something that it is not."""
    with pytest.raises(ProblemError) as caught:
        bodies.require_json(said)
    assert caught.value.code == "unsupported_media_type"


@given(st.text())
def test_no_header_is_another_exception(said: str) -> None:
    """Of any content."""
    with contextlib.suppress(ProblemError):
        bodies.require_json(said)


def test_a_pattern_is_explained_in_words() -> None:
    """The contract has words for a value that does not match; no message shows a regular expression."""
    schema = {
        "type": "object",
        "properties": {
            "id": {
                "type": "string",
                "pattern": r"^[^\x00-\x1F\x7F]+$",
                "x-pattern-error": "contains a control character",
            },
            "other": {"type": "string", "pattern": "^a$"},
        },
    }
    assert errors(schema, {"id": "a\nb", "other": "b"}) == [
        ("#/id", "contains a control character"),
        ("#/other", "has a form that is not accepted"),
    ]


def test_text_that_was_not_utf8_is_refused() -> None:
    """API Gateway and Lambda put U+FFFD in place of bytes that are not UTF-8; in a field it finds nothing or others."""
    schema = {"type": "object", "properties": {"id": {"type": "string"}, "row": {"type": "object"}}}
    assert errors(schema, {"id": "a\ufffd"}) == [("#/id", "contains U+FFFD, which stands for bytes that are not UTF-8")]
    BodySchema(schema).check({"id": "a", "row": {"id": "a\ufffd"}})
