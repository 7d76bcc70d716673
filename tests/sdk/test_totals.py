"""The sum of all answers that count a campaign."""

import json
from typing import Any

import httpx
import pytest

from generated_client.query_service_client import ApiStatusError, CampaignSummary
from tests.sdk.harness import Flavour, Script

FIRST = {
    "marketing_id": "m",
    "rows": 3,
    "cells": [{"status": "SENT", "platform": "IOS", "rows": 2}, {"status": "NEW", "rows": 1}],
    "series": [{"start": 7_200_000, "status": "SENT", "rows": 3}],
    "transactions": [{"transaction_id": "t", "rows": 3}],
    "counted_from": 5,
    "counted_to": 9,
    "next_cursor": "a",
}
SECOND = {
    "marketing_id": "m",
    "rows": 4,
    "cells": [{"status": "NEW", "rows": 3}, {"status": "SENT", "platform": "ANDROID", "rows": 1}],
    "series": [{"start": 0, "status": "SENT", "rows": 2}, {"start": 7_200_000, "status": "SENT", "rows": 2}],
    "counted_from": 2,
    "counted_to": 6,
}


def counts(body: dict[str, Any]) -> httpx.Response:
    """Return an answer."""
    return httpx.Response(200, json=body)


def asked(script: Script) -> list[Any]:
    """Return the bodies that were sent."""
    return [json.loads(request.content) for request in script.requests]


def test_the_window_is_fixed_by_the_first_call(flavour: Flavour, script: Script) -> None:
    """Rows that come meanwhile are not in the count; a time of one's own stays."""
    for given in (None, 1_000):
        script.requests.clear()
        script.answers = [counts(FIRST), counts(SECOND)]
        flavour.run(script, lambda client, given=given: client.count_marketing("m", created_to=given))
        first, second = asked(script)
        assert second == first | {"cursor": "a"}
        assert first["created_to"] == given if given else first["created_to"] > 0


def test_a_count_that_breaks_off_is_resumed(flavour: Flavour, script: Script) -> None:
    """The last sum has the cursor to count on from; a sum of all is returned as it is."""
    script.answers = [counts(FIRST), httpx.Response(400, json={})]
    seen: list[CampaignSummary] = []
    with pytest.raises(ApiStatusError):
        flavour.run(script, lambda client: client.count_marketing("m", progress=seen.append))
    script.requests.clear()
    script.answers = [counts(SECOND)]
    total = flavour.run(script, lambda client: client.count_marketing("m", resume=seen[-1]))
    assert ([{"marketing_id": "m", "cursor": "a"}], 7) == (asked(script), total.rows)
    assert total == flavour.run(script, lambda client: client.count_marketing("m", resume=total))
