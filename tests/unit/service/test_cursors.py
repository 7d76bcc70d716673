"""A cursor opens into its query and position, as it was made, while it is young, beside fields that agree with it."""

import base64
import string
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.problem import ProblemError
from service import operations
from service.cursors import CLOCK_SKEW_SECONDS, FORMAT, LIFETIME_SECONDS, Cursors
from tools.contract.bundle import bundle, request_schemas

POSITION = {"user_id": "somebody_else", "created_at": "1761998400123.5", "marketing_id": "campaign"}
FILTERS = {"marketing_id": "campaign", "platform": ["ANDROID", "IOS"], "created_from": 5}
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}
NOW = 1_800_000_000
CONTRACT = bundle("public")
PAGED = {name: schema for name, schema in request_schemas("public").items() if "cursor" in schema["properties"]}
ALPHABET = string.ascii_letters + string.digits + "-_"

positions = st.dictionaries(st.text(max_size=20), st.text(max_size=50), min_size=1, max_size=4)
values = st.text() | st.integers(0, 2**53) | st.lists(st.text(), unique=True, max_size=10)
queries = st.dictionaries(st.text(min_size=1), values, max_size=6)


def cursors(keys: Mapping[str, bytes] = OLD, *, now: float = NOW) -> Cursors:
    """Return cursors with the clock held still."""
    return Cursors(keys, clock=lambda: now)


SEALED = cursors().seal(POSITION, "query_marketing", FILTERS)
RAW = base64.urlsafe_b64decode(SEALED + "=" * (-len(SEALED) % 4))


def written(raw: bytes) -> str:
    """Return a cursor with these bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refusal(
    cursor: str,
    operation: str = "query_marketing",
    asked: Mapping[str, Any] = FILTERS,
    **how: Any,  # noqa: ANN401  # as for cursors()
) -> ProblemError:
    """Return the refusal of a cursor."""
    with pytest.raises(ProblemError) as caught:
        cursors(**how).open(cursor, operation, asked)
    assert caught.value.code == "invalid_cursor"
    return caught.value


def refused(cursor: str, **how: Any) -> str:  # noqa: ANN401  # as for cursors()
    """Return the detail of the refusal of a cursor."""
    return refusal(cursor, **how).detail


@given(position=positions, query=queries, data=st.data())
def test_a_sealed_query_opens(position: dict[str, str], query: dict[str, Any], data: st.DataObject) -> None:
    """Any query and position come back as they were, beside any of its fields, in any order."""
    sealed = cursors().seal(position, "query_user", query)
    asked = data.draw(st.permutations(sorted(query)).flatmap(lambda names: st.sampled_from([names, names[:1], []])))
    opened = cursors().open(sealed, "query_user", {name: query[name] for name in asked})
    assert opened == (query, position)


@pytest.mark.parametrize("filler", ["\x01", "\x7f", '"', "\\", "x", "é", "使", "\U0001f4e6"])
@pytest.mark.parametrize("operation", sorted(PAGED))
def test_the_longest_cursor_fits_the_contract(operation: str, filler: str) -> None:
    """A cursor can hold the longest key of DynamoDB, of any characters, beside the longest query of its operation.

    A key of the table has at most 2,048 bytes; a number has 38 digits and a fraction.
    """
    fields = {name: each for name, each in PAGED[operation]["properties"].items() if name not in ("limit", "cursor")}
    longest = CONTRACT["components"]["schemas"]["Cursor"]["maxLength"]
    query = {name: _longest(schema, "\U0001f4e6") for name, schema in fields.items()}
    position = {"user_id": filler * (2_048 // len(filler.encode())), "created_at": f"-{'9' * 38}.{'9' * 37}"}
    position |= {"status": "FAILED"} | {name: query[name] for name in PAGED[operation]["required"] if name != "user_id"}
    sealed = cursors({"k" * 32: b"k" * 32}).seal(position, operation, query)
    assert len(sealed) <= longest
    assert set(sealed) <= set(ALPHABET)


def _longest(schema: Mapping[str, Any], filler: str) -> Any:  # noqa: ANN401  # any JSON
    """Return the longest value that a schema allows."""
    if schema["type"] == "array":
        return [_longest(schema["items"], filler)] * schema["maxItems"]
    return filler * schema["maxLength"] if schema["type"] == "string" else schema["maximum"]


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    """Every character counts, those whose last bits base64 does not use included."""
    at = data.draw(st.integers(0, len(SEALED) - 1))
    other = data.draw(st.sampled_from(ALPHABET + "=+/ \n.é\0"))
    assume(other != SEALED[at])
    refused(SEALED[:at] + other + SEALED[at + 1 :])


@pytest.mark.parametrize("at", range(len(RAW)))
def test_any_changed_byte_is_refused(at: int) -> None:
    """Those of the head, which are in clear, included."""
    for bit in range(8):
        changed = bytes([*RAW[:at], RAW[at] ^ 1 << bit, *RAW[at + 1 :]])
        assert ("format" if at == 0 else "unchanged") in refused(written(changed))


@pytest.mark.parametrize("other", [0, FORMAT + 1, 3, 255])
def test_another_format_is_named(other: int) -> None:
    """A build refuses the cursors of a later or an earlier format with the reason."""
    assert "format" in refused(written(bytes([other, *RAW[1:]])))
    assert "format" in refused(written(bytes([other])))


@given(st.integers(0, len(SEALED)), st.sampled_from(ALPHABET + "=+/ \n.é\0"))
def test_any_added_character_is_refused(at: int, added: str) -> None:
    """A lenient decoder would accept thousands of spellings."""
    refused(SEALED[:at] + added + SEALED[at:])


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_any_removed_character_and_any_truncation_is_refused(length: int) -> None:
    """One character less is another cursor; one that was cut off, and the empty one, are invalid."""
    refused(SEALED[:length] + SEALED[length + 1 :])
    assert "unchanged" in refused(SEALED[:length])


@pytest.mark.parametrize("text", ["AAAA", "_____w", "A" * 2_048, "====", "é", "\ud800", "next"])
def test_foreign_text_is_refused(text: str) -> None:
    """Text that cannot be decoded, and text that decodes to other bytes."""
    refused(text)


def test_all_spellings_of_the_last_character_but_one_are_refused() -> None:
    """Where the bytes are no multiple of three, lenient base64 ignores the last bits of the last character."""
    lengths = set()
    for user in ("u", "uu", "uuu"):
        sealed = cursors().seal({"user_id": user}, "query_user", {})
        lengths.add(len(sealed) % 4)
        for last in set(ALPHABET) - {sealed[-1]}:
            refused(sealed[:-1] + last, operation="query_user", asked={})
    assert len(lengths) == 3


@pytest.mark.parametrize("operation", ["query_user", "query_fail"])
def test_a_cursor_of_another_operation_names_its_own(operation: str) -> None:
    """A position is meaningless, or worse, in another query."""
    assert "query_marketing" in refused(SEALED, operation=operation)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"marketing_id": "other"}, ["marketing_id"]),
        ({"platform": ["IOS"]}, ["platform"]),
        ({"platform": ["ANDROID", "IOS", "WEBPUSH"]}, ["platform"]),
        ({"created_from": 6}, ["created_from"]),
        ({"created_from": "5"}, ["created_from"]),
        ({"ap_id": "mobile-app-001"}, ["ap_id"]),
        ({"ap_id": "x", "created_from": 0, "marketing_id": "other"}, ["ap_id", "created_from", "marketing_id"]),
    ],
)
def test_a_field_that_disagrees_is_named(changed: dict[str, Any], named: list[str]) -> None:
    """Beside a cursor, a field has the value of its query, and none that its query lacks; the values stay secret."""
    found = refusal(SEALED, asked=operations.filters(FILTERS | changed))
    assert found.errors is not None
    assert [f"#/{name}" for name in named] == [error["pointer"] for error in found.errors]
    assert all(f"{name}: " in found.detail for name in named)
    assert "IOS" not in found.detail


def test_page_size_order_and_nulls_make_no_other_query() -> None:
    """`limit` may change from page to page, and a list of filters has no order."""
    first = {"marketing_id": "campaign", "limit": 5, "platform": ["IOS", "ANDROID"], "created_from": 5}
    later = {"created_from": 5, "platform": ["ANDROID", "IOS"], "marketing_id": "campaign", "ap_id": None, "limit": 50}
    sealed = cursors().seal(POSITION, "query_marketing", operations.filters(first))
    again = operations.filters(later | {"cursor": sealed})
    assert cursors().open(sealed, "query_marketing", again) == (operations.filters(first), POSITION)


@pytest.mark.parametrize(
    ("age", "opens"),
    [
        (0, True),
        (LIFETIME_SECONDS, True),
        (LIFETIME_SECONDS + 1, False),
        (-CLOCK_SKEW_SECONDS, True),
        (-CLOCK_SKEW_SECONDS - 1, False),
    ],
)
def test_a_cursor_has_its_time(age: int, *, opens: bool) -> None:
    """24 hours; one from the future by more than clocks differ is as bad as an old one."""
    if opens:
        assert cursors(now=NOW + age).open(SEALED, "query_marketing", FILTERS) == (FILTERS, POSITION)
    else:
        assert "expired" in refused(SEALED, now=NOW + age)


def test_old_key_opens_and_new_key_seals() -> None:
    """The roll-over of a key interrupts nobody."""
    both = cursors(NEW | OLD)
    assert both.open(SEALED, "query_marketing", FILTERS) == (FILTERS, POSITION)
    sealed = both.seal(POSITION, "query_marketing", FILTERS)
    assert cursors(NEW).open(sealed, "query_marketing", FILTERS) == (FILTERS, POSITION)
    assert "unchanged" in refused(sealed, keys=OLD)


def test_unknown_key_is_refused() -> None:
    """A key that was retired opens nothing any more."""
    assert "unchanged" in refused(SEALED, keys=NEW)


def test_same_name_with_another_key_is_refused() -> None:
    """A key id is a name, not a proof."""
    assert "unchanged" in refused(SEALED, keys={"old": b"x" * 32})


def test_each_cursor_is_new() -> None:
    """The same position sealed twice shows nobody that it is the same (and no nonce is used twice)."""
    assert len({cursors().seal(POSITION, "query_marketing", FILTERS) for _ in range(100)}) == 100


def _whole(text: str) -> str:
    return text[: len(text) // 4 * 4]


@pytest.mark.parametrize(
    "decode",
    [
        str.encode,
        lambda text: base64.urlsafe_b64decode(text + "=="),
        lambda text: base64.urlsafe_b64decode(text + "==")[::-1],
        lambda text: base64.urlsafe_b64decode(_whole("A" + text)),
        lambda text: base64.urlsafe_b64decode(_whole("AA" + text)),
        lambda text: base64.urlsafe_b64decode(_whole("AAA" + text)),
    ],
)
def test_the_position_cannot_be_read(decode: Callable[[str], bytes]) -> None:
    """The cursor of a campaign holds another person's user id."""
    raw = decode(SEALED)
    parts = [*POSITION, *POSITION.values(), "somebody", "query_marketing", *FILTERS, "ANDROID"]
    assert not any(part.encode() in raw or part.encode().hex().encode() in raw for part in parts)
