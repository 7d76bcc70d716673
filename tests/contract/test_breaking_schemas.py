"""The comparison of schemas agrees with a validator for every value."""

from typing import Any, Final

import hypothesis
import pytest
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from tools.contract.breaking.change import Effect
from tools.contract.breaking.schemas import Versions

NUMBERS: Final = (-1, 0, 1, 2, 3, 4, 6, 1.5)
TEXTS: Final = ("", "a", "ab", "b1", "abc")
LISTS: Final = ([], [1], [1, 1], [1, 2], ["a"], ["ab", "ab", "b"], [None], [{"a": 1}])
OBJECTS: Final = ({}, {"a": 1}, {"b": "a"}, {"a": 1, "b": "ab"}, {"a": None}, {"a": {"a": 2}}, {"c": 1}, {"a": [1, 1]})
VALUES: Final = (None, True, *NUMBERS, *TEXTS, *LISTS, *OBJECTS)


def keywords(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return schemas that have some of these keywords."""
    return st.fixed_dictionaries({}, optional={"nullable": st.booleans(), **strategies})


def typed(types: list[str], found: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return the same schemas with one of these types."""
    return st.builds(lambda name, schema: {"type": name, **schema}, st.sampled_from(types), found)


SMALL: Final = st.integers(0, 4)
SCALARS: Final = st.one_of(
    st.just({}),
    typed(
        ["integer", "number"],
        keywords(
            minimum=SMALL,
            maximum=SMALL,
            exclusiveMinimum=st.booleans(),
            exclusiveMaximum=st.booleans(),
            multipleOf=st.sampled_from([1, 2, 3]),
            enum=st.lists(st.sampled_from([1, 2, 3, None]), min_size=1, unique=True),
        ),
    ),
    typed(
        ["string"],
        keywords(
            minLength=SMALL,
            maxLength=SMALL,
            pattern=st.sampled_from(["^a", "^[ab]*$", "1"]),
            enum=st.lists(st.sampled_from(["a", "ab", "b1", None]), min_size=1, unique=True),
        ),
    ),
)


def composed(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return lists and objects of `inner`.

    Objects with named fields are closed, as requests are: that answers may gain fields is a custom, not logic.
    """
    fields = st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    required = st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True)
    return st.one_of(
        typed(["array"], keywords(items=inner, minItems=SMALL, maxItems=SMALL, uniqueItems=st.booleans())).map(
            lambda schema: {"items": {}, **schema}
        ),
        typed(["object"], keywords(properties=fields, required=required)).map(
            lambda schema: {**schema, "additionalProperties": False}
        ),
        typed(["object"], keywords(additionalProperties=inner, required=required, maxProperties=SMALL)),
    )


SCHEMAS: Final = st.recursive(SCALARS, composed, max_leaves=4)


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ({"multipleOf": 2}, {"multipleOf": 4}, Effect.NARROWER),
        ({"multipleOf": 4}, {"multipleOf": 2}, Effect.WIDER),
        ({"multipleOf": 2}, {"multipleOf": 3}, Effect.OTHER),
        ({"enum": [1, 2]}, {"enum": [2, 3]}, Effect.OTHER),
        ({"enum": [1, 2]}, {"enum": [2, 1]}, None),
        ({"pattern": "a"}, {"pattern": "b"}, Effect.OTHER),
        ({"type": "number"}, {"type": "integer"}, Effect.NARROWER),
        ({"type": "string"}, {"type": "integer"}, Effect.OTHER),
        ({"format": "int64"}, {"format": "int32"}, Effect.NARROWER),
        ({"format": "uuid"}, {"format": "date"}, Effect.OTHER),
        ({"uniqueItems": False}, {}, None),
        ({"minLength": 0}, {}, None),
        ({"default": 1}, {"default": None}, Effect.OTHER),
        ({}, {"default": 1}, Effect.NONE),
        ({"additionalProperties": False}, {"additionalProperties": False, "properties": {"a": {}}}, Effect.WIDER),
        ({}, {"properties": {"a": {}}}, Effect.NONE),
        ({"title": "a"}, {"title": "b"}, Effect.NONE),
        ({"oneOf": [{"minimum": 1}]}, {"oneOf": [{"minimum": 2}]}, Effect.OTHER),
    ],
)
def test_what_a_change_does_to_the_values(old: dict[str, Any], new: dict[str, Any], effect: Effect | None) -> None:
    """Each change by itself: fewer values, more, others, or the same in other words."""
    assert [effect] * (effect is not None) == [found.effect for found in Versions({}, {}).differences(old, new)]


@st.composite
def versions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw two versions of a schema: often the second is the first with some keywords changed."""
    old = draw(SCHEMAS)
    new = draw(SCHEMAS)
    if draw(st.booleans()) and old.get("type") == new.get("type"):
        kept = draw(st.sets(st.sampled_from(sorted({*old, *new, "type"}))))
        new = {key: value for key, value in {**old, **new}.items() if key not in kept or key in ("type", "items")}
    return old, new


@hypothesis.settings(max_examples=800, deadline=None, database=None, derandomize=True)
@hypothesis.given(versions())
def test_what_is_called_no_narrower_takes_every_value(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Without the effect `narrower` (or `wider`), no value loses (or gains) validity."""
    old, new = pair
    hypothesis.note(f"old: {old}\nnew: {new}")
    effects = [found.effect for found in Versions({}, {}).differences(old, new)]
    before, after = (
        {repr(value) for value in VALUES if OAS30Validator(schema).is_valid(value)} for schema in (old, new)
    )
    assert set() == before - after or any(Effect.NARROWER in effect for effect in effects)
    assert set() == after - before or any(Effect.WIDER in effect for effect in effects)
