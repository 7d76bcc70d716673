"""A cursor opens for the query it was made for, as it was made, while it is young: in no other case."""

import base64
import string
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.problem import ProblemError
from service import operations
from service.cursors import CLOCK_SKEW_SECONDS, LIFETIME_SECONDS, Cursors
from tools.contract.bundle import bundle

POSITION = {"user_id": "somebody_else", "created_at": "1761998400123.5", "marketing_id": "campaign"}
FILTERS = {"marketing_id": "campaign", "platform": ["ANDROID", "IOS"], "created_from": 5}
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}
NOW = 1_800_000_000
CONTRACT = bundle("public")
ALPHABET = string.ascii_letters + string.digits + "-_"

positions = st.dictionaries(st.text(max_size=20), st.text(max_size=50), min_size=1, max_size=4)


def cursors(keys: Mapping[str, bytes] = OLD, *, now: float = NOW) -> Cursors:
    """Return cursors with the clock held still."""
    return Cursors(keys, clock=lambda: now)


SEALED = cursors().seal(POSITION, "query_marketing", FILTERS)


def refused(cursor: str, operation: str = "query_marketing", filters: Mapping[str, Any] = FILTERS, **how: Any) -> str:  # noqa: ANN401  # as for cursors()
    """Return the detail of the refusal of a cursor."""
    with pytest.raises(ProblemError) as caught:
        cursors(**how).open(cursor, operation, filters)
    assert caught.value.code == "invalid_cursor"
    return caught.value.detail


@given(position=positions, filters=st.dictionaries(st.text(), st.text() | st.integers(0, 2**53)))
def test_a_sealed_position_opens(position: dict[str, str], filters: dict[str, Any]) -> None:
    """Any position that is made of text comes back as it was, for the same filters in any order."""
    sealed = cursors().seal(position, "query_user", filters)
    assert position == cursors().open(sealed, "query_user", dict(reversed(filters.items())))


@pytest.mark.parametrize("filler", ["\x01", "\x1f", "\x7f", '"', "\\", "x", "é", "使", "\U0001f4e6"])
@pytest.mark.parametrize(
    ("operation", "partition_key"),
    [("query_user", "user_id"), ("query_marketing", "marketing_id"), ("query_fail", "transaction_id")],
)
def test_longest_position_fits_the_contract(operation: str, partition_key: str, filler: str) -> None:
    """A cursor can hold the longest key of DynamoDB, of any characters, beside the longest filter.

    A key of the table has at most 2,048 bytes, some of which JSON writes as six; a number has 38 digits and a fraction.
    """
    longest = CONTRACT["components"]["schemas"]["Cursor"]["maxLength"]
    owner = filler * (2_048 // len(filler.encode()))
    asked = "\U0001f4e6" * CONTRACT["components"]["schemas"]["MarketingId"]["maxLength"]
    position = {"user_id": owner, "created_at": f"-{'9' * 38}.{'9' * 37}", "status": "FAILED"}
    position |= {} if partition_key == "user_id" else {partition_key: asked}
    sealed = cursors({"k" * 32: b"k" * 32}).seal(position, operation, {partition_key: asked})
    assert len(sealed) <= longest
    assert set(sealed) <= set(ALPHABET)


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    """Every character counts, those whose last bits base64 does not use included."""
    at = data.draw(st.integers(0, len(SEALED) - 1))
    other = data.draw(st.sampled_from(ALPHABET + "=+/ \n.é\0"))
    assume(other != SEALED[at])
    assert "unchanged" in refused(SEALED[:at] + other + SEALED[at + 1 :])


@given(st.integers(0, len(SEALED)), st.sampled_from(ALPHABET + "=+/ \n.é\0"))
def test_any_added_character_is_refused(at: int, added: str) -> None:
    """A lenient decoder would accept thousands of spellings."""
    assert "unchanged" in refused(SEALED[:at] + added + SEALED[at:])


@given(st.integers(0, len(SEALED) - 1))
def test_any_removed_character_is_refused(at: int) -> None:
    """One character less is another cursor."""
    assert "unchanged" in refused(SEALED[:at] + SEALED[at + 1 :])


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_any_truncation_is_refused(length: int) -> None:
    """A cursor that was cut off, and the empty one, are invalid."""
    assert "unchanged" in refused(SEALED[:length])


@pytest.mark.parametrize("text", ["AAAA", "_____w", "A" * 2_048, "====", "é", "\ud800", "next"])
def test_foreign_text_is_refused(text: str) -> None:
    """Text that cannot be decoded, and text that decodes to other bytes."""
    assert "unchanged" in refused(text)


def test_all_spellings_of_the_last_character_but_one_are_refused() -> None:
    """Where the bytes are no multiple of three, lenient base64 ignores the last bits of the last character."""
    lengths = set()
    for user in ("u", "uu", "uuu"):
        sealed = cursors().seal({"user_id": user}, "query_user", {})
        lengths.add(len(sealed) % 4)
        for last in set(ALPHABET) - {sealed[-1]}:
            refused(sealed[:-1] + last, "query_user", {})
    assert len(lengths) == 3


@pytest.mark.parametrize(
    ("operation", "filters"),
    [
        ("query_user", FILTERS),
        ("query_fail", FILTERS),
        ("query_marketing", {}),
        ("query_marketing", FILTERS | {"marketing_id": "other"}),
        ("query_marketing", FILTERS | {"platform": ["IOS"]}),
        ("query_marketing", FILTERS | {"created_from": 6}),
        ("query_marketing", FILTERS | {"created_from": "5"}),
        ("query_marketing", FILTERS | {"ap_id": "mobile-app-001"}),
    ],
)
def test_another_query_is_refused(operation: str, filters: dict[str, Any]) -> None:
    """A position is meaningless, or worse, in another query."""
    assert "same operation with the same filters" in refused(SEALED, operation, filters)


def test_page_size_order_and_nulls_make_no_other_query() -> None:
    """`limit` may change from page to page, and a list of filters has no order."""
    first = {"marketing_id": "campaign", "limit": 5, "platform": ["IOS", "ANDROID"], "created_from": 5}
    later = {"created_from": 5, "platform": ["ANDROID", "IOS"], "marketing_id": "campaign", "ap_id": None, "limit": 50}
    sealed = cursors().seal(POSITION, "query_marketing", operations.filters(first))
    again = operations.filters(later | {"cursor": sealed})
    assert cursors().open(sealed, "query_marketing", again) == POSITION


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
        assert cursors(now=NOW + age).open(SEALED, "query_marketing", FILTERS) == POSITION
    else:
        assert "expired" in refused(SEALED, now=NOW + age)


def test_old_key_opens_and_new_key_seals() -> None:
    """The roll-over of a key interrupts nobody."""
    both = cursors(NEW | OLD)
    assert both.open(SEALED, "query_marketing", FILTERS) == POSITION
    sealed = both.seal(POSITION, "query_marketing", FILTERS)
    assert cursors(NEW).open(sealed, "query_marketing", FILTERS) == POSITION
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
    parts = [*POSITION, *POSITION.values(), "somebody", "query_marketing", "position", "issued_at", str(NOW)]
    assert not any(part.encode() in raw or part.encode().hex().encode() in raw for part in parts)
