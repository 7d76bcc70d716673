"""Filters have one spelling, and pages come out as they came in."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated_client.internal_query_client import RecordPage
from service import operations
from tests.unit.service.harness import RECORD

POSITION = {"user_id": "u", "created_at": "1.5"}


def test_filters_have_one_spelling() -> None:
    """Page and size, nulls and the order of lists and fields make no other query."""
    body = {"user_id": "u", "status": ["SENT", "FAILED"], "limit": 5, "cursor": "c", "ap_id": None, "created_from": 0}
    assert [("created_from", 0), ("status", ["FAILED", "SENT"]), ("user_id", "u")] == list(
        operations.filters(body).items()
    )


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.none() | st.text() | st.integers() | st.lists(st.text())),
    st.randoms(use_true_random=False),
)
def test_order_never_matters(body: dict[str, Any], random: Any) -> None:  # noqa: ANN401  # hypothesis' own Random
    """Any two orders of the same body are the same filters; the body itself stays as it is."""
    names = list(body)
    random.shuffle(names)
    shuffled = {
        name: random.sample(value, len(value)) if isinstance(value := body[name], list) else value for name in names
    }
    before = repr(body)
    assert list(operations.filters(body).items()) == list(operations.filters(shuffled).items())
    assert before == repr(body)


@pytest.mark.parametrize("cursor", [None, "sealed"])
def test_answer_has_a_cursor_only_if_a_page_follows(cursor: str | None) -> None:
    """Only its absence means the end: null would be a third thing."""
    answer = operations.answer(RecordPage(items=msgspec.Raw(b"[]"), count=0, next_position=POSITION), cursor)
    assert {"items": [], "count": 0} | ({"next_cursor": cursor} if cursor else {}) == json.loads(answer)


def test_records_go_out_as_they_came() -> None:
    """Absent stays absent, unknown stays there, empty stays empty."""
    records = [RECORD, RECORD | {"error_msg": "", "status": "BOUNCED", "added": None}, RECORD | {"ap_id": "a"}]
    answer = operations.answer(RecordPage(items=msgspec.Raw(json.dumps(records).encode()), count=3), None)
    assert {"items": records, "count": 3} == json.loads(answer)
